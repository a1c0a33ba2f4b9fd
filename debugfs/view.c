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

/*
 * The header, too, is a row of the table, with names in place of values.  What is not kept
 * any more need not be printed: the line is printed again for the next window.
 */
static void cgi_view_show_row(struct cgi_out *o, const struct cgi_view *view,
			      const struct cgi_snapshot *s, size_t row)
{
	const struct cgi_array *records = cgi_view_records(view, s);
	const struct cgi_column *column;
	size_t i;

	if (!row)
		cgi_out_putc(o, '#');
	for (i = 0; i < view->nr_columns && !cgi_out_is_full(o); i++) {
		column = &view->columns[i];
		if (i)
			cgi_out_putc(o, '\t');
		if (row)
			cgi_column_put(o, s, column, records->data + (row - 1) * records->size);
		else
			cgi_out_puts(o, column->name);
	}
	cgi_out_putc(o, '\n');
}

/**
 * cgi_view_show() - print one piece of a file
 * @o: where to
 * @view: the file
 * @s: the snapshot
 * @line: which piece, below cgi_view_lines()
 *
 * Context: Any.
 */
void cgi_view_show(struct cgi_out *o, const struct cgi_view *view,
		   const struct cgi_snapshot *s, size_t line)
{
	if (view->records) {
		cgi_view_show_row(o, view, s, line);
	} else if (view->record) {
		cgi_out_puts(o, view->columns[line].name);
		cgi_out_puts(o, ": ");
		cgi_column_put(o, s, &view->columns[line], view->record(s));
		cgi_out_putc(o, '\n');
	} else {
		view->show(o, s, line);
	}
}
