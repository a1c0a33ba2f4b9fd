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

static void cgi_check_show_verdict(struct cgi_out *o, const struct cgi_verdict *verdict)
{
	if (verdict->skipped) {
		cgi_out_puts(o, "# in motion or too large for one instant: ");
		cgi_out_u64(o, verdict->skipped);
		cgi_out_putc(o, '\n');
	}
	if (verdict->blame.length)
		cgi_out_put(o, verdict->blame.data, verdict->blame.length);
	if (verdict->violations > CGI_FINDINGS_NAMED) {
		cgi_out_puts(o, "# and ");
		cgi_out_u64(o, verdict->violations - CGI_FINDINGS_NAMED);
		cgi_out_puts(o, " more\n");
	}
}

static void cgi_check_show_plan(struct cgi_out *o)
{
	cgi_out_puts(o, "KTAP version 1\n1..");
	cgi_out_u64(o, CGI_INVARIANTS);
	cgi_out_putc(o, '\n');
}

static void cgi_check_show(struct cgi_out *o, const struct cgi_snapshot *s, size_t i)
{
	const struct cgi_verdict *verdict;

	if (!i) {
		cgi_check_show_plan(o);
		return;
	}
	verdict = &s->findings.verdicts[i - 1];
	cgi_check_show_verdict(o, verdict);
	cgi_out_puts(o, verdict->violations ? "not ok " : "ok ");
	cgi_out_u64(o, i);
	cgi_out_putc(o, ' ');
	cgi_out_puts(o, cgi_check_name(i - 1));
	cgi_out_putc(o, '\n');
}

const struct cgi_view cgi_check_view = {
	.name	= "check",
	.want	= CGI_WANT_ALL | CGI_WANT_CHECK,
	.count	= cgi_check_count,
	.show	= cgi_check_show,
};
