// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does not fit together in a dump; see cgi_dump.h. Each time two lists
 * that were made from different sections or columns are compared.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "cgi.h"
#include "cgi_dump.h"

/* More faults of one kind than this help nobody. */
#define CGI_SHOWN	5

/* ---- what is named must be listed ---- */

static int cgi_compare(const void *key, const void *item)
{
	return strcmp(key, *(char * const *)item);
}

static bool cgi_knows(const struct cgi_set *sorted, const char *str)
{
	return sorted->nr && bsearch(str, sorted->str, sorted->nr,
				     sizeof(*sorted->str), cgi_compare);
}

static void cgi_add_col(struct cgi_set *set, const struct cgi_table *table,
			const char *col)
{
	int row;

	for (row = 0; row < table->nr_rows; row++)
		if (strcmp(cgi_get(table, row, col), "-"))
			cgi_set_add(set, "%s", cgi_get(table, row, col));
}

/* Each of @named must be one of @listed, and each of these once. Frees both. */
static int cgi_unknown(const char *what, struct cgi_set *named,
		       struct cgi_set *listed)
{
	int i, faults = 0;

	cgi_set_uniq(named);
	cgi_set_sort(listed);
	for (i = 1; i < listed->nr; i++)
		if (!strcmp(listed->str[i], listed->str[i - 1]) &&
		    ++faults <= CGI_SHOWN)
			ksft_print_msg("%s: %s is there twice\n", what,
				       listed->str[i]);
	for (i = 0; i < named->nr; i++)
		if (!cgi_knows(listed, named->str[i]) && ++faults <= CGI_SHOWN)
			ksft_print_msg("%s: %s is not there\n", what,
				       named->str[i]);
	cgi_set_free(named);
	cgi_set_free(listed);
	return faults;
}

static int cgi_unknown_col(const struct cgi_dump *s, int from,
			   const char *col, int to, const char *key)
{
	struct cgi_set named = { 0 }, listed = { 0 };
	char *what = cgi_fmt("%s of %s", col, cgi_section_name(from));
	int faults;

	cgi_add_col(&named, s->table[from], col);
	cgi_add_col(&listed, s->table[to], key);
	faults = cgi_unknown(what, &named, &listed);
	free(what);
	return faults;
}

/*
 * Adds what is before the colon: the hierarchy of H:ID, or the controller of a
 * css.
 */
static void cgi_add_prefix(struct cgi_set *set, const char *id)
{
	cgi_set_add(set, "%.*s", (int)strcspn(id, ":"), id);
}

static int cgi_unknown_hierarchies(const struct cgi_dump *s)
{
	const struct cgi_table *cgroups = s->table[CGI_CGROUPS];
	struct cgi_set named = { 0 }, listed = { 0 };
	int row;

	for (row = 0; row < cgroups->nr_rows; row++)
		cgi_add_prefix(&named, cgi_get(cgroups, row, "cgroup"));
	cgi_add_col(&named, s->table[CGI_SUBSYSTEMS], "hierarchy");
	cgi_add_col(&listed, s->table[CGI_HIERARCHIES], "id");
	return cgi_unknown("hierarchy", &named, &listed);
}

static int cgi_unknown_effective(const struct cgi_dump *s)
{
	const struct cgi_table *sets = s->table[CGI_CSS_SETS];
	struct cgi_set named = { 0 }, listed = { 0 };
	int row;

	for (row = 0; row < sets->nr_rows; row++)
		cgi_set_split(&named, cgi_get(sets, row, "csses"), ",");
	cgi_add_col(&listed, s->table[CGI_CSSES], "css");
	return cgi_unknown("csses of css_sets", &named, &listed);
}

/* A blocker is "hierarchy:3" or "pids:4@0:27". */
static int cgi_unknown_blockers(const struct cgi_dump *s)
{
	const struct cgi_table *subsystems = s->table[CGI_SUBSYSTEMS];
	const struct cgi_table *csses = s->table[CGI_CSSES];
	struct cgi_set named = { 0 }, listed = { 0 };
	int row;

	cgi_add_col(&named, subsystems, "blocked_by");
	for (row = 0; row < csses->nr_rows; row++)
		cgi_set_add(&listed, "%s@%s", cgi_get(csses, row, "css"),
			    cgi_get(csses, row, "cgroup"));
	for (row = 0; row < s->table[CGI_HIERARCHIES]->nr_rows; row++)
		cgi_set_add(&listed, "hierarchy:%s",
			    cgi_get(s->table[CGI_HIERARCHIES], row, "id"));
	return cgi_unknown("blocked_by", &named, &listed);
}

