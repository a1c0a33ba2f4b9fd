// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was removed but is held: a memory cgroup with page cache, csses that
 * subtree_control took from a live cgroup, a cgroup with a zombie. Each is
 * listed where it was and says how many hold it, against cgroup.stat,
 * /proc/cgroups, memory.stat and the number of pages of the file; and each is
 * gone once nothing holds it.
 *
 *   memory, v1 or v2   top
 *                        old cache: removed, 37 pages of a file
 *   cgroup2            parent: subtree_control +memory -memory +memory
 *                        child: 11 pages
 *                      other: subtree_control +pids -pids
 *                        child: a zombie
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_pin.h"

/*
 * Up to 5.12 memory.stat tells what a CPU has counted only when that is more
 * than 32 pages, and then all of it.
 */
#define PAGES	33
/* As long as cgi_field_becomes() waits: in a slow guest a release takes seconds. */
#define PAGES_GO_S	20
#define STABLE_S	2
#define NR_REMOVED	7
#define NR_OFFLINED	6
#define NR_ZOMBIE	4

static struct cgi_place memory;

/* What the file itself says. */
static long pages_of(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		cgi_die("fstat: %s", strerror(errno));
	return st.st_blocks * 512L / sysconf(_SC_PAGESIZE);
}

/*
 * What the memory controller says is charged to the cgroup for files. Small
 * changes are added up every 2 s only.
 */
static long pages_charged(const char *dir, long want)
{
	double end = cgi_now() + PAGES_GO_S;
	long nr;

	for (;;) {
		nr = cgi_stat_value(dir, "memory.stat", "shmem") / sysconf(_SC_PAGESIZE);
		if (nr == want || cgi_now() > end)
			return nr;
		cgi_sleep_ms(200);
	}
}

static long number(const char *file, const char *by, const char *key,
		   const char *col)
{
	char *val = cgi_field(file, by, key, col);
	long nr = val ? atol(val) : -1;

	free(val);
	return nr;
}

/* Every css of @controller that is in @state. */
static int csses_in(const char *controller, const char *state)
{
	struct cgi_table *csses = cgi_table_read("csses");
	int row, nr = 0;

	for (row = 0; row < csses->nr_rows; row++)
		nr += cgi_css_is_of(cgi_get(csses, row, "css"), controller) &&
		      !strcmp(cgi_get(csses, row, "state"), state);
	cgi_table_free(csses);
	return nr;
}

/* Others' csses of memory go as well, so both are read each time. */
static int diff_dying(void)
{
	long listed = csses_in("memory", "dying");
	long counted = number("subsystems", "name", "memory", "dying");

	if (listed != counted)
		ksft_print_msg("subsystems: %ld dying, csses: %ld\n", counted,
			       listed);
	return listed != counted;
}

/* /proc/cgroups counts what is removed but not released, too. */
static int diff_num_cgroups(void)
{
	struct cgi_set ours = { 0 }, want = { 0 };
	struct cgi_controller *list;
	int nr = cgi_controllers(&list), i;

	for (i = 0; i < nr; i++) {
		char *id;

		if (list[i].nr_cgroups < 0)
			continue;
		id = cgi_fmt("%d", list[i].hier);
		cgi_set_add(&want, "%s is on %s with %d cgroups", list[i].name,
			    id, list[i].nr_cgroups);
		cgi_set_add(&ours, "%s is on %s with %ld cgroups", list[i].name,
			    id, number("hierarchies", "id", id, "cgroups") +
			    number("hierarchies", "id", id, "dying"));
		free(id);
	}
	cgi_free_controllers(list, nr);
	nr = cgi_set_compare("hierarchies", &ours, &want);
	return nr;
}

/* On v2 cgroup.stat has the number, on v1 we just know it. */
static long dying_below(const char *dir)
{
	return memory.version == 2 ?
	       cgi_stat_value(dir, "cgroup.stat", "nr_dying_descendants") : 1;
}

static bool path_is(const char *id, const char *want)
{
	char *path = cgi_field("cgroups", "cgroup", id, "path");
	char *plain = path ? cgi_unescape(path) : NULL;
	bool same = cgi_same(plain, want);

	if (!same)
		ksft_print_msg("path of %s: %s instead of %s\n", id, plain,
			       want);
	free(plain);
	free(path);
	return same;
}

/* Newer kernels count dying csses of each controller, too. */
static void test_dying_subsys(const char *top)
{
	long nr = memory.version == 2 ?
		  cgi_stat_value(top, "cgroup.stat", "nr_dying_subsys_memory") : -1;

	if (nr < 0)
		ksft_test_result_skip("no nr_dying_subsys_memory (before 6.12, or memory on v1)\n");
	else
		ksft_test_result(nr == 1, "nr_dying_subsys_memory is 1\n");
}

