// SPDX-License-Identifier: GPL-2.0-only
/*
 * The invariants as KTAP.
 */
#include "../module/check/check.h"
#include "view.h"

static size_t cgi_check_count(const struct cgi_snapshot *s)
{
	return 1 + CGI_INVARIANTS;
}

static void cgi_check_show_verdict(struct seq_file *m, const struct cgi_verdict *verdict)
{
	if (verdict->skipped)
		seq_printf(m, "# in motion or too large for one instant: %u\n", verdict->skipped);
	if (verdict->blame.length)
		seq_write(m, verdict->blame.data, verdict->blame.length);
	if (verdict->violations > CGI_FINDINGS_NAMED)
		seq_printf(m, "# and %u more\n", verdict->violations - CGI_FINDINGS_NAMED);
}

static void cgi_check_show(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	const struct cgi_verdict *verdict;

	if (!i) {
		seq_printf(m, "KTAP version 1\n1..%d\n", CGI_INVARIANTS);
		return;
	}
	verdict = &s->findings.verdicts[i - 1];
	cgi_check_show_verdict(m, verdict);
	seq_printf(m, "%s %zu %s\n", verdict->violations ? "not ok" : "ok", i,
		   cgi_check_name(i - 1));
}

const struct cgi_view cgi_check_view = {
	.name	= "check",
	.want	= CGI_WANT_GRAPH | CGI_WANT_TASKS | CGI_WANT_CHECK,
	.count	= cgi_check_count,
	.show	= cgi_check_show,
};
