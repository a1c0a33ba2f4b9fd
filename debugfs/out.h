/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where views print to: a window on the text of a file.
 *
 * A view prints whole lines, and neither knows what is read of them nor how much.  What lies
 * in the window is kept; all else that is put only moves on the place.  So a line of any
 * length is read piece by piece through a buffer of a fixed size.
 */
#ifndef _CGI_OUT_H
#define _CGI_OUT_H

#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/byteorder.h>

#include "../module/snapshot/escape.h"
#include "piece.h"

/* The largest number whose digits fit in a word of 64 bits. */
#define CGI_WORD_MAX	99999999

struct cgi_printed_addr;

/**
 * struct cgi_out - a window on a text
 * @buf: what is in the window
 * @size: bytes of the text that the window covers
 * @from: offset in the text of the first of them
 * @at: offset in the text of what is put next
 * @addrs: addresses as they were printed last, by their hash
 * @pieces: parts of lines that were printed, if any are kept
 */
struct cgi_out {
	char *buf;
	size_t size;
	u64 from;
	u64 at;
	struct cgi_printed_addr *addrs;
	struct cgi_pieces pieces;
};

int cgi_out_init(struct cgi_out *o, size_t room);
void cgi_out_deinit(struct cgi_out *o);
void cgi_out_move(struct cgi_out *o, u64 from, size_t size);
size_t cgi_out_length(const struct cgi_out *o);

void cgi_out_put_part(struct cgi_out *o, const char *bytes, size_t len);
void cgi_out_odd(struct cgi_out *o, const char *string);
void cgi_out_large(struct cgi_out *o, u64 value);
void cgi_out_addr(struct cgi_out *o, const void *addr);
void cgi_out_addr_end(struct cgi_out *o, const void *addr, size_t digits);

/* The end of the window was reached: nothing that is put now is kept. */
static inline bool cgi_out_is_full(const struct cgi_out *o)
{
	return o->at >= o->from + o->size;
}

/*
 * Most strings are short.  For a length that is not constant memcpy() is a call that ends in
 * "rep movsb", which is slow to start.
 */
static inline void cgi_out_copy(char *to, const char *from, size_t len)
{
	for (; len >= sizeof(long); len -= sizeof(long)) {
		memcpy(to, from, sizeof(long));
		to += sizeof(long);
		from += sizeof(long);
	}
	while (len--)
		*to++ = *from++;
}

/* Before the window, the difference wraps and is larger than any window. */
static inline void cgi_out_put(struct cgi_out *o, const char *bytes, size_t len)
{
	u64 where = o->at - o->from;

	if (where <= o->size && len <= o->size - where)
		cgi_out_copy(o->buf + where, bytes, len);
	else
		cgi_out_put_part(o, bytes, len);
	o->at += len;
}

/*
 * The length of a literal is known.  Other strings are measured and copied at once, a word at
 * a time, which strlen() and memcpy() do byte by byte on some machines.  The NUL goes where
 * the next byte is put.
 */
static __always_inline void cgi_out_puts(struct cgi_out *o, const char *string)
{
	u64 where = o->at - o->from;
	ssize_t len = -E2BIG;

	if (!__builtin_constant_p(strlen(string)) && where < o->size)
		len = strscpy(o->buf + where, string, o->size - where);
	if (len < 0)
		cgi_out_put(o, string, strlen(string));
	else
		o->at += len;
}

static inline void cgi_out_putc(struct cgi_out *o, char c)
{
	u64 where = o->at++ - o->from;

	if (where < o->size)
		o->buf[where] = c;
}

/*
 * Numbers and names are put inline: most of what a row costs are the calls in it.  Here are the
 * digits of a number, the first one in the lowest byte.
 */
static inline u64 cgi_digits_word(u32 value, size_t *len)
{
	u64 word = 0;

	*len = 0;
	do {
		word = word << BITS_PER_BYTE | ('0' + value % 10);
		value /= 10;
		++*len;
	} while (value);
	return word;
}

/*
 * Most numbers have no more digits than fit in a word, which is stored whole: what is put next
 * overwrites the rest of it.
 */
static inline void cgi_out_u64(struct cgi_out *o, u64 value)
{
	u64 where = o->at - o->from;
	__le64 word;
	size_t len;

	if (value > CGI_WORD_MAX || where > o->size || sizeof(word) > o->size - where) {
		cgi_out_large(o, value);
		return;
	}
	word = cpu_to_le64(cgi_digits_word(value, &len));
	memcpy(o->buf + where, &word, sizeof(word));
	o->at += len;
}

static inline void cgi_out_s64(struct cgi_out *o, s64 value)
{
	if (value < 0)
		cgi_out_putc(o, '-');
	cgi_out_u64(o, value < 0 ? -(u64)value : value);
}

/* Nearly all names are plain to their end, and are copied while that is seen. */
static inline void cgi_out_escaped(struct cgi_out *o, const char *string)
{
	u64 where = o->at - o->from;
	size_t room = where < o->size ? o->size - where : 0, i;

	for (i = 0; i < room && cgi_escape_is_plain(string[i]); i++)
		o->buf[where + i] = string[i];
	o->at += i;
	if (string[i])
		cgi_out_odd(o, string + i);
}

#endif /* _CGI_OUT_H */
