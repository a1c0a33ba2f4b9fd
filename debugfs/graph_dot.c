// SPDX-License-Identifier: GPL-2.0-only
/*
 * The graph for Graphviz: hierarchies as clusters with their tree of cgroups,
 * css_sets beside them, and links as edges.
 *
 * Most links of a v1 or hybrid system lead to root cgroups.  If they were drawn they
 * would hide the rest, so they are invisible, and the legend says how to read that.
 */
#include <linux/string.h>

#include "../module/snapshot/escape.h"
#include "view.h"

/* Colours of css_sets' edges, by hierarchy. */
static const char *const cgi_dot_colours[] = {
	"#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#8c564b", "#e377c2", "#17becf", "#bcbd22",
	"#ff7f0e", "#000000", "#393b79", "#637939", "#8c6d31", "#843c39", "#7b4173", "#7f7f7f",
};

#define CGI_DOT_GONE	", style=\"rounded,filled,dashed\", fillcolor=\"#f8d0d0\", color=\"#c00000\""

/* To dot, & begins the name of a character. */
static void cgi_dot_putc(struct seq_file *m, char c)
{
	if (c == '&')
		seq_puts(m, "&amp;");
	else
		seq_putc(m, c);
}

/* A backslash must be doubled for dot; so octal escapes come out as they are in the files. */
static void cgi_dot_quote(void *to, const char *bytes, size_t len)
{
	struct seq_file *m = to;

	for (; len; len--, bytes++) {
		if (*bytes == '"' || *bytes == '\\')
			seq_putc(m, '\\');
		cgi_dot_putc(m, *bytes);
	}
}

/* An escaped path has no slash within a name. */
static const char *cgi_dot_name(const struct cgi_snapshot *s, const struct cgi_cgroup *cgrp)
{
	const char *path = cgi_text_at(&s->text, cgrp->path);

	return cgrp->level ? strrchr(path, '/') + 1 : "/";
}

static void cgi_dot_show_cgroup_id(struct seq_file *m, const struct cgi_snapshot *s, u32 cgroup)
{
	seq_putc(m, '"');
	cgi_put_cgroup(m, s, cgroup);
	seq_putc(m, '"');
}

static void cgi_dot_open_cluster(struct seq_file *m, const struct cgi_snapshot *s, u32 hierarchy)
{
	const struct cgi_hierarchy *h = cgi_hierarchy_at(s, hierarchy);

	seq_printf(m, "subgraph cluster_%d {\n\tlabel=\"%d:%s", h->id, h->id,
		   h->version == 2 ? " v2" : "");
	if (h->controllers) {
		seq_putc(m, ' ');
		cgi_put_controllers(m, s, h->controllers);
	}
	if (h->name[0]) {
		seq_puts(m, " name=");
		cgi_escape(h->name, cgi_dot_quote, m);
	}
	seq_puts(m, "\"; color=\"#a0a0a0\"; fontsize=12;\n");
}

/* The most likely holder of a removed cgroup, since there is room for one line only. */
static void cgi_dot_show_holder(struct seq_file *m, const struct cgi_snapshot *s,
				const struct cgi_cgroup *cgrp)
{
	if (cgrp->holder != CGI_NONE) {
		seq_puts(m, ", held by ");
		cgi_put_css(m, s, cgrp->holder);
		seq_puts(m, " (");
		cgi_put_refs(m, &cgi_css_at(s, cgrp->holder)->unaccounted);
		seq_putc(m, ')');
	} else if (cgrp->unaccounted.count > 0) {
		seq_puts(m, ", unaccounted ");
		cgi_put_refs(m, &cgrp->unaccounted);
	} else if (cgrp->nr_css_sets) {
		seq_printf(m, ", held by %u css_sets", cgrp->nr_css_sets);
	} else if (cgrp->nr_children) {
		seq_printf(m, ", held by %u children", cgrp->nr_children);
	}
}

static void cgi_dot_show_label(struct seq_file *m, const struct cgi_snapshot *s,
			       const struct cgi_cgroup *cgrp)
{
	const char *name = cgi_dot_name(s, cgrp);

	seq_puts(m, "label=\"");
	cgi_dot_quote(m, name, strlen(name));
	if (cgrp->state != CGI_CGROUP_LIVE) {
		seq_printf(m, "\\n%s",
			   cgrp->state == CGI_CGROUP_DYING ? "dying" : "draining");
		cgi_dot_show_holder(m, s, cgrp);
	} else if (cgrp->nr_tasks) {
		seq_printf(m, "\\n%u task%s", cgrp->nr_tasks, cgrp->nr_tasks == 1 ? "" : "s");
	}
	seq_puts(m, "\"");
}

static void cgi_dot_show_cgroup(struct seq_file *m, const struct cgi_snapshot *s, u32 index)
{
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, index);

	seq_putc(m, '\t');
	cgi_dot_show_cgroup_id(m, s, index);
	seq_puts(m, " [");
	cgi_dot_show_label(m, s, cgrp);
	if (cgrp->state != CGI_CGROUP_LIVE)
		seq_puts(m, CGI_DOT_GONE);
	seq_puts(m, "];\n");
	if (cgrp->parent == CGI_NONE)
		return;
	seq_putc(m, '\t');
	cgi_dot_show_cgroup_id(m, s, cgrp->parent);
	seq_puts(m, " -> ");
	cgi_dot_show_cgroup_id(m, s, index);
	seq_puts(m, " [color=\"#808080\", arrowhead=none];\n");
}

