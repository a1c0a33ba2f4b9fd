// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any part of a file's text, printed when it is asked for.
 *
 * Lines have no fixed length, so where one begins is known only once all before it were
 * printed.  That is done once: of every sixteenth line the offset is remembered, half a byte
 * for each line.  From there on any part is found by printing fifteen lines more at most.
 * All memory is taken by cgi_pager_init(), so that reading can't fail for lack of it.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "../module/snapshot/memory.h"
#include "pager.h"
#include "view.h"

/**
 * cgi_pager_init() - get ready to print
 * @p: the pager, zeroed
 * @view: the file
 * @s: the snapshot, which must not change any more
 *
 * Context: Process, may sleep.  The memory is charged to the caller's memory
 *          cgroup.
 * Return: 0, or -ENOMEM; then, too, cgi_pager_deinit() is to be called.
 */
int cgi_pager_init(struct cgi_pager *p, const struct cgi_view *view,
		   const struct cgi_snapshot *s)
{
	int err;

	p->view = view;
	p->snapshot = s;
	p->lines = cgi_view_lines(view, s);
	p->marks = cgi_alloc(p->lines / CGI_LINES_A_MARK + 1, sizeof(*p->marks));
	if (!p->marks)
		return -ENOMEM;
	p->marks[0] = 0;
	p->marked = 1;
	err = cgi_out_init(&p->out, CGI_WINDOW_MAX);
	if (!err && view->prints_tasks && s->memberships_len)
		err = cgi_pieces_init(&p->out.pieces, s->css_sets.count,
				      s->memberships_len + CGI_PIECE_REST * s->css_sets.count);
	return err;
}

/**
 * cgi_pager_deinit() - give the memory back
 * @p: the pager, zeroed or initialised
 *
 * Context: Process, may sleep.
 */
void cgi_pager_deinit(struct cgi_pager *p)
{
	kvfree(p->marks);
	cgi_out_deinit(&p->out);
}

/* The last mark that is not behind @pos. */
static size_t cgi_pager_mark(const struct cgi_pager *p, u64 pos)
{
	size_t low = 0, high = p->marked, middle;

	while (high - low > 1) {
		middle = low + (high - low) / 2;
		if (p->marks[middle] <= pos)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/*
 * The line from which to print for @pos.  Who reads on begins with the line that ended the
 * last window.
 */
static size_t cgi_pager_line(struct cgi_pager *p, u64 pos)
{
	size_t mark = cgi_pager_mark(p, pos), line = mark * CGI_LINES_A_MARK;

	if (p->last_at <= pos && p->last_line > line) {
		p->out.at = p->last_at;
		return p->last_line;
	}
	p->out.at = p->marks[mark];
	return line;
}

static void cgi_pager_begin(struct cgi_pager *p, size_t line)
{
	if (line == p->marked * CGI_LINES_A_MARK)
		p->marks[p->marked++] = p->out.at;
	p->last_line = line;
	p->last_at = p->out.at;
}

static int cgi_pager_pause(void)
{
	cond_resched();
	return fatal_signal_pending(current) ? -EINTR : 0;
}

/*
 * Behind the end of what is known this may have to go through a text of any length.  And a
 * line that is longer than the window is gone through once more for each piece of it, so there
 * is a pause for each window, too.
 */
static int cgi_pager_fill(struct cgi_pager *p, u64 pos, size_t size)
{
	size_t line = cgi_pager_line(p, pos);
	int err = cgi_pager_pause();

	cgi_out_move(&p->out, pos, size);
	for (; line < p->lines && !cgi_out_is_full(&p->out) && !err; line++) {
		if (line % CGI_LINES_A_MARK == 0)
			err = cgi_pager_pause();
		cgi_pager_begin(p, line);
		cgi_view_show(&p->out, p->view, p->snapshot, line);
	}
	return err;
}

static bool cgi_pager_has(const struct cgi_pager *p, u64 pos)
{
	return pos >= p->out.from && pos - p->out.from < cgi_out_length(&p->out);
}

/**
 * cgi_pager_get() - find a part of the text
 * @p: the pager
 * @pos: offset in the text
 * @want: how many bytes
 * @text: where they are, until the next call
 *
 * No more than what is wanted is printed, but for %CGI_WINDOW_MIN: two readers who take
 * turns at different places would print each window once more for each piece.
 *
 * Context: Process, may sleep; one at a time.
 * Return: how many bytes are there, fewer than @want if there are no more or not all are in
 *         one window, 0 if the text ends at or before @pos, or -EINTR if the caller was
 *         killed.
 */
ssize_t cgi_pager_get(struct cgi_pager *p, u64 pos, size_t want, const char **text)
{
	struct cgi_out *o = &p->out;
	int err;

	if (!cgi_pager_has(p, pos)) {
		err = cgi_pager_fill(p, pos, clamp_t(size_t, want, CGI_WINDOW_MIN,
						     CGI_WINDOW_MAX));
		if (err)
			return err;
		if (!cgi_pager_has(p, pos))
			return 0;
	}
	*text = o->buf + (pos - o->from);
	return min_t(size_t, want, cgi_out_length(o) - (pos - o->from));
}
