// SPDX-License-Identifier: GPL-2.0-only
/*
 * The graph for Graphviz: a tree of boxes for each hierarchy that has more than its root.
 *
 * A css_set is an ellipse beside the cgroup that it is linked to.  In further trees it is drawn
 * again, with the end of its identity only, so that no arrow of a link leaves its tree and each
 * can be followed.  In a tree that does not show it, it is linked to the root.  Only the dotted
 * arrows from threaded css_sets to that of their domain may lead from tree to tree.
 *
 * Graphviz puts what comes first in a cluster to the bottom, and clusters in the order of the
 * edges from "top".  So hierarchies are printed in their order, and the cgroups of each from
 * the last one to the first.
 */
#include <linux/kernel.h>

#include "graph_dot.h"
#include "view.h"

/* Of css_sets, so that one is found again in the next tree; red is for what was removed. */
static const struct {
	const char *line;
	const char *fill;
} cgi_dot_colours[] = {
	{ "#1f77b4", "#d6eaf8" }, { "#2c8c2c", "#d5f5e3" }, { "#b8860b", "#fcf3cf" },
	{ "#7d3c98", "#e8daef" }, { "#138d75", "#d1f2eb" }, { "#ca6f1e", "#fae5d3" },
	{ "#566573", "#e5e8e8" }, { "#6b8e23", "#eaf2c8" }, { "#3f3fbf", "#dcd6f7" },
};

#define CGI_DOT_GONE	", style=\"rounded,filled,dashed\", fillcolor=\"#f8d0d0\", color=\"#c00000\""

/* ---- trees ---- */

/* Cgroups are in the order of their hierarchies: the first one that is not before this one. */
static u32 cgi_dot_first_of(const struct cgi_snapshot *s, u32 hierarchy)
{
	u32 low = 0, high = s->cgroups.count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (cgi_cgroup_at(s, middle)->hierarchy < hierarchy)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The removed cgroups that share one box with this one, or NULL if it has its own box. */
static const struct cgi_bunch *cgi_dot_bunch_of(const struct cgi_snapshot *s, u32 cgroup)
{
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, cgroup);
	const struct cgi_bunch *bunch;

	if (!cgi_cgroup_can_be_bunched(cgrp))
		return NULL;
	bunch = cgi_bunch_at(s, cgrp->parent);
	return bunch->nr > CGI_BUNCH ? bunch : NULL;
}

static void cgi_dot_show_cgroup_id(struct cgi_out *o, const struct cgi_snapshot *s, u32 cgroup)
{
	cgi_out_putc(o, '"');
	cgi_put_cgroup(o, s, cgroup);
	cgi_out_putc(o, '"');
}

static void cgi_dot_show_box(struct cgi_out *o, const struct cgi_snapshot *s, u32 index)
{
	const struct cgi_bunch *bunch = cgi_dot_bunch_of(s, index);
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, index);

	if (bunch && bunch->first != index)
		return;
	cgi_out_putc(o, '\t');
	cgi_dot_show_cgroup_id(o, s, index);
	cgi_out_puts(o, " [label=\"");
	if (bunch)
		cgi_dot_put_bunch(o, s, bunch);
	else
		cgi_dot_put_cgroup(o, s, index);
	cgi_out_putc(o, '"');
	if (cgrp->state != CGI_CGROUP_LIVE)
		cgi_out_puts(o, CGI_DOT_GONE);
	cgi_out_puts(o, bunch ? ", peripheries=2];\n" : "];\n");
	if (cgrp->parent == CGI_NONE)
		return;
	cgi_out_putc(o, '\t');
	cgi_dot_show_cgroup_id(o, s, cgrp->parent);
	cgi_out_puts(o, " -> ");
	cgi_dot_show_cgroup_id(o, s, index);
	cgi_out_puts(o, " [color=\"#808080\", arrowhead=none];\n");
}

/* Whatever is added to a cluster later says its name again. */
static void cgi_dot_show_cluster(struct cgi_out *o, const struct cgi_hierarchy *h)
{
	cgi_out_puts(o, "subgraph cluster_");
	cgi_out_s64(o, h->id);
	cgi_out_puts(o, " {\n");
}

static void cgi_dot_open_tree(struct cgi_out *o, const struct cgi_snapshot *s,
			      const struct cgi_hierarchy *h)
{
	cgi_dot_show_cluster(o, h);
	cgi_out_puts(o, "\tlabel=\"");
	cgi_dot_put_hierarchy(o, s, h);
	cgi_out_puts(o, "\"; labeljust=l; style=rounded; color=\"#a0a0a0\"; fontsize=12;\n");
}

