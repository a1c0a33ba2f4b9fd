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
static void cgi_dot_putc(struct cgi_out *o, char c)
{
	if (c == '&')
		cgi_out_puts(o, "&amp;");
	else
		cgi_out_putc(o, c);
}

/* A backslash must be doubled for dot; so octal escapes come out as they are in the files. */
static void cgi_dot_quote(void *to, const char *bytes, size_t len)
{
	struct cgi_out *o = to;

	for (; len; len--, bytes++) {
		if (*bytes == '"' || *bytes == '\\')
			cgi_out_putc(o, '\\');
		cgi_dot_putc(o, *bytes);
	}
}

static void cgi_dot_show_cgroup_id(struct cgi_out *o, const struct cgi_snapshot *s, u32 cgroup)
{
	cgi_out_putc(o, '"');
	cgi_put_cgroup(o, s, cgroup);
	cgi_out_putc(o, '"');
}

static void cgi_dot_open_cluster(struct cgi_out *o, const struct cgi_snapshot *s, u32 hierarchy)
{
	const struct cgi_hierarchy *h = cgi_hierarchy_at(s, hierarchy);

	cgi_out_puts(o, "subgraph cluster_");
	cgi_out_s64(o, h->id);
	cgi_out_puts(o, " {\n\tlabel=\"");
	cgi_out_s64(o, h->id);
	cgi_out_puts(o, h->version == 2 ? ": v2" : ":");
	if (h->controllers) {
		cgi_out_putc(o, ' ');
		cgi_put_controllers(o, s, h->controllers);
	}
	if (h->name[0]) {
		cgi_out_puts(o, " name=");
		cgi_escape(h->name, cgi_dot_quote, o);
	}
	cgi_out_puts(o, "\"; color=\"#a0a0a0\"; fontsize=12;\n");
}

static void cgi_dot_show_number(struct cgi_out *o, u64 nr, const char *one, const char *many)
{
	cgi_out_u64(o, nr);
	cgi_out_puts(o, nr == 1 ? one : many);
}

/* What is known of what holds a css of memory; the kinds do not add up to the number. */
static void cgi_dot_show_charge(struct cgi_out *o, const struct cgi_snapshot *s,
				const struct cgi_charge *charge)
{
	if (charge->pages.count > 0) {
		cgi_out_puts(o, ", ");
		cgi_put_refs(o, &charge->pages);
		cgi_out_puts(o, charge->pages.count == 1 ? " page" : " pages");
	}
	if (charge->swap) {
		cgi_out_puts(o, ", ");
		cgi_dot_show_number(o, charge->swap, " page in swap", " pages in swap");
	}
	if (charge->nr_writeback && s->writeback_known) {
		cgi_out_puts(o, ", ");
		cgi_out_u64(o, charge->nr_writeback);
		cgi_out_puts(o, " writeback");
	}
}

static void cgi_dot_show_css(struct cgi_out *o, const struct cgi_snapshot *s, u32 index)
{
	const struct cgi_css *css = cgi_css_at(s, index);
	const struct cgi_charge *charge = cgi_charge_of(s, css);

	cgi_put_css(o, s, index);
	cgi_out_puts(o, " (");
	cgi_put_refs(o, &css->unaccounted);
	if (charge)
		cgi_dot_show_charge(o, s, charge);
	cgi_out_putc(o, ')');
}

/* The first kind is introduced, the others follow. */
static void cgi_dot_show_comma(struct cgi_out *o, bool *is_first)
{
	cgi_out_puts(o, *is_first ? ", held by " : ", ");
	*is_first = false;
}

/*
 * Each kind that holds a removed cgroup. Of its csses the one with the most unaccounted
 * references stands for all, since there is room for one line only.
 */
static void cgi_dot_show_holders(struct cgi_out *o, const struct cgi_snapshot *s,
				 const struct cgi_cgroup *cgrp)
{
	bool is_first = true;

	if (cgrp->holder != CGI_NONE) {
		cgi_dot_show_comma(o, &is_first);
		cgi_dot_show_css(o, s, cgrp->holder);
	}
	if (cgrp->nr_css_sets) {
		cgi_dot_show_comma(o, &is_first);
		cgi_dot_show_number(o, cgrp->nr_css_sets, " css_set", " css_sets");
	}
	if (cgrp->nr_children) {
		cgi_dot_show_comma(o, &is_first);
		cgi_dot_show_number(o, cgrp->nr_children, " child", " children");
	}
	if (cgrp->unaccounted.count > 0) {
		cgi_out_puts(o, ", unaccounted ");
		cgi_put_refs(o, &cgrp->unaccounted);
	}
}

