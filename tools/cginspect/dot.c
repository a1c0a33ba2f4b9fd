// SPDX-License-Identifier: GPL-2.0-only
/*
 * A picture in the language of Graphviz: its nodes and edges, and where they go.
 *
 * Trees are clusters that no edge leaves. Within a cluster Graphviz puts what comes first to
 * the bottom, so rows are gone through from the last one to the first.
 */
#include <stdlib.h>

#include "dot.h"

/* Of css_sets, so that one is found again in the next tree; red is for what was removed. */
static const struct {
	const char *line;
	const char *fill;
} colours[] = {
	{ "#1f77b4", "#d6eaf8" }, { "#2c8c2c", "#d5f5e3" }, { "#b8860b", "#fcf3cf" },
	{ "#7d3c98", "#e8daef" }, { "#138d75", "#d1f2eb" }, { "#ca6f1e", "#fae5d3" },
	{ "#566573", "#e5e8e8" }, { "#6b8e23", "#eaf2c8" }, { "#3f3fbf", "#dcd6f7" },
};

#define REMOVED	", style=\"rounded,filled,dashed\", fillcolor=\"#f8d0d0\", color=\"#c00000\""

/* --- text --- */

void dot_quote(FILE *to, struct slice text)
{
	size_t i;

	for (i = 0; i < text.length; i++) {
		if (text.at[i] == '"' || text.at[i] == '\\')
			fputc('\\', to);
		if (text.at[i] == '&')
			fputs("&amp;", to);
		else
			fputc(text.at[i], to);
	}
}

void dot_field(FILE *to, struct slice field)
{
	char *shown = text_show(field, false);

	dot_quote(to, slice_of(shown));
	free(shown);
}

/* --- names of nodes --- */

static void put_cgroup(FILE *to, const struct picture *picture, uint32_t cgroup)
{
	fputc('"', to);
	dot_field(to, table_get(picture->cgroups, cgroup, "cgroup"));
	fputc('"', to);
}

/* A css_set has a node of its own in each tree; that with all there is to say has its name. */
static void put_css_set(FILE *to, const struct picture *picture, uint32_t css_set,
			uint32_t hierarchy, bool whole)
{
	fputc('"', to);
	dot_field(to, table_get(picture->css_sets, css_set, "css_set"));
	if (!whole) {
		fputc('@', to);
		dot_field(to, table_get(picture->hierarchies, hierarchy, "id"));
	}
	fputc('"', to);
}

/* --- cgroups --- */

static void print_box(FILE *to, const struct picture *picture, uint32_t row)
{
	uint32_t above = graph_relation(&picture->context->graph, CHILDREN_OF_CGROUP)->target[row];

	fputc('\t', to);
	put_cgroup(to, picture, row);
	fputs(" [label=\"", to);
	dot_cgroup_label(to, picture, row);
	fputc('"', to);
	if (picture_is_removed(picture, row))
		fputs(REMOVED, to);
	if (picture->bunches[row])
		fputs(", peripheries=2", to);
	fputs("];\n", to);
	if (above == NO_ROW || picture->box[above] == NO_ROW)
		return;
	fputc('\t', to);
	put_cgroup(to, picture, picture->box[above]);
	fputs(" -> ", to);
	put_cgroup(to, picture, row);
	fputs(" [color=\"#808080\", arrowhead=none];\n", to);
}

static void print_boxes(FILE *to, const struct picture *picture, uint32_t hierarchy)
{
	uint32_t row;

	for (row = picture->cgroups->nr_rows; row--;)
		if (picture->hierarchy[row] == hierarchy && picture_has_box(picture, row))
			print_box(to, picture, row);
}

/* --- css_sets --- */

static void print_ellipse(FILE *to, const struct picture *picture, uint32_t css_set,
			  uint32_t hierarchy, bool whole)
{
	size_t colour = css_set % (sizeof(colours) / sizeof(*colours));

	fputc('\t', to);
	put_css_set(to, picture, css_set, hierarchy, whole);
	fputs(" [shape=ellipse, margin=\"0.02,0.01\", ", to);
	if (whole) {
		fputs("label=\"", to);
		dot_css_set_label(to, picture, css_set);
	} else {
		fputs("height=0.18, fontsize=9, label=\"", to);
		dot_field(to, picture_short_id(picture, css_set));
	}
	fputc('"', to);
	if (slice_is(table_get(picture->css_sets, css_set, "state"), "dead"))
		fputs(REMOVED, to);
	else
		fprintf(to, ", color=\"%s\", fillcolor=\"%s\"", colours[colour].line,
			colours[colour].fill);
	fputs("];\n", to);
}

/* Graphviz puts the head of an edge to the right; dir=back draws the arrow at the other end. */
static void print_arrow(FILE *to, const struct picture *picture, uint32_t css_set,
			uint32_t cgroup, bool whole)
{
	size_t colour = css_set % (sizeof(colours) / sizeof(*colours));

	fputc('\t', to);
	put_cgroup(to, picture, picture->box[cgroup]);
	fputs(" -> ", to);
	put_css_set(to, picture, css_set, picture->hierarchy[cgroup], whole);
	fprintf(to, " [dir=back, color=\"%s\"];\n", colours[colour].line);
}

