// SPDX-License-Identifier: GPL-2.0-only
/*
 * The contract's form: the columns are there, every line has the header's
 * number of fields and none is empty, strings are escaped, the order is
 * stable, and what one file names the others know.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "lib/cgi.h"

#define TYPES "domain threaded domain\\040threaded domain\\040invalid -"

static const struct {
	const char *file;
	const char *cols;
} contract[] = {
	{ "tasks", "tid tgid comm state css_set cgroups kthread list" },
	{ "css_sets", "css_set refs tasks exiting threaded namespaces" },
	{ "css_sets", "unaccounted state dom default csses" },
	{ "links", "css_set cgroup path" },
	{ "cgroups", "cgroup parent level path state type controllers" },
	{ "cgroups", "subtree_control populated css_sets tasks children" },
	{ "cgroups", "dying_descendants refs unaccounted serial" },
	{ "csses", "css cgroup parent serial state refs css_sets children" },
	{ "csses", "unaccounted online_count flags" },
	{ "hierarchies", "id version name controllers cgroups dying state" },
	{ "hierarchies", "flags" },
	{ "subsystems", "id name legacy_name hierarchy csses dying blocked_by" },
	{ "subsystems", "flags" },
};

static const char * const stats_keys[] = {
	"snapshots", "collect_ns_last", "collect_ns_max", "lock_ns_last",
	"lock_ns_max", "lock_nodes_last", "lock_nodes_max", "bytes_last",
	"bytes_max", "tasks", "css_sets", "links", "cgroups", "csses",
	"hierarchies",
};

static const char * const info_keys[] = {
	"version", "format", "kernel", "css_set_lock", "cgroup_mutex", "graph",
	"lock_ways", "memberships",
};

static bool has_columns(const struct cgi_table *table, const char *cols)
{
	struct cgi_set want = { 0 };
	bool ok = true;
	int i;

	cgi_set_split(&want, cols, " ");
	for (i = 0; i < want.nr; i++) {
		if (cgi_col(table, want.str[i]) >= 0)
			continue;
		ksft_print_msg("%s has no column %s\n", table->name,
			       want.str[i]);
		ok = false;
	}
	cgi_set_free(&want);
	return ok;
}

static bool fields_are_good(const struct cgi_table *table)
{
	int i;

	for (i = 0; i < table->nr_rows * table->nr_cols; i++) {
		if (*table->fields[i] && cgi_escaped_well(table->fields[i]))
			continue;
		ksft_print_msg("%s: line %d, column %s: \"%s\"\n", table->name,
			       i / table->nr_cols + 2,
			       table->cols[i % table->nr_cols], table->fields[i]);
		return false;
	}
	return true;
}

static bool one_of(const struct cgi_table *table, const char *col,
		   const char *list)
{
	struct cgi_set good = { 0 };
	bool ok = true;
	int row;

	cgi_set_split(&good, list, " ");
	for (row = 0; row < table->nr_rows; row++) {
		const char *val = cgi_get(table, row, col);

		if (cgi_set_has(&good, val))
			continue;
		ksft_print_msg("%s: %s is %s\n", table->name, col, val);
		ok = false;
	}
	cgi_set_free(&good);
	return ok;
}

static void test_tables(void)
{
	struct cgi_table *table;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(contract); i++) {
		table = cgi_table_read(contract[i].file);
		ksft_test_result(has_columns(table, contract[i].cols) &&
				 table->nr_rows > 0,
				 "%s: the contract's columns, and lines\n",
				 contract[i].file);
		ksft_test_result(fields_are_good(table),
				 "%s: no field is empty or ill escaped\n",
				 contract[i].file);
		cgi_table_free(table);
	}
}

/* "-" is what a count is before anything was counted. */
static bool is_number(const char *val)
{
	return !val[strspn(val, "0123456789")] || !strcmp(val, "-");
}

