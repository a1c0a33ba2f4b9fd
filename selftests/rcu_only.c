// SPDX-License-Identifier: GPL-2.0-only
/*
 * RCU-only mode (graph=0): what tasks says of each task, takes and says of long paths, and of
 * cgroups that are made, removed and renamed while it is opened.
 *
 *   cgroup2   top: 400 cgroups with a task in each, which are removed
 *             top/1/2/.../400: the same tasks
 *             movers/m0.0, m0.1, ...: a task that goes from each to the next
 *             removed: a zombie
 *   pids      renamed, or its other name: a task
 *
 * A task in a cgroup between two others is allowed in cgroup2 as long as no
 * controller is enabled there. /proc has no path of more than 4,095 bytes, so
 * for longer ones the oracle is the names that were given.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"

#define NR_LEVELS	400
#define STRIDE		133		/* prime to NR_LEVELS */
#define NAME_BYTES	255
#define PROC_PATH_BYTES	4000
#define NR_MOVERS	64
#define NR_BETWEEN	10		/* tasks between two movers */
#define SECONDS		4
#define MOVER_SECONDS	6
#define MIN_READS	3
#define MIN_MOVES	5
#define MIN_ROUNDS	20
#define LOW		19

/* ---- cgroups side by side, and in each other ---- */

static struct {
	char *top;
	int at;				/* the deepest directory */
	char *path;			/* of the deepest, escaped */
	size_t len[NR_LEVELS + 1];	/* what a level has of it; top is level 0 */
	pid_t tasks[NR_LEVELS + 1];
} deep;

/* The blank is escaped. */
static void make_name(char *name, int level)
{
	int i, len = sprintf(name, "%d ", level);

	for (i = len; i < NAME_BYTES; i++)
		name[i] = 'a' + (level + i) % 26;
	name[NAME_BYTES] = '\0';
}

static void note_level(int level, const char *name)
{
	char *escaped = cgi_escape(name), *path;

	path = cgi_fmt("%s/%s", deep.path ? deep.path : "", escaped);
	free(escaped);
	free(deep.path);
	deep.path = path;
	deep.len[level] = strlen(path);
}

