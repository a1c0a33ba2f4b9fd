/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_ROOM_H
#define _CGI_ROOM_H

#include <linux/types.h>

/* The arrays of a snapshot; the build fails if there are more or fewer. */
#define CGI_ROOM_ARRAYS	26

size_t cgi_room_recall(unsigned int want, unsigned int array);
void cgi_room_remember(unsigned int want, unsigned int array, size_t count);

#endif /* _CGI_ROOM_H */