static void test_listed(const char *top, const char *id, const char *css)
{
	char *top_id = cgi_dir_id(memory.hier, top);
	char *descendants = cgi_fmt("%ld", dying_below(top));

	ksft_test_result(cgi_field_becomes("cgroups", "cgroup", id, "state", "dying") &&
			 path_is(id, cgi_fmt("%s/old cache",
					     top + strlen(memory.root))) &&
			 cgi_field_is("cgroups", "cgroup", id, "parent", top_id),
			 "a removed memory cgroup is dying, where it was\n");
	ksft_test_result(!strcmp(descendants, "1") &&
			 cgi_field_is("cgroups", "cgroup", top_id,
				      "dying_descendants", descendants) &&
			 cgi_field_is("cgroups", "cgroup", top_id, "children", "1") &&
			 cgi_settles(diff_num_cgroups),
			 "it is counted as in cgroup.stat and /proc/cgroups\n");
	ksft_test_result(cgi_field_becomes("csses", "css", css, "state", "dying") &&
			 cgi_field_is("csses", "css", css, "cgroup", id) &&
			 cgi_settles(diff_dying),
			 "so is its css\n");
	free(descendants);
}

static void test_removed(void)
{
	char *top = cgi_new_cgroup(memory.root), *dir, *id, *css, *nr;
	long pages, charged;
	int fd;

	if (memory.version == 2)
		cgi_switch_controller(top, '+', "memory");
	dir = cgi_mkdir(top, "old cache");
	id = cgi_dir_id(memory.hier, dir);
	css = cgi_css_of(id, "memory", "online");
	fd = cgi_charge_pages(&memory, dir, PAGES);
	pages = pages_of(fd);
	charged = pages_charged(dir, pages);
	nr = cgi_fmt("%ld", pages);
	ksft_test_result(css && pages == PAGES && charged == PAGES,
			 "%ld pages, %ld charged\n", pages, charged);
	if (!css)
		cgi_die("no css of memory for %s", dir);
	cgi_must_rmdir(dir);
	test_listed(top, id, css);
	ksft_test_result(cgi_field_becomes("csses", "css", css, "unaccounted", nr) &&
			 cgi_field_becomes("csses", "css", css, "refs", nr) &&
			 cgi_field_becomes("cgroups", "cgroup", id, "unaccounted", "0"),
			 "its css is held by exactly the pages, it by the css\n");
	test_dying_subsys(top);
	close(fd);
	ksft_test_result(cgi_is_gone("cgroups", "cgroup", id) &&
			 cgi_is_gone("csses", "css", css) &&
			 (memory.version == 1 || !dying_below(top)),
			 "both are gone with the file\n");
	free(nr);
}

/* ---- csses without a removed cgroup ---- */

static bool uses_css(pid_t pid, const char *css)
{
	char *css_set = cgi_task_now(pid, "css_set");
	char *csses = cgi_field("css_sets", "css_set", css_set, "csses");
	bool has = cgi_has_all(csses, css);

	if (!has)
		ksft_print_msg("%d uses %s, not %s\n", pid, csses, css);
	free(csses);
	free(css_set);
	return has;
}

static bool controls(const char *id, const char *controller)
{
	char *list = cgi_field("cgroups", "cgroup", id, "controllers");
	bool has = cgi_has_all(list, controller);

	free(list);
	return has;
}

static void test_offlined(void)
{
	char *top = cgi_new_cgroup(memory.root), *child, *id, *old, *new, *above;
	pid_t pid = cgi_park();
	int fd;

	cgi_switch_controller(top, '+', "memory");
	child = cgi_mkdir(top, "child");
	id = cgi_dir_id(memory.hier, child);
	above = cgi_css_of(cgi_dir_id(memory.hier, top), "memory", "online");
	old = cgi_css_of(id, "memory", "online");
	fd = cgi_charge_pages(&memory, child, 11);
	if (!old || !above)
		cgi_die("no css of memory for %s", child);
	cgi_switch_controller(top, '-', "memory");
	ksft_test_result(cgi_field_becomes("csses", "css", old, "state", "dying") &&
			 cgi_field_is("csses", "css", old, "cgroup", id) &&
			 cgi_field_is("cgroups", "cgroup", id, "state", "live"),
			 "-memory: the css is dying, its cgroup is not\n");
	ksft_test_result(cgi_field_becomes("csses", "css", old, "unaccounted", "11"),
			 "it is held by exactly the 11 pages\n");
	cgi_must_move(child, pid);
	ksft_test_result(!controls(id, "memory") && uses_css(pid, above),
			 "a task there uses the parent's\n");
	cgi_switch_controller(top, '+', "memory");
	new = cgi_css_of(id, "memory", "online");
	ksft_test_result(new && strcmp(new, old) && uses_css(pid, new) &&
			 cgi_field_is("csses", "css", old, "state", "dying") &&
			 controls(id, "memory"),
			 "+memory: a new css beside the old one\n");
	close(fd);
	ksft_test_result(cgi_is_gone("csses", "css", old),
			 "the old one is gone with the file\n");
	ksft_test_result(new && cgi_field_is("csses", "css", new, "state", "online"),
			 "the new one is not\n");
	cgi_kill(pid);
}