static void write_at(int dir, const char *file, const char *text)
{
	int fd = openat(dir, file, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		cgi_die("%s: %s", file, strerror(errno));
	close(fd);
}

/* Makes a cgroup below @at, and returns a descriptor of it with its task inside. */
static int add_cgroup(int at, int level)
{
	char name[NAME_BYTES + 1], *pid = cgi_fmt("%d", deep.tasks[level]);
	int fd;

	make_name(name, level);
	fd = mkdirat(at, name, 0755) ? -1 : openat(at, name, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		cgi_die("cgroup %d: %s", level, strerror(errno));
	write_at(fd, "cgroup.procs", pid);
	free(pid);
	return fd;
}

/*
 * By thread id the tasks are in levels 134, 267, 400, 133 and so on, so the first
 * three bring hundreds of cgroups each, and the others none.
 */
static void make_flat(void)
{
	int i;

	for (i = 0; i < NR_LEVELS; i++)
		deep.tasks[(i + 1) * STRIDE % NR_LEVELS + 1] = cgi_park();
	for (i = 1; i <= NR_LEVELS; i++)
		close(add_cgroup(deep.at, i));
}

static void remove_flat(void)
{
	char name[NAME_BYTES + 1];
	int i;

	for (i = 1; i <= NR_LEVELS; i++) {
		cgi_must_move(cgi_v2(), deep.tasks[i]);
		make_name(name, i);
		if (unlinkat(deep.at, name, AT_REMOVEDIR))
			cgi_die("removing cgroup %d: %s", i, strerror(errno));
	}
}

static void make_nested(void)
{
	char name[NAME_BYTES + 1];
	int i, at;

	for (i = 1; i <= NR_LEVELS; i++) {
		at = add_cgroup(deep.at, i);
		close(deep.at);
		deep.at = at;
		make_name(name, i);
		note_level(i, name);
	}
}

/* The first open may take room for what was there before. */
static long bytes_of_tasks(void)
{
	double began = 0;
	int i, fd;

	for (i = 0; i < 2; i++) {
		began = cgi_now();
		fd = cgi_open("tasks", O_RDONLY);
		if (fd < 0)
			cgi_die("tasks: %s", strerror(errno));
		close(fd);
	}
	ksft_print_msg("opened in %.3f s\n", cgi_now() - began);
	return atol(cgi_value("stats", "bytes_last"));
}

static bool bytes_are_as_if_flat(void)
{
	long flat, nested;

	make_flat();
	flat = bytes_of_tasks();
	remove_flat();
	make_nested();
	nested = bytes_of_tasks();
	ksft_print_msg("%ld bytes for %d cgroups side by side, %ld for %d in each other\n",
		       flat, NR_LEVELS, nested, NR_LEVELS);
	return nested > 0 && 5 * nested <= 6 * flat;
}

static int level_of(pid_t tid)
{
	int i;

	for (i = 1; i <= NR_LEVELS; i++)
		if (deep.tasks[i] == tid)
			return i;
	return 0;
}

/* Is the last item of a list of memberships, that of cgroup2, right for this level? */
static bool item_is_right(const char *cgroups, size_t bytes, int level)
{
	const char *item = memrchr(cgroups, ' ', bytes), *end = cgroups + bytes;
	char *proc, *escaped;
	bool ok;

	item = item ? item + 1 : cgroups;
	ok = end - item == (ssize_t)deep.len[level] + 3 && !memcmp(item, "0::", 3) &&
	     !memcmp(item + 3, deep.path, deep.len[level]);
	if (!ok || deep.len[level] > PROC_PATH_BYTES)
		return ok;
	proc = cgi_proc_path(deep.tasks[level], deep.tasks[level], 0);
	escaped = proc ? cgi_escape(proc) : NULL;
	ok = escaped && strlen(escaped) == deep.len[level] &&
	     !memcmp(escaped, item + 3, deep.len[level]);
	free(escaped);
	return ok;
}

/* The text has a hundred megabytes, so it is read line by line. */
static const char *field_of(const char *line, int col, size_t *len)
{
	while (line && col--) {
		line = strchr(line, '\t');
		line = line ? line + 1 : NULL;
	}
	*len = line ? strcspn(line, "\t\n") : 0;
	return line;
}

static int column_of(const char *header, const char *name)
{
	const char *field;
	size_t len;
	int col;

	for (col = 0; (field = field_of(header, col, &len)); col++)
		if (len == strlen(name) && !memcmp(field, name, len))
			return col;
	cgi_die("tasks has no column %s", name);
}

static bool line_is_right(const char *line, int col, int level)
{
	size_t len;
	const char *field = field_of(line, col, &len);

	if (field && item_is_right(field, len, level))
		return true;
	ksft_print_msg("level %d is wrong: %.300s\n", level, line);
	return false;
}

static bool lines_are_right(void)
{
	FILE *file = fopen(CGI_DIR "/tasks", "r");
	int level, found = 0, wrong = 0, col;
	size_t room = 0;
	char *line = NULL;

	if (!file || getline(&line, &room, file) <= 0)
		cgi_die("tasks: %s", strerror(errno));
	col = column_of(line, "cgroups");
	while (wrong < 5 && getline(&line, &room, file) > 0) {
		level = level_of(atoi(line));
		found += !!level;
		wrong += level && !line_is_right(line, col, level);
	}
	ksft_print_msg("%ld bytes, %d of %d tasks, %d wrong\n", ftell(file), found, NR_LEVELS,
		       wrong);
	free(line);
	fclose(file);
	return found == NR_LEVELS && !wrong;
}

static bool all_go(void)
{
	int i;

	for (i = 1; i <= NR_LEVELS; i++)
		cgi_kill(deep.tasks[i]);
	close(deep.at);
	return !cgi_rmtree(deep.top);
}

/* ---- what there is none of ---- */

static bool info_says_no_holders(void)
{
	char *holders = cgi_value("info", "holders");
	bool is_off = holders && (!strcmp(holders, "off") || !strncmp(holders, "off,", 4));

	if (!is_off)
		ksft_print_msg("holders: %s\n", holders);
	free(holders);
	return is_off && cgi_open("holders", O_RDONLY) < 0 && errno == ENOENT;
}

/* ---- cgroups that come and go ---- */

static struct {
	char *top;
	pid_t pids[NR_MOVERS];
	int *moved;		/* how often each has gone to the next cgroup */
} movers;

static char *mover_dir(int mover, int number)
{
	return cgi_fmt("%s/m%d.%d", movers.top, mover, number);
}

static int keep_moving(void *arg)
{
	int mover = (int *)arg - movers.moved, number;
	char *last = NULL, *dir;

	for (number = 1;; number++) {
		dir = mover_dir(mover, number);
		if (mkdir(dir, 0755) || cgi_move(dir, getpid()))
			return 1;
		__atomic_store_n(&movers.moved[mover], number, __ATOMIC_SEQ_CST);
		if (last && rmdir(last))
			return 1;
		free(last);
		last = dir;
	}
}

static int keep_busy(void *unused)
{
	(void)unused;
	while (getppid() > 0)
		;
	return 1;
}

static void make_movers(void)
{
	int i, j;

	movers.top = cgi_new_cgroup(cgi_v2());
	movers.moved = cgi_share(NR_MOVERS * sizeof(*movers.moved));
	for (i = 0; i < NR_MOVERS; i++) {
		movers.pids[i] = cgi_spawn(keep_moving, &movers.moved[i]);
		for (j = 0; j < NR_BETWEEN; j++)
			cgi_park();
	}
	for (i = 0; i < NR_MOVERS; i++)
		while (!__atomic_load_n(&movers.moved[i], __ATOMIC_SEQ_CST))
			cgi_sleep_ms(1);
	for (i = sysconf(_SC_NPROCESSORS_ONLN); i; i--)
		cgi_spawn(keep_busy, NULL);
}

static void note_moved(int moved[])
{
	int i;

	for (i = 0; i < NR_MOVERS; i++)
		moved[i] = __atomic_load_n(&movers.moved[i], __ATOMIC_SEQ_CST);
}

/* Where a mover was when it was read lies between where it was before and after. */
static bool mover_is_right(const struct cgi_table *tasks, int mover, int from, int to)
{
	char *path = cgi_task_path(tasks, cgi_task_row(tasks, movers.pids[mover]), 0);
	const char *top = strrchr(movers.top, '/');
	int at_mover, at, len = 0;
	bool ok;

	ok = path && !strncmp(path, top, strlen(top)) &&
	     sscanf(path + strlen(top), "/m%d.%d%n", &at_mover, &at, &len) == 2 &&
	     at_mover == mover && at >= from && at <= to + 1 &&
	     (!path[strlen(top) + len] || !strcmp(path + strlen(top) + len, " (deleted)"));
	if (!ok)
		ksft_print_msg("mover %d, in %d to %d, is shown in %s\n", mover, from, to + 1,
			       path);
	free(path);
	return ok;
}

static void be_nice(int nice)
{
	if (setpriority(PRIO_PROCESS, 0, nice))
		cgi_die("nice %d: %s", nice, strerror(errno));
}

/*
 * The open must last for many grace periods: only then the memory of css_sets and
 * cgroups that one mover has left is used for those of another while they are
 * collected. So others have most of the processors meanwhile.
 */
static struct cgi_table *tasks_read_slowly(void)
{
	char *text;
	size_t len;
	int fd;

	be_nice(LOW);
	fd = cgi_open("tasks", O_RDONLY);
	be_nice(0);
	if (fd < 0)
		cgi_die("tasks: %s", strerror(errno));
	text = cgi_slurp_fd(fd, &len);
	close(fd);
	return cgi_table_parse("tasks", text, len);
}

static int read_movers(void)
{
	int from[NR_MOVERS], to[NR_MOVERS], bad = 0, i;
	struct cgi_table *tasks;

	note_moved(from);
	tasks = tasks_read_slowly();
	note_moved(to);
	for (i = 0; i < NR_MOVERS; i++)
		bad += !mover_is_right(tasks, i, from[i], to[i]);
	cgi_table_free(tasks);
	return bad;
}

static bool movers_are_right(void)
{
	int reads, bad = 0;
	double end;

	make_movers();
	end = cgi_now() + MOVER_SECONDS;
	for (reads = 0; cgi_now() < end || reads < MIN_READS || movers.moved[0] < MIN_MOVES;
	     reads++)
		bad += read_movers();
	ksft_print_msg("%d reads, %d moves of the first, %d wrong places\n", reads,
		       movers.moved[0], bad);
	cgi_kill_all();
	return !bad && !cgi_rmtree(movers.top);
}

static bool removed_says_so(void)
{
	struct cgi_place place = { .root = cgi_v2(), .version = 2 };
	char *dir = cgi_new_cgroup(place.root);
	char *want = cgi_fmt("%s (deleted)", strrchr(dir, '/'));
	bool ok = cgi_task_is_in(cgi_zombie_in_removed(&place, dir), 0, want);

	free(want);
	return ok;
}

/* ---- a cgroup that is renamed ---- */

static struct {
	char *dir, *other;
	int *rounds;
} renamed;

static int keep_renaming(void *unused)
{
	(void)unused;
	for (;;) {
		if (rename(renamed.dir, renamed.other) || rename(renamed.other, renamed.dir))
			return 1;
		__atomic_add_fetch(renamed.rounds, 1, __ATOMIC_SEQ_CST);
	}
}

static bool name_is_one_of_two(pid_t pid, int hier)
{
	char *path = cgi_task_path_now(pid, hier);
	bool ok = path && (!strcmp(path, strrchr(renamed.dir, '/')) ||
			   !strcmp(path, strrchr(renamed.other, '/')));

	if (!ok)
		ksft_print_msg("shown in %s\n", path);
	free(path);
	return ok;
}

static bool renamed_has_a_name(void)
{
	struct cgi_place place = cgi_place_of("pids");
	int reads = 0, bad = 0;
	pid_t pid, renamer;
	double end;
	bool renames;

	if (!place.root || place.version != 1)
		return cgi_skip("pids is not on v1, and only there cgroups are renamed");
	renamed.rounds = cgi_share(sizeof(*renamed.rounds));
	renamed.dir = cgi_new_cgroup(place.root);
	renamed.other = cgi_fmt("%s_with_another_name", renamed.dir);
	pid = cgi_park();
	cgi_must_move(renamed.dir, pid);
	renamer = cgi_spawn(keep_renaming, NULL);
	end = cgi_now() + SECONDS;
	do {
		bad += !name_is_one_of_two(pid, place.hier);
		reads++;
		renames = cgi_still_runs(renamer);
	} while (renames && (cgi_now() < end || reads < MIN_READS ||
			     __atomic_load_n(renamed.rounds, __ATOMIC_SEQ_CST) < MIN_ROUNDS));
	cgi_kill(renamer);
	cgi_kill(pid);
	/* It does not matter which of the two it is. */
	rename(renamed.other, renamed.dir);
	ksft_print_msg("%d reads, %d rounds, %d wrong\n", reads, *renamed.rounds, bad);
	return renames && !bad && !cgi_rmtree(renamed.dir);
}

static const struct cgi_case cases[] = {
	{ "there is no file holders, and info says so", info_says_no_holders },
	{ "ppid, start and pidns of every task are right", .diff = cgi_diff_origins },
	{ "it takes no more memory than for cgroups side by side", bytes_are_as_if_flat },
	{ "a task in each of " CGI_TEXT(NR_LEVELS) " levels: each line has all of its path",
	  lines_are_right },
	{ "the cgroups go", all_go },
	{ "tasks that move to new cgroups are where they were", movers_are_right },
	{ "a zombie in a cgroup that was removed: its path says so", removed_says_so },
	{ "a cgroup that is renamed has one of its names", renamed_has_a_name },
};

/* However this test ends, the module must be loaded again as it was. */
int main(void)
{
	/* Who removes cgroups keeps a directory open for each level. */
	const struct rlimit files = { 2 * NR_LEVELS, 2 * NR_LEVELS };

	if (setrlimit(RLIMIT_NOFILE, &files))
		ksft_exit_fail_msg("open files: %s\n", strerror(errno));
	cgi_begin();
	cgi_module_without_graph();
	cgi_allow_tasks(4 * NR_LEVELS);
	deep.top = cgi_new_cgroup(cgi_v2());
	deep.at = open(deep.top, O_RDONLY | O_DIRECTORY);
	note_level(0, strrchr(deep.top, '/') + 1);
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
