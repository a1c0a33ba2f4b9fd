/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an open file holds.  Each of these is called with the lock held that keeps the file in
 * the slot in which it was found, and in an RCU read section.  So nothing here may sleep.
 */
#ifndef _CGI_FILE_OPEN_H
#define _CGI_FILE_OPEN_H

#include <linux/types.h>

struct bpf_link;
struct cgi_finder;
struct file;
struct net;

bool cgi_find_by_file(struct cgi_finder *f, struct file *file);

bool cgi_find_by_bpf_iter(struct cgi_finder *f, struct file *file);
bool cgi_find_by_bpf_link(struct cgi_finder *f, struct file *file);
bool cgi_find_by_bpf_map(struct cgi_finder *f, struct file *file);
bool cgi_find_by_cgroupfs(struct cgi_finder *f, struct file *file);
bool cgi_find_by_fanotify(struct cgi_finder *f, struct file *file);
bool cgi_find_by_hugetlb(struct cgi_finder *f, struct file *file);
bool cgi_find_by_inotify(struct cgi_finder *f, struct file *file);
bool cgi_find_by_namespace(struct cgi_finder *f, struct file *file);
bool cgi_find_by_net_file(struct cgi_finder *f, struct net *net);
bool cgi_find_by_perf_event(struct cgi_finder *f, struct file *file);
bool cgi_find_by_socket(struct cgi_finder *f, struct file *file);

void cgi_find_by_iter_link(struct cgi_finder *f, struct bpf_link *link);

#endif /* _CGI_FILE_OPEN_H */
