// SPDX-License-Identifier: GPL-2.0-only
/*
 * Paths of megabytes: a snapshot takes no more memory for cgroups in each other
 * than for as many side by side, every path comes out whole, from any offset
 * and in pieces of any size, and who reads them can be killed. The oracles are
 * the names that were given, and the kernel's own limit of the reader's memory.
 *
 *   named    top: 1,000 cgroups, which are removed
 *            top/1/2/.../1000: a task, and then one more 1,200 levels below it
 *   memory   top: the reader
 *
 * Each byte of the names is escaped, so each level adds 1,021 bytes to a path.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"

#define NR_LEVELS	1000
/* All paths of these take more than any one allocation can have. */
#define NR_ALL_LEVELS	2200
#define NAME_BYTES	255
#define MB		(1024 * 1024L)
#define LIMIT_BYTES	(4 * MB)
#define PIECE		4096
#define NR_PREADS	300
#define KILL_MS		5000

/* ---- the cgroups ---- */

static struct {
	char *top, *id;
	int hier;
	char *name;			/* of the hierarchy, as /proc has it */
	int at;				/* the deepest directory */
	int levels;
	char *path;			/* of the deepest, escaped */
	size_t len[NR_ALL_LEVELS + 2];	/* what a level has of it; top is level 1 */
	pid_t task;
} deep;

/* Control characters below the newline, others for each level. */
static void make_name(char *name, int level)
{
	int i, digits = level;

	for (i = 0; i < NAME_BYTES; i++) {
		name[i] = 1 + (i < 4 ? digits : level + i) % 9;
		digits /= 9;
	}
	name[NAME_BYTES] = '\0';
}

static void note_level(const char *name)
{
	char *escaped = cgi_escape(name), *path;

	path = cgi_fmt("%s/%s", deep.path ? deep.path : "", escaped);
	free(escaped);
	free(deep.path);
	deep.path = path;
	deep.len[1 + deep.levels] = strlen(path);
}

static void add_level(void)
{
	char name[NAME_BYTES + 1];
	int at;

	deep.levels++;
	make_name(name, deep.levels);
	at = mkdirat(deep.at, name, 0755) ? -1 : openat(deep.at, name, O_RDONLY | O_DIRECTORY);
	if (at < 0)
		cgi_die("level %d: %s", deep.levels, strerror(errno));
	close(deep.at);
	deep.at = at;
	note_level(name);
}

static void descend_to(int levels)
{
	char pid[16];
	struct stat st;
	int fd;

	while (deep.levels < levels)
		add_level();
	fd = openat(deep.at, "cgroup.procs", O_WRONLY);
	snprintf(pid, sizeof(pid), "%d", deep.task);
	if (fd < 0 || write(fd, pid, strlen(pid)) < 0 || fstat(deep.at, &st))
		cgi_die("%d levels: %s", levels, strerror(errno));
	close(fd);
	deep.id = cgi_fmt("%d:%llu", deep.hier, (unsigned long long)st.st_ino);
}

static void make_top(void)
{
	char *root = cgi_named("paths", &deep.name);

	deep.hier = cgi_hier_id(deep.name);
	deep.top = cgi_new_cgroup(root);
	deep.at = open(deep.top, O_RDONLY | O_DIRECTORY);
	deep.len[0] = 1;
	note_level(strrchr(deep.top, '/') + 1);
	deep.task = cgi_park();
}

static bool has_cgroups(int nr)
{
	char *hier = cgi_fmt("%d", deep.hier), *want = cgi_fmt("%d", nr);

	return cgi_field_becomes("hierarchies", "id", hier, "cgroups", want) &&
	       cgi_field_becomes("hierarchies", "id", hier, "dying", "0");
}

/* ---- memory ---- */

