// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unloading: an open file keeps the module, and reads what it read before;
 * rounds of loading and unloading go on under readers that open and read all
 * the time, and against one that does nothing but open.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"

#define NR_ROUNDS	200
#define NR_READERS	4
#define NR_HITS		100
#define MIN_ROUNDS	20
/*
 * Where two guests share two processors a round takes long. After this time
 * MIN_ROUNDS are enough.
 */
#define ENOUGH_S	8
#define MAX_TRIES	2000

static struct {
	unsigned int reads, absent, bad;
} *seen;

static bool had_graph;

static void seen_one(unsigned int *what)
{
	__atomic_add_fetch(what, 1, __ATOMIC_RELAXED);
}

/* However this test ends, the module must be loaded again. */
static void load_again(void)
{
	if (!cgi_module_loaded())
		cgi_module_load("");
}

static void must_load(void)
{
	int err = cgi_module_load("");

	if (err)
		cgi_die("loading %s: %s", cgi_module_path(), strerror(-err));
}

/* This file is open, and this was read from it at first. */
static struct {
	int fd;
	char *text;
	size_t len;
} tasks;

static bool open_keeps_module(void)
{
	int err;

	tasks.fd = cgi_open("tasks", O_RDONLY);
	tasks.text = tasks.fd < 0 ? NULL : cgi_slurp_fd(tasks.fd, &tasks.len);
	if (!tasks.text)
		cgi_die("tasks: %s", strerror(errno));
	err = cgi_module_unload();
	ksft_print_msg("delete_module with an open file: %s\n", strerror(-err));
	return (err == -EBUSY || err == -EWOULDBLOCK) && cgi_module_loaded() &&
	       cgi_module_refs() == 1;
}

static bool open_reads_the_same(void)
{
	size_t len;
	char *again;

	lseek(tasks.fd, 0, SEEK_SET);
	again = cgi_slurp_fd(tasks.fd, &len);
	return again && len == tasks.len && !memcmp(tasks.text, again, len);
}

static bool closed_goes(void)
{
	int err;

	close(tasks.fd);
	err = cgi_module_unload();
	return !err && !cgi_module_loaded() && access(CGI_DIR, F_OK) && errno == ENOENT;
}

static bool loaded_has_files(void)
{
	must_load();
	return !access(CGI_DIR "/tasks", R_OK);
}

/*
 * While the module goes and comes, a file may be absent. Any other error is
 * wrong.
 */
static bool may_be_absent(int err)
{
	return err == ENOENT || err == ENXIO || err == ENODEV;
}

static void read_once(const char *name)
{
	int fd = cgi_open(name, O_RDONLY);
	struct cgi_table *table = NULL;
	size_t len;
	char *text;

	if (fd < 0) {
		if (!may_be_absent(errno))
			ksft_print_msg("%s: %s\n", name, strerror(errno));
		seen_one(may_be_absent(errno) ? &seen->absent : &seen->bad);
		return;
	}
	text = cgi_slurp_fd(fd, &len);
	if (text)
		table = cgi_table_parse(name, text, len);
	else
		ksft_print_msg("%s: read: %s\n", name, strerror(errno));
	seen_one(table && table->nr_rows ? &seen->reads : &seen->bad);
	cgi_table_free(table);
	close(fd);
}

static int keep_reading(void *arg)
{
	unsigned int n = *(unsigned int *)arg;
	double start;

	for (;; n++) {
		start = cgi_now();
		read_once(cgi_tables[n % cgi_nr_tables]);
		/*
		 * Without this pause there is hardly a moment without an open
		 * file, and on a debug kernel, where reading takes long, there
		 * is none.
		 */
		cgi_sleep_ms(n % 7 + 4000 * (cgi_now() - start));
	}
	return 0;
}

/*
 * Returns how often the module was in use before it could be unloaded, or -1 if
 * it always was.
 */
static int unload_patiently(void)
{
	int tries, err;

	for (tries = 0; tries < MAX_TRIES; tries++) {
		err = cgi_module_unload();
		if (!err)
			return tries;
		if (err != -EBUSY && err != -EWOULDBLOCK)
			cgi_die("delete_module: %s", strerror(-err));
		cgi_sleep_ms(1);
	}
	return -1;
}

/*
 * Returns how many rounds of @nr were done, or 0 if the module was always in
 * use in one of them.
 */
