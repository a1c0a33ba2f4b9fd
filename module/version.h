/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_VERSION_H
#define _CGI_VERSION_H

#ifndef CGI_IN_TREE
/* PACKAGE_VERSION in dkms.conf must be the same. */
#endif
#define CGI_VERSION	"0.1"

/* Bump when a column or key changes its meaning; new ones at the end do not count. */
#define CGI_FORMAT	2

#endif /* _CGI_VERSION_H */