static int cgi_unknown_all(const struct cgi_dump *s)
{
	return cgi_unknown_col(s, CGI_TASKS, "css_set", CGI_CSS_SETS, "css_set") +
	       cgi_unknown_col(s, CGI_TASKS, "tid", CGI_TASKS, "tid") +
	       cgi_unknown_col(s, CGI_CSS_SETS, "dom", CGI_CSS_SETS, "css_set") +
	       cgi_unknown_col(s, CGI_CSS_SETS, "default", CGI_CGROUPS, "cgroup") +
	       cgi_unknown_col(s, CGI_LINKS, "css_set", CGI_CSS_SETS, "css_set") +
	       cgi_unknown_col(s, CGI_LINKS, "cgroup", CGI_CGROUPS, "cgroup") +
	       cgi_unknown_col(s, CGI_CGROUPS, "parent", CGI_CGROUPS, "cgroup") +
	       cgi_unknown_col(s, CGI_CSSES, "cgroup", CGI_CGROUPS, "cgroup") +
	       cgi_unknown_col(s, CGI_CSSES, "parent", CGI_CSSES, "css") +
	       cgi_unknown_hierarchies(s) + cgi_unknown_effective(s) +
	       cgi_unknown_blockers(s);
}

/* ---- what is counted must be there ---- */

/* Adds "@key: 3 @what" for each line whose @col is 3. */
static void cgi_add_counts(struct cgi_set *set, const struct cgi_table *table,
			   const char *key, const char *col, const char *what)
{
	int row;

	for (row = 0; row < table->nr_rows; row++)
		if (cgi_num(table, row, col))
			cgi_set_add(set, "%s: %ld %s", cgi_get(table, row, key),
				    cgi_num(table, row, col), what);
}

/*
 * Adds "@name: 3 @what" for each that is three times in @names, and frees
 * @names.
 */
static void cgi_add_tally(struct cgi_set *set, struct cgi_set *names,
			  const char *what)
{
	int i, run = 0;

	cgi_set_sort(names);
	for (i = 0; i < names->nr; i++) {
		run++;
		if (i + 1 < names->nr && !strcmp(names->str[i], names->str[i + 1]))
			continue;
		cgi_set_add(set, "%s: %d %s", names->str[i], run, what);
		run = 0;
	}
	cgi_set_free(names);
}

static int cgi_diff(const char *what, struct cgi_set *counted,
		    struct cgi_set *found)
{
	int faults = cgi_set_diff(what, counted, found);

	cgi_set_free(counted);
	cgi_set_free(found);
	return faults;
}

/*
 * Compares @col of the table @of, whose lines are named by @key, with how often
 * the column @by of the table @from has that name.
 */
static int cgi_miscounted(const struct cgi_dump *s, int of, const char *key,
			  const char *col, int from, const char *by)
{
	struct cgi_set counted = { 0 }, found = { 0 }, names = { 0 };
	char *what = cgi_fmt("%s: count and lines", cgi_section_name(of));
	int faults;

	cgi_add_counts(&counted, s->table[of], key, col, col);
	cgi_add_col(&names, s->table[from], by);
	cgi_add_tally(&found, &names, col);
	faults = cgi_diff(what, &counted, &found);
	free(what);
	return faults;
}

/* Each css counts the css_sets that have it in their list of csses. */
static int cgi_miscounted_users(const struct cgi_dump *s)
{
	const struct cgi_table *sets = s->table[CGI_CSS_SETS];
	struct cgi_set counted = { 0 }, found = { 0 }, names = { 0 };
	int row;

	cgi_add_counts(&counted, s->table[CGI_CSSES], "css", "css_sets", "css_sets");
	for (row = 0; row < sets->nr_rows; row++)
		cgi_set_split(&names, cgi_get(sets, row, "csses"), ",");
	cgi_add_tally(&found, &names, "css_sets");
	return cgi_diff("csses: css_sets", &counted, &found);
}

static int cgi_miscounted_cgroups(const struct cgi_dump *s)
{
	const struct cgi_table *cgroups = s->table[CGI_CGROUPS];
	const struct cgi_table *hiers = s->table[CGI_HIERARCHIES];
	struct cgi_set counted = { 0 }, found = { 0 };
	struct cgi_set live = { 0 }, removed = { 0 };
	int row;

	cgi_add_counts(&counted, hiers, "id", "cgroups", "live");
	cgi_add_counts(&counted, hiers, "id", "dying", "removed");
	for (row = 0; row < cgroups->nr_rows; row++)
		cgi_add_prefix(strcmp(cgi_get(cgroups, row, "state"), "live") ?
			     &removed : &live, cgi_get(cgroups, row, "cgroup"));
	cgi_add_tally(&found, &live, "live");
	cgi_add_tally(&found, &removed, "removed");
	return cgi_diff("hierarchies: cgroups", &counted, &found);
}

