// SPDX-License-Identifier: GPL-2.0-only
/*
 * links, css_sets, csses and the tasks of cgroups against what the debug
 * controller says in every cgroup of its hierarchy.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_debug.h"

/*
 * The controller names only this number of tasks of a css_set, and says how
 * many more there are.
 */
#define NAMED	25

/* ---- one css_set as both sides tell it ---- */

/*
 * The controller does not show the references of a css_set that has threaded
 * ones.
 */
static void add_facts(struct cgi_set *set, const char *cgroup,
		      const struct cgi_debug_cset *cset)
{
	const char *name = cset->css_set;
	int i;

	cgi_set_add(set, "%s holds %s", cgroup, name);
	cgi_set_add(set, "%s is %s, domain %s, %ld threaded", name,
		    cset->dead ? "dead" : "live", cset->dom, cset->threaded);
	cgi_set_add(set, "%s counts %ld tasks", name, cset->tasks);
	if (!cset->threaded)
		cgi_set_add(set, "%s has %ld references", name, cset->refs);
	for (i = 0; i < cset->tids.nr && cset->tasks <= NAMED; i++)
		cgi_set_add(set, "%s has task %s", name, cset->tids.str[i]);
}

/* ---- the oracle's side of links ---- */

static void parse_below(struct cgi_debug_cset *cset, const char *line)
{
	long nr;

	if (sscanf(line, "  task %ld", &nr) == 1) {
		cgi_set_add(&cset->tids, "%ld", nr);
		cset->tasks++;
	} else if (sscanf(line, "  ... (%ld)", &nr) == 1) {
		cset->tasks = NAMED + nr;
	} else if (strstr(line, "[dead]")) {
		cset->dead = true;
	}
}

static void end_css_set(struct cgi_set *set, const char *cgroup,
			struct cgi_debug_cset *cset)
{
	if (cset->css_set[0])
		add_facts(set, cgroup, cset);
	cgi_set_free(&cset->tids);
	cset->css_set[0] = '\0';
}

