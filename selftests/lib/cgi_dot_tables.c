// SPDX-License-Identifier: GPL-2.0-only
/*
 * What graph.dot should have according to the tables.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "cgi_dot.h"

/* So many removed cgroups of one parent have nodes of their own. */
#define ALONE		8
/* So many digits of a css_set's identity are there at least, and so many it has at most. */
#define LEAST_DIGITS	4
#define MOST_DIGITS	16

struct model {
	struct cgi_table *hierarchies, *cgroups, *css_sets, *links;
	size_t digits;	/* so many tell all css_sets apart that are not printed alike */
};

static const char *end_of(const char *id, size_t digits)
{
	size_t len = strlen(id);

	return id + (len > digits ? len - digits : 0);
}

static int count_ends(const struct cgi_table *css_sets, size_t digits)
{
	struct cgi_set ends = { 0 };
	int row, nr;

	for (row = 0; row < css_sets->nr_rows; row++)
		cgi_set_add(&ends, "%s", end_of(cgi_get(css_sets, row, "css_set"), digits));
	cgi_set_sort(&ends);
	cgi_set_uniq(&ends);
	nr = ends.nr;
	cgi_set_free(&ends);
	return nr;
}

static void read_model(struct model *m)
{
	m->hierarchies = cgi_table_read("hierarchies");
	m->cgroups = cgi_table_read("cgroups");
	m->css_sets = cgi_table_read("css_sets");
	m->links = cgi_table_read("links");
	m->digits = LEAST_DIGITS;
	while (count_ends(m->css_sets, m->digits) < count_ends(m->css_sets, MOST_DIGITS))
		m->digits++;
}

static void free_model(struct model *m)
{
	cgi_table_free(m->hierarchies);
	cgi_table_free(m->cgroups);
	cgi_table_free(m->css_sets);
	cgi_table_free(m->links);
}

static bool has_branches(const struct model *m, int hier)
{
	int row, nr = 0;

	for (row = 0; row < m->cgroups->nr_rows; row++)
		nr += atoi(cgi_get(m->cgroups, row, "cgroup")) == hier;
	return nr > 1;
}

/* If no hierarchy has more than its root, the first one is a cluster. */
static int first_tree(const struct model *m)
{
	int row;

	for (row = 0; row < m->hierarchies->nr_rows; row++)
		if (has_branches(m, cgi_num(m->hierarchies, row, "id")))
			return cgi_num(m->hierarchies, row, "id");
	return cgi_num(m->hierarchies, 0, "id");
}

static bool is_tree(const struct model *m, int hier)
{
	return has_branches(m, hier) || hier == first_tree(m);
}

static bool is_lonely(const struct model *m, int row)
{
	return strcmp(cgi_get(m->cgroups, row, "state"), "live") &&
	       strcmp(cgi_get(m->cgroups, row, "parent"), "-") &&
	       !cgi_num(m->cgroups, row, "children") &&
	       !cgi_num(m->cgroups, row, "css_sets");
}

/* The node of the first one of many stands for all. */
static bool has_node(const struct model *m, int row)
{
	const char *parent = cgi_get(m->cgroups, row, "parent");
	int other, nr = 0, before = 0;

	if (!is_lonely(m, row))
		return true;
	for (other = 0; other < m->cgroups->nr_rows; other++)
		if (is_lonely(m, other) &&
		    !strcmp(cgi_get(m->cgroups, other, "parent"), parent)) {
			nr++;
			before += other < row;
		}
	return nr <= ALONE || !before;
}

static void expect_cgroups(const struct model *m, struct cgi_dot *g)
{
	const char *id, *parent;
	int row;

	for (row = 0; row < m->cgroups->nr_rows; row++) {
		id = cgi_get(m->cgroups, row, "cgroup");
		parent = cgi_get(m->cgroups, row, "parent");
		if (!is_tree(m, atoi(id)) || !has_node(m, row))
			continue;
		cgi_set_add(&g->cgroups, "%s", id);
		if (strcmp(parent, "-"))
			cgi_set_add(&g->children, "%s > %s", parent, id);
	}
}

