// SPDX-License-Identifier: GPL-2.0-only
#include "view.h"

/* By the bits of CGI_SUBSYS_*. */
static const char *const cgi_subsys_flags[] = {
	"early_init", "implicit_on_dfl", "threaded", "disabled", NULL,
};

static size_t cgi_subsystems_count(const struct cgi_snapshot *s)
{
	return s->subsystems.count;
}

/*
 * What a v1 mount of this controller alone would meet, in the order of
 * rebind_subsystems(): a child of the root css, then another v1 hierarchy.  A
 * hierarchy of just this controller is mounted again without any of that, and
 * a mount waits for one that is about to go.
 */
static void cgi_subsys_show_blocked_by(struct seq_file *m, const struct cgi_snapshot *s,
				       const struct cgi_subsys *subsys)
{
	const struct cgi_hierarchy *h = cgi_hierarchy_find(s, subsys->hierarchy_id);

	if (h && h->version == 1 && (h->state == CGI_HIERARCHY_DYING ||
			    h->controllers == BIT(subsys->id))) {
		seq_putc(m, '-');
	} else if (subsys->first_child != CGI_NONE &&
		   !(subsys->flags & CGI_SUBSYS_IMPLICIT_ON_DFL)) {
		cgi_put_css(m, s, subsys->first_child);
		seq_putc(m, '@');
		cgi_put_cgroup(m, s, cgi_css_at(s, subsys->first_child)->cgroup);
	} else if (h && h->version == 1) {
		seq_printf(m, "hierarchy:%d", h->id);
	} else {
		seq_putc(m, '-');
	}
}

static void cgi_subsystems_show(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	const struct cgi_subsys *subsys = cgi_subsys_at(s, i);

	seq_printf(m, "%d\t%s\t%s\t%d\t%u\t%u\t", subsys->id, subsys->name,
		   subsys->legacy_name, subsys->hierarchy_id, subsys->nr_csses,
		   subsys->nr_dying);
	cgi_subsys_show_blocked_by(m, s, subsys);
	seq_putc(m, '\t');
	cgi_put_flags(m, subsys->flags, cgi_subsys_flags);
	seq_putc(m, '\n');
}

const struct cgi_view cgi_subsystems_view = {
	.name	= "subsystems",
	.want	= CGI_WANT_GRAPH,
	.header	= "id\tname\tlegacy_name\thierarchy\tcsses\tdying\tblocked_by\tflags",
	.count	= cgi_subsystems_count,
	.show	= cgi_subsystems_show,
};