/* A css_set that is drawn, and is not where no css_set is drawn again: at the root of a tree. */
static bool is_drawn(const struct picture *picture, uint32_t link, uint32_t *css_set,
		     uint32_t *cgroup)
{
	struct graph *graph = &picture->context->graph;

	*css_set = graph_relation(graph, LINKS_OF_CSS_SET)->target[link];
	*cgroup = graph_relation(graph, LINKS_OF_CGROUP)->target[link];
	if (*css_set == NO_ROW || *cgroup == NO_ROW || picture->home[*css_set] == NO_ROW ||
	    picture->box[*cgroup] == NO_ROW)
		return false;
	return picture->home[*css_set] == link || !picture_is_root(picture, *cgroup);
}

static void print_links(FILE *to, const struct picture *picture, uint32_t hierarchy)
{
	uint32_t link, css_set, cgroup;
	bool whole;

	for (link = picture->links->nr_rows; link--;) {
		if (!is_drawn(picture, link, &css_set, &cgroup) ||
		    picture->hierarchy[cgroup] != hierarchy)
			continue;
		whole = picture->home[css_set] == link;
		print_ellipse(to, picture, css_set, hierarchy, whole);
		print_arrow(to, picture, css_set, cgroup, whole);
	}
}

/* A css_set that is the only one is in no tree, and has all arrows, that to all roots as well. */
static void print_only_css_set(FILE *to, const struct picture *picture, bool roots)
{
	uint32_t link, css_set, cgroup;

	for (link = picture->links->nr_rows; link--;) {
		if (!is_drawn(picture, link, &css_set, &cgroup))
			continue;
		print_arrow(to, picture, css_set, cgroup, true);
		if (picture->home[css_set] != link)
			continue;
		print_ellipse(to, picture, css_set, NO_ROW, true);
		if (!roots)
			continue;
		fputs("\troots -> ", to);
		put_css_set(to, picture, css_set, NO_ROW, true);
		fputs(" [dir=back];\n", to);
	}
}

static void print_domain(FILE *to, const struct picture *picture, uint32_t css_set)
{
	uint32_t domain = graph_find(&picture->context->graph, INDEX_CSS_SETS,
				     table_get(picture->css_sets, css_set, "dom"));

	if (domain == NO_ROW || picture->home[css_set] == NO_ROW ||
	    picture->home[domain] == NO_ROW)
		return;
	put_css_set(to, picture, css_set, NO_ROW, true);
	fputs(" -> ", to);
	put_css_set(to, picture, domain, NO_ROW, true);
	fputs(" [style=dotted, label=\"domain\", fontsize=8, constraint=false];\n", to);
}

/* --- the whole --- */

static void print_tree(FILE *to, const struct picture *picture, uint32_t hierarchy)
{
	fputs("subgraph \"cluster_", to);
	dot_field(to, table_get(picture->hierarchies, hierarchy, "id"));
	fputs("\" {\n\tlabel=\"", to);
	dot_hierarchy_label(to, picture, hierarchy);
	fputs("\"; labeljust=l; style=rounded; color=\"#a0a0a0\"; fontsize=12;\n", to);
	print_boxes(to, picture, hierarchy);
	if (!picture->one_css_set)
		print_links(to, picture, hierarchy);
	fputs("}\ntop -> ", to);
	put_cgroup(to, picture, picture->roots[hierarchy]);
	fputs(" [style=invis];\n", to);
}

/* The hierarchies without a tree, because all is at the root. Returns whether there is any. */
static bool print_roots(FILE *to, const struct picture *picture)
{
	bool any = false;
	uint32_t row;

	for (row = 0; row < picture->hierarchies->nr_rows; row++) {
		if (picture->has_tree[row] || picture->roots[row] == NO_ROW ||
		    !picture->cgroup_chosen[picture->roots[row]])
			continue;
		if (!any)
			fputs("roots [label=\"at the root of\\l", to);
		any = true;
		dot_hierarchy_label(to, picture, row);
		fputs("\\l", to);
	}
	if (any)
		fputs("\"];\ntop -> roots [style=invis];\n", to);
	return any;
}

static void print(FILE *to, const struct picture *picture)
{
	uint32_t row;
	bool roots;

	fputs("digraph cgroup_inspect {\n"
	      "rankdir=LR; ordering=out; ranksep=0.35; nodesep=0.08; fontname=\"sans-serif\";\n"
	      "node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", fontsize=10, height=0.22, margin=\"0.08,0.03\", fontname=\"sans-serif\"];\n"
	      "edge [arrowsize=0.5, fontname=\"sans-serif\"];\n"
	      "top [style=invis, label=\"\", width=0, height=0, margin=0];\n", to);
	for (row = 0; row < picture->hierarchies->nr_rows; row++)
		if (picture->has_tree[row])
			print_tree(to, picture, row);
	roots = print_roots(to, picture);
	if (picture->one_css_set)
		print_only_css_set(to, picture, roots);
	for (row = 0; row < picture->css_sets->nr_rows; row++)
		print_domain(to, picture, row);
	fputs("legend [shape=note, fillcolor=\"#f0f0f0\", label=\"", to);
	dot_legend(to, picture);
	fputs("\"];\ntop -> legend [style=invis];\n}\n", to);
}

/*
 * What the picture is made of is checked when it is asked for, so all of it is made before
 * anything is written. The fuzzer comes back from die() meanwhile and leaves the stream open, so
 * what that is about to fill must not be on the stack.
 */
struct slice dot_text(const struct picture *picture)
{
	static char *text;
	static size_t length;
	FILE *to = need_memory(open_memstream(&text, &length));

	print(to, picture);
	if (fclose(to))
		need_memory(NULL);
	return (struct slice){ text, length };
}