static bool is_root(const struct model *m, const char *cgroup)
{
	int row = cgi_find_row(m->cgroups, "cgroup", cgroup);

	return row >= 0 && !strcmp(cgi_get(m->cgroups, row, "parent"), "-");
}

/*
 * The cgroups beside which a css_set is drawn: those in trees that are no roots, or else the
 * root of the first tree. Returns the id of the first tree among them.
 */
static int drawn_at(const struct model *m, const char *css_set, struct cgi_set *at)
{
	int row, hier, first = -1;
	const char *cgroup;

	for (row = 0; row < m->links->nr_rows; row++) {
		cgroup = cgi_get(m->links, row, "cgroup");
		hier = atoi(cgroup);
		if (strcmp(cgi_get(m->links, row, "css_set"), css_set) || !is_tree(m, hier) ||
		    is_root(m, cgroup))
			continue;
		cgi_set_add(at, "%s", cgroup);
		first = first < 0 || hier < first ? hier : first;
	}
	for (row = 0; row < m->links->nr_rows && first < 0; row++) {
		cgroup = cgi_get(m->links, row, "cgroup");
		if (strcmp(cgi_get(m->links, row, "css_set"), css_set) ||
		    atoi(cgroup) != first_tree(m))
			continue;
		cgi_set_add(at, "%s", cgroup);
		first = atoi(cgroup);
	}
	return first;
}

static void expect_css_set(const struct model *m, struct cgi_dot *g, const char *css_set)
{
	struct cgi_set at = { 0 };
	int first = drawn_at(m, css_set, &at), hier, i;
	const char *called = end_of(css_set, m->digits);

	cgi_set_add(&g->css_sets, "%s in %d, called %s", css_set, first, called);
	for (i = 0; i < at.nr; i++) {
		hier = atoi(at.str[i]);
		cgi_set_add(&g->links, "%s > %s", css_set, at.str[i]);
		if (hier != first)
			cgi_set_add(&g->copies, "%s@%d in %d, called %s", css_set, hier, hier,
				    called);
	}
	cgi_set_free(&at);
}

static void expect_css_sets(const struct model *m, struct cgi_dot *g)
{
	const char *id, *dom;
	int row;

	for (row = 0; row < m->css_sets->nr_rows; row++) {
		id = cgi_get(m->css_sets, row, "css_set");
		dom = cgi_get(m->css_sets, row, "dom");
		if (strcmp(dom, "-"))
			cgi_set_add(&g->doms, "%s > %s", id, dom);
		expect_css_set(m, g, id);
	}
}

static void expect_hierarchies(const struct model *m, struct cgi_dot *g)
{
	int row, hier;

	for (row = 0; row < m->hierarchies->nr_rows; row++) {
		hier = cgi_num(m->hierarchies, row, "id");
		cgi_set_add(is_tree(m, hier) ? &g->clusters : &g->roots, "%d", hier);
	}
}

static void expect_graph(struct cgi_dot *g)
{
	struct model m;

	memset(g, 0, sizeof(*g));
	read_model(&m);
	expect_hierarchies(&m, g);
	expect_cgroups(&m, g);
	expect_css_sets(&m, g);
	free_model(&m);
}

int cgi_dot_diff(void)
{
	char *text = cgi_text_read("graph.dot");
	struct cgi_dot g, want;
	int nr = 0;

	cgi_dot_read(&g, text);
	expect_graph(&want);
	nr += cgi_set_compare("clusters", &g.clusters, &want.clusters);
	nr += cgi_set_compare("the box of roots", &g.roots, &want.roots);
	nr += cgi_set_compare("cgroups", &g.cgroups, &want.cgroups);
	nr += cgi_set_compare("css_sets", &g.css_sets, &want.css_sets);
	nr += cgi_set_compare("css_sets in further trees", &g.copies, &want.copies);
	nr += cgi_set_compare("links", &g.links, &want.links);
	nr += cgi_set_compare("children", &g.children, &want.children);
	nr += cgi_set_compare("domains", &g.doms, &want.doms);
	free(text);
	return nr;
}