static void cgi_dot_show_tasks(struct cgi_out *o, u32 nr_tasks)
{
	cgi_dot_show_number(o, nr_tasks, " task", " tasks");
}

static void cgi_dot_show_label(struct cgi_out *o, const struct cgi_snapshot *s, u32 index)
{
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, index);

	cgi_out_puts(o, "label=\"");
	if (cgrp->parent == CGI_NONE)
		cgi_out_putc(o, '/');
	else
		cgi_escape(cgi_name_of(s, index), cgi_dot_quote, o);
	if (cgrp->state != CGI_CGROUP_LIVE) {
		cgi_out_puts(o, cgrp->state == CGI_CGROUP_DYING ? "\\ndying" : "\\ndraining");
		cgi_dot_show_holders(o, s, cgrp);
	} else if (cgrp->nr_tasks) {
		cgi_out_puts(o, "\\n");
		cgi_dot_show_tasks(o, cgrp->nr_tasks);
	}
	cgi_out_puts(o, "\"");
}

static void cgi_dot_show_cgroup(struct cgi_out *o, const struct cgi_snapshot *s, u32 index)
{
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, index);

	cgi_out_putc(o, '\t');
	cgi_dot_show_cgroup_id(o, s, index);
	cgi_out_puts(o, " [");
	cgi_dot_show_label(o, s, index);
	if (cgrp->state != CGI_CGROUP_LIVE)
		cgi_out_puts(o, CGI_DOT_GONE);
	cgi_out_puts(o, "];\n");
	if (cgrp->parent == CGI_NONE)
		return;
	cgi_out_putc(o, '\t');
	cgi_dot_show_cgroup_id(o, s, cgrp->parent);
	cgi_out_puts(o, " -> ");
	cgi_dot_show_cgroup_id(o, s, index);
	cgi_out_puts(o, " [color=\"#808080\", arrowhead=none];\n");
}

/* Cgroups are ordered by hierarchy, so the first and the last one of each are known. */
static void cgi_dot_show_in_cluster(struct cgi_out *o, const struct cgi_snapshot *s, size_t i)
{
	u32 hierarchy = cgi_cgroup_at(s, i)->hierarchy;

	if (!i || cgi_cgroup_at(s, i - 1)->hierarchy != hierarchy)
		cgi_dot_open_cluster(o, s, hierarchy);
	cgi_dot_show_cgroup(o, s, i);
	if (i + 1 == s->cgroups.count || cgi_cgroup_at(s, i + 1)->hierarchy != hierarchy)
		cgi_out_puts(o, "}\n");
}

static void cgi_dot_show_css_set_id(struct cgi_out *o, const void *addr)
{
	cgi_out_putc(o, '"');
	cgi_out_addr(o, addr);
	cgi_out_putc(o, '"');
}

static void cgi_dot_show_dom(struct cgi_out *o, const struct cgi_css_set *cset)
{
	cgi_out_putc(o, '\t');
	cgi_dot_show_css_set_id(o, cset->addr);
	cgi_out_puts(o, " -> ");
	cgi_dot_show_css_set_id(o, cset->dom_addr);
	cgi_out_puts(o, " [style=dotted, label=dom];\n");
}

static void cgi_dot_show_commands(struct cgi_out *o, const struct cgi_snapshot *s,
				  const struct cgi_css_set *cset)
{
	u32 i;

	for (i = 0; i < cset->nr_commands; i++) {
		cgi_out_puts(o, i ? ", " : ": ");
		cgi_escape(cgi_task_at(s, cset->commands[i])->comm, cgi_dot_quote, o);
	}
	if (cset->more_commands)
		cgi_out_puts(o, ", ...");
}

