/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only place with conditionals on versions or features.  The code is
 * written for the newest kernel; older ones are backfilled here.
 */
#ifndef _CGI_COMPAT_H
#define _CGI_COMPAT_H

#endif /* _CGI_COMPAT_H */
