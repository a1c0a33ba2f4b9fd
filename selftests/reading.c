// SPDX-License-Identifier: GPL-2.0-only
/*
 * An open file is one snapshot: whatever the sizes, offsets and number of its
 * readers, the bytes are those of one big read of that open file, and what
 * happens in the system afterwards does not show in it. A read returns all that
 * it was asked for, if the file has it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"

#define NR_READERS	20
#define NR_PREADS	40

struct open_file {
	int fd;
	char *text;
	size_t len;
};

static void take(struct open_file *file, const char *name)
{
	file->fd = cgi_open(name, O_RDONLY);
	if (file->fd < 0)
		cgi_die("%s: %s", name, strerror(errno));
	file->text = cgi_slurp_fd(file->fd, &file->len);
	if (!file->text || !file->len)
		cgi_die("%s: nothing to read: %s", name, strerror(errno));
}

static void drop(struct open_file *file)
{
	close(file->fd);
	free(file->text);
}

/* Reads from the present position to the end, in pieces of @piece bytes. */
static bool same_from(const struct open_file *file, size_t at, size_t piece)
{
	char buf[8192];
	ssize_t got;

	while ((got = read(file->fd, buf, piece)) > 0) {
		if (at + got > file->len || memcmp(buf, file->text + at, got))
			break;
		at += got;
	}
	if (got || at != file->len)
		ksft_print_msg("pieces of %zu: differs or ends at %zu of %zu (%zd)\n",
			       piece, at, file->len, got);
	return !got && at == file->len;
}

static bool pieces_are_same(void *name)
{
	static const size_t pieces[] = { 1, 7, 511, 4096, 8191 };
	struct open_file file;
	bool ok = true;
	size_t i;

	take(&file, name);
	for (i = 0; i < ARRAY_SIZE(pieces); i++)
		ok = lseek(file.fd, 0, SEEK_SET) == 0 &&
		     same_from(&file, 0, pieces[i]) && ok;
	ksft_print_msg("%zu bytes\n", file.len);
	drop(&file);
	return ok;
}

static bool seek_is_same(const struct open_file *file, size_t at)
{
	return lseek(file->fd, at, SEEK_SET) == (off_t)at &&
	       same_from(file, at, 1000);
}

static bool same_after_seek(void *name)
{
	struct open_file file;
	bool ok;

	take(&file, name);
	ok = seek_is_same(&file, file.len / 2) &&
	     seek_is_same(&file, 0) &&
	     seek_is_same(&file, file.len / 2 + 1) &&
	     seek_is_same(&file, 1) &&
	     seek_is_same(&file, file.len - 1) &&
	     seek_is_same(&file, file.len);
	drop(&file);
	return ok;
}

static bool nothing_behind_end(void *name)
{
	struct open_file file;
	bool ok;
	char c;

	take(&file, name);
	lseek(file.fd, file.len + 100000, SEEK_SET);
	ok = read(file.fd, &c, 1) == 0 &&
	     pread(file.fd, &c, 1, file.len) == 0 &&
	     pread(file.fd, &c, 1, file.len + 1) == 0 &&
	     seek_is_same(&file, 0);
	drop(&file);
	return ok;
}

/* The sequence is the same each time, so that a failure can be repeated. */
static unsigned int next_random(unsigned int *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 8;
}

static bool pread_is_same(const struct open_file *file, unsigned int *seed)
{
	size_t at = next_random(seed) % (file->len + 10);
	size_t len = next_random(seed) % 8192 + 1;
	size_t want = at >= file->len ? 0 : file->len - at;
	char buf[8192];
	ssize_t got;

	if (want > len)
		want = len;
	got = pread(file->fd, buf, len, at);
	if (got != (ssize_t)want)
		ksft_print_msg("%zu bytes at %zu: %zd instead of %zu\n", len, at, got, want);
	return got == (ssize_t)want && !memcmp(buf, file->text + at, want);
}

static bool preads_are_same(void *name)
{
	struct open_file file;
	unsigned int seed = 1;
	bool ok = true;
	int i;

	take(&file, name);
	for (i = 0; i < NR_PREADS; i++)
		ok = pread_is_same(&file, &seed) && ok;
	drop(&file);
	return ok;
}

static bool one_read_has_all(void *name)
{
	size_t room = 4 << 20;
	struct open_file file;
	ssize_t got, half;
	char *buf;
	bool ok;

	take(&file, name);
	buf = cgi_alloc(room);
	got = pread(file.fd, buf, room, 0);
	ok = got == (ssize_t)file.len && !memcmp(buf, file.text, file.len);
	half = pread(file.fd, buf, file.len / 2, 1);
	ksft_print_msg("%zu bytes: %zd at once, %zd of %zu from the second on\n", file.len,
		       got, half, file.len / 2);
	ok = ok && half == (ssize_t)(file.len / 2) && !memcmp(buf, file.text + 1, half);
	free(buf);
	drop(&file);
	return ok;
}

