// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whoever may choose names can't forge what the files say. Commands, cgroups, files in memory and
 * hierarchies have names that look like fields, lines, sections or commands to a terminal. Each
 * file must have harmless lines only, each object once with the name that it was given here, and
 * nothing beside them. (Labels of graph.dot are in graph_dot.c, paths in names.c.)
 *
 *   cgroup2   a cgroup for each name, with a process of that name
 *   memory    removed, and held by the pages of files with these names
 *   v1        a hierarchy for each name that the kernel takes
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_hostile.h"
#include "lib/cgi_named.h"
#include "lib/cgi_pin.h"
#include "lib/cgi_stock.h"
#include "lib/cgi_stuck.h"

#define COMM_BYTES	15
#define PAGES_EACH	2

/* ---- all names ---- */

static int nr_names(void)
{
	return cgi_nr_hostile + cgi_nr_hostile_lines;
}

static const char *name_at(int i)
{
	return i < cgi_nr_hostile ? cgi_hostile[i] : cgi_hostile_lines[i - cgi_nr_hostile];
}

/* ---- commands and cgroups ---- */

static pid_t *pids;

static void make_tasks(void)
{
	char *top = cgi_new_cgroup(cgi_v2()), *dir;
	int i;

	pids = cgi_alloc((nr_names() + 1) * sizeof(*pids));
	for (i = 0; i < nr_names(); i++) {
		pids[i] = cgi_park_as(name_at(i));
		if (i >= cgi_nr_hostile)
			continue;
		dir = cgi_mkdir(top, cgi_hostile[i]);
		cgi_must_move(dir, pids[i]);
		free(dir);
	}
	pids[nr_names()] = cgi_park_as("");
}

/* The kernel keeps so many bytes of a command. An empty one is printed as no command can be. */
static bool comm_is(const struct cgi_table *tasks, pid_t pid, const char *name)
{
	char *comm = cgi_fmt("%.*s", COMM_BYTES, name), *want = cgi_escape(comm);
	char *tid = cgi_fmt("%d", pid);
	int row, nr = cgi_count_rows(tasks, "tid", tid, &row);
	const char *ours = nr ? cgi_get(tasks, row, "comm") : "no line";
	bool ok;

	if (!*name || !strcmp(name, "-"))
		ok = !strcmp(ours, *name ? "\\055" : "\\000");
	else
		ok = !strcmp(ours, want);
	if (nr != 1 || !ok)
		ksft_print_msg("%d has %d lines, is %s and not %s\n", pid, nr, ours, want);
	free(tid);
	free(want);
	free(comm);
	return nr == 1 && ok;
}

static bool tasks_have_their_names(void)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	bool ok = true;
	int i;

	for (i = 0; i <= nr_names(); i++)
		ok = comm_is(tasks, pids[i], i < nr_names() ? name_at(i) : "") && ok;
	cgi_table_free(tasks);
	return ok;
}

static void add_tid(pid_t tgid, pid_t tid, void *set)
{
	(void)tgid;
	cgi_set_add(set, "%d", tid);
}

/* A line that a name has forged would be a task that /proc does not know, or one twice. */
static int diff_tasks(void)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	struct cgi_set ours = { 0 }, want = { 0 };
	int row;

	for (row = 0; row < tasks->nr_rows; row++)
		cgi_set_add(&ours, "%s", cgi_get(tasks, row, "tid"));
	cgi_table_free(tasks);
	cgi_each_task(add_tid, &want);
	return cgi_set_compare("tasks", &ours, &want);
}

/* ---- sections and keys ---- */

static bool sections_are_those(void)
{
	static const char * const sections[] = {
		"info", "tasks", "css_sets", "links", "cgroups", "csses", "hierarchies",
		"subsystems", "stats",
	};
	char *text = cgi_text_read("snapshot"), *line, *save = NULL;
	size_t nr = 0;
	bool ok = true;

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (strncmp(line, "## ", 3))
			continue;
		if (nr >= ARRAY_SIZE(sections) || strcmp(line + 3, sections[nr])) {
			ksft_print_msg("section %zu is %s\n", nr, line);
			ok = false;
		}
		nr++;
	}
	free(text);
	return ok && nr == ARRAY_SIZE(sections);
}

static bool keys_are_unique(const char *file)
{
	char *text = cgi_text_read(file), *line, *save = NULL;
	struct cgi_set keys = { 0 };
	int nr, unique;

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		cgi_set_add(&keys, "%.*s", (int)strcspn(line, ":"), line);
	nr = keys.nr;
	cgi_set_uniq(&keys);
	unique = keys.nr;
	if (unique != nr)
		ksft_print_msg("%s: %d lines, %d keys\n", file, nr, unique);
	free(text);
	cgi_set_free(&keys);
	return nr && unique == nr;
}

/* A kernel of PREEMPT_RT does not tell. */
static bool is_holder(const char *ours, const char *want)
{
	if (ours && cgi_kernel_is_rt() && !strncmp(ours, "unknown,", 8))
		return true;
	if (ours && !strcmp(ours, want))
		return true;
	ksft_print_msg("held by %s and not %s\n", ours ? ours : "no key that is there", want);
	return false;
}

