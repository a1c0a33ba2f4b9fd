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
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"

/*
 * Up to 5.12 each CPU adds what it has counted to memory.stat only when it is
 * more than 32 pages, and then all of it.
 */
#define PAGES	33
/*
 * This is as long as cgi_field_becomes() waits: in a slow guest a release takes
 * seconds.
 */
#define PAGES_GO_S	20
#define STABLE_S	2

static struct cgi_place memory;

/* Returns how many pages the file itself says it has. */
static long pages_of(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		cgi_die("fstat: %s", strerror(errno));
	return st.st_blocks * 512L / sysconf(_SC_PAGESIZE);
}

/*
 * Returns how many pages the memory controller has charged to the cgroup for
 * files, at the latest when they are @want: it adds up small changes only every
 * 2 s.
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

/* Returns how many csses of @controller are in @state. */
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

/*
 * csses of memory that are not this test's go at any time, so both files are
 * read in each attempt.
 */
static int diff_dying(void)
{
	long listed = csses_in("memory", "dying");
	long counted = cgi_field_num("subsystems", "name", "memory", "dying");

	if (listed != counted)
		ksft_print_msg("subsystems: %ld dying, csses: %ld\n", counted,
			       listed);
	return listed != counted;
}

/* /proc/cgroups also counts cgroups that are removed but not released. */
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
			    id, cgi_field_num("hierarchies", "id", id, "cgroups") +
			    cgi_field_num("hierarchies", "id", id, "dying"));
		free(id);
	}
	cgi_free_controllers(list, nr);
	nr = cgi_set_compare("hierarchies", &ours, &want);
	return nr;
}

/* On v2 cgroup.stat has the number. v1 has none, but this test has made one. */
static long dying_below(const char *dir)
{
	return memory.version == 2 ?
	       cgi_stat_value(dir, "cgroup.stat", "nr_dying_descendants") : 1;
}

static struct {
	char *top, *top_id;
	char *dir, *id, *css;
	char *pages;		/* the number of pages of @fd, which hold it */
	int fd;
} removed;

static bool pages_are_charged(void)
{
	long pages, charged;

	removed.top = cgi_new_cgroup(memory.root);
	removed.top_id = cgi_dir_id(memory.hier, removed.top);
	if (memory.version == 2)
		cgi_switch_controller(removed.top, '+', "memory");
	removed.dir = cgi_mkdir(removed.top, "old cache");
	removed.id = cgi_dir_id(memory.hier, removed.dir);
	removed.css = cgi_css_of(removed.id, "memory", "online");
	removed.fd = cgi_charge_pages(&memory, removed.dir, PAGES);
	pages = pages_of(removed.fd);
	charged = pages_charged(removed.dir, pages);
	removed.pages = cgi_fmt("%ld", pages);
	ksft_print_msg("%ld pages, %ld charged\n", pages, charged);
	if (!removed.css)
		cgi_die("no css of memory for %s", removed.dir);
	return pages == PAGES && charged == PAGES;
}

static bool removed_is_dying(void)
{
	cgi_must_rmdir(removed.dir);
	return cgi_field_becomes("cgroups", "cgroup", removed.id, "state", "dying") &&
	       cgi_plain_is(removed.id, "path", removed.dir + strlen(memory.root)) &&
	       cgi_field_is("cgroups", "cgroup", removed.id, "parent", removed.top_id);
}

static bool removed_is_counted(void)
{
	char *descendants = cgi_fmt("%ld", dying_below(removed.top));
	bool ok;

	ok = !strcmp(descendants, "1") &&
	     cgi_field_is("cgroups", "cgroup", removed.top_id, "dying_descendants",
			  descendants) &&
	     cgi_field_is("cgroups", "cgroup", removed.top_id, "children", "1") &&
	     cgi_settles(diff_num_cgroups);
	free(descendants);
	return ok;
}

static bool its_css_is_dying(void)
{
	return cgi_field_becomes("csses", "css", removed.css, "state", "dying") &&
	       cgi_field_is("csses", "css", removed.css, "cgroup", removed.id) &&
	       cgi_settles(diff_dying);
}

