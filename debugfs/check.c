// SPDX-License-Identifier: GPL-2.0-only
/*
 * The invariants as KTAP.
 */
#include <linux/delay.h>
#include <linux/sched/signal.h>

#include "../module/check.h"
#include "../module/collect.h"
#include "view.h"

/* A race that the check could not tell from a fault does not come so often. */
#define CGI_CHECK_TRIES		5
#define CGI_CHECK_PAUSE_MS	20

static int cgi_check_once(struct cgi_snapshot *s, struct cgi_check *c)
{
	int err = cgi_collect(s);

	return err ? err : cgi_check_run(c, s);
}

/* What is violated each time is a fault. */
static int cgi_check_collect(struct cgi_snapshot *s)
{
	u32 failed = U32_MAX;
	int err, i;

	s->check = cgi_check_create();
	if (!s->check)
		return -ENOMEM;
	for (i = 0; i < CGI_CHECK_TRIES && failed; i++) {
		/* Also with a signal pending: the pause is what a race does not outlast. */
		if (i && schedule_timeout_killable(msecs_to_jiffies(CGI_CHECK_PAUSE_MS)))
			return -EINTR;
		err = cgi_check_once(s, s->check);
		if (err)
			return err;
		failed &= s->check->failed;
	}
	s->check->failed = failed;
	return 0;
}

static void cgi_check_show_skipped(struct seq_file *m, u32 skipped)
{
	if (skipped)
		seq_printf(m, "# in motion or too large for one instant: %u\n", skipped);
}

static void cgi_check_show_blame(struct seq_file *m, const struct cgi_check *c, size_t i)
{
	seq_puts(m, cgi_text_at(&c->blame, c->first[i]));
	if (c->violations[i] > CGI_CHECK_NAMED)
		seq_printf(m, "# and %u more\n", c->violations[i] - CGI_CHECK_NAMED);
}

static size_t cgi_check_count(const struct cgi_snapshot *s)
{
	return 1 + CGI_CHECK_COUNT;
}

static void cgi_check_show(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	const struct cgi_check *c = s->check;
	bool ok;

	if (!i) {
		seq_printf(m, "KTAP version 1\n1..%d\n", CGI_CHECK_COUNT);
		return;
	}
	ok = !(c->failed & BIT(i - 1));
	cgi_check_show_skipped(m, c->skipped[i - 1]);
	if (!ok)
		cgi_check_show_blame(m, c, i - 1);
	seq_printf(m, "%s %zu %s\n", ok ? "ok" : "not ok", i, cgi_check_name(i - 1));
}

const struct cgi_view cgi_check_view = {
	.name	 = "check",
	.want	 = CGI_WANT_GRAPH | CGI_WANT_TASKS | CGI_WANT_CHECK,
	.collect = cgi_check_collect,
	.count	 = cgi_check_count,
	.show	 = cgi_check_show,
};