/* info names who holds cgroup_mutex. */
static bool holder_of_mutex_is_escaped(void)
{
	const char *comm = "\nformat: 9";
	pid_t tid = cgi_hold_mutex(comm);
	char *want, *ours;
	bool ok;

	if (!tid)
		return cgi_skip("cgroup_mutex can't be held here: %s", strerror(errno));
	want = cgi_fmt("%d %s", tid, cgi_escape(comm));
	ours = cgi_value("info", "cgroup_mutex_held_by");
	ok = keys_are_unique("info") && keys_are_unique("stats");
	ok = is_holder(ours, want) && ok;
	free(ours);
	free(want);
	return cgi_let_mutex_go() && ok;
}

/* ---- files whose pages hold a css ---- */

static struct cgi_place memory;
static char *tmpfs, *css;

static void make_files(void *unused)
{
	int i, fd;

	(void)unused;
	for (i = 0; i < nr_names(); i++) {
		char *path = cgi_fmt("%s/%s", tmpfs, name_at(i));

		fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd < 0)
			cgi_die("%s: %s", path, strerror(errno));
		cgi_write_pages(fd, PAGES_EACH);
		close(fd);
		free(path);
	}
}

static int diff_files(void)
{
	struct cgi_table *holders = cgi_table_read("holders");
	struct cgi_set ours = { 0 }, want = { 0 };
	char *name;
	int row, i;

	for (row = 0; row < holders->nr_rows; row++) {
		const char *path = strstr(cgi_get(holders, row, "detail"), ",path:");

		if (!strcmp(cgi_get(holders, row, "object"), css) && path)
			cgi_set_add(&ours, "%s", path + strlen(",path:"));
	}
	cgi_table_free(holders);
	for (i = 0; i < nr_names(); i++) {
		name = cgi_escape(name_at(i));
		cgi_set_add(&want, "/%s", name);
		free(name);
	}
	return cgi_set_compare("files", &ours, &want);
}

static bool files_have_their_names(void)
{
	char *dir, *id;

	memory = cgi_place_of("memory");
	if (!memory.root)
		return cgi_skip("the kernel has no CONFIG_MEMCG");
	tmpfs = cgi_mount_tmpfs();
	dir = cgi_new_cgroup(memory.root);
	id = cgi_dir_id(memory.hier, dir);
	css = cgi_css_of(id, "memory", "online");
	cgi_run_inside(&memory, dir, make_files, NULL);
	cgi_must_rmdir(dir);
	free(id);
	if (cgi_kernel_has("lru_reparent_memcg"))
		return cgi_skip("no page holds a css on this kernel");
	cgi_stock_replace();
	return cgi_settles(diff_files);
}

/* ---- hierarchies ---- */

/* Kernels take letters, which are those of Latin-1 too, digits, dots, hyphens and underscores. */
static bool hierarchies_have_their_names(void)
{
	bool ok = true;
	int i, taken = 0;

	for (i = 0; i < cgi_nr_hostile; i++) {
		char *opts = cgi_fmt("none,name=%s", cgi_hostile[i]), *id, *want;

		if (cgi_mount_v1(opts)) {
			id = cgi_fmt("%d", cgi_hier_id(opts + strlen("none,")));
			want = strcmp(cgi_hostile[i], "-") ? cgi_escape(cgi_hostile[i]) :
							     cgi_fmt("\\055");
			ok = cgi_field_is("hierarchies", "id", id, "name", want) && ok;
			taken++;
			free(want);
			free(id);
		}
		free(opts);
	}
	/* With cgroup_no_v1=named it takes none, whatever the name. */
	if (!taken && !cgi_mount_v1("none,name=x"))
		return cgi_skip("no hierarchy can be named here: %s", strerror(errno));
	ksft_print_msg("the kernel took %d of %d names\n", taken, cgi_nr_hostile);
	return ok && taken;
}

static bool is_harmless(void *file)
{
	return cgi_file_is_harmless(file);
}

static const struct cgi_case hierarchy_cases[] = {
	{ "hierarchies: each has its name", hierarchies_have_their_names },
};

static const struct cgi_case task_cases[] = {
	{ "tasks: each task once, with its command", tasks_have_their_names },
	{ "tasks: no line that /proc does not have", .diff = diff_tasks },
};

static const struct cgi_case graph_cases[] = {
	{ "snapshot: no section but those of the contract", sections_are_those },
	{ "holders: each file once, with its path", files_have_their_names },
	{ "info: who holds cgroup_mutex adds no key", holder_of_mutex_is_escaped },
};

static const struct cgi_case file_cases[] = {
	{ "harmless lines only", .run_on = is_harmless },
};

int main(void)
{
	bool graph;

	cgi_begin();
	graph = cgi_has_graph();
	make_tasks();
	if (graph)
		cgi_add_cases(hierarchy_cases, ARRAY_SIZE(hierarchy_cases));
	cgi_add_cases(task_cases, ARRAY_SIZE(task_cases));
	if (graph)
		cgi_add_cases(graph_cases, ARRAY_SIZE(graph_cases));
	cgi_add_cases_on_files(file_cases, ARRAY_SIZE(file_cases));
	cgi_run_cases();
}
