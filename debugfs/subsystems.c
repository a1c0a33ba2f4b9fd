// SPDX-License-Identifier: GPL-2.0-only
#include "view.h"

/* By the bits of CGI_SUBSYS_*. */
static const char *const cgi_subsys_flags[] = {
	"early_init", "implicit_on_dfl", "threaded", NULL,
};

static size_t cgi_subsystems_count(const struct cgi_snapshot *s)
{
	return s->subsystems.count;
}

static void cgi_subsystems_show(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	const struct cgi_subsys *subsys = cgi_subsys_at(s, i);

	seq_printf(m, "%d\t%s\t%s\t%d\t%u\t", subsys->id, subsys->name,
		   subsys->legacy_name, subsys->hierarchy_id, subsys->nr_csses);
	cgi_show_flags(m, subsys->flags, cgi_subsys_flags);
	seq_putc(m, '\n');
}

const struct cgi_view cgi_subsystems_view = {
	.name	= "subsystems",
	.want	= CGI_WANT_GRAPH,
	.header	= "id\tname\tlegacy_name\thierarchy\tcsses\tflags",
	.count	= cgi_subsystems_count,
	.show	= cgi_subsystems_show,
};
