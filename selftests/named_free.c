// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nothing is kept open by a reading of holders, neither behind it nor while it lasts: a file
 * system that it has named can be unmounted, an inode ends with its last name, and the other
 * side of a socket is told at once that this one was closed.
 *
 *   memory    a cgroup for each case, removed with pages of a tmpfs
 *   mounts    a tmpfs for each case
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_named.h"
#include "lib/cgi_pin.h"

#define NR_PAGES	200
#define NR_FILES	8
#define NR_READERS	2
#define SECONDS		5
#define MIN_READS	(2 * NR_READERS)

static struct cgi_place memory;

/* Pages that were moved to the parent when a cgroup was removed hold nothing. */
static bool pages_move;

/* ---- a file system, named by its pages ---- */

static char *mnt, *css;
static int files[NR_FILES];

static void make_files(void *unused)
{
	int i;

	(void)unused;
	for (i = 0; i < NR_FILES; i++) {
		char *path = cgi_fmt("%s/file%d", mnt, i);

		files[i] = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (files[i] < 0)
			cgi_die("%s: %s", path, strerror(errno));
		cgi_write_pages(files[i], NR_PAGES);
		free(path);
	}
}

/* Returns how many files on the tmpfs have lines of their own in holders. */
static int read_holders(void)
{
	struct cgi_table *holders = cgi_table_read("holders");
	char *id[NR_FILES];
	int row, i, nr = 0;

	for (i = 0; i < NR_FILES; i++)
		id[i] = cgi_fmt("%s,fs:tmpfs,path:/file%d", cgi_identity_of(files[i]), i);
	for (row = 0; row < holders->nr_rows; row++)
		for (i = 0; i < NR_FILES; i++)
			nr += !strcmp(cgi_get(holders, row, "object"), css) &&
			      !strcmp(cgi_get(holders, row, "detail"), id[i]);
	for (i = 0; i < NR_FILES; i++)
		free(id[i]);
	cgi_table_free(holders);
	return nr;
}

/* The inodes and names of all files were looked at, unless no page leads to them. */
static bool make_and_read(void)
{
	char *dir = cgi_new_cgroup(memory.root), *id = cgi_dir_id(memory.hier, dir);
	int i, nr;

	mnt = cgi_mount_tmpfs();
	css = cgi_css_of(id, "memory", "online");
	free(id);
	cgi_run_inside(&memory, dir, make_files, NULL);
	cgi_must_rmdir(dir);
	if (!pages_move && !cgi_field_becomes("csses", "css", css, "state", "dying"))
		return false;
	for (i = 0; i < CGI_RETRIES; i++) {
		nr = read_holders();
		if (nr == NR_FILES || pages_move)
			return true;
	}
	ksft_print_msg("%d of %d files are named\n", nr, NR_FILES);
	return false;
}

static void close_files(void)
{
	int i;

	for (i = 0; i < NR_FILES; i++)
		close(files[i]);
}

static bool unmounts_right_after(void)
{
	int err;

	if (!make_and_read())
		return false;
	close_files();
	err = cgi_umount(mnt);
	if (err)
		ksft_print_msg("umount: %s\n", strerror(-err));
	/* An inode that somebody keeps would keep its pages, and these the css. */
	return !err && cgi_is_gone("csses", "css", css);
}

static struct statfs usage(void)
{
	struct statfs fs;

	if (statfs(mnt, &fs))
		cgi_die("statfs: %s", strerror(errno));
	return fs;
}

/* What is deleted and closed is free at once, inode and pages. */
static bool inodes_end_right_after(void)
{
	struct statfs before, after;
	bool named;
	int i;

	named = make_and_read();
	before = usage();
	for (i = 0; i < NR_FILES; i++) {
		char *path = cgi_fmt("%s/file%d", mnt, i);

		unlink(path);
		free(path);
	}
	close_files();
	after = usage();
	ksft_print_msg("%ld inodes and %ld pages more are free\n",
		       (long)(after.f_ffree - before.f_ffree),
		       (long)(after.f_bfree - before.f_bfree));
	return named && after.f_ffree - before.f_ffree == NR_FILES &&
	       after.f_bfree - before.f_bfree == NR_FILES * NR_PAGES;
}

/* ---- sockets, while holders is read ---- */

static unsigned int *reads;

static int keep_reading(void *unused)
{
	(void)unused;
	for (;;) {
		cgi_table_free(cgi_table_read("holders"));
		__atomic_add_fetch(reads, 1, __ATOMIC_RELAXED);
	}
	return 0;
}

static bool all_read(const pid_t *readers)
{
	int i;

	for (i = 0; i < NR_READERS; i++)
		if (!cgi_still_runs(readers[i]))
			return false;
	return true;
}

/* Closes one end, and returns whether the other one has heard of it when close() is back. */
static bool close_is_heard(void)
{
	int pair[2];
	char byte;
	bool heard;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		cgi_die("socketpair: %s", strerror(errno));
	/* So a reader has some time to come along. */
	usleep(500);
	close(pair[0]);
	heard = !recv(pair[1], &byte, 1, MSG_DONTWAIT);
	close(pair[1]);
	return heard;
}

static bool sockets_end_meanwhile(void)
{
	int i, tries = 0, late = 0;
	pid_t readers[NR_READERS];
	double end;
	bool read;

	reads = cgi_share(sizeof(*reads));
	for (i = 0; i < NR_READERS; i++)
		readers[i] = cgi_spawn(keep_reading, NULL);
	end = cgi_now() + SECONDS;
	do {
		late += !close_is_heard();
		tries++;
		read = all_read(readers);
	} while (read && (cgi_now() < end || __atomic_load_n(reads, __ATOMIC_RELAXED) < MIN_READS));
	cgi_kill_all();
	ksft_print_msg("%u reads, %d sockets closed, %d of them late\n", *reads, tries, late);
	return read && !late;
}

/* ---- the cases ---- */

static const struct cgi_case cases[] = {
	{ "a file system can be unmounted right after a reading", unmounts_right_after },
	{ "inodes end right after a reading", inodes_end_right_after },
	{ "sockets end while it is read", sockets_end_meanwhile },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	pages_move = cgi_kernel_has("lru_reparent_memcg");
	memory = cgi_place_of("memory");
	if (!memory.root)
		cgi_skip_all("the kernel has no CONFIG_MEMCG");
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