/* A zombie is not migrated when its cgroup loses the controller. */
static void test_zombie(const struct cgi_place *place, const char *controller)
{
	char *top = cgi_new_cgroup(place->root), *child, *id, *css;
	pid_t pid;

	cgi_switch_controller(top, '+', controller);
	child = cgi_mkdir(top, "child");
	id = cgi_dir_id(0, child);
	css = cgi_css_of(id, controller, "online");
	if (!css)
		cgi_die("no css of %s for %s", controller, child);
	pid = cgi_zombie_in(place, child);
	cgi_switch_controller(top, '-', controller);
	ksft_test_result(cgi_field_becomes("csses", "css", css, "state", "dying") &&
			 cgi_field_is("cgroups", "cgroup", id, "state", "live"),
			 "-%s: the css is dying, its cgroup is not\n", controller);
	ksft_test_result(cgi_field_becomes("csses", "css", css, "refs", "1") &&
			 cgi_field_is("csses", "css", css, "css_sets", "1") &&
			 cgi_field_is("csses", "css", css, "unaccounted", "0"),
			 "it is held by one css_set\n");
	ksft_test_result(uses_css(pid, css), "which is that of a zombie\n");
	cgi_join(pid);
	ksft_test_result(cgi_is_gone("csses", "css", css),
			 "it is gone with the zombie\n");
}

/* Cgroups of memory's hierarchy, or below @top, that are not yet released. */
static long nr_unreleased(const char *top)
{
	struct cgi_controller *list;
	int nr = cgi_controllers(&list), i;
	long found = -1;

	if (memory.version == 2)
		found = cgi_stat_value(top, "cgroup.stat", "nr_dying_descendants");
	for (i = 0; i < nr && memory.version == 1; i++)
		if (!strcmp(list[i].name, "memory"))
			found = list[i].nr_cgroups;
	cgi_free_controllers(list, nr);
	return found;
}

/*
 * On v1 the number is that of the whole hierarchy: what somebody else removed
 * before must not be taken for ours when it is released.
 */
static long nr_unreleased_stable(const char *top)
{
	double now = cgi_now(), end = now + PAGES_GO_S, since = now;
	long nr = nr_unreleased(top), next;

	while (memory.version == 1 && now < since + STABLE_S) {
		if (now > end)
			cgi_die("others create or remove memory cgroups all the time");
		cgi_sleep_ms(100);
		next = nr_unreleased(top);
		now = cgi_now();
		if (next != nr)
			since = now;
		nr = next;
	}
	return nr;
}

/*
 * On newer kernels pages go over to the parent when their cgroup is removed,
 * and hold nothing. What the kernel itself counts tells which kernel this is;
 * but none was like that before it had this function, so without it no answer
 * can make the tests be skipped.
 */
static bool pages_hold(void)
{
	char *top, *dir;
	double end;
	long before;
	int fd;

	if (!cgi_kernel_has("lru_reparent_memcg"))
		return true;
	top = cgi_new_cgroup(memory.root);
	if (memory.version == 2)
		cgi_switch_controller(top, '+', "memory");
	before = nr_unreleased_stable(top);
	dir = cgi_mkdir(top, "probe");
	fd = cgi_charge_pages(&memory, dir, PAGES);
	cgi_must_rmdir(dir);
	end = cgi_now() + PAGES_GO_S;
	while (nr_unreleased(top) > before && cgi_now() < end)
		cgi_sleep_ms(100);
	close(fd);
	return cgi_now() >= end;
}

static void skip(int nr, const char *why)
{
	while (nr--)
		ksft_test_result_skip("%s\n", why);
}

int main(void)
{
	const char *lacks = NULL;
	struct cgi_place pids, cpuset;

	ksft_print_header();
	cgi_begin();
	cgi_need_graph();
	ksft_set_plan(NR_REMOVED + NR_OFFLINED + NR_ZOMBIE);
	memory = cgi_place_of("memory");
	pids = cgi_place_of("pids");
	cpuset = cgi_place_of("cpuset");
	if (!memory.root)
		lacks = "no memory controller here (CONFIG_MEMCG)";
	else if (!pages_hold())
		lacks = "pages go to the parent when a memory cgroup is removed (7.0 and newer)";
	if (lacks)
		skip(NR_REMOVED, lacks);
	else
		test_removed();
	if (!lacks && memory.version == 1)
		lacks = "memory is on v1 in this guest";
	if (lacks)
		skip(NR_OFFLINED, lacks);
	else
		test_offlined();
	if (pids.version == 2)
		test_zombie(&pids, "pids");
	else if (cpuset.version == 2)
		test_zombie(&cpuset, "cpuset");
	else
		skip(NR_ZOMBIE, "neither pids nor cpuset is on v2 in this guest");
	cgi_finish();
}
