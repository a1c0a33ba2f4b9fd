// SPDX-License-Identifier: GPL-2.0-only
/*
 * The contract's form: the columns are there, every line has the header's
 * number of fields and none is empty, strings are escaped, the order is
 * stable, and what one file names the others know.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"

#define TYPES "domain threaded domain\\040threaded domain\\040invalid -"

static struct contract {
	const char *file;
	const char *cols;
} contract[] = {
	{ "tasks", "tid tgid comm state css_set cgroups kthread list" },
	{ "tasks", "pidns cgroupns movable frozen ppid start" },
	{ "css_sets", "css_set refs tasks exiting threaded namespaces" },
	{ "css_sets", "unaccounted state dom default csses" },
	{ "links", "css_set cgroup path" },
	{ "cgroups", "cgroup parent level path state type controllers" },
	{ "cgroups", "subtree_control populated css_sets tasks children" },
	{ "cgroups", "dying_descendants refs unaccounted serial freeze attach" },
	{ "cgroups", "exiting" },
	{ "csses", "css cgroup parent serial state refs css_sets children" },
	{ "csses", "unaccounted online_count flags pages swap writeback" },
	{ "hierarchies", "id version name controllers cgroups dying state" },
	{ "hierarchies", "flags" },
	{ "subsystems", "id name legacy_name hierarchy csses dying blocked_by" },
	{ "subsystems", "flags ids max_ids" },
	{ "holders", "object path kind refs amount tid comm fd detail" },
};

static const char * const stats_keys[] = {
	"snapshots", "collect_ns_last", "collect_ns_max", "lock_ns_last",
	"lock_ns_max", "lock_nodes_last", "lock_nodes_max", "bytes_last",
	"bytes_max", "tasks", "css_sets", "links", "cgroups", "csses",
	"hierarchies", "mutex_wait_ns_last", "mutex_wait_ns_max",
	"mutex_hold_ns_last", "mutex_hold_ns_max", "readers_waiting",
	"oldest_wait_ns", "passes_last", "passes_max", "holders_ns_last",
	"holders_ns_max", "holders_lock_ns_last", "holders_lock_ns_max",
	"holders_lock_slots_last", "holders_lock_slots_max",
	"holders_slots_last", "holders_slots_max", "holders_pages_ns_last",
	"holders_pages_ns_max", "holders_pages_rcu_ns_last",
	"holders_pages_rcu_ns_max", "holders_pages_last", "holders_pages_max",
};

static const char * const info_keys[] = {
	"version", "format", "kernel", "css_set_lock", "cgroup_mutex", "graph",
	"lock_ways", "memberships", "cgroup_mutex_held_by", "readers_waiting",
	"oldest_wait_ns", "boot_id", "time_ns", "boottime_ns", "holders",
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

static bool columns_are_there(void *object)
{
	const struct contract *c = object;
	struct cgi_table *table = cgi_table_read(c->file);
	bool ok = has_columns(table, c->cols) && table->nr_rows > 0;

	cgi_table_free(table);
	return ok;
}

static bool escaped_well(void *object)
{
	const struct contract *c = object;
	struct cgi_table *table = cgi_table_read(c->file);
	bool ok = cgi_table_is_good(table);

	cgi_table_free(table);
	return ok;
}

/* A count is "-" before anything was counted. */
static bool is_number(const char *val)
{
	return !val[strspn(val, "0123456789")] || !strcmp(val, "-");
}

static bool has_keys(const char *file, const char * const *keys, size_t nr,
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
	return ok;
}

static bool stats_has_keys(void)
{
	return has_keys("stats", stats_keys, ARRAY_SIZE(stats_keys), true);
}

static bool info_has_keys(void)
{
	return has_keys("info", info_keys, ARRAY_SIZE(info_keys), false);
}

/*
 * For each kind of object stats counts as many as the file that was just read
 * has lines.
 */
static bool stats_counts_lines(void)
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
	return ok;
}

static bool values_are_known(void)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	struct cgi_table *sets = cgi_table_read("css_sets");
	struct cgi_table *cgroups = cgi_table_read("cgroups");
	struct cgi_table *hiers = cgi_table_read("hierarchies");
	bool ok;

	ok = one_of(tasks, "state", "running exiting zombie") &&
	     one_of(sets, "state", "live dead") &&
	     one_of(cgroups, "state", "live draining dying") &&
	     one_of(cgroups, "type", TYPES) &&
	     one_of(hiers, "version", "1 2");
	cgi_table_free(tasks);
	cgi_table_free(sets);
	cgi_table_free(cgroups);
	cgi_table_free(hiers);
	return ok;
}

static bool ascends(const char *file, const char *col)
{
	struct cgi_table *table = cgi_table_read(file);
	long last = -1, val;
	bool ok = true;
	int row;

	for (row = 0; row < table->nr_rows && ok; row++, last = val) {
		val = cgi_num(table, row, col);
		ok = val > last;
		if (!ok)
			ksft_print_msg("%s: %s %ld after %ld\n", file, col, val, last);
	}
	cgi_table_free(table);
	return ok;
}