static void cgi_dot_close_tree(struct cgi_out *o, const struct cgi_snapshot *s, u32 root)
{
	cgi_out_puts(o, "}\ntop -> ");
	cgi_dot_show_cgroup_id(o, s, root);
	cgi_out_puts(o, " [style=invis];\n");
}

static void cgi_dot_show_in_tree(struct cgi_out *o, const struct cgi_snapshot *s, u32 nth)
{
	u32 hierarchy = cgi_cgroup_at(s, nth)->hierarchy;
	u32 first, last;

	if (!cgi_hierarchy_has_tree(s, hierarchy))
		return;
	first = cgi_dot_first_of(s, hierarchy);
	last = cgi_dot_first_of(s, hierarchy + 1) - 1;
	if (nth == first)
		cgi_dot_open_tree(o, s, cgi_hierarchy_at(s, hierarchy));
	cgi_dot_show_box(o, s, first + last - nth);
	if (nth == last)
		cgi_dot_close_tree(o, s, first);
}

/* ---- css_sets ---- */

/* A css_set has a node of its own in each tree; the one with all there is to say has its name. */
static void cgi_dot_show_css_set_id(struct cgi_out *o, const void *addr,
				    const struct cgi_hierarchy *copy_in)
{
	cgi_out_putc(o, '"');
	cgi_out_addr(o, addr);
	if (copy_in) {
		cgi_out_putc(o, '@');
		cgi_out_s64(o, copy_in->id);
	}
	cgi_out_putc(o, '"');
}

static void cgi_dot_show_ellipse(struct cgi_out *o, const struct cgi_snapshot *s,
				 const struct cgi_css_set *cset, size_t colour,
				 const struct cgi_hierarchy *copy_in)
{
	cgi_out_putc(o, '\t');
	cgi_dot_show_css_set_id(o, cset->addr, copy_in);
	cgi_out_puts(o, " [shape=ellipse, margin=\"0.02,0.01\", label=\"");
	if (copy_in)
		cgi_out_addr_end(o, cset->addr, s->addr_digits);
	else
		cgi_dot_put_css_set(o, s, cset);
	cgi_out_putc(o, '"');
	if (copy_in)
		cgi_out_puts(o, ", height=0.18, fontsize=9");
	if (cset->dead) {
		cgi_out_puts(o, CGI_DOT_GONE);
	} else {
		cgi_out_puts(o, ", color=\"");
		cgi_out_puts(o, cgi_dot_colours[colour].line);
		cgi_out_puts(o, "\", fillcolor=\"");
		cgi_out_puts(o, cgi_dot_colours[colour].fill);
		cgi_out_putc(o, '"');
	}
	cgi_out_puts(o, "];\n");
}

/*
 * Graphviz puts the head of an edge on the right.  dir=back draws the arrow as pointing from
 * the css_set to the cgroup.
 */
static void cgi_dot_show_arrow(struct cgi_out *o, const struct cgi_snapshot *s, u32 cgroup,
			       const struct cgi_css_set *cset, size_t colour,
			       const struct cgi_hierarchy *copy_in)
{
	cgi_out_putc(o, '\t');
	cgi_dot_show_cgroup_id(o, s, cgroup);
	cgi_out_puts(o, " -> ");
	cgi_dot_show_css_set_id(o, cset->addr, copy_in);
	cgi_out_puts(o, " [dir=back, color=\"");
	cgi_out_puts(o, cgi_dot_colours[colour].line);
	cgi_out_puts(o, "\"];\n");
}

static void cgi_dot_show_link(struct cgi_out *o, const struct cgi_snapshot *s, u32 index)
{
	const struct cgi_link *link = cgi_link_at(s, index);
	const struct cgi_css_set *cset = cgi_css_set_at(s, link->css_set);
	size_t colour = link->css_set % ARRAY_SIZE(cgi_dot_colours);
	const struct cgi_hierarchy *h, *copy_in;
	bool home;

	if (link->cgroup == CGI_NONE)
		return;
	home = cgi_home_of(s, link->css_set) == index;
	if (!home && (cgi_cgroup_at(s, link->cgroup)->parent == CGI_NONE ||
		      !cgi_hierarchy_has_tree(s, cgi_cgroup_at(s, link->cgroup)->hierarchy)))
		return;
	h = cgi_hierarchy_of(s, link->cgroup);
	copy_in = home ? NULL : h;
	cgi_dot_show_cluster(o, h);
	cgi_dot_show_ellipse(o, s, cset, colour, copy_in);
	cgi_out_puts(o, "}\n");
	cgi_dot_show_arrow(o, s, link->cgroup, cset, colour, copy_in);
}