/* The first open may take room for what was there before. */
static long bytes_of(const char *file)
{
	int i, fd;

	for (i = 0; i < 2; i++) {
		fd = cgi_open(file, O_RDONLY);
		if (fd < 0)
			cgi_die("%s: %s", file, strerror(errno));
		close(fd);
	}
	return atol(cgi_value("stats", "bytes_last"));
}

static bool bytes_are_as_if_flat(void)
{
	char name[NAME_BYTES + 1];
	long flat, nested;
	int i;

	for (i = 1; i <= NR_LEVELS; i++) {
		make_name(name, i);
		if (mkdirat(deep.at, name, 0755))
			cgi_die("cgroup %d: %s", i, strerror(errno));
	}
	flat = bytes_of("links");
	for (i = 1; i <= NR_LEVELS; i++) {
		make_name(name, i);
		unlinkat(deep.at, name, AT_REMOVEDIR);
	}
	if (!has_cgroups(2))
		cgi_die("cgroups side by side stay");
	descend_to(NR_LEVELS);
	nested = bytes_of("links");
	ksft_print_msg("links: %ld bytes for %d cgroups side by side, %ld for %d in each other\n",
		       flat, NR_LEVELS, nested, NR_LEVELS);
	return nested > 0 && 5 * nested <= 6 * flat;
}

static struct cgi_place memory;
static char *reader_top;

static long usage(void)
{
	const char *file = memory.version == 1 ? "memory.usage_in_bytes" : "memory.current";
	char *text = cgi_slurp_at(reader_top, file);

	if (!text)
		cgi_die("%s/%s: %s", reader_top, file, strerror(errno));
	return atol(text);
}

static int set_limit(const char *text)
{
	return cgi_write(reader_top, memory.version == 1 ? "memory.limit_in_bytes" : "memory.max",
			 text);
}

/* The first open touches what stays. Exits with the errno of the second one. */
static int open_with_limit(void *file)
{
	double began;
	long before;
	int fd;

	cgi_must_move(reader_top, getpid());
	close(cgi_open(file, O_RDONLY));
	before = usage();
	if (set_limit(cgi_fmt("%ld", before + LIMIT_BYTES)))
		return 255;
	began = cgi_now();
	fd = cgi_open(file, O_RDONLY);
	if (fd < 0)
		return errno;
	ksft_print_msg("%s: %ld bytes charged, opened in %.3f s\n", (char *)file,
		       usage() - before, cgi_now() - began);
	return 0;
}

static bool limit_is_enough(void *file)
{
	int err;

	if (!memory.root)
		return cgi_skip("no memory controller here (CONFIG_MEMCG)");
	err = cgi_exit_code(cgi_spawn(open_with_limit, file));
	if (err)
		ksft_print_msg("%s: %s\n", (char *)file, err < 0 ? "killed" : strerror(err));
	if (set_limit(memory.version == 1 ? "-1" : "max"))
		cgi_die("the limit stays");
	return !err;
}

/* ---- text ---- */

static bool links_has_path(void)
{
	struct cgi_table *links = cgi_table_read("links");
	int row, nr = cgi_count_rows(links, "cgroup", deep.id, &row);
	bool ok = nr == 1 && !strcmp(cgi_get(links, row, "path"), deep.path);

	ksft_print_msg("%d lines of %s, a path of %zu bytes, wanted are %zu\n", nr, deep.id,
		       nr ? strlen(cgi_get(links, row, "path")) : 0, strlen(deep.path));
	cgi_table_free(links);
	return ok;
}

static bool tasks_has_path(void)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	char *want = cgi_fmt("%d:%s:%s", deep.hier, deep.name, deep.path);
	struct cgi_set items = { 0 };
	bool ok;

	cgi_set_split(&items, cgi_get(tasks, cgi_task_row(tasks, deep.task), "cgroups"), " ");
	ok = cgi_set_has(&items, want);
	cgi_set_free(&items);
	free(want);
	cgi_table_free(tasks);
	return ok;
}

