/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_ESCAPE_H
#define _CGI_ESCAPE_H

#include <linux/types.h>

/* ASCII that is neither a blank nor a backslash nor a control character is printed as it is. */
static inline bool cgi_escape_is_plain(u8 byte)
{
	return byte > ' ' && byte < 0x7f && byte != '\\';
}

size_t cgi_escape_plain(const char *string);
void cgi_escape(const char *string, void (*put)(void *to, const char *bytes, size_t len),
		void *to);

#endif /* _CGI_ESCAPE_H */