static bool pages_hold_its_css(void)
{
	return cgi_field_becomes("csses", "css", removed.css, "unaccounted", removed.pages) &&
	       cgi_field_becomes("csses", "css", removed.css, "refs", removed.pages) &&
	       cgi_field_becomes("cgroups", "cgroup", removed.id, "unaccounted", "0");
}

/* Newer kernels also count the dying csses of each controller. */
static bool dying_subsys_is_counted(void)
{
	long nr = memory.version == 2 ?
		  cgi_stat_value(removed.top, "cgroup.stat", "nr_dying_subsys_memory") : -1;

	if (nr < 0)
		return cgi_skip("no such number (before 6.12, or memory on v1)");
	return nr == 1 && cgi_field_is("csses", "css", removed.css, "state", "dying");
}

static bool both_go_with_file(void)
{
	close(removed.fd);
	return cgi_is_gone("cgroups", "cgroup", removed.id) &&
	       cgi_is_gone("csses", "css", removed.css) &&
	       (memory.version == 1 || !dying_below(removed.top));
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

static struct {
	char *top;
	char *child, *id;
	char *css_above;	/* the css of @top */
	char *old, *new;	/* csses of @child */
	int fd;
	pid_t pid;
} offlined;

static bool css_alone_is_dying(void)
{
	/* The task must not have the file open, so it is forked before. */
	offlined.pid = cgi_park();
	offlined.top = cgi_new_cgroup(memory.root);
	cgi_switch_controller(offlined.top, '+', "memory");
	offlined.child = cgi_mkdir(offlined.top, "child");
	offlined.id = cgi_dir_id(memory.hier, offlined.child);
	offlined.css_above = cgi_css_of(cgi_dir_id(memory.hier, offlined.top),
					"memory", "online");
	offlined.old = cgi_css_of(offlined.id, "memory", "online");
	offlined.fd = cgi_charge_pages(&memory, offlined.child, 11);
	if (!offlined.old || !offlined.css_above)
		cgi_die("no css of memory for %s", offlined.child);
	cgi_switch_controller(offlined.top, '-', "memory");
	return cgi_field_becomes("csses", "css", offlined.old, "state", "dying") &&
	       cgi_field_is("csses", "css", offlined.old, "cgroup", offlined.id) &&
	       cgi_field_is("cgroups", "cgroup", offlined.id, "state", "live");
}

static bool pages_hold_it(void)
{
	return cgi_field_becomes("csses", "css", offlined.old, "unaccounted", "11");
}

static bool task_uses_parents(void)
{
	cgi_must_move(offlined.child, offlined.pid);
	return !controls(offlined.id, "memory") &&
	       uses_css(offlined.pid, offlined.css_above);
}

static bool new_css_beside_old(void)
{
	cgi_switch_controller(offlined.top, '+', "memory");
	offlined.new = cgi_css_of(offlined.id, "memory", "online");
	return offlined.new && strcmp(offlined.new, offlined.old) &&
	       uses_css(offlined.pid, offlined.new) &&
	       cgi_field_is("csses", "css", offlined.old, "state", "dying") &&
	       controls(offlined.id, "memory");
}

static bool old_css_goes_with_file(void)
{
	close(offlined.fd);
	return cgi_is_gone("csses", "css", offlined.old);
}

static bool new_css_stays(void)
{
	bool ok = offlined.new && cgi_field_is("csses", "css", offlined.new, "state", "online");

	cgi_kill(offlined.pid);
	return ok;
}

/* A zombie is not migrated when its cgroup loses the controller. */
static struct {
	struct cgi_place place;
	const char *controller;
	char *css;
	pid_t zombie;
} left;

static bool css_of_zombie_is_dying(void)
{
	char *top = cgi_new_cgroup(left.place.root), *child, *id;

	cgi_switch_controller(top, '+', left.controller);
	child = cgi_mkdir(top, "child");
	id = cgi_dir_id(left.place.hier, child);
	left.css = cgi_css_of(id, left.controller, "online");
	if (!left.css)
		cgi_die("no css of %s for %s", left.controller, child);
	left.zombie = cgi_zombie_in(&left.place, child);
	cgi_switch_controller(top, '-', left.controller);
	return cgi_field_becomes("csses", "css", left.css, "state", "dying") &&
	       cgi_field_is("cgroups", "cgroup", id, "state", "live");
}

static bool one_css_set_holds_it(void)
{
	return cgi_field_becomes("csses", "css", left.css, "refs", "1") &&
	       cgi_field_is("csses", "css", left.css, "css_sets", "1") &&
	       cgi_field_is("csses", "css", left.css, "unaccounted", "0");
}

static bool zombie_uses_it(void)
{
	return uses_css(left.zombie, left.css);
}

static bool it_goes_with_zombie(void)
{
	cgi_join(left.zombie);
	return cgi_is_gone("csses", "css", left.css);
}

/* ---- does a page hold the memory cgroup it was charged to? ---- */

/*
 * Returns how many cgroups are not yet released: on v2 removed ones below @top,
 * on v1 all of memory's hierarchy, as the kernel has no other number.
 */
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
 * On v1 a cgroup that somebody else has removed is counted until it is
 * released. The number must have come to rest, or that release would be taken
 * for the release of the probe.
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
 * and then hold nothing. Only a try can tell which kernel this is. But no
 * kernel without lru_reparent_memcg() does so, and there no try can make the
 * cases be skipped.
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

/* ---- the cases ---- */

static const struct cgi_case removed_cases[] = {
	{ CGI_TEXT(PAGES) " pages, " CGI_TEXT(PAGES) " charged", pages_are_charged },
	{ "a removed memory cgroup is dying, where it was", removed_is_dying },
	{ "it is counted as in cgroup.stat and /proc/cgroups", removed_is_counted },
	{ "so is its css", its_css_is_dying },
	{ "its css is held by exactly the pages, it by the css", pages_hold_its_css },
	{ "nr_dying_subsys_memory is 1", dying_subsys_is_counted },
	{ "both are gone with the file", both_go_with_file },
};

static const struct cgi_case offlined_cases[] = {
	{ "-memory: the css is dying, its cgroup is not", css_alone_is_dying },
	{ "it is held by exactly the 11 pages", pages_hold_it },
	{ "a task there uses the parent's", task_uses_parents },
	{ "+memory: a new css beside the old one", new_css_beside_old },
	{ "the old one is gone with the file", old_css_goes_with_file },
	{ "the new one is not", new_css_stays },
};

static const struct cgi_case zombie_cases[] = {
	{ "the css is dying, its cgroup is not", css_of_zombie_is_dying },
	{ "it is held by one css_set", one_css_set_holds_it },
	{ "which is that of a zombie", zombie_uses_it },
	{ "it is gone with the zombie", it_goes_with_zombie },
};

static const char *why_pages_hold_nothing(void)
{
	if (!memory.root)
		return "no memory controller here (CONFIG_MEMCG)";
	if (!pages_hold())
		return "pages go to the parent when a memory cgroup is removed (7.0 and newer)";
	return NULL;
}

static void add_memory_cases(void)
{
	const char *lacks = why_pages_hold_nothing();

	if (lacks)
		cgi_skip_cases(lacks, removed_cases, ARRAY_SIZE(removed_cases));
	else
		cgi_add_cases(removed_cases, ARRAY_SIZE(removed_cases));
	if (!lacks && memory.version == 1)
		lacks = "memory is on v1 in this guest";
	if (lacks)
		cgi_skip_cases(lacks, offlined_cases, ARRAY_SIZE(offlined_cases));
	else
		cgi_add_cases(offlined_cases, ARRAY_SIZE(offlined_cases));
}

static void add_zombie_cases(void)
{
	left.controller = "pids";
	left.place = cgi_place_of(left.controller);
	if (left.place.version != 2) {
		left.controller = "cpuset";
		left.place = cgi_place_of(left.controller);
	}
	if (left.place.version == 2)
		cgi_add_cases_on(NULL, cgi_fmt("-%s", left.controller),
				 zombie_cases, ARRAY_SIZE(zombie_cases));
	else
		cgi_skip_cases("neither pids nor cpuset is on v2 in this guest",
			       zombie_cases, ARRAY_SIZE(zombie_cases));
}

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	memory = cgi_place_of("memory");
	add_memory_cases();
	add_zombie_cases();
	cgi_run_cases();
}
