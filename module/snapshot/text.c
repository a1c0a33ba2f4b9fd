// SPDX-License-Identifier: GPL-2.0-only
/*
 * Strings of a snapshot.  To put something past the capacity only counts.  So a writer
 * that runs twice over the same records learns the size, and then fills it.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "escape.h"
#include "memory.h"
#include "text.h"

static size_t cgi_text_room(const struct cgi_text *t)
{
	return t->capacity > t->length ? t->capacity - t->length : 0;
}

static char *cgi_text_tail(const struct cgi_text *t)
{
	return cgi_text_room(t) ? t->data + t->length : NULL;
}

/**
 * cgi_text_reserve() - make room
 * @t: the text
 * @more: bytes to be put
 *
 * Context: Process, may sleep.  The memory is charged to the caller's memory
 *          cgroup.
 * Return: 0 or -ENOMEM.
 */
int cgi_text_reserve(struct cgi_text *t, size_t more)
{
	size_t capacity;
	char *data;

	if (cgi_text_room(t) >= more)
		return 0;
	capacity = max(t->length + more, 2 * t->capacity);
	data = cgi_alloc(capacity, 1);
	if (!data)
		return -ENOMEM;
	if (t->data)
		memcpy(data, t->data, t->length);
	kvfree(t->data);
	t->data = data;
	t->capacity = capacity;
	return 0;
}

/**
 * cgi_text_free() - give the memory back
 * @t: the text, empty afterwards
 *
 * Context: Process, may sleep.
 */
void cgi_text_free(struct cgi_text *t)
{
	kvfree(t->data);
	*t = (struct cgi_text){};
}

/**
 * cgi_text_begin() - begin a string
 * @t: the text
 *
 * Context: Any.
 * Return: the string's offset, valid once the text has room for all of it.
 */
size_t cgi_text_begin(const struct cgi_text *t)
{
	return t->length;
}

/**
 * cgi_text_put() - put bytes as they are
 * @t: the text
 * @string: the bytes
 * @len: how many
 *
 * Context: Any.
 */
void cgi_text_put(struct cgi_text *t, const char *string, size_t len)
{
	if (cgi_text_room(t) >= len)
		memcpy(t->data + t->length, string, len);
	t->length += len;
}

static void cgi_text_put_piece(void *to, const char *bytes, size_t len)
{
	cgi_text_put(to, bytes, len);
}

/**
 * cgi_text_put_escaped() - put a string as cgi_escape() has it
 * @t: the text
 * @string: the string
 *
 * Context: Any.
 */
void cgi_text_put_escaped(struct cgi_text *t, const char *string)
{
	cgi_escape(string, cgi_text_put_piece, t);
}

/**
 * cgi_text_printf() - put formatted text
 * @t: the text
 * @format: as for printf()
 *
 * Context: Any.
 */
void cgi_text_printf(struct cgi_text *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	t->length += vsnprintf(cgi_text_tail(t), cgi_text_room(t), format, args);
	va_end(args);
}

/**
 * cgi_text_end() - end a string
 * @t: the text
 *
 * Context: Any.
 */
void cgi_text_end(struct cgi_text *t)
{
	cgi_text_put(t, "", 1);
}
