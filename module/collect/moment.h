/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_MOMENT_H
#define _CGI_MOMENT_H

#include <linux/types.h>

struct cgi_moment;

bool cgi_boot_id_is_whole(const u8 *id);
void cgi_moment_get(struct cgi_moment *moment);

#endif /* _CGI_MOMENT_H */