/* A css_set without any link is there, too; and threaded ones point at that of their domain. */
static void cgi_dot_show_css_set(struct cgi_out *o, const struct cgi_snapshot *s, size_t i)
{
	const struct cgi_css_set *cset = cgi_css_set_at(s, i);

	if (cgi_home_of(s, i) == CGI_NONE)
		cgi_dot_show_ellipse(o, s, cset, i % ARRAY_SIZE(cgi_dot_colours), NULL);
	if (cset->dom == CGI_NONE || cset->dom_addr == cset->addr)
		return;
	cgi_out_putc(o, '\t');
	cgi_dot_show_css_set_id(o, cset->addr, NULL);
	cgi_out_puts(o, " -> ");
	cgi_dot_show_css_set_id(o, cset->dom_addr, NULL);
	cgi_out_puts(o, " [style=dotted, label=domain, fontsize=8, constraint=false];\n");
}

/* ---- the whole ---- */

static void cgi_dot_show_begin(struct cgi_out *o)
{
	cgi_out_puts(o, "digraph cgroup_inspect {\n"
		     "rankdir=LR; ordering=out; ranksep=0.35; nodesep=0.08; fontname=\"sans-serif\";\n"
		     "node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", fontsize=10, height=0.22, margin=\"0.08,0.03\", fontname=\"sans-serif\"];\n"
		     "edge [arrowsize=0.5, fontname=\"sans-serif\"];\n"
		     "top [style=invis, label=\"\", width=0, height=0, margin=0];\n");
}

/* The first hierarchy from @from on that has no tree, or one behind the last one. */
static u32 cgi_dot_next_root(const struct cgi_snapshot *s, u32 from)
{
	while (from < s->hierarchies.count && cgi_hierarchy_has_tree(s, from))
		from++;
	return from;
}

/* The hierarchies without a tree are lines in one box. */
static void cgi_dot_show_root(struct cgi_out *o, const struct cgi_snapshot *s, u32 hierarchy)
{
	if (cgi_hierarchy_has_tree(s, hierarchy))
		return;
	if (cgi_dot_next_root(s, 0) == hierarchy)
		cgi_out_puts(o, "roots [label=\"all css_sets are at the root of\\l");
	cgi_dot_put_hierarchy(o, s, cgi_hierarchy_at(s, hierarchy));
	cgi_out_puts(o, "\\l");
	if (cgi_dot_next_root(s, hierarchy + 1) == s->hierarchies.count)
		cgi_out_puts(o, "\"];\ntop -> roots [style=invis];\n");
}

static void cgi_dot_show_end(struct cgi_out *o)
{
	cgi_out_puts(o,
		     "legend [shape=note, fillcolor=\"#f0f0f0\", label=\"box: cgroup; ellipse: css_set, and the end of its identity\\larrow: link; a css_set is at the root of trees that do not show it\\lred and dashed: removed, but held; double box: several of these\\l\"];\n"
		     "top -> legend [style=invis];\n"
		     "}\n");
}

static size_t cgi_dot_count(const struct cgi_snapshot *s)
{
	return 1 + s->cgroups.count + s->links.count + s->css_sets.count +
	       s->hierarchies.count + 1;
}

static void cgi_dot_show(struct cgi_out *o, const struct cgi_snapshot *s, size_t i)
{
	size_t links = 1 + s->cgroups.count;
	size_t css_sets = links + s->links.count;
	size_t hierarchies = css_sets + s->css_sets.count;
	size_t end = hierarchies + s->hierarchies.count;

	if (!i)
		cgi_dot_show_begin(o);
	else if (i < links)
		cgi_dot_show_in_tree(o, s, i - 1);
	else if (i < css_sets)
		cgi_dot_show_link(o, s, css_sets - 1 - i);
	else if (i < hierarchies)
		cgi_dot_show_css_set(o, s, i - css_sets);
	else if (i < end)
		cgi_dot_show_root(o, s, i - hierarchies);
	else
		cgi_dot_show_end(o);
}

const struct cgi_view cgi_graph_dot_view = {
	.name	= "graph.dot",
	.want	= CGI_WANT_ALL | CGI_WANT_EXACT_CSS_SETS | CGI_WANT_EXACT_TREES |
		  CGI_WANT_CHARGES | CGI_WANT_PICTURE,
	.count	= cgi_dot_count,
	.show	= cgi_dot_show,
};
