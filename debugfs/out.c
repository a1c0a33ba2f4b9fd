// SPDX-License-Identifier: GPL-2.0-only
/*
 * Printing into a window on the text.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "../module/snapshot/escape.h"
#include "../module/snapshot/memory.h"
#include "out.h"

/* A number of 64 bits has 20 digits at most, an address 16, or what stands for them. */
#define CGI_TEXT_MAX	24

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
	*o = (struct cgi_out){ .buf = cgi_alloc(room, 1) };
	return o->buf ? 0 : -ENOMEM;
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
 * cgi_out_escaped() - put a string as cgi_escape() has it
 * @o: the window
 * @string: the string
 *
 * Context: Any.
 */
void cgi_out_escaped(struct cgi_out *o, const char *string)
{
	cgi_escape(string, cgi_out_piece, o);
}

/**
 * cgi_out_u64() - put a number
 * @o: the window
 * @value: the number
 *
 * Context: Any.
 */
void cgi_out_u64(struct cgi_out *o, u64 value)
{
	char text[CGI_TEXT_MAX];

	cgi_out_put(o, text, scnprintf(text, sizeof(text), "%llu", value));
}

/**
 * cgi_out_s64() - put a number that may be below 0
 * @o: the window
 * @value: the number
 *
 * Context: Any.
 */
void cgi_out_s64(struct cgi_out *o, s64 value)
{
	char text[CGI_TEXT_MAX];

	cgi_out_put(o, text, scnprintf(text, sizeof(text), "%lld", value));
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
	char text[CGI_TEXT_MAX];

	cgi_out_put(o, text, scnprintf(text, sizeof(text), "%p", addr));
}