static void test_keys(const char *file, const char * const *keys, size_t nr,
		      bool numbers)
{
	bool ok = true;
	size_t i;

	for (i = 0; i < nr; i++) {
		char *val = cgi_value(file, keys[i]);

		if (val && *val && (!numbers || is_number(val)))
			continue;
		ksft_print_msg("%s: %s: %s\n", file, keys[i], val);
		ok = false;
	}
	ksft_test_result(ok, "%s: the contract's keys\n", file);
}

/* Of each kind, stats counts what the file just read had lines. */
static void test_counts(void)
{
	static const char * const kinds[] = {
		"tasks", "css_sets", "links", "cgroups", "hierarchies",
	};
	struct cgi_table *table;
	bool ok = true;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		char *nr;

		table = cgi_table_read(kinds[i]);
		nr = cgi_value("stats", kinds[i]);
		if (!nr || atoi(nr) != table->nr_rows) {
			ksft_print_msg("stats: %s: %s, the file has %d lines\n",
				       kinds[i], nr, table->nr_rows);
			ok = false;
		}
		cgi_table_free(table);
	}
	ksft_test_result(ok, "stats counts the lines of the last file read\n");
}

static void test_values(void)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	struct cgi_table *sets = cgi_table_read("css_sets");
	struct cgi_table *cgroups = cgi_table_read("cgroups");
	struct cgi_table *hiers = cgi_table_read("hierarchies");

	ksft_test_result(one_of(tasks, "state", "running exiting zombie") &&
			 one_of(sets, "state", "live dead") &&
			 one_of(cgroups, "state", "live draining dying") &&
			 one_of(cgroups, "type", TYPES) &&
			 one_of(hiers, "version", "1 2"),
			 "states, types and versions are the contract's\n");
	cgi_table_free(tasks);
	cgi_table_free(sets);
	cgi_table_free(cgroups);
	cgi_table_free(hiers);
}

static bool ascending(const struct cgi_table *table, const char *col)
{
	long last = -1;
	int row;

	for (row = 0; row < table->nr_rows; row++) {
		long val = cgi_num(table, row, col);

		if (val <= last) {
			ksft_print_msg("%s: %s %ld after %ld\n", table->name,
				       col, val, last);
			return false;
		}
		last = val;
	}
	return true;
}

/* "3:cpu:/a 0::/" : the highest hierarchy first */
static bool items_descend(const char *list)
{
	struct cgi_set items = { 0 };
	bool ok;
	int i;

	cgi_set_split(&items, list, " ");
	ok = items.nr > 0;
	for (i = 1; i < items.nr; i++)
		ok = ok && atoi(items.str[i]) < atoi(items.str[i - 1]);
	if (!ok)
		ksft_print_msg("tasks: cgroups is %s\n", list);
	cgi_set_free(&items);
	return ok;
}

static void test_task_order(void)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	bool ok = true;
	int row;

	ksft_test_result(ascending(tasks, "tid"), "tasks: by ascending tid\n");
	for (row = 0; row < tasks->nr_rows; row++)
		ok = items_descend(cgi_get(tasks, row, "cgroups")) && ok;
	ksft_test_result(ok, "tasks: the highest hierarchy first\n");
	cgi_table_free(tasks);
}

/*
 * Pre-order: the parent of each line is on the path from the root to the line
 * before it. @stack holds that path, one cgroup a level.
 */
static bool preorder(const struct cgi_table *table)
{
	const char **stack = cgi_alloc(table->nr_rows * sizeof(*stack) + 1);
	int row, level, last_level = -1, last_hier = -1;
	bool ok = true;

	for (row = 0; row < table->nr_rows && ok; row++) {
		const char *id = cgi_get(table, row, "cgroup");
		const char *parent = cgi_get(table, row, "parent");

		level = cgi_num(table, row, "level");
		if (!level)
			ok = atoi(id) > last_hier && !strcmp(parent, "-");
		else
			ok = level > 0 && level <= last_level + 1 &&
			     atoi(id) == last_hier &&
			     !strcmp(parent, stack[level - 1]);
		if (!ok)
			ksft_print_msg("cgroups: %s, parent %s, level %d\n",
				       id, parent, level);
		else
			stack[level] = id;
		last_level = level;
		last_hier = atoi(id);
	}
	free(stack);
	return ok;
}

