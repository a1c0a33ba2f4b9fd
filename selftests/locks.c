// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ladder to the kernel's two locks: info names the way each was found;
 * without them, or with parameter graph=0, the module still offers info, stats
 * and tasks from RCU alone, and says why the rest is missing.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"

/*
 * The module can find the locks that /proc/kallsyms lists, and no others. Built into the kernel it
 * is linked with them.
 */
static bool has_locks(void)
{
	return cgi_module_built_in() ||
	       (cgi_kernel_has("css_set_lock") && cgi_kernel_has("cgroup_mutex"));
}

static bool wants_graph(void)
{
	return has_locks() && !cgi_module_graph_is_0();
}

/*
 * Returns the way to a lock that /proc/kallsyms allows. It lists data only with
 * CONFIG_KALLSYMS_ALL.
 */
static const char *way_to(const char *lock)
{
	char *tab = cgi_fmt("__ksymtab_%s", lock);
	bool exported = cgi_kernel_has(tab);

	free(tab);
	if (cgi_module_built_in())
		return "linked";
	return exported ? "exported" : cgi_kernel_has(lock) ? "kallsyms" : "none";
}

static bool way_is_right(const char *lock)
{
	char *way = cgi_value("info", lock);

	ksft_print_msg("%s: %s\n", lock, way);
	return way && !strcmp(way, way_to(lock));
}

static const char *ways(void)
{
	if (!has_locks())
		return "none";
	return cgi_kernel_has("__ksymtab_css_set_lock") && !cgi_module_built_in() ? "agree" : "one";
}

/*
 * Makes a task whose path is not the same in all hierarchies, so that a
 * hierarchy taken for another is noticed.
 */
static void make_member(void)
{
	char *name, *root = cgi_named("locks", &name);
	pid_t pid = cgi_park();

	cgi_must_move(cgi_new_cgroup(root), pid);
	cgi_must_move(cgi_new_cgroup(cgi_v2()), pid);
}

static bool ways_are_named(void)
{
	/*
	 * The first case wants to be as early in the life of the guest as it
	 * can be, so this is not made before it.
	 */
	make_member();
	return way_is_right("css_set_lock") && way_is_right("cgroup_mutex");
}

static bool ways_agree(void)
{
	return cgi_same(cgi_value("info", "lock_ways"), ways());
}

static bool graph_fits_locks(void)
{
	return cgi_has_graph() == wants_graph();
}

static bool kernel_is_named(void)
{
	struct utsname uts;
	char *kernel = cgi_value("info", "kernel");

	uname(&uts);
	return kernel && strstr(kernel, uts.release);
}

/*
 * This must be the first thing in a guest: before the kernel has random numbers
 * it prints "(ptrval)" for an address.
 */
static bool css_sets_are_numbers(void)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	int row, bad = 0, nr = tasks->nr_rows;

	for (row = 0; row < nr; row++) {
		const char *css_set = cgi_get(tasks, row, "css_set");

		bad += strspn(css_set, "0123456789abcdefx") != strlen(css_set);
	}
	ksft_print_msg("css_set of task 1: %s\n", cgi_get(tasks, 0, "css_set"));
	cgi_table_free(tasks);
	return nr && !bad;
}

static void files_there(struct cgi_set *set)
{
	DIR *dir = opendir(CGI_DIR);
	struct dirent *de;

	while (dir && (de = readdir(dir)))
		if (de->d_name[0] != '.')
			cgi_set_add(set, "%s", de->d_name);
	if (dir)
		closedir(dir);
}

static bool files_are(const char *list)
{
	struct cgi_set ours = { 0 }, want = { 0 };
	bool same;

	files_there(&ours);
	cgi_set_split(&want, list, " ");
	same = !cgi_set_compare("files", &ours, &want);
	return same;
}

static void reload(const char *params)
{
	int err = cgi_module_unload();

	if (err)
		cgi_die("unloading the module: %s", strerror(-err));
	err = cgi_module_load(params);
	if (err)
		cgi_die("loading %s with \"%s\": %s", cgi_module_path(), params,
			strerror(-err));
}

/* However this test ends, the module must be loaded again. */
static void load_again(void)
{
	if (!cgi_module_loaded())
		cgi_module_load("");
}

/*
 * Under RCU alone the module finds cgroup2, and hierarchies only by their
 * controllers, of which a named one has none.
 */
static bool seen_by_rcu(const char *line)
{
	const char *controllers = strchr(line, ':') + 1;

	return strncmp(controllers, "name=", 5);
}

