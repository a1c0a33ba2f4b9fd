/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A view prints a snapshot.  It knows no kernel object and takes no lock.
 */
#ifndef _CGI_VIEW_H
#define _CGI_VIEW_H

#include <linux/seq_file.h>

#include "../module/snapshot/snapshot.h"

/**
 * struct cgi_view - a file
 * @name: its name
 * @want: CGI_WANT_*, what must be collected for it
 * @header: names of the columns, TAB-separated, or NULL for "key: value" lines
 * @count: number of records
 * @show: print record @i with its newline
 */
struct cgi_view {
	const char *name;
	unsigned int want;
	const char *header;
	size_t (*count)(const struct cgi_snapshot *s);
	void (*show)(struct seq_file *m, const struct cgi_snapshot *s, size_t i);
};

extern const struct cgi_view cgi_tasks_view;
extern const struct cgi_view cgi_tasks_rcu_view;
extern const struct cgi_view cgi_css_sets_view;
extern const struct cgi_view cgi_links_view;
extern const struct cgi_view cgi_cgroups_view;
extern const struct cgi_view cgi_csses_view;
extern const struct cgi_view cgi_hierarchies_view;
extern const struct cgi_view cgi_subsystems_view;
extern const struct cgi_view cgi_snapshot_view;
extern const struct cgi_view cgi_graph_dot_view;
extern const struct cgi_view cgi_check_view;
extern const struct cgi_view cgi_stats_view;
extern const struct cgi_view cgi_info_view;

void cgi_view_create(const struct cgi_view *view, struct dentry *dir);

void cgi_put_string(struct seq_file *m, const char *string);
void cgi_put_cgroup(struct seq_file *m, const struct cgi_snapshot *s, u32 cgroup);
void cgi_put_css(struct seq_file *m, const struct cgi_snapshot *s, u32 css);
void cgi_put_refs(struct seq_file *m, const struct cgi_refs *refs);
void cgi_put_controllers(struct seq_file *m, const struct cgi_snapshot *s, u32 mask);
void cgi_put_flags(struct seq_file *m, u32 flags, const char *const *names);

#endif /* _CGI_VIEW_H */
