// SPDX-License-Identifier: GPL-2.0-only
/*
 * On an idle guest the graph explains all references but those of the known
 * constant holders, which are in Documentation/debugfs.rst:
 *
 *   css_sets   none
 *   csses      memory: itself by its id, and pages, stocks and sockets;
 *              all others: none
 *   cgroups    v1 roots: one for each superblock; v2: sockets and BPF links
 *
 * A guest without a service manager has no cgroup but roots, so some are made here:
 *
 *   v1 named, pids, memory   a cgroup
 *   cgroup2                  a cgroup with a socket
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_named.h"
#include "lib/cgi_pin.h"

/*
 * Exited tasks, removed cgroups and their csses are freed by RCU, which gets 20
 * s.
 */
#define PATIENCE_TRIES	40
#define PATIENCE_MS	500

/* Controllers that a kernel may lack. */
static struct cgi_place pids, memory;

/*
 * This is not cgi_settles(), which says something about each attempt: here up
 * to 40 of them only wait for RCU.
 */
static bool comes_to_rest(int (*count)(bool say))
{
	int i;

	for (i = 0; i < PATIENCE_TRIES; i++) {
		if (!count(false))
			return true;
		cgi_sleep_ms(PATIENCE_MS);
	}
	return !count(true);
}

static int odd(bool say, const struct cgi_table *table, int row, const char *why)
{
	if (say)
		ksft_print_msg("%s: %s has %s unaccounted, refs %s: %s\n",
			       table->name, table->fields[row * table->nr_cols],
			       cgi_get(table, row, "unaccounted"),
			       cgi_get(table, row, "refs"), why);
	return 1;
}

/* Returns the number without its "~", or -1 for "-". */
static long unaccounted(const struct cgi_table *table, int row)
{
	const char *val = cgi_get(table, row, "unaccounted");

	return strcmp(val, "-") ? atol(val + (*val == '~')) : -1;
}

static int odd_css_sets(bool say)
{
	struct cgi_table *sets = cgi_table_read("css_sets");
	int row, nr = 0;

	for (row = 0; row < sets->nr_rows; row++)
		/*
		 * Not even "~0" will do: it means that tasks came or went,
		 * whose references could hide others.
		 */
		if (strcmp(cgi_get(sets, row, "unaccounted"), "0"))
			nr += odd(say, sets, row, "nobody else holds css_sets");
	nr += !sets->nr_rows;
	cgi_table_free(sets);
	return nr;
}

/*
 * A root css has no reference count; of the others none may have a reference
 * that is left over.
 */
static int odd_csses(bool say)
{
	struct cgi_table *csses = cgi_table_read("csses");
	int row, nr = 0, looked = 0;

	for (row = 0; row < csses->nr_rows; row++) {
		bool root = !strcmp(cgi_get(csses, row, "parent"), "-");
		long left = unaccounted(csses, row);

		if (cgi_css_is_of(cgi_get(csses, row, "css"), "memory") && !root)
			continue;
		looked += !root;
		if (left != (root ? -1 : 0))
			nr += odd(say, csses, row, root ? "roots have no count" :
				  "nobody else holds them");
	}
	cgi_table_free(csses);
	return nr + !looked;
}

/*
 * A live memory css is held by its own id, besides the pages that are charged
 * to it.
 */
static int odd_memory(bool say)
{
	struct cgi_table *csses = cgi_table_read("csses");
	int row, nr = 0, looked = 0;

	for (row = 0; row < csses->nr_rows; row++) {
		bool online = !strcmp(cgi_get(csses, row, "state"), "online");

		if (!cgi_css_is_of(cgi_get(csses, row, "css"), "memory") ||
		    !strcmp(cgi_get(csses, row, "parent"), "-"))
			continue;
		looked++;
		if (unaccounted(csses, row) < 1)
			nr += odd(say, csses, row, online ? "its id holds it" :
				  "something must hold it");
	}
	cgi_table_free(csses);
	return nr + !looked;
}

/*
 * Adds the superblocks that this process sees. They are told apart by their
 * device numbers.
 */
static void add_superblocks(struct cgi_set *set, const char *controllers)
{
	char *text = cgi_slurp("/proc/self/mountinfo", NULL);
	char *line, *save = NULL;
	struct cgi_mountinfo m;

	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		if (cgi_mountinfo_is(&m, line, controllers))
			cgi_set_add(set, "%s", m.dev);
	cgi_set_uniq(set);
	free(text);
}

/* The root of a v1 hierarchy is held by its superblocks and by nothing else. */
static int odd_v1_roots(bool say)
{
	struct cgi_table *cgroups = cgi_table_read("cgroups");
	struct cgi_hier *hiers;
	int nr_hiers = cgi_hierarchies(&hiers), i, row, nr = 0, looked = 0;

	for (i = 0; i < nr_hiers; i++) {
		struct cgi_set superblocks = { 0 };
		char *id = cgi_fmt("%d:1", hiers[i].id);

		row = cgi_find_row(cgroups, "cgroup", id);
		free(id);
		if (hiers[i].version == 2)
			continue;
		looked++;
		add_superblocks(&superblocks, hiers[i].controllers);
		if (row < 0 || !superblocks.nr)
			cgi_die("hierarchy %d is not there", hiers[i].id);
		if (unaccounted(cgroups, row) != superblocks.nr)
			nr += odd(say, cgroups, row, "superblocks hold it");
		cgi_set_free(&superblocks);
	}
	cgi_table_free(cgroups);
	return nr + !looked;
}

