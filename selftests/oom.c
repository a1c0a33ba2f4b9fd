// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where memory is short, open() fails with ENOMEM and nobody is killed: neither
 * the reader, nor who is larger in its memory cgroup, nor who is larger on the
 * whole machine. The oracle is the kernel's count of kills. read() needs no memory.
 *
 *   memory   top: the reader, a larger bystander
 *   named    top: 70,000 cgroups with names of 255 bytes
 *            top/1/2/.../200: a task; each byte of these names is escaped, so its line in
 *            `tasks` is four times as long as they are
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"
#include "lib/cgi_shortage.h"

#define NR_LEVELS	200
/* Of this many, whose names have to be kept, a snapshot takes five times of SLACK. */
#define NR_CGROUPS	70000
#define NAME_BYTES	255
#define MB		(1024 * 1024L)
/* The kernel charges up to this much in advance for each CPU. */
#define STOCK_BYTES	(64 * 4096L)
#define ANSWER_MS	120000
/* No process gets the memory that is left to the byte. */
#define SLACK		(4 * MB)
/* Where open() did not pause, the kernel killed in 3 of 10 readings (7.3, measured 2026-11). */
#define NR_ASKS		10

/* ---- much to be kept, and a long path ---- */

static char *top_of_many, *many_id;
static pid_t deep_task;

/* Returns the deepest directory. */
static int make_levels(int fd)
{
	char name[NAME_BYTES + 1];
	int next, level;

	memset(name, '\001', NAME_BYTES);
	name[NAME_BYTES] = '\0';
	for (level = 0; level < NR_LEVELS; level++) {
		next = mkdirat(fd, name, 0755) ? -1 :
		       openat(fd, name, O_RDONLY | O_DIRECTORY);
		if (next < 0)
			cgi_die("a path of %d levels: %s", level, strerror(errno));
		close(fd);
		fd = next;
	}
	return fd;
}

static void make_deep(void)
{
	int fd = make_levels(open(top_of_many, O_RDONLY | O_DIRECTORY));
	int procs = openat(fd, "cgroup.procs", O_WRONLY);
	char pid[16];

	deep_task = cgi_park();
	snprintf(pid, sizeof(pid), "%d", deep_task);
	if (procs < 0 || write(procs, pid, strlen(pid)) < 0)
		cgi_die("a task %d levels deep: %s", NR_LEVELS, strerror(errno));
	close(procs);
	close(fd);
}

static void make_many(void)
{
	int fd = open(top_of_many, O_RDONLY | O_DIRECTORY), i;
	char name[NAME_BYTES + 1];

	for (i = 0; i < NR_CGROUPS; i++) {
		snprintf(name, sizeof(name), "%0*d", NAME_BYTES, i);
		if (mkdirat(fd, name, 0755))
			cgi_die("cgroup %d: %s", i, strerror(errno));
	}
	close(fd);
}

static void make_hierarchy(void)
{
	double began = cgi_now();
	char *name, *root = cgi_named("many", &name);

	many_id = cgi_fmt("%d", cgi_hier_id(name));
	top_of_many = cgi_new_cgroup(root);
	make_deep();
	make_many();
	ksft_print_msg("%d cgroups made in %.1f s\n", NR_CGROUPS, cgi_now() - began);
}

/*
 * The hierarchy would linger for ever if it was unmounted before the kernel has
 * released the removed cgroups.
 */
static bool many_are_gone(void)
{
	cgi_kill(deep_task);
	return !cgi_rmtree(top_of_many) &&
	       cgi_field_becomes("hierarchies", "id", many_id, "cgroups", "1") &&
	       cgi_field_becomes("hierarchies", "id", many_id, "dying", "0");
}

/* ---- the reader, and who could be killed in its place ---- */

enum to_do { OPEN, READ, CLOSE };

struct order {
	enum to_do what;
	char file[16];
};

struct answer {
	int err;
	long bytes;
	unsigned long sum;
};

static struct cgi_place memory;
static char *top;
static pid_t reader, bystander;
static struct {
	int fd[2];
	int reply[2];
} order;

/* Reads all of the file, from its beginning on. */
static void read_all(int fd, struct answer *answer)
{
	static char buf[4096];
	ssize_t n, i;

	memset(answer, 0, sizeof(*answer));
	lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		answer->bytes += n;
		for (i = 0; i < n; i++)
			answer->sum = answer->sum * 31 + (unsigned char)buf[i];
	}
	answer->err = n < 0 ? errno : 0;
}

static int read_as_told(void *unused)
{
	struct answer answer = { 0 };
	struct order o;
	int fd = -1;

	(void)unused;
	cgi_have_all_pages();
	while (cgi_receive(order.fd[0], &o, sizeof(o))) {
		if (o.what == OPEN) {
			memset(&answer, 0, sizeof(answer));
			fd = cgi_open(o.file, O_RDONLY);
			answer.err = fd < 0 ? errno : 0;
		} else if (o.what == READ) {
			read_all(fd, &answer);
		} else {
			close(fd);
		}
		cgi_send(order.reply[1], &answer, sizeof(answer));
	}
	return 0;
}

