// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>

#include "view.h"

/* By the bits of CGI_SUBSYS_*. */
static const char *const cgi_subsys_flags[] = {
	"early_init", "implicit_on_dfl", "threaded", "disabled", "no_v1", NULL,
};

/*
 * What a v1 mount of this controller alone would meet, in the order in which
 * rebind_subsystems() asks: a child of the root css, then another v1 hierarchy.  Mounting
 * a hierarchy of just this controller once more meets neither.  While a hierarchy is about
 * to go the mount waits, so nothing blocks it.  A controller without a v1 does not get that
 * far, which its flag tells.
 */
static void cgi_subsys_put_blocked_by(struct cgi_out *o, const struct cgi_snapshot *s,
				      const void *record)
{
	const struct cgi_subsys *subsys = record;
	const struct cgi_hierarchy *h = cgi_hierarchy_find(s, subsys->hierarchy_id);
	bool on_v1 = h && h->version == 1;
	bool remounts = on_v1 && (h->state == CGI_HIERARCHY_DYING ||
				  h->controllers == BIT(subsys->id));

	if (remounts || subsys->flags & CGI_SUBSYS_NO_V1) {
		cgi_out_putc(o, '-');
	} else if (subsys->first_child != CGI_NONE &&
		   !(subsys->flags & CGI_SUBSYS_IMPLICIT_ON_DFL)) {
		cgi_put_css(o, s, subsys->first_child);
		cgi_out_putc(o, '@');
		cgi_put_cgroup(o, s, cgi_css_at(s, subsys->first_child)->cgroup);
	} else if (on_v1) {
		cgi_out_puts(o, "hierarchy:");
		cgi_out_s64(o, h->id);
	} else {
		cgi_out_putc(o, '-');
	}
}

static const struct cgi_column cgi_subsystems_columns[] = {
	CGI_COLUMN_INT("id", struct cgi_subsys, id),
	CGI_COLUMN_STRING("name", struct cgi_subsys, name),
	CGI_COLUMN_STRING("legacy_name", struct cgi_subsys, legacy_name),
	CGI_COLUMN_INT("hierarchy", struct cgi_subsys, hierarchy_id),
	CGI_COLUMN_U32("csses", struct cgi_subsys, nr_csses),
	CGI_COLUMN_U32("dying", struct cgi_subsys, nr_dying),
	CGI_COLUMN_SPECIAL("blocked_by", cgi_subsys_put_blocked_by),
	CGI_COLUMN_FLAGS("flags", struct cgi_subsys, flags, cgi_subsys_flags),
	CGI_COLUMN_COUNT("ids", struct cgi_subsys, nr_ids),
	CGI_COLUMN_COUNT("max_ids", struct cgi_subsys, max_ids),
};

const struct cgi_view cgi_subsystems_view = {
	.name		= "subsystems",
	.want		= CGI_WANT_GRAPH | CGI_WANT_CGROUPS | CGI_WANT_CSSES,
	.columns	= cgi_subsystems_columns,
	.nr_columns	= ARRAY_SIZE(cgi_subsystems_columns),
	.records	= offsetof(struct cgi_snapshot, subsystems),
};
