// SPDX-License-Identifier: GPL-2.0-only
/*
 * The invariants as KTAP.
 */
#include "../module/check/check.h"
#include "../module/take.h"
#include "view.h"

static int cgi_check_collect(struct cgi_snapshot *s)
{
	return cgi_check_repeat(s, cgi_collect);
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
