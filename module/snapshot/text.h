/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_TEXT_H
#define _CGI_TEXT_H

#include <linux/types.h>

/**
 * struct cgi_text - strings, written when all records are there
 * @data: NUL-terminated strings one after the other
 * @length: bytes wanted, written or not
 * @capacity: bytes of @data
 */
struct cgi_text {
	char *data;
	size_t length;
	size_t capacity;
};

int cgi_text_reserve(struct cgi_text *t, size_t more);
void cgi_text_free(struct cgi_text *t);
size_t cgi_text_begin(const struct cgi_text *t);
void cgi_text_put(struct cgi_text *t, const char *string, size_t len);
void cgi_text_put_escaped(struct cgi_text *t, const char *string);
void cgi_text_printf(struct cgi_text *t, const char *format, ...) __printf(2, 3);
void cgi_text_end(struct cgi_text *t);

static inline const char *cgi_text_at(const struct cgi_text *t, size_t offset)
{
	return t->data + offset;
}

#endif /* _CGI_TEXT_H */