static bool tids_ascend(void)
{
	return ascends("tasks", "tid");
}

static bool hierarchies_ascend(void)
{
	return ascends("hierarchies", "id");
}

/* In "3:cpu:/a 0::/" the highest hierarchy comes first. */
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

static bool highest_is_first(void)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	bool ok = true;
	int row;

	for (row = 0; row < tasks->nr_rows; row++)
		ok = items_descend(cgi_get(tasks, row, "cgroups")) && ok;
	cgi_table_free(tasks);
	return ok;
}

/*
 * In a pre-order the parent of each line is on the path from the root to the
 * line before it. The stack holds that path, one cgroup for each level.
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

static bool cgroups_are_in_preorder(void)
{
	char *name, *root = cgi_named("order", &name);
	struct cgi_table *table;
	char *top = cgi_new_cgroup(root);
	char *a = cgi_mkdir(top, "a"), *b = cgi_mkdir(top, "b");
	bool ok;

	cgi_mkdir(a, "x");
	cgi_mkdir(cgi_mkdir(b, "x"), "y");
	/* It is made last and listed inside: the order of creation would not do. */
	cgi_mkdir(a, "z");
	cgi_mkdir(cgi_new_cgroup(cgi_v2()), "a");
	table = cgi_table_read("cgroups");
	ok = preorder(table);
	cgi_table_free(table);
	return ok;
}

static void add_column(struct cgi_set *set, const char *file, const char *col)
{
	struct cgi_table *table = cgi_table_read(file);
	int row;

	for (row = 0; row < table->nr_rows; row++)
		cgi_set_add(set, "%s", cgi_get(table, row, col));
	cgi_table_free(table);
}

static bool is_unique(const char *file, const char *col)
{
	struct cgi_set all = { 0 };
	bool ok;
	int nr;

	add_column(&all, file, col);
	nr = all.nr;
	cgi_set_uniq(&all);
	ok = nr > 0 && nr == all.nr;
	cgi_set_free(&all);
	return ok;
}

static bool css_sets_are_unique(void)
{
	return is_unique("css_sets", "css_set");
}

static bool cgroups_are_unique(void)
{
	return is_unique("cgroups", "cgroup");
}

static bool subsystems_are_unique(void)
{
	return is_unique("subsystems", "name");
}

/* links names each css_set that css_sets shows, and no other. */
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

/*
 * Removed cgroups that something holds are lines of cgroups, but hierarchies
 * does not count them.
 */
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

/* The kernel makes the id when the file is read for the first time. */
static bool boot_is_told(void)
{
	char *id = cgi_slurp("/proc/sys/kernel/random/boot_id", NULL);
	char *ours = cgi_value("info", "boot_id");
	bool same;

	if (!id || !ours)
		return false;
	id[strcspn(id, "\n")] = '\0';
	same = !strcmp(id, ours) || (!cgi_has_graph() && !strcmp(ours, "-"));
	if (!same)
		ksft_print_msg("%s instead of %s\n", ours, id);
	free(ours);
	free(id);
	return same;
}

static unsigned long long clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static bool time_is_told(void)
{
	static const struct {
		const char *key;
		clockid_t clock;
	} times[] = { { "time_ns", CLOCK_REALTIME }, { "boottime_ns", CLOCK_BOOTTIME } };
	bool ok = true;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(times); i++) {
		unsigned long long before = clock_ns(times[i].clock), ours;
		char *text = cgi_value("info", times[i].key);

		ours = text ? strtoull(text, NULL, 10) : 0;
		ok = ok && ours >= before && ours <= clock_ns(times[i].clock);
		free(text);
	}
	return ok;
}

static const struct cgi_case table_cases[] = {
	{ "the contract's columns, and lines", .run_on = columns_are_there },
	{ "no field is empty or ill escaped", .run_on = escaped_well },
};

static const struct cgi_case cases[] = {
	{ "stats: the contract's keys", stats_has_keys },
	{ "info: the contract's keys", info_has_keys },
	{ "info: the id of this boot", boot_is_told },
	{ "info: the time", time_is_told },
	{ "stats counts the lines of the last file read", stats_counts_lines },
	{ "states, types and versions are the contract's", values_are_known },
	{ "tasks: by ascending tid", tids_ascend },
	{ "tasks: the highest hierarchy first", highest_is_first },
	{ "cgroups: in pre-order", cgroups_are_in_preorder },
	{ "hierarchies: by ascending id", hierarchies_ascend },
	{ "css_sets: each css_set once", css_sets_are_unique },
	{ "cgroups: each cgroup once", cgroups_are_unique },
	{ "subsystems: each name once", subsystems_are_unique },
	{ "links and css_sets name the same css_sets", .diff = diff_css_sets },
	{ "hierarchies counts the live lines of cgroups", .diff = diff_hierarchies },
};

int main(void)
{
	size_t i;

	cgi_begin();
	cgi_need_graph();
	for (i = 0; i < ARRAY_SIZE(contract); i++)
		cgi_add_cases_on(&contract[i], contract[i].file, table_cases,
				 ARRAY_SIZE(table_cases));
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