static int cgi_miscounted_csses(const struct cgi_dump *s)
{
	const struct cgi_table *csses = s->table[CGI_CSSES];
	const struct cgi_table *subsystems = s->table[CGI_SUBSYSTEMS];
	struct cgi_set counted = { 0 }, found = { 0 };
	struct cgi_set all = { 0 }, dying = { 0 };
	int row;

	cgi_add_counts(&counted, subsystems, "name", "csses", "csses");
	cgi_add_counts(&counted, subsystems, "name", "dying", "dying");
	for (row = 0; row < csses->nr_rows; row++) {
		const char *css = cgi_get(csses, row, "css");
		const char *state = cgi_get(csses, row, "state");

		cgi_add_prefix(&all, css);
		if (!strcmp(state, "dying") || !strcmp(state, "draining"))
			cgi_add_prefix(&dying, css);
	}
	cgi_add_tally(&found, &all, "csses");
	cgi_add_tally(&found, &dying, "dying");
	return cgi_diff("subsystems: csses", &counted, &found);
}

/* The tasks of a cgroup are those of its css_sets. */
static int cgi_miscounted_tasks(const struct cgi_dump *s)
{
	const struct cgi_table *links = s->table[CGI_LINKS];
	const struct cgi_table *sets = s->table[CGI_CSS_SETS];
	struct cgi_set counted = { 0 }, found = { 0 }, names = { 0 };
	long i;
	int row, set;

	cgi_add_counts(&counted, s->table[CGI_CGROUPS], "cgroup", "tasks", "tasks");
	for (row = 0; row < links->nr_rows; row++) {
		set = cgi_find_row(sets, "css_set", cgi_get(links, row, "css_set"));
		for (i = set < 0 ? 0 : cgi_num(sets, set, "tasks"); i > 0; i--)
			cgi_set_add(&names, "%s", cgi_get(links, row, "cgroup"));
	}
	cgi_add_tally(&found, &names, "tasks");
	return cgi_diff("cgroups: tasks", &counted, &found);
}

/* Each css_set has one link into each hierarchy. */
static int cgi_miscounted_links(const struct cgi_dump *s)
{
	const struct cgi_table *links = s->table[CGI_LINKS];
	const struct cgi_table *sets = s->table[CGI_CSS_SETS];
	const struct cgi_table *hiers = s->table[CGI_HIERARCHIES];
	struct cgi_set want = { 0 }, found = { 0 };
	int row, set;

	for (row = 0; row < hiers->nr_rows; row++)
		for (set = 0; set < sets->nr_rows; set++)
			cgi_set_add(&want, "%s is in %s",
				    cgi_get(sets, set, "css_set"),
				    cgi_get(hiers, row, "id"));
	for (row = 0; row < links->nr_rows; row++) {
		const char *id = cgi_get(links, row, "cgroup");

		cgi_set_add(&found, "%s is in %.*s",
			    cgi_get(links, row, "css_set"),
			    (int)strcspn(id, ":"), id);
	}
	return cgi_diff("links: one for each hierarchy", &found, &want);
}

static int cgi_miscounted_all(const struct cgi_dump *s)
{
	return cgi_miscounted(s, CGI_CGROUPS, "cgroup", "children",
			      CGI_CGROUPS, "parent") +
	       cgi_miscounted(s, CGI_CGROUPS, "cgroup", "css_sets",
			      CGI_LINKS, "cgroup") +
	       cgi_miscounted(s, CGI_CSSES, "css", "children",
			      CGI_CSSES, "parent") +
	       cgi_miscounted(s, CGI_CSS_SETS, "css_set", "threaded",
			      CGI_CSS_SETS, "dom") +
	       cgi_miscounted_users(s) + cgi_miscounted_cgroups(s) +
	       cgi_miscounted_csses(s) + cgi_miscounted_tasks(s) +
	       cgi_miscounted_links(s);
}

/* ---- what is said twice must be the same ---- */

