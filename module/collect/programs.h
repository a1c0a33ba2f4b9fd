/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_PROGRAMS_H
#define _CGI_PROGRAMS_H

struct bpf_link;
struct bpf_prog;
struct cgi_holder;
struct cgi_snapshot;

void cgi_bpf_prog_fill(struct cgi_holder *what, const struct bpf_prog *prog);
void cgi_bpf_link_fill(struct cgi_holder *what, struct bpf_link *link);
int cgi_collect_programs(struct cgi_snapshot *s);

#endif /* _CGI_PROGRAMS_H */
