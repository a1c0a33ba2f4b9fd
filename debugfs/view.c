// SPDX-License-Identifier: GPL-2.0-only
/*
 * A view line by line: tables, and `key: value` lines.
 */
#include <linux/build_bug.h>

#include "view.h"

static const struct cgi_array *cgi_view_records(const struct cgi_view *view,
						const struct cgi_snapshot *s)
{
	return (const void *)s + view->records;
}

/**
 * cgi_view_lines() - number of pieces that a file is printed in, a line or more each
 * @view: the file
 * @s: the snapshot
 *
 * Context: Any.
 * Return: the number, for a table with its header.
 */
size_t cgi_view_lines(const struct cgi_view *view, const struct cgi_snapshot *s)
{
	/* A view with @records of 0 is no table, so no array may be there. */
	BUILD_BUG_ON(!offsetof(struct cgi_snapshot, tasks));
	if (view->records)
		return 1 + cgi_view_records(view, s)->count;
	return view->record ? view->nr_columns : view->count(s);
}

static void cgi_view_show_header(struct cgi_out *o, const struct cgi_view *view)
{
	size_t i;

	cgi_out_putc(o, '#');
	for (i = 0; i < view->nr_columns; i++) {
		if (i)
			cgi_out_putc(o, '\t');
		cgi_out_puts(o, view->columns[i].name);
	}
	cgi_out_putc(o, '\n');
}

/* The columns that are the same for many records are copied if they were printed before. */
static void cgi_view_show_shared(struct cgi_out *o, const struct cgi_view *view,
				 const struct cgi_snapshot *s, const void *record)
{
	struct cgi_piece_key key = view->shared_key(s, record);
	u64 from = o->at;

	if (cgi_piece_put(&o->pieces, key, o))
		return;
	cgi_columns_put(o, s, view->columns, view->shared_from, view->shared_to, record);
	cgi_piece_keep(&o->pieces, key, o, from);
}

static void cgi_view_show_row(struct cgi_out *o, const struct cgi_view *view,
			      const struct cgi_snapshot *s, size_t row)
{
	const struct cgi_array *records = cgi_view_records(view, s);
	const void *record = records->data + row * records->size;

	cgi_columns_put(o, s, view->columns, 0, view->shared_from, record);
	if (view->shared_key)
		cgi_view_show_shared(o, view, s, record);
	if (view->shared_to < view->nr_columns)
		cgi_columns_put(o, s, view->columns, view->shared_to, view->nr_columns, record);
	cgi_out_putc(o, '\n');
}

/**
 * cgi_view_show() - print one piece of a file
 * @o: where to
 * @view: the file
 * @s: the snapshot
 * @line: which piece, below cgi_view_lines()
 *
 * Context: Process, may sleep, as a path makes way for others.
 */
void cgi_view_show(struct cgi_out *o, const struct cgi_view *view,
		   const struct cgi_snapshot *s, size_t line)
{
	if (view->records && line) {
		cgi_view_show_row(o, view, s, line - 1);
	} else if (view->records) {
		cgi_view_show_header(o, view);
	} else if (view->record) {
		cgi_out_puts(o, view->columns[line].name);
		cgi_out_puts(o, ": ");
		cgi_column_put(o, s, &view->columns[line], view->record(s));
		cgi_out_putc(o, '\n');
	} else {
		view->show(o, s, line);
	}
}