static void test_cgroup_order(void)
{
	char *name, *root = cgi_named("order", &name);
	struct cgi_table *table, *hiers;
	char *top = cgi_new_cgroup(root);
	char *a = cgi_mkdir(top, "a"), *b = cgi_mkdir(top, "b");

	cgi_mkdir(a, "x");
	cgi_mkdir(cgi_mkdir(b, "x"), "y");
	/* Made last, listed inside: else order of creation would do. */
	cgi_mkdir(a, "z");
	cgi_mkdir(cgi_new_cgroup(cgi_v2()), "a");
	table = cgi_table_read("cgroups");
	ksft_test_result(preorder(table), "cgroups: in pre-order\n");
	cgi_table_free(table);
	hiers = cgi_table_read("hierarchies");
	ksft_test_result(ascending(hiers, "id"),
			 "hierarchies: by ascending id\n");
	cgi_table_free(hiers);
}

static void add_column(struct cgi_set *set, const char *file, const char *col)
{
	struct cgi_table *table = cgi_table_read(file);
	int row;

	for (row = 0; row < table->nr_rows; row++)
		cgi_set_add(set, "%s", cgi_get(table, row, col));
	cgi_table_free(table);
}

static void test_unique(const char *file, const char *col)
{
	struct cgi_set all = { 0 };
	int nr;

	add_column(&all, file, col);
	nr = all.nr;
	cgi_set_uniq(&all);
	ksft_test_result(nr > 0 && nr == all.nr, "%s: each %s once\n", file,
			 col);
	cgi_set_free(&all);
}

/* Both columns have the same members: nothing is named that is not shown. */
static int diff_css_sets(void)
{
	struct cgi_set links = { 0 }, sets = { 0 };
	int nr;

	add_column(&links, "links", "css_set");
	add_column(&sets, "css_sets", "css_set");
	cgi_set_uniq(&links);
	cgi_set_uniq(&sets);
	nr = cgi_set_compare("links", &links, &sets);
	return nr;
}

/* Removed cgroups that linger are lines of cgroups, but counted by none. */
static int live_cgroups(const struct cgi_table *cgroups, int hier)
{
	int row, nr = 0;

	for (row = 0; row < cgroups->nr_rows; row++)
		nr += atoi(cgi_get(cgroups, row, "cgroup")) == hier &&
		      !strcmp(cgi_get(cgroups, row, "state"), "live");
	return nr;
}

static int diff_hierarchies(void)
{
	struct cgi_table *table = cgi_table_read("hierarchies");
	struct cgi_table *cgroups = cgi_table_read("cgroups");
	struct cgi_set ours = { 0 }, want = { 0 };
	int row, nr;

	for (row = 0; row < table->nr_rows; row++) {
		int hier = cgi_num(table, row, "id");

		cgi_set_add(&ours, "%d has %ld cgroups", hier,
			    cgi_num(table, row, "cgroups"));
		cgi_set_add(&want, "%d has %d cgroups", hier,
			    live_cgroups(cgroups, hier));
	}
	nr = cgi_set_compare("hierarchies", &ours, &want);
	cgi_table_free(table);
	cgi_table_free(cgroups);
	return nr;
}

static void test_references(void)
{
	ksft_test_result(cgi_settles(diff_css_sets),
			 "links and css_sets name the same css_sets\n");
	ksft_test_result(cgi_settles(diff_hierarchies),
			 "hierarchies counts the live lines of cgroups\n");
}

int main(void)
{
	ksft_print_header();
	cgi_begin();
	cgi_need_graph();
	ksft_set_plan(2 * ARRAY_SIZE(contract) + 13);
	test_tables();
	test_keys("stats", stats_keys, ARRAY_SIZE(stats_keys), true);
	test_keys("info", info_keys, ARRAY_SIZE(info_keys), false);
	test_counts();
	test_values();
	test_task_order();
	test_cgroup_order();
	test_unique("css_sets", "css_set");
	test_unique("cgroups", "cgroup");
	test_unique("subsystems", "name");
	test_references();
	cgi_finish();
}
