/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A view prints a snapshot.  It knows no kernel object and takes no lock.  It prints the same
 * each time that it is asked, as a line is printed again for each window that it reaches into.
 */
#ifndef _CGI_VIEW_H
#define _CGI_VIEW_H

#include "../module/snapshot/snapshot.h"
#include "column.h"
#include "out.h"
#include "piece.h"

/**
 * struct cgi_view - a file
 * @name: its name
 * @want: CGI_WANT_*, what must be collected for it
 * @columns: its columns, or the keys of its `key: value` lines
 * @nr_columns: how many there are
 * @records: a table prints each record of this array, given by its offset in
 *           &struct cgi_snapshot
 * @shared_key: if some columns of a table are the same for many records, tells which records
 *              share them
 * @shared_from: the first one of these columns
 * @shared_to: the first one behind these
 * @prints_tasks: parts of its lines are shared by tasks, and kept
 * @record: `key: value` lines print this one record
 * @count: number of pieces of a file of another kind
 * @show: prints one piece of it
 *
 * Of @records, @record and @count just one is given.
 */
struct cgi_view {
	const char *name;
	unsigned int want;
	const struct cgi_column *columns;
	size_t nr_columns;
	size_t records;
	struct cgi_piece_key (*shared_key)(const struct cgi_snapshot *s, const void *record);
	size_t shared_from;
	size_t shared_to;
	bool prints_tasks;
	const void *(*record)(const struct cgi_snapshot *s);
	size_t (*count)(const struct cgi_snapshot *s);
	void (*show)(struct cgi_out *o, const struct cgi_snapshot *s, size_t i);
};

extern const struct cgi_view cgi_tasks_view;
extern const struct cgi_view cgi_tasks_rcu_view;
extern const struct cgi_view cgi_css_sets_view;
extern const struct cgi_view cgi_links_view;
extern const struct cgi_view cgi_cgroups_view;
extern const struct cgi_view cgi_csses_view;
extern const struct cgi_view cgi_hierarchies_view;
extern const struct cgi_view cgi_subsystems_view;
extern const struct cgi_view cgi_holders_view;
extern const struct cgi_view cgi_snapshot_view;
extern const struct cgi_view cgi_graph_dot_view;
extern const struct cgi_view cgi_check_view;
extern const struct cgi_view cgi_stats_view;
extern const struct cgi_view cgi_info_view;

size_t cgi_view_lines(const struct cgi_view *view, const struct cgi_snapshot *s);
void cgi_view_show(struct cgi_out *o, const struct cgi_view *view,
		   const struct cgi_snapshot *s, size_t line);

#endif /* _CGI_VIEW_H */
