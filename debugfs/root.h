/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_ROOT_H
#define _CGI_ROOT_H

int cgi_root_init(void);
#ifndef CGI_IN_TREE
void cgi_root_exit(void);
#endif

#endif /* _CGI_ROOT_H */