static void add_asked_links(const struct cgi_hier *unused, const char *dir,
			    const char *rel, void *arg)
{
	char *cgroup = cgi_fmt("%d:%llu", cgi_debug_hier.id, cgi_ino_if_there(dir));
	char *text = cgi_debug_ask(dir, cgi_debug_css_links), *line, *save = NULL;
	struct cgi_debug_cset cset = { 0 };

	(void)unused;
	(void)rel;
	for (line = text ? strtok_r(text, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (!strncmp(line, "css_set ", 8)) {
			end_css_set(arg, cgroup, &cset);
			cgi_debug_parse(&cset, line);
		} else {
			parse_below(&cset, line);
		}
	}
	end_css_set(arg, cgroup, &cset);
	free(text);
	free(cgroup);
}

/* ---- our side of links ---- */

struct tables {
	struct cgi_table *links;
	struct cgi_table *sets;
	struct cgi_table *cgroups;
	struct cgi_table *tasks;
};

static void read_tables(struct tables *tables)
{
	tables->links = cgi_table_read("links");
	tables->sets = cgi_table_read("css_sets");
	tables->cgroups = cgi_table_read("cgroups");
	tables->tasks = cgi_table_read("tasks");
}

static void free_tables(struct tables *tables)
{
	cgi_table_free(tables->links);
	cgi_table_free(tables->sets);
	cgi_table_free(tables->cgroups);
	cgi_table_free(tables->tasks);
}

/*
 * A cgroup that is dying has no directory any more, and so none of the
 * controller's files.
 */
static bool is_visible(const struct cgi_table *cgroups, const char *cgroup)
{
	int row = cgi_find_row(cgroups, "cgroup", cgroup);

	if (atoi(cgroup) != cgi_debug_hier.id)
		return false;
	return row < 0 || !strcmp(cgi_get(cgroups, row, "state"), "live");
}

static void add_our_tids(struct cgi_set *tids, const struct cgi_table *tasks,
			 const char *css_set)
{
	const char *list;
	int row;

	for (row = 0; row < tasks->nr_rows; row++) {
		list = cgi_get(tasks, row, "list");
		if (strcmp(list, "tasks"))
			continue;
		if (!strcmp(cgi_get(tasks, row, "css_set"), css_set))
			cgi_set_add(tids, "%ld", cgi_num(tasks, row, "tid"));
	}
}

static void add_our_css_set(struct cgi_set *set, const struct tables *tables,
			    const char *cgroup, const char *css_set)
{
	const struct cgi_table *sets = tables->sets;
	int row = cgi_find_row(sets, "css_set", css_set);
	struct cgi_debug_cset cset = { 0 };

	if (row < 0) {
		cgi_set_add(set, "%s is not in css_sets", css_set);
		return;
	}
	snprintf(cset.css_set, sizeof(cset.css_set), "%s", css_set);
	snprintf(cset.dom, sizeof(cset.dom), "%s", cgi_get(sets, row, "dom"));
	cset.refs = cgi_num(sets, row, "refs");
	cset.tasks = cgi_num(sets, row, "tasks");
	cset.threaded = cgi_num(sets, row, "threaded");
	cset.dead = !strcmp(cgi_get(sets, row, "state"), "dead");
	add_our_tids(&cset.tids, tables->tasks, css_set);
	add_facts(set, cgroup, &cset);
	cgi_set_free(&cset.tids);
}

static int diff_links(void)
{
	struct cgi_set ours = { 0 }, want = { 0 };
	struct tables tables;
	int row, nr;

	read_tables(&tables);
	cgi_walk(&cgi_debug_hier, add_asked_links, &want);
	for (row = 0; row < tables.links->nr_rows; row++) {
		const char *cgroup = cgi_get(tables.links, row, "cgroup");

		if (is_visible(tables.cgroups, cgroup))
			add_our_css_set(&ours, &tables, cgroup,
					cgi_get(tables.links, row, "css_set"));
	}
	free_tables(&tables);
	nr = cgi_set_compare("links", &ours, &want);
	return nr;
}

/* ---- csses ---- */

/*
 * A line is " 4: cpu - 0xffff888003e1d000[7] 1 P=1". The pointer is not
 * compared: no other file shows it.
 */
static void add_asked_css(struct cgi_set *set, const char *cgroup,
			  const char *line)
{
	char name[32];
	int id, online, parent;
	int nr = sscanf(line, " %*d: %31s - %*[0-9a-f][%d] %d P=%d", name, &id,
			&online, &parent);

	if (nr == 3)
		cgi_set_add(set, "%s has %s:%d, %d online, child of -", cgroup,
			    name, id, online);
	else if (nr == 4)
		cgi_set_add(set, "%s has %s:%d, %d online, child of %s:%d",
			    cgroup, name, id, online, name, parent);
	else
		cgi_die("debug controller: not understood: %s", line);
}

static void add_asked_csses(const struct cgi_hier *unused, const char *dir,
			    const char *rel, void *arg)
{
	char *cgroup = cgi_fmt("%d:%llu", cgi_debug_hier.id, cgi_ino_if_there(dir));
	char *text = cgi_debug_ask(dir, cgi_debug_csses), *line, *save = NULL;

	(void)unused;
	(void)rel;
	for (line = text ? strtok_r(text, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save))
		add_asked_css(arg, cgroup, line);
	free(text);
	free(cgroup);
}

static int diff_csses(void)
{
	struct cgi_set ours = { 0 }, want = { 0 };
	struct cgi_table *csses = cgi_table_read("csses");
	int row, nr;

	cgi_walk(&cgi_debug_hier, add_asked_csses, &want);
	/* The controller shows only csses that are online. */
	for (row = 0; row < csses->nr_rows; row++)
		if (atoi(cgi_get(csses, row, "cgroup")) == cgi_debug_hier.id &&
		    !strcmp(cgi_get(csses, row, "state"), "online"))
			cgi_set_add(&ours, "%s has %s, %s online, child of %s",
				    cgi_get(csses, row, "cgroup"),
				    cgi_get(csses, row, "css"),
				    cgi_get(csses, row, "online_count"),
				    cgi_get(csses, row, "parent"));
	cgi_table_free(csses);
	nr = cgi_set_compare("csses", &ours, &want);
	return nr;
}

/* ---- tasks of a cgroup ---- */

static void add_asked_count(const struct cgi_hier *unused, const char *dir,
			    const char *rel, void *arg)
{
	char *text = cgi_debug_ask(dir, "taskcount");

	(void)unused;
	(void)rel;
	cgi_set_add(arg, "%d:%llu has %ld tasks", cgi_debug_hier.id, cgi_ino_if_there(dir),
		    text ? atol(text) : -1);
	free(text);
}

static int diff_counts(void)
{
	struct cgi_set ours = { 0 }, want = { 0 };
	struct cgi_table *cgroups = cgi_table_read("cgroups");
	const char *cgroup;
	int row, nr;

	cgi_walk(&cgi_debug_hier, add_asked_count, &want);
	for (row = 0; row < cgroups->nr_rows; row++) {
		cgroup = cgi_get(cgroups, row, "cgroup");
		if (is_visible(cgroups, cgroup))
			cgi_set_add(&ours, "%s has %ld tasks", cgroup,
				    cgi_num(cgroups, row, "tasks"));
	}
	cgi_table_free(cgroups);
	nr = cgi_set_compare("taskcount", &ours, &want);
	return nr;
}

static bool made_equals(void)
{
	cgi_debug_make();
	return cgi_settles(diff_links);
}

/* Without these, only css_sets of the plainest kind would have been compared. */
static bool threaded_was_seen(void)
{
	struct cgi_set facts = { 0 };
	bool threaded = false, domain = false;
	int i;

	cgi_walk(&cgi_debug_hier, add_asked_links, &facts);
	for (i = 0; i < facts.nr; i++) {
		/* Where page tables have five levels, addresses begin with ff11. */
		if (strstr(facts.str[i], "domain ff"))
			domain = true;
		if (strstr(facts.str[i], ", 1 threaded"))
			threaded = true;
	}
	for (i = 0; i < facts.nr && !(domain && threaded); i++)
		if (strstr(facts.str[i], "domain"))
			ksft_print_msg("%s\n", facts.str[i]);
	cgi_set_free(&facts);
	return domain && threaded;
}

#define LINKS_EQUAL	"links, css_sets and tasks equal the debug controller's, "
#define CSSES_EQUAL	"csses equals the debug controller's, "
#define COUNTS_EQUAL	"tasks of cgroups equal its task counts, "
#define AS_IS		"as the guest is"
#define WITH_ALL	"with zombie, namespace and threaded cgroups"

static const struct cgi_case cases[] = {
	{ LINKS_EQUAL AS_IS, .diff = diff_links },
	{ CSSES_EQUAL AS_IS, .diff = diff_csses },
	{ COUNTS_EQUAL AS_IS, .diff = diff_counts },
	{ LINKS_EQUAL WITH_ALL, made_equals },
	{ CSSES_EQUAL WITH_ALL, .diff = diff_csses },
	{ COUNTS_EQUAL WITH_ALL, .diff = diff_counts },
	{ "a threaded css_set and its domain were among them", threaded_was_seen },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	cgi_debug_need();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
