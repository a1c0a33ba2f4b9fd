// SPDX-License-Identifier: GPL-2.0-only
/*
 * Printing without printf(), which takes most of the time that a row takes.
 */
#include <linux/errno.h>
#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "../module/snapshot/escape.h"
#include "../module/snapshot/memory.h"
#include "out.h"

/*
 * %p computes a hash, which takes longer than the rest of a line.  Lines with the same address
 * mostly follow one another, and parts of lines that many tasks share are kept whole, so a few
 * are enough.
 */
#define CGI_ADDR_BITS	6

/* 20 digits has the largest number of 64 bits. */
#define CGI_DIGITS	20

/**
 * struct cgi_printed_addr - an address, and how %p prints it
 * @addr: the address, NULL in an entry that was not used
 * @text: its text, of sixteen digits at most, or what stands for them
 */
struct cgi_printed_addr {
	const void *addr;
	char text[24];
};

/**
 * cgi_out_init() - a window on the beginning of a text, with nothing in it
 * @o: the window
 * @room: bytes that it can cover
 *
 * Context: Process, may sleep.  The memory is charged to the caller's memory
 *          cgroup.
 * Return: 0, or -ENOMEM; then, too, cgi_out_deinit() is to be called.
 */
int cgi_out_init(struct cgi_out *o, size_t room)
{
	*o = (struct cgi_out){};
	o->buf = cgi_alloc(room, 1);
	o->addrs = cgi_alloc(1 << CGI_ADDR_BITS, sizeof(*o->addrs));
	if (!o->buf || !o->addrs)
		return -ENOMEM;
	memset(o->addrs, 0, sizeof(*o->addrs) << CGI_ADDR_BITS);
	return 0;
}

/**
 * cgi_out_deinit() - give the memory back
 * @o: the window, zeroed or initialised
 *
 * Context: Process, may sleep.
 */
void cgi_out_deinit(struct cgi_out *o)
{
	kvfree(o->buf);
	kvfree(o->addrs);
	cgi_pieces_deinit(&o->pieces);
}

/**
 * cgi_out_move() - move the window, and forget what was in it
 * @o: the window
 * @from: where it begins now; @o->at says where what is put next begins
 * @size: bytes that it covers, no more than it has room for
 *
 * Context: Any.
 */
void cgi_out_move(struct cgi_out *o, u64 from, size_t size)
{
	o->from = from;
	o->size = size;
}

/**
 * cgi_out_length() - how much was put into the window
 * @o: the window
 *
 * Context: Any.
 * Return: bytes, from its beginning on.
 */
size_t cgi_out_length(const struct cgi_out *o)
{
	if (o->at <= o->from)
		return 0;
	return min_t(u64, o->at - o->from, o->size);
}

/**
 * cgi_out_put_part() - keep what lies in the window of bytes that do not lie in it whole
 * @o: the window
 * @bytes: the bytes
 * @len: how many
 *
 * Does not move @o->at: only cgi_out_put() is to call this.
 *
 * Context: Any.
 */
void cgi_out_put_part(struct cgi_out *o, const char *bytes, size_t len)
{
	u64 begin = max(o->at, o->from), end = min(o->at + len, o->from + o->size);

	if (begin < end)
		memcpy(o->buf + (begin - o->from), bytes + (begin - o->at), end - begin);
}

static void cgi_out_piece(void *to, const char *bytes, size_t len)
{
	cgi_out_put(to, bytes, len);
}

/**
 * cgi_out_odd() - put a string as cgi_escape() has it
 * @o: the window
 * @string: the string
 *
 * Context: Any.
 */
void cgi_out_odd(struct cgi_out *o, const char *string)
{
	size_t plain = cgi_escape_plain(string);

	cgi_out_put(o, string, plain);
	if (string[plain])
		cgi_escape(string + plain, cgi_out_piece, o);
}

/**
 * cgi_out_large() - put a number of any size
 * @o: the window
 * @value: the number
 *
 * Context: Any.
 */
void cgi_out_large(struct cgi_out *o, u64 value)
{
	char digits[CGI_DIGITS], *first = digits + CGI_DIGITS;

	do {
		*--first = '0' + do_div(value, 10);
	} while (value);
	cgi_out_put(o, first, digits + CGI_DIGITS - first);
}

/*
 * The hash behind %p is the dearest part of a row, and most rows share their css_set with
 * others.  So its text is kept until another address needs its place.
 */
static const char *cgi_addr_text(struct cgi_out *o, const void *addr)
{
	struct cgi_printed_addr *printed = &o->addrs[hash_ptr(addr, CGI_ADDR_BITS)];

	if (printed->addr != addr || !addr) {
		printed->addr = addr;
		snprintf(printed->text, sizeof(printed->text), "%p", addr);
	}
	return printed->text;
}

/**
 * cgi_out_addr() - put an identity as %p prints it
 * @o: the window
 * @addr: the identity
 *
 * Context: Any.
 */
void cgi_out_addr(struct cgi_out *o, const void *addr)
{
	cgi_out_puts(o, cgi_addr_text(o, addr));
}

/**
 * cgi_out_addr_end() - put the last digits of an identity
 * @o: the window
 * @addr: the identity
 * @digits: how many; of a shorter text, all
 *
 * Context: Any.
 */
void cgi_out_addr_end(struct cgi_out *o, const void *addr, size_t digits)
{
	const char *text = cgi_addr_text(o, addr);
	size_t len = strlen(text);

	cgi_out_puts(o, text + (len > digits ? len - digits : 0));
}