static void add_proc(pid_t tgid, pid_t tid, void *arg)
{
	unsigned long flags = 0;
	char state = cgi_proc_state(tgid, tid, &flags);
	char *text = cgi_proc_cgroup(tgid, tid);
	char *line, *save = NULL;

	for (line = text && state && !(flags & CGI_PF_EXITING) ?
	     strtok_r(text, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save))
		if (seen_by_rcu(line))
			cgi_set_add(arg, "%d/%d %s", tgid, tid, line);
	free(text);
}

static int diff_tasks(void)
{
	struct cgi_set ours = { 0 }, proc = { 0 }, items = { 0 };
	struct cgi_table *tasks = cgi_table_read("tasks");
	int row, i, nr;

	for (row = 0; row < tasks->nr_rows; row++) {
		if (strcmp(cgi_get(tasks, row, "state"), "running"))
			continue;
		cgi_set_split(&items, cgi_get(tasks, row, "cgroups"), " ");
		for (i = 0; i < items.nr; i++)
			cgi_set_add(&ours, "%ld/%ld %s",
				    cgi_num(tasks, row, "tgid"),
				    cgi_num(tasks, row, "tid"),
				    cgi_unescape(items.str[i]));
		cgi_set_free(&items);
	}
	cgi_table_free(tasks);
	cgi_each_task(add_proc, &proc);
	nr = cgi_set_compare("tasks", &ours, &proc);
	return nr;
}

/* This holds in RCU-only mode, whatever the @reason for it is. */
static bool info_says_why(void *reason)
{
	char *graph = cgi_value("info", "graph");

	ksft_print_msg("graph: %s\n", graph);
	return graph && !strncmp(graph, "off", 3) && strstr(graph, reason) &&
	       strstr(cgi_value("info", "memberships"),
		      "named hierarchies without controllers");
}

static bool few_files_are_there(void)
{
	return files_are("info stats tasks");
}

static bool off_by_parameter(void)
{
	reload("graph=0");
	return info_says_why("graph=0") && cgi_same(cgi_value("info", "lock_ways"), "none");
}

static bool on_again(void)
{
	reload("");
	return cgi_has_graph() == has_locks() &&
	       !access(CGI_DIR "/links", R_OK) == has_locks();
}

static bool bad_value_is_refused(void)
{
	int err = cgi_module_unload();

	if (err)
		cgi_die("unloading the module: %s", strerror(-err));
	return cgi_module_load("graph=perhaps") == -EINVAL && !cgi_module_loaded();
}

static bool loads_afterwards(void)
{
	return !cgi_module_load("") && cgi_module_loaded();
}

static const struct cgi_case cases[] = {
	{ "a css_set is a number from the beginning", css_sets_are_numbers },
	{ "info names the way to each lock that there is", ways_are_named },
	{ "where there are two ways they agree", ways_agree },
	{ "the graph is on if both locks can be found", graph_fits_locks },
	{ "info names the running kernel", kernel_is_named },
};

#define ONLY_FILES	"only info, stats and tasks are offered"
#define ONLY_TASKS	"tasks is /proc/TID/cgroup less named hierarchies"

static const struct cgi_case without_locks[] = {
	{ "info says off, why, and what tasks lacks", .run_on = info_says_why },
	{ ONLY_FILES, few_files_are_there },
	{ ONLY_TASKS, .diff = diff_tasks },
};

static const struct cgi_case parameter_cases[] = {
	{ "graph=0: info says off, why, and what tasks lacks", off_by_parameter },
	{ "graph=0: " ONLY_FILES, few_files_are_there },
	{ "graph=0: " ONLY_TASKS, .diff = diff_tasks },
	{ "loaded again, the graph is as before", on_again },
	{ "a value that graph can't have is refused", bad_value_is_refused },
	{ "and it loads afterwards", loads_afterwards },
};

int main(void)
{
	cgi_begin();
	atexit(load_again);
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	/* Debian's kernels for some architectures have no KALLSYMS_ALL. */
	if (has_locks() && cgi_module_graph_is_0())
		cgi_add_cases_on("graph=0", "booted with graph=0", without_locks,
				 ARRAY_SIZE(without_locks));
	else if (has_locks())
		cgi_skip_cases("the kernel has CONFIG_KALLSYMS_ALL=y",
			       without_locks, ARRAY_SIZE(without_locks));
	else
		cgi_add_cases_on("CONFIG_KALLSYMS_ALL=y", "no KALLSYMS_ALL",
				 without_locks, ARRAY_SIZE(without_locks));
	if (cgi_module_stays())
		cgi_skip_cases(cgi_module_stays(), parameter_cases, ARRAY_SIZE(parameter_cases));
	else
		cgi_add_cases(parameter_cases, ARRAY_SIZE(parameter_cases));
	cgi_run_cases();
}
