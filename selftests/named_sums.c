// SPDX-License-Identifier: GPL-2.0-only
/*
 * The references of all holders of an object add up to what is unaccounted of it,
 * on every object of the guest; and whatever happens while holders are looked for,
 * each line is whole and no number is below 0.
 *
 *   cgroup2   live and removed: with sockets
 *             workers that make cgroups and remove them, with sockets that are
 *             duplicated, closed, and left to children; network namespaces
 *             a worker that takes sockets from messages of which it reads a part
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_named.h"
#include "lib/cgi_pin.h"

#define NR_WORKERS	4
#define NR_RECEIVERS	4
#define NR_PASSED	64
#define NR_RESTING	3
#define SECONDS		6
#define MIN_READS	3

static struct cgi_place v2 = { .version = 2 };
static char *resting;

/* ---- sums ---- */

static int add_sums(const char *file, const struct cgi_table *holders)
{
	struct cgi_table *table = cgi_table_read(file);
	struct cgi_set ours = { 0 }, others = { 0 };
	int row, nr;

	for (row = 0; row < table->nr_rows; row++) {
		const char *object = table->fields[row * table->nr_cols];
		const char *number = cgi_get(table, row, "unaccounted");

		if (!strcmp(number, "-"))
			continue;
		cgi_set_add(&ours, "%s %ld", object, cgi_holders_sum(holders, object));
		cgi_set_add(&others, "%s %ld", object, atol(number + (*number == '~')));
	}
	cgi_table_free(table);
	nr = cgi_set_compare(file, &ours, &others);
	return nr;
}

/* These have a socket each. */
static char *live_id, *removed_id;

static bool has_one(const struct cgi_table *holders, const char *object)
{
	long sum = cgi_holders_sum(holders, object);

	if (sum != 1)
		ksft_print_msg("%s: lines of %ld references instead of 1\n", object, sum);
	return sum == 1;
}

static int diff_sums(void)
{
	struct cgi_table *holders = cgi_table_read("holders");
	int nr = add_sums("cgroups", holders) + add_sums("csses", holders) +
		 add_sums("css_sets", holders);

	nr += !has_one(holders, live_id) + !has_one(holders, removed_id);
	cgi_table_free(holders);
	return nr;
}

static void make_socket(void *unused)
{
	(void)unused;
	if (!cgi_keep(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)))
		cgi_die("socket: %s", strerror(errno));
}

/* A live and a removed cgroup with sockets are there. */
static bool sums_are_unaccounted(void)
{
	char *live = cgi_bare_cgroup(), *removed = cgi_bare_cgroup();
	bool ok;

	live_id = cgi_dir_id(0, live);
	removed_id = cgi_dir_id(0, removed);
	cgi_run_inside(&v2, live, make_socket, NULL);
	cgi_run_inside(&v2, removed, make_socket, NULL);
	cgi_must_rmdir(removed);
	ok = cgi_settles(diff_sums);
	cgi_release();
	return ok;
}

static int nr_lines;

static bool line_is_counted(const struct cgi_table *holders, int row)
{
	(void)holders;
	(void)row;
	nr_lines++;
	return true;
}

/* There is a line at least, that of a socket. */
static bool lines_are_sound(void)
{
	bool ok;

	cgi_run_inside(&v2, cgi_bare_cgroup(), make_socket, NULL);
	ok = cgi_holders_are_sound(line_is_counted);
	cgi_release();
	return ok && nr_lines;
}

/* ---- what is not found is not passed over ---- */

static char *howto;

/* The document lies beside the programs. */
static void read_howto(void)
{
	char exe[4096] = "", *path;

	if (readlink("/proc/self/exe", exe, sizeof(exe) - 1) < 0)
		cgi_die("/proc/self/exe: %s", strerror(errno));
	*strrchr(exe, '/') = '\0';
	path = cgi_fmt("%s/howto.rst", exe);
	howto = cgi_slurp(path, NULL);
	if (!howto && !cgi_module_built_in())
		cgi_die("%s: %s", path, strerror(errno));
	free(path);
}

static bool has_recipe(const char *detail)
{
	char *entry = cgi_fmt("\n``%s``\n", detail);
	bool has = strstr(howto, entry);

	if (!has)
		ksft_print_msg("howto.rst has no %s\n", detail);
	free(entry);
	return has;
}

/* Returns how many lines of an object are there that say what can't be seen. */
static int unseen_of(const struct cgi_table *holders, const char *object, bool *ok)
{
	int row, nr = 0;

	for (row = 0; row < holders->nr_rows; row++) {
		if (strcmp(cgi_get(holders, row, "object"), object) ||
		    strcmp(cgi_get(holders, row, "kind"), "unseen"))
			continue;
		*ok = has_recipe(cgi_get(holders, row, "detail")) && *ok;
		nr++;
	}
	return nr;
}

/* Has each object with a line "unknown" a recipe? And is one of them @id? */
static bool all_have_recipes(const char *id, bool *found)
{
	struct cgi_table *holders = cgi_table_read("holders");
	bool ok = true;
	int row;

	for (row = 0; row < holders->nr_rows; row++) {
		const char *object = cgi_get(holders, row, "object");

		if (strcmp(cgi_get(holders, row, "kind"), "unknown"))
			continue;
		*found |= !strcmp(object, id);
		if (unseen_of(holders, object, &ok))
			continue;
		ksft_print_msg("%s has no line that says where to look\n", object);
		ok = false;
	}
	cgi_table_free(holders);
	return ok;
}