/* Are @len bytes of the file from @at on those of the deepest path from @from on? */
static bool path_is_at(int fd, off_t at, size_t from, size_t len)
{
	static char buf[PIECE];
	size_t done, piece;

	for (done = 0; done < len; done += piece) {
		piece = len - done < sizeof(buf) ? len - done : sizeof(buf);
		if (pread(fd, buf, piece, at + done) != (ssize_t)piece ||
		    memcmp(buf, deep.path + from + done, piece))
			return false;
	}
	return true;
}

/* The files of all paths are too long to be read whole here. */
static bool row_path_is(int fd, off_t at, int level)
{
	size_t len = deep.len[level], part = len < 500 ? len : 500;
	size_t middle = rand() % (len - part + 1);

	/* The deepest one, in pieces. */
	if (level > deep.levels)
		return path_is_at(fd, at, 0, len);
	return path_is_at(fd, at, 0, part) && path_is_at(fd, at + len - part, len - part, part) &&
	       path_is_at(fd, at + middle, middle, part);
}

/* Returns what comes behind a line, or -1 if it has an end nowhere near @at. */
static off_t line_end(int fd, off_t at)
{
	char buf[PIECE];
	ssize_t len = pread(fd, buf, sizeof(buf), at);
	char *end = len > 0 ? memchr(buf, '\n', len) : NULL;

	return end ? at + (end + 1 - buf) : -1;
}

struct row {
	char id[32], parent[32];
	int level, path;
};

/* Reads the beginning of a line of `cgroups`; false is for the end. */
static bool row_at(int fd, off_t at, struct row *row)
{
	char buf[128] = "";
	ssize_t len = pread(fd, buf, sizeof(buf) - 1, at);

	if (len <= 0)
		return false;
	if (sscanf(buf, "%31s %31s %d %n", row->id, row->parent, &row->level, &row->path) != 3)
		cgi_die("cgroups: no line at %lld: %s", (long long)at, buf);
	return true;
}

static off_t row_end(int fd, off_t at, const struct row *row, bool *ok)
{
	static char last[32];

	if (atoi(row->id) != deep.hier)
		return line_end(fd, at);
	at += row->path;
	if (!row_path_is(fd, at, row->level) || (row->level && strcmp(row->parent, last))) {
		ksft_print_msg("%s: level %d, parent %s\n", row->id, row->level, row->parent);
		*ok = false;
	}
	snprintf(last, sizeof(last), "%s", row->id);
	return line_end(fd, at + deep.len[row->level]);
}

static bool cgroups_has_all(void)
{
	int fd = cgi_open("cgroups", O_RDONLY), nr = 0;
	double began = cgi_now();
	struct row row = { 0 };
	bool ok = true;
	off_t at, next;

	for (at = line_end(fd, 0); row_at(fd, at, &row); at = next) {
		if (atoi(row.id) == deep.hier)
			nr++;
		next = row_end(fd, at, &row, &ok);
		if (next < 0)
			cgi_die("cgroups: no end of the line of %s", row.id);
	}
	ksft_print_msg("%d lines of ours in %lld bytes, %.1f s\n", nr, (long long)at,
		       cgi_now() - began);
	close(fd);
	return ok && nr == deep.levels + 2;
}

static bool pieces_are_same(void)
{
	int fd = cgi_open("links", O_RDONLY);
	size_t len, at, piece;
	char *text = cgi_slurp_fd(fd, &len), *buf = cgi_alloc(len);
	double began = cgi_now();
	bool ok = true;
	int i;

	for (at = 0; at < len && ok; at += PIECE) {
		piece = len - at < PIECE ? len - at : PIECE;
		ok = pread(fd, buf, PIECE, at) == (ssize_t)piece && !memcmp(buf, text + at, piece);
	}
	ksft_print_msg("%zu bytes in pieces of %d: %.3f s\n", len, PIECE, cgi_now() - began);
	for (i = 0; i < NR_PREADS && ok; i++) {
		at = rand() % len;
		piece = rand() % (i % 2 ? 100 : 5 * PIECE) + 1;
		piece = len - at < piece ? len - at : piece;
		ok = pread(fd, buf, piece, at) == (ssize_t)piece && !memcmp(buf, text + at, piece);
	}
	free(buf);
	free(text);
	close(fd);
	return ok;
}