static int be_large(void *bytes)
{
	size_t size = *(long *)bytes;
	char *all = mmap(NULL, size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (all == MAP_FAILED)
		return 1;
	memset(all, 1, size);
	return cgi_sleep_for_ever(NULL);
}

static int be_large_in_top(void *bytes)
{
	if (cgi_move(top, getpid()))
		return 1;
	return be_large(bytes);
}

/*
 * It is a child of this process. A look at /proc would take memory while there is none, and the
 * kernel would kill for that.
 */
static bool lives(const char *who, pid_t pid)
{
	siginfo_t ended = { 0 };

	if (!waitid(P_PID, pid, &ended, WEXITED | WNOHANG | WNOWAIT) && !ended.si_pid)
		return true;
	ksft_print_msg("the %s was killed\n", who);
	return false;
}

/* An answer of -1 is that of a reader that was killed. */
static struct answer tell(enum to_do what, const char *file)
{
	struct pollfd pfd = { .fd = order.reply[0], .events = POLLIN };
	struct answer answer = { .err = -1 };
	struct order o = { .what = what };
	int ms;

	snprintf(o.file, sizeof(o.file), "%s", file);
	cgi_send(order.fd[1], &o, sizeof(o));
	for (ms = 0; ms < ANSWER_MS; ms += 100) {
		if (poll(&pfd, 1, 100) == 1) {
			cgi_receive(order.reply[0], &answer, sizeof(answer));
			return answer;
		}
		if (!lives("reader", reader))
			return answer;
	}
	cgi_die("the reader does not answer");
}

/* ---- limits and kills ---- */

static long usage(void)
{
	const char *file = memory.version == 1 ? "memory.usage_in_bytes" : "memory.current";
	char *text = cgi_slurp_at(top, file);
	long bytes;

	if (!text)
		cgi_die("%s/%s: %s", top, file, strerror(errno));
	bytes = atol(text);
	free(text);
	return bytes;
}

/* -1 stands for no limit. */
static void set_limit(long bytes)
{
	const char *file = memory.version == 1 ? "memory.limit_in_bytes" : "memory.max";
	char *text = bytes >= 0 ? cgi_fmt("%ld", bytes) :
		     cgi_fmt("%s", memory.version == 1 ? "-1" : "max");
	int err = cgi_write(top, file, text);

	if (err)
		cgi_die("%s to %s/%s: %s", text, top, file, strerror(-err));
	free(text);
}

static long kills(void)
{
	return cgi_stat_value("/proc", "vmstat", "oom_kill");
}

static bool nobody_was_killed(long before)
{
	long after = kills();

	if (after != before)
		ksft_print_msg("the kernel killed %ld processes\n", after - before);
	return lives("reader", reader) && lives("bystander", bystander) && after == before;
}

/* Returns the memory of a snapshot for @file, which is opened for that. */
static long bytes_of(const char *file)
{
	struct answer answer = tell(OPEN, file);

	if (answer.err)
		cgi_die("%s: %s", file, strerror(answer.err));
	tell(CLOSE, file);
	return atol(cgi_value("stats", "bytes_last"));
}

/* ---- cases ---- */

static bool half_is_enomem(void *file)
{
	long bytes = bytes_of(file), before = kills();
	struct answer answer;

	if (bytes / 2 < 4 * STOCK_BYTES * sysconf(_SC_NPROCESSORS_ONLN))
		cgi_die("%s takes too little to tell it from the kernel's stock",
			(char *)file);
	set_limit(usage() + bytes / 2);
	answer = tell(OPEN, file);
	ksft_print_msg("%s takes %ld bytes; with half of them: %s\n", (char *)file,
		       bytes, answer.err < 0 ? "killed" : strerror(answer.err));
	if (!nobody_was_killed(before))
		cgi_die("somebody was killed");
	set_limit(-1);
	return answer.err == ENOMEM && !tell(OPEN, file).err && !tell(CLOSE, file).err;
}

/*
 * There is room for less than the longest line. What is read then is what the same
 * open file has without a limit.
 */
static bool line_needs_no_memory(void)
{
	struct answer at_limit, whole;
	long before = kills();

	if (tell(OPEN, "tasks").err)
		cgi_die("tasks can't be opened");
	set_limit(usage() + 32 * 4096);
	at_limit = tell(READ, "tasks");
	if (!nobody_was_killed(before))
		cgi_die("somebody was killed");
	set_limit(-1);
	whole = tell(READ, "tasks");
	ksft_print_msg("at the limit %ld bytes: %s; without one %ld bytes: %s\n",
		       at_limit.bytes, strerror(at_limit.err), whole.bytes,
		       strerror(whole.err));
	tell(CLOSE, "tasks");
	return !at_limit.err && !whole.err && whole.bytes > 32 * 4096 &&
	       whole.bytes == at_limit.bytes && whole.sum == at_limit.sum;
}

static struct {
	int fd[2];
	int reply[2];
} more;

static int take_as_told(void *unused)
{
	char *all;
	long bytes;

	(void)unused;
	while (cgi_receive(more.fd[0], &bytes, sizeof(bytes))) {
		all = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (all == MAP_FAILED)
			return 1;
		memset(all, 1, bytes);
		cgi_send(more.reply[1], "", 1);
	}
	return 0;
}

/*
 * Half of what is too much is taken at a time, as others take and free memory meanwhile, and
 * the filler must not take too much.
 */
static void leave(long bytes, pid_t filler)
{
	struct pollfd pfd = { .fd = more.reply[0], .events = POLLIN };
	double end = cgi_now() + ANSWER_MS / 1000;
	long piece;
	char byte;

	while (cgi_usable_bytes() > bytes + SLACK) {
		piece = (cgi_usable_bytes() - bytes) / 2;
		cgi_send(more.fd[1], &piece, sizeof(piece));
		while (poll(&pfd, 1, 100) != 1)
			if (!lives("filler", filler) || cgi_now() > end)
				cgi_die("%ld bytes can be used, %ld are wanted",
					cgi_usable_bytes(), bytes);
		cgi_receive(more.reply[0], &byte, 1);
	}
}

/*
 * What open() had got must be there again when it has failed, or the kernel kills for the page
 * that is asked for then. On 7.2 and newer a worker gives it back, which can run only while both
 * sleep.
 */
static struct answer open_and_ask(void)
{
	struct answer answer;
	cpu_set_t before;
	int i;

	cgi_come_first(reader, &before);
	for (i = 0; i < NR_ASKS; i++) {
		answer = tell(OPEN, "snapshot");
		if (answer.err != ENOMEM)
			break;
		cgi_take_page();
	}
	cgi_come_as_all(reader, &before);
	return answer;
}

/*
 * Another process takes all memory that can be used but an eighth of what the snapshot needs,
 * as the kernel finds some more that can be given up. It would be the one that the kernel kills.
 *
 * Whoever asks for a page while open() has all of them can make the kernel kill, whatever open()
 * does. So neither the reader nor this process touches a page meanwhile that it does not have, and
 * nothing is printed until the filler has ended, as that wakes up those who read it.
 */
static bool global_is_enomem(void)
{
	char *path = cgi_proc_path(1, 1, 0);
	bool served = !path || strcmp(path, "/");
	long before = kills(), bytes, usable;
	struct answer answer;
	pid_t filler;

	free(path);
	if (served)
		return cgi_skip("services run here, which could meet the shortage");
	bytes = bytes_of("snapshot");
	if (bytes / 8 + SLACK > bytes / 2)
		cgi_die("a snapshot of %ld bytes is too small for this test", bytes);
	cgi_keep_reserve();
	cgi_drop_caches();
	cgi_pipe(more.fd);
	cgi_pipe(more.reply);
	filler = cgi_spawn(take_as_told, NULL);
	leave(bytes / 8, filler);
	usable = cgi_usable_bytes();
	cgi_have_all_pages();
	answer = open_and_ask();
	cgi_kill(filler);
	ksft_print_msg("snapshot takes %ld bytes, %ld could be used: %s\n", bytes, usable,
		       answer.err < 0 ? "killed" : strerror(answer.err));
	if (!nobody_was_killed(before))
		return false;
	return answer.err == ENOMEM && !tell(OPEN, "snapshot").err &&
	       !tell(CLOSE, "snapshot").err;
}

static char * const files[] = { "links", "cgroups", "snapshot" };

static const struct cgi_case half_cases[] = {
	{ "ENOMEM with half of the memory, nobody killed", .run_on = half_is_enomem },
};

static const struct cgi_case other_cases[] = {
	{ "a line is read that does not fit into memory", line_needs_no_memory },
	{ "the machine is short of memory: ENOMEM, nobody killed", global_is_enomem },
	{ "the cgroups go", many_are_gone },
};

int main(void)
{
	static long large = 8 * MB;
	size_t i;

	cgi_begin();
	cgi_need_graph();
	memory = cgi_place_of("memory");
	if (!memory.root)
		cgi_skip_all("no memory controller here (CONFIG_MEMCG)");
	if (kills() < 0)
		cgi_skip_all("the kernel does not count kills (CONFIG_VM_EVENT_COUNTERS)");
	top = cgi_new_cgroup(memory.root);
	make_hierarchy();
	cgi_pipe(order.fd);
	cgi_pipe(order.reply);
	reader = cgi_spawn(read_as_told, NULL);
	cgi_must_move(top, reader);
	bystander = cgi_spawn(be_large_in_top, &large);
	while (usage() < large)
		cgi_sleep_ms(10);
	for (i = 0; i < ARRAY_SIZE(files); i++)
		cgi_add_cases_on(files[i], files[i], half_cases, ARRAY_SIZE(half_cases));
	cgi_add_cases(other_cases, ARRAY_SIZE(other_cases));
	cgi_run_cases();
}