static int odd_v1_cgroups(bool say)
{
	struct cgi_table *cgroups = cgi_table_read("cgroups");
	int row, nr = 0, looked = 0;

	for (row = 0; row < cgroups->nr_rows; row++) {
		if (!atoi(cgi_get(cgroups, row, "cgroup")) ||
		    !cgi_num(cgroups, row, "level"))
			continue;
		looked++;
		if (unaccounted(cgroups, row))
			nr += odd(say, cgroups, row, "nobody else holds them");
	}
	cgi_table_free(cgroups);
	return nr + !looked;
}

/* systemd puts no process into slices and mounts, so they have no socket either. */
static bool has_no_sockets(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && (!strcmp(dot, ".slice") || !strcmp(dot, ".mount"));
}

/*
 * Counts the sockets of user space in all network namespaces that a process is
 * in.
 */
static long sockets_used(void)
{
	struct cgi_set seen = { 0 };
	DIR *proc = opendir("/proc");
	struct dirent *de;
	long used = 0;

	while ((de = readdir(proc))) {
		char *dir = cgi_fmt("/proc/%s/net", de->d_name);
		char *ns = cgi_fmt("/proc/%s/ns/net", de->d_name);
		char name[64] = "";

		if (isdigit(de->d_name[0]) &&
		    readlink(ns, name, sizeof(name) - 1) > 0 &&
		    !cgi_set_has(&seen, name)) {
			used += cgi_stat_value(dir, "sockstat", "sockets: used");
			cgi_set_add(&seen, "%s", name);
		}
		free(ns);
		free(dir);
	}
	closedir(proc);
	cgi_set_free(&seen);
	return used;
}

/*
 * In the guests nothing has made a socket in the root cgroup, or a BPF link
 * anywhere.
 */
static int odd_v2_cgroups(bool say)
{
	struct cgi_table *cgroups = cgi_table_read("cgroups");
	long left, sum = 0, used = sockets_used();
	int row, nr = 0;

	for (row = 0; row < cgroups->nr_rows; row++) {
		bool root = !strcmp(cgi_get(cgroups, row, "cgroup"), "0:1");

		if (atoi(cgi_get(cgroups, row, "cgroup")))
			continue;
		left = unaccounted(cgroups, row);
		if (left < (root ? -1 : 0) || (root && left != -1) ||
		    (left && has_no_sockets(cgi_get(cgroups, row, "path"))))
			nr += odd(say, cgroups, row, "wrong");
		sum += root ? 0 : left;
	}
	if (say || !nr)
		ksft_print_msg("%ld unaccounted, %ld sockets\n", sum, used);
	if (sum != used || used < 1)
		nr++;
	cgi_table_free(cgroups);
	return nr;
}

/*
 * Leaves in the log whatever has something unaccounted, also where that is
 * right.
 */
static void list_holders(const char *file)
{
	struct cgi_table *table = cgi_table_read(file);
	int row;

	for (row = 0; row < table->nr_rows; row++)
		if (unaccounted(table, row) > 0)
			ksft_print_msg("%s: %s of %s unaccounted: %s %s\n", file,
				       cgi_get(table, row, "unaccounted"),
				       cgi_get(table, row, "refs"),
				       table->fields[row * table->nr_cols],
				       cgi_get(table, row, cgi_col(table, "path") < 0 ?
					       "state" : "path"));
	cgi_table_free(table);
}

static bool css_sets_are_explained(void)
{
	return comes_to_rest(odd_css_sets);
}

static bool csses_are_explained(void)
{
	if (!pids.root)
		return cgi_skip("the kernel has no CONFIG_CGROUP_PIDS");
	return comes_to_rest(odd_csses);
}

static bool memory_is_explained(void)
{
	if (!memory.root)
		return cgi_skip("the kernel has no CONFIG_MEMCG");
	return comes_to_rest(odd_memory);
}

static bool v1_roots_are_explained(void)
{
	return comes_to_rest(odd_v1_roots);
}

static bool v1_cgroups_are_explained(void)
{
	return comes_to_rest(odd_v1_cgroups);
}

static bool v2_cgroups_are_explained(void)
{
	bool ok = comes_to_rest(odd_v2_cgroups);

	list_holders("css_sets");
	list_holders("csses");
	list_holders("cgroups");
	return ok;
}

static const struct cgi_case cases[] = {
	{ "css_sets: all references are accounted for", css_sets_are_explained },
	{ "csses but memory's: all are accounted for", csses_are_explained },
	{ "memory csses: at least their id's is not", memory_is_explained },
	{ "v1 roots: one for each superblock", v1_roots_are_explained },
	{ "other v1 cgroups: all are accounted for", v1_cgroups_are_explained },
	{ "v2 cgroups: one for each socket", v2_cgroups_are_explained },
};

static void make_cgroups(void)
{
	struct cgi_place v2 = { .root = cgi_v2(), .version = 2 };

	pids = cgi_place_of("pids");
	memory = cgi_place_of("memory");
	if (pids.root)
		cgi_new_cgroup(pids.root);
	if (memory.root)
		cgi_new_cgroup(memory.root);
	cgi_new_cgroup(cgi_named_place("plain").root);
	cgi_run_inside(&v2, cgi_bare_cgroup(), cgi_keep_unix, NULL);
}

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	make_cgroups();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