/* ---- a reader that is killed ---- */

static int *reading;

/* One call has all of the file, and the same memory gets it piece by piece. */
static int read_at_once(void *unused)
{
	struct iovec pieces[IOV_MAX];
	char *buf = cgi_alloc(MB);
	int fd = cgi_open("cgroups", O_RDONLY), i;

	(void)unused;
	for (i = 0; i < IOV_MAX; i++)
		pieces[i] = (struct iovec){ buf, MB };
	__atomic_store_n(reading, 1, __ATOMIC_SEQ_CST);
	return readv(fd, pieces, IOV_MAX) < 0;
}

static bool lives(pid_t pid)
{
	char state = cgi_proc_state(pid, pid, NULL);

	return state && !strchr("ZX", state);
}

static bool reader_can_be_killed(void)
{
	pid_t pid = cgi_spawn(read_at_once, NULL);
	double killed;
	bool lived;

	while (!__atomic_load_n(reading, __ATOMIC_SEQ_CST) && lives(pid))
		cgi_sleep_ms(10);
	cgi_sleep_ms(200);
	lived = lives(pid);
	kill(pid, SIGKILL);
	killed = cgi_now();
	while (lives(pid) && cgi_now() < killed + KILL_MS / 1000)
		cgi_sleep_ms(1);
	ksft_print_msg("%s before, ended %.3f s after SIGKILL\n", lived ? "read" : "gone",
		       cgi_now() - killed);
	return lived && !lives(pid);
}

/* ---- more levels ---- */

static bool more_can_be_read(void)
{
	descend_to(NR_ALL_LEVELS);
	return links_has_path() & tasks_has_path() & cgroups_has_all();
}

/*
 * A hierarchy that is unmounted before its cgroups are released lingers for ever. Each of
 * them is released only after the one below it.
 */
static bool all_go(void)
{
	int i;

	cgi_kill(deep.task);
	close(deep.at);
	if (cgi_rmtree(deep.top))
		return false;
	for (i = 0; i < 10; i++)
		if (has_cgroups(1))
			return true;
	return false;
}

static const struct cgi_case flat_cases[] = {
	{ "links takes no more memory than for cgroups side by side", bytes_are_as_if_flat },
};

static const struct cgi_case file_cases[] = {
	{ "4 MB are enough to open it", .run_on = limit_is_enough },
};

static const struct cgi_case cases[] = {
	{ "links has the longest path", links_has_path },
	{ "tasks has the longest path", tasks_has_path },
	{ "cgroups has all paths", cgroups_has_all },
	{ "links is the same in any pieces", pieces_are_same },
	{ "a reader is killed in a read of all of cgroups", reader_can_be_killed },
	{ CGI_TEXT(NR_ALL_LEVELS) " levels can be read", more_can_be_read },
	{ "the cgroups go", all_go },
};

int main(void)
{
	/* Who removes cgroups keeps a directory open for each level. */
	const struct rlimit files = { 2 * NR_ALL_LEVELS, 2 * NR_ALL_LEVELS };

	if (setrlimit(RLIMIT_NOFILE, &files))
		ksft_exit_fail_msg("open files: %s\n", strerror(errno));
	cgi_begin();
	cgi_need_graph();
	reading = cgi_share(sizeof(*reading));
	memory = cgi_place_of("memory");
	if (memory.root)
		reader_top = cgi_new_cgroup(memory.root);
	make_top();
	cgi_add_cases(flat_cases, ARRAY_SIZE(flat_cases));
	cgi_add_cases_on_files(file_cases, ARRAY_SIZE(file_cases));
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