static void cgi_dot_show_css_set(struct cgi_out *o, const struct cgi_snapshot *s, size_t i)
{
	const struct cgi_css_set *cset = cgi_css_set_at(s, i);

	cgi_out_putc(o, '\t');
	cgi_dot_show_css_set_id(o, cset->addr);
	cgi_out_puts(o, " [shape=ellipse, margin=\"0.02,0.01\", fillcolor=\"#fff8dc\", label=\"");
	cgi_dot_show_tasks(o, cset->nr_tasks);
	if (cset->exiting.count) {
		cgi_out_puts(o, ", ");
		cgi_out_s64(o, cset->exiting.count);
		cgi_out_puts(o, " exiting");
	}
	cgi_dot_show_commands(o, s, cset);
	cgi_out_puts(o, "\"");
	if (cset->dead)
		cgi_out_puts(o, CGI_DOT_GONE);
	cgi_out_puts(o, "];\n");
	if (cset->dom != CGI_NONE && cset->dom_addr != cset->addr)
		cgi_dot_show_dom(o, cset);
}

/* rank=sink puts all css_sets into one column to the right of the trees. */
static void cgi_dot_show_in_column(struct cgi_out *o, const struct cgi_snapshot *s, size_t i)
{
	if (!i)
		cgi_out_puts(o, "{\n\trank=sink;\n");
	cgi_dot_show_css_set(o, s, i);
	if (i + 1 == s->css_sets.count)
		cgi_out_puts(o, "}\n");
}

/*
 * The edge goes from the cgroup to the css_set, because dot puts the head of an edge on
 * the right.  dir=back draws its arrow as pointing from the css_set to the cgroup.  The
 * weight brings a css_set to the height of its cgroup.
 */
static void cgi_dot_show_link(struct cgi_out *o, const struct cgi_snapshot *s, size_t i)
{
	const struct cgi_link *link = cgi_link_at(s, i);
	const struct cgi_cgroup *cgrp;

	if (link->cgroup == CGI_NONE)
		return;
	cgrp = cgi_cgroup_at(s, link->cgroup);
	cgi_dot_show_cgroup_id(o, s, link->cgroup);
	cgi_out_puts(o, " -> ");
	cgi_dot_show_css_set_id(o, cgi_css_set_at(s, link->css_set)->addr);
	if (!cgrp->level) {
		cgi_out_puts(o, " [style=invis, constraint=false];\n");
		return;
	}
	cgi_out_puts(o, " [dir=back, weight=4, color=\"");
	cgi_out_puts(o, cgi_dot_colours[cgrp->hierarchy % ARRAY_SIZE(cgi_dot_colours)]);
	cgi_out_puts(o, "\"];\n");
}

static void cgi_dot_show_begin(struct cgi_out *o)
{
	cgi_out_puts(o, "digraph cgroup_inspect {\n"
		     "rankdir=LR; ranksep=0.9; nodesep=0.12; fontname=\"sans-serif\";\n"
		     "node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", fontsize=10, height=0.25, margin=\"0.08,0.03\", fontname=\"sans-serif\"];\n"
		     "edge [arrowsize=0.5];\n");
}

static void cgi_dot_show_end(struct cgi_out *o)
{
	cgi_out_puts(o,
		     "legend [shape=note, fillcolor=\"#f0f0f0\", label=\"ellipse: css_set, box: cgroup, arrow: link\\lno arrow into a hierarchy: linked to its root\\lred and dashed: removed, but held\\l\"];\n"
		     "}\n");
}

static size_t cgi_dot_count(const struct cgi_snapshot *s)
{
	return 1 + s->cgroups.count + s->css_sets.count + s->links.count + 1;
}

static void cgi_dot_show(struct cgi_out *o, const struct cgi_snapshot *s, size_t i)
{
	size_t css_sets = 1 + s->cgroups.count;
	size_t links = css_sets + s->css_sets.count;
	size_t end = links + s->links.count;

	if (!i)
		cgi_dot_show_begin(o);
	else if (i < css_sets)
		cgi_dot_show_in_cluster(o, s, i - 1);
	else if (i < links)
		cgi_dot_show_in_column(o, s, i - css_sets);
	else if (i < end)
		cgi_dot_show_link(o, s, i - links);
	else
		cgi_dot_show_end(o);
}

const struct cgi_view cgi_graph_dot_view = {
	.name	= "graph.dot",
	.want	= CGI_WANT_ALL | CGI_WANT_EXACT_TREES | CGI_WANT_CHARGES,
	.count	= cgi_dot_count,
	.show	= cgi_dot_show,
};