/* Not all that holds the cgroup of a network namespace is found. */
static bool unknown_has_recipe(void)
{
	char *dir = cgi_bare_cgroup(), *id = cgi_dir_id(0, dir);
	bool ok = true, found = false;
	double end;

	read_howto();
	if (!howto)
		return cgi_skip("a kernel tree does not have howto.rst");
	cgi_run_inside(&v2, dir, cgi_keep_net_namespace, NULL);
	cgi_must_rmdir(dir);
	end = cgi_now() + CGI_PATIENCE_S;
	while (ok && !found && cgi_now() < end)
		ok = all_have_recipes(id, &found);
	cgi_release();
	if (!found)
		ksft_print_msg("nothing of %s is unknown\n", id);
	return ok && found;
}

/* ---- while all moves ---- */

static void exit_with(int fd)
{
	if (fork())
		return;
	close(dup(fd));
	_exit(0);
}

/* A worker lives in the cgroups that it makes, and children of it in those that are gone. */
static int keep_moving(void *arg)
{
	const char *top = arg;
	int fd[2] = { -1, -1 };
	unsigned int n;

	cgi_release();
	for (n = 0;; n++) {
		char *dir = cgi_fmt("%s/%d_%u", top, getpid(), n);

		if (mkdir(dir, 0755) || cgi_move(dir, getpid()))
			return 1;
		close(fd[n % 2]);
		fd[n % 2] = socket(n % 3 ? AF_INET : AF_UNIX, SOCK_STREAM, 0);
		exit_with(fd[n % 2]);
		if (n % 8 == 7 && unshare(CLONE_NEWNET))
			return 1;
		if (cgi_move(top, getpid()))
			return 1;
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		rmdir(dir);
		free(dir);
	}
}

/*
 * Who reads the first byte of a message of a stream takes its descriptors away, and the rest of
 * it stays in the queue. Without room for them they are closed at once.
 */
static int keep_receiving(void *unused)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0), pair[2];
	char byte;

	(void)unused;
	cgi_release();
	if (fd < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		return 1;
	for (;;) {
		/* They are looked at for about as long as it takes to let go of them. */
		cgi_pass(pair[0], fd, NR_PASSED, 2);
		cgi_sleep_ms(1);
		if (read(pair[1], &byte, 1) != 1 || read(pair[1], &byte, 1) != 1)
			return 1;
	}
}

/* While others move, the lines of a removed cgroup that rests are these, and no others. */
static int diff_resting(void)
{
	struct cgi_set ours = { 0 }, want = { 0 };
	int i;

	cgi_holder_lines(&ours, resting);
	for (i = 0; i < cgi_nr_kept; i++)
		cgi_want_line(&want, "socket", 1, cgi_kept[i], "inode:%llu,protocol:UDP",
			      cgi_inode_of(cgi_kept[i]));
	return cgi_set_compare(resting, &ours, &want);
}

/* A removed cgroup has no count until RCU has confirmed its end: long on a busy guest. */
static int diff_count(void)
{
	return !cgi_holders_add_up(resting);
}

static void make_resting(void)
{
	char *dir = cgi_bare_cgroup();
	int i;

	resting = cgi_dir_id(0, dir);
	for (i = 0; i < NR_RESTING; i++)
		cgi_run_inside(&v2, dir, make_socket, NULL);
	cgi_must_rmdir(dir);
	if (!cgi_settles(diff_resting) || !cgi_settles(diff_count))
		cgi_die("%s does not come to rest", resting);
}

static bool lines_are_sound_beside(int (*worker)(void *arg), void *arg, int nr)
{
	pid_t pids[NR_WORKERS];
	int reads = 0, i;
	double end;
	bool ok;

	make_resting();
	for (i = 0; i < nr; i++)
		pids[i] = cgi_spawn(worker, arg);
	/* A child has the sockets of its parent until it has closed them. */
	ok = cgi_settles(diff_resting);
	end = cgi_now() + SECONDS;
	while (ok && (cgi_now() < end || reads < MIN_READS)) {
		ok = cgi_holders_add_up(resting) && !diff_resting();
		reads++;
	}
	for (i = 0; i < nr; i++)
		ok = cgi_still_runs(pids[i]) && ok;
	cgi_kill_all();
	cgi_release();
	ksft_print_msg("%d reads\n", reads);
	return ok;
}

static bool lines_are_sound_in_motion(void)
{
	return lines_are_sound_beside(keep_moving, cgi_bare_cgroup(), NR_WORKERS);
}

/* If the module looked at descriptors that were taken, only a debug kernel would tell for sure. */
static bool lines_are_sound_while_received(void)
{
	return lines_are_sound_beside(keep_receiving, NULL, NR_RECEIVERS);
}

/* ---- the cases ---- */

static const struct cgi_case cases[] = {
	{ "lines add up to what is unaccounted", sums_are_unaccounted },
	{ "lines are sound", lines_are_sound },
	{ "what is unknown has a recipe", unknown_has_recipe },
	{ "lines are sound while all moves", lines_are_sound_in_motion },
	{ "the same while descriptors are received", lines_are_sound_while_received },
	{ "lines add up again afterwards", sums_are_unaccounted },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	v2.root = cgi_v2();
	/* Memory for a file that is read is charged to the reader. In roots it holds no css. */
	cgi_leave_limits();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