/* Adds where the tasks of each css_set say that they are. */
static void cgi_add_memberships(struct cgi_set *set, struct cgi_set *css_sets,
				const struct cgi_table *tasks)
{
	struct cgi_set items = { 0 };
	int row, i;

	for (row = 0; row < tasks->nr_rows; row++) {
		const char *css_set = cgi_get(tasks, row, "css_set");

		cgi_set_add(css_sets, "%s", css_set);
		cgi_set_split(&items, cgi_get(tasks, row, "cgroups"), " ");
		for (i = 0; i < items.nr; i++) {
			const char *path = strchr(items.str[i], ':');

			path = path ? strchr(path + 1, ':') : NULL;
			cgi_set_add(set, "%s in %d:%s", css_set,
				    atoi(items.str[i]), path ? path + 1 : "?");
		}
		cgi_set_free(&items);
	}
	cgi_set_uniq(set);
	cgi_set_uniq(css_sets);
}

/* A css_set that has tasks must have links to where its tasks are. */
static int cgi_other_memberships(const struct cgi_dump *s)
{
	const struct cgi_table *links = s->table[CGI_LINKS];
	const struct cgi_table *cgroups = s->table[CGI_CGROUPS];
	struct cgi_set said = { 0 }, linked = { 0 }, css_sets = { 0 };
	int row, at;

	cgi_add_memberships(&said, &css_sets, s->table[CGI_TASKS]);
	for (row = 0; row < links->nr_rows; row++) {
		const char *css_set = cgi_get(links, row, "css_set");
		const char *id = cgi_get(links, row, "cgroup");

		at = cgi_find_row(cgroups, "cgroup", id);
		if (at < 0 || !cgi_knows(&css_sets, css_set))
			continue;
		cgi_set_add(&linked, "%s in %d:%s%s", css_set, atoi(id),
			    cgi_get(links, row, "path"),
			    strcmp(cgi_get(cgroups, at, "state"), "live") ?
			    "\\040(deleted)" : "");
	}
	cgi_set_free(&css_sets);
	return cgi_diff("tasks and links", &said, &linked);
}

/*
 * Has a cgroup the path of its parent and one name more, and the parent's level
 * and one more?
 */
static bool cgi_is_below(const struct cgi_table *cgroups, int row)
{
	int above = cgi_find_row(cgroups, "cgroup", cgi_get(cgroups, row, "parent"));
	const char *path = cgi_get(cgroups, row, "path"), *parent;
	size_t len;

	if (above < 0)
		return !strcmp(path, "/") && !cgi_num(cgroups, row, "level");
	parent = cgi_get(cgroups, above, "path");
	len = strcmp(parent, "/") ? strlen(parent) : 0;
	return !strncmp(path, parent, len) && path[len] == '/' &&
	       path[len + 1] && !strchr(path + len + 1, '/') &&
	       cgi_num(cgroups, row, "level") ==
	       cgi_num(cgroups, above, "level") + 1 && above < row;
}

static int cgi_other_paths(const struct cgi_dump *s)
{
	const struct cgi_table *cgroups = s->table[CGI_CGROUPS];
	int row, faults = 0;

	for (row = 0; row < cgroups->nr_rows; row++)
		if (!cgi_is_below(cgroups, row) && ++faults <= CGI_SHOWN)
			ksft_print_msg("cgroups: %s is not right below %s\n",
				       cgi_get(cgroups, row, "path"),
				       cgi_get(cgroups, row, "parent"));
	return faults;
}

static int cgi_other_links(const struct cgi_dump *s)
{
	const struct cgi_table *links = s->table[CGI_LINKS];
	const struct cgi_table *cgroups = s->table[CGI_CGROUPS];
	struct cgi_set named = { 0 }, listed = { 0 };
	int row;

	for (row = 0; row < links->nr_rows; row++)
		cgi_set_add(&named, "%s %s", cgi_get(links, row, "cgroup"),
			    cgi_get(links, row, "path"));
	for (row = 0; row < cgroups->nr_rows; row++)
		cgi_set_add(&listed, "%s %s", cgi_get(cgroups, row, "cgroup"),
			    cgi_get(cgroups, row, "path"));
	return cgi_unknown("path of links", &named, &listed);
}

/* Each kernel has some of all, and without any line nothing contradicts another. */
static int cgi_empty(const struct cgi_dump *s)
{
	int i, faults = 0;

	for (i = 0; i < CGI_NR_SECTIONS; i++) {
		if (s->table[i]->nr_rows)
			continue;
		ksft_print_msg("%s has no line\n", cgi_section_name(i));
		faults++;
	}
	return faults;
}

int cgi_dump_faults(const struct cgi_dump *s)
{
	return cgi_empty(s) + cgi_unknown_all(s) + cgi_miscounted_all(s) +
	       cgi_other_memberships(s) + cgi_other_paths(s) +
	       cgi_other_links(s);
}
