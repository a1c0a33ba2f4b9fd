/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_FILE_H
#define _CGI_FILE_H

struct cgi_view;
struct dentry;

int cgi_file_create(const struct cgi_view *view, struct dentry *dir);
#ifndef CGI_IN_TREE
void cgi_files_admit(void);
#endif

#endif /* _CGI_FILE_H */