/* One reads from the beginning on and the other from the middle, by turns. */
static bool turns_are_same(void *name)
{
	size_t at[2] = { 0 }, piece = 1000, turn;
	struct open_file file;
	bool ok = true;
	char buf[1000];
	ssize_t got;

	take(&file, name);
	at[1] = file.len / 2;
	for (turn = 0; ok && at[1] < file.len; turn++) {
		size_t from = at[turn % 2];

		got = pread(file.fd, buf, piece, from);
		ok = got > 0 && !memcmp(buf, file.text + from, got);
		at[turn % 2] += got;
	}
	if (!ok)
		ksft_print_msg("turn %zu differs\n", turn);
	drop(&file);
	return ok;
}

static bool seek_end_is_refused(void *name)
{
	int fd = cgi_open(name, O_RDONLY);
	bool ok = lseek(fd, 0, SEEK_END) < 0 && errno == EINVAL &&
		  lseek(fd, -1, SEEK_END) < 0 && errno == EINVAL &&
		  lseek(fd, -1, SEEK_SET) < 0 && errno == EINVAL &&
		  lseek(fd, 10, SEEK_SET) == 10 && lseek(fd, 5, SEEK_CUR) == 15 &&
		  lseek(fd, -16, SEEK_CUR) < 0 && errno == EINVAL &&
		  lseek(fd, 0, SEEK_CUR) == 15;

	close(fd);
	return ok;
}

struct reader {
	const struct open_file *file;
	pthread_t thread;
	unsigned int seed;
	bool ok;
};

static void *read_along(void *arg)
{
	struct reader *reader = arg;
	int i;

	reader->ok = true;
	for (i = 0; i < NR_PREADS / 4; i++)
		reader->ok = pread_is_same(reader->file, &reader->seed) &&
			     reader->ok;
	return NULL;
}

static bool readers_see_the_same(void *name)
{
	struct reader reader[NR_READERS];
	struct open_file file;
	bool ok = true;
	int i;

	take(&file, name);
	for (i = 0; i < NR_READERS; i++) {
		reader[i].file = &file;
		reader[i].seed = i;
		errno = pthread_create(&reader[i].thread, NULL, read_along,
				       &reader[i]);
		if (errno)
			cgi_die("thread: %s", strerror(errno));
	}
	for (i = 0; i < NR_READERS; i++) {
		pthread_join(reader[i].thread, NULL);
		ok = ok && reader[i].ok;
	}
	drop(&file);
	return ok;
}

static bool has_task(struct open_file *file, pid_t pid)
{
	char *text = cgi_fmt("%s", file->text);
	struct cgi_table *tasks = cgi_table_parse("tasks", text, file->len);
	bool has;

	if (!tasks)
		cgi_die("tasks is not in the contract's form");
	has = cgi_task_row(tasks, pid) >= 0;
	cgi_table_free(tasks);
	return has;
}

/* One was opened before a child was forked, and the other after. */
static struct open_file old, new;
static pid_t forked;

static bool old_shows_no_fork(void)
{
	take(&old, "tasks");
	forked = cgi_park();
	return seek_is_same(&old, 0) && !has_task(&old, forked);
}

static bool new_shows_fork(void)
{
	take(&new, "tasks");
	return has_task(&new, forked);
}

static bool exit_changes_neither(void)
{
	bool ok;

	cgi_kill(forked);
	ok = seek_is_same(&new, 0) && seek_is_same(&old, 0);
	drop(&old);
	drop(&new);
	return ok;
}

static const struct cgi_case file_cases[] = {
	{ "in pieces of 1 byte to 8 kB", .run_on = pieces_are_same },
	{ "seeking back, to the middle and to the end", .run_on = same_after_seek },
	{ "nothing behind its end, and back again", .run_on = nothing_behind_end },
	{ "one read() has all of it", .run_on = one_read_has_all },
	{ "pread at odd offsets, none of them short", .run_on = preads_are_same },
	{ "two take turns", .run_on = turns_are_same },
	{ "lseek() with SEEK_END is refused", .run_on = seek_end_is_refused },
	{ CGI_TEXT(NR_READERS) " readers of one open file at once",
	  .run_on = readers_see_the_same },
};

static const struct cgi_case cases[] = {
	{ "an open file does not show a later fork", old_shows_no_fork },
	{ "a newly opened one does", new_shows_fork },
	{ "both are what they were after the exit", exit_changes_neither },
};

int main(void)
{
	pid_t tids[200];

	cgi_begin();
	/* With this number of tasks no file of tasks fits into one page. */
	cgi_park_threads(ARRAY_SIZE(tids), tids);
	cgi_add_cases_on_files(file_cases, ARRAY_SIZE(file_cases));
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