static int unload_and_load(int nr, const char *against)
{
	double start = cgi_now();
	int i, tries = 0, refused = 0;

	for (i = 0; i < nr; i++) {
		if (i >= MIN_ROUNDS && cgi_now() - start > ENOUGH_S)
			break;
		tries = unload_patiently();
		if (tries < 0)
			break;
		refused += tries;
		must_load();
	}
	cgi_kill_all();
	ksft_print_msg("%d rounds in %.1f s against %s: %d times in use\n",
		       i, cgi_now() - start, against, refused);
	ksft_print_msg("which met it %u times, and %u times absent\n", seen->reads,
		       seen->absent);
	return tries < 0 ? 0 : i;
}

/* This number of rounds was done under readers. */
static int rounds;

static bool unloads_under_readers(void)
{
	unsigned int first[NR_READERS];
	int i;

	for (i = 0; i < NR_READERS; i++) {
		first[i] = i;
		cgi_spawn(keep_reading, &first[i]);
	}
	rounds = unload_and_load(NR_ROUNDS, "readers");
	return rounds >= MIN_ROUNDS;
}

static bool readers_met_both(void)
{
	return seen->reads >= (unsigned int)rounds / 4 && seen->absent > 0;
}

static bool reads_were_whole(void)
{
	return !seen->bad;
}

static void must_run_on(const cpu_set_t *cpus)
{
	if (sched_setaffinity(0, sizeof(*cpus), cpus))
		cgi_die("sched_setaffinity: %s", strerror(errno));
}

/*
 * No file can be opened for writing, so this process hardly ever holds the
 * module.
 */
static int keep_opening(void *arg)
{
	must_run_on(arg);
	for (;;) {
		int fd = open(CGI_DIR "/info", O_RDWR);

		if (fd >= 0)
			seen_one(&seen->bad);
		else if (errno == EACCES)
			seen_one(&seen->reads);
		else
			seen_one(may_be_absent(errno) ? &seen->absent : &seen->bad);
	}
	return 0;
}

/*
 * This aims at the moment between the module's last reference and the change of
 * its state, in which debugfs once warned. To hit it takes two processors that
 * do nothing else. A warning in the kernel's log fails the run.
 */
static bool unloads_against_opening(void)
{
	cpu_set_t before, here, there;
	bool ok;

	if (sched_getaffinity(0, sizeof(before), &before))
		cgi_die("sched_getaffinity: %s", strerror(errno));
	if (CPU_COUNT(&before) < 2)
		return cgi_skip("one processor");
	memset(seen, 0, sizeof(*seen));
	CPU_ZERO(&here);
	CPU_SET(sched_getcpu(), &here);
	CPU_XOR(&there, &before, &here);
	must_run_on(&here);
	cgi_spawn(keep_opening, &there);
	ok = unload_and_load(NR_HITS, "one that opens") >= MIN_ROUNDS &&
	     seen->reads > 0 && seen->absent > 0 && !seen->bad;
	must_run_on(&before);
	return ok;
}

static bool loaded_and_unused(void)
{
	return cgi_has_graph() == had_graph && cgi_module_refs() == 0 &&
	       cgi_table_read("tasks")->nr_rows > 0;
}

static const struct cgi_case cases[] = {
	{ "an open file keeps the module", open_keeps_module },
	{ "and still reads the same", open_reads_the_same },
	{ "closed, it can be unloaded and leaves nothing", closed_goes },
	{ "loaded again, the files are there", loaded_has_files },
	{ "unloading and loading under readers", unloads_under_readers },
	{ "readers met the module both there and absent", readers_met_both },
	{ "every read that began was whole", reads_were_whole },
	{ "unloading against opening: there or absent, nothing else",
	  unloads_against_opening },
	{ "at the end it is loaded and unused", loaded_and_unused },
};

int main(void)
{
	cgi_begin();
	if (access(cgi_module_path(), R_OK))
		cgi_skip_all("%s is not there: set CGI_MODULE to the module's file",
			     cgi_module_path());
	if (access("/sys/module/" CGI_MODULE_NAME "/refcnt", F_OK))
		cgi_skip_all("built in, or without CONFIG_MODULE_UNLOAD");
	had_graph = cgi_has_graph();
	atexit(load_again);
	seen = cgi_share(sizeof(*seen));
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