/* Cgroups are ordered by hierarchy, so the first and the last one of each are known. */
static void cgi_dot_show_in_cluster(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	u32 hierarchy = cgi_cgroup_at(s, i)->hierarchy;

	if (!i || cgi_cgroup_at(s, i - 1)->hierarchy != hierarchy)
		cgi_dot_open_cluster(m, s, hierarchy);
	cgi_dot_show_cgroup(m, s, i);
	if (i + 1 == s->cgroups.count || cgi_cgroup_at(s, i + 1)->hierarchy != hierarchy)
		seq_puts(m, "}\n");
}

static void cgi_dot_show_commands(struct seq_file *m, const struct cgi_snapshot *s,
				  const struct cgi_css_set *cset)
{
	u32 i;

	for (i = 0; i < cset->nr_commands; i++) {
		seq_puts(m, i ? ", " : ": ");
		cgi_escape(cgi_task_at(s, cset->commands[i])->comm, cgi_dot_quote, m);
	}
	if (cset->more_commands)
		seq_puts(m, ", ...");
}

static void cgi_dot_show_css_set(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	const struct cgi_css_set *cset = cgi_css_set_at(s, i);

	seq_printf(m, "\t\"%p\" [shape=ellipse, margin=\"0.02,0.01\", fillcolor=\"#fff8dc\", label=\"%u task%s",
		   cset->addr, cset->nr_tasks, cset->nr_tasks == 1 ? "" : "s");
	if (cset->exiting.count)
		seq_printf(m, ", %ld exiting", cset->exiting.count);
	cgi_dot_show_commands(m, s, cset);
	seq_puts(m, "\"");
	if (cset->dead)
		seq_puts(m, CGI_DOT_GONE);
	seq_puts(m, "];\n");
	if (cset->dom != CGI_NONE && cset->dom_addr != cset->addr)
		seq_printf(m, "\t\"%p\" -> \"%p\" [style=dotted, label=dom];\n", cset->addr,
			   cset->dom_addr);
}

/* rank=sink puts all css_sets into one column to the right of the trees. */
static void cgi_dot_show_in_column(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	if (!i)
		seq_puts(m, "{\n\trank=sink;\n");
	cgi_dot_show_css_set(m, s, i);
	if (i + 1 == s->css_sets.count)
		seq_puts(m, "}\n");
}

/*
 * The edge goes from the cgroup to the css_set, because dot puts the head of an edge on
 * the right.  dir=back draws its arrow as pointing from the css_set to the cgroup.  The
 * weight brings a css_set to the height of its cgroup.
 */
static void cgi_dot_show_link(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	const struct cgi_link *link = cgi_link_at(s, i);
	const struct cgi_cgroup *cgrp;

	if (link->cgroup == CGI_NONE)
		return;
	cgrp = cgi_cgroup_at(s, link->cgroup);
	cgi_dot_show_cgroup_id(m, s, link->cgroup);
	seq_printf(m, " -> \"%p\"", cgi_css_set_at(s, link->css_set)->addr);
	if (cgrp->level)
		seq_printf(m, " [dir=back, weight=4, color=\"%s\"];\n",
			   cgi_dot_colours[cgrp->hierarchy % ARRAY_SIZE(cgi_dot_colours)]);
	else
		seq_puts(m, " [style=invis, constraint=false];\n");
}

static void cgi_dot_show_begin(struct seq_file *m)
{
	seq_puts(m, "digraph cgroup_inspect {\n"
		 "rankdir=LR; ranksep=0.9; nodesep=0.12; fontname=\"sans-serif\";\n"
		 "node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", fontsize=10, height=0.25, margin=\"0.08,0.03\", fontname=\"sans-serif\"];\n"
		 "edge [arrowsize=0.5];\n");
}

static void cgi_dot_show_end(struct seq_file *m)
{
	seq_puts(m, "legend [shape=note, fillcolor=\"#f0f0f0\", label=\"ellipse: css_set, box: cgroup, arrow: link\\lno arrow into a hierarchy: linked to its root\\lred and dashed: removed, but held\\l\"];\n"
		 "}\n");
}

static size_t cgi_dot_count(const struct cgi_snapshot *s)
{
	return 1 + s->cgroups.count + s->css_sets.count + s->links.count + 1;
}

static void cgi_dot_show(struct seq_file *m, const struct cgi_snapshot *s, size_t i)
{
	size_t css_sets = 1 + s->cgroups.count;
	size_t links = css_sets + s->css_sets.count;
	size_t end = links + s->links.count;

	if (!i)
		cgi_dot_show_begin(m);
	else if (i < css_sets)
		cgi_dot_show_in_cluster(m, s, i - 1);
	else if (i < links)
		cgi_dot_show_in_column(m, s, i - css_sets);
	else if (i < end)
		cgi_dot_show_link(m, s, i - links);
	else
		cgi_dot_show_end(m);
}

const struct cgi_view cgi_graph_dot_view = {
	.name	= "graph.dot",
	.want	= CGI_WANT_GRAPH | CGI_WANT_TASKS | CGI_WANT_EXACT_TREES,
	.count	= cgi_dot_count,
	.show	= cgi_dot_show,
};
