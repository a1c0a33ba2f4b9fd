// SPDX-License-Identifier: GPL-2.0-only
/*
 * A reader whose memory allocations fail gets ENOMEM from open() or the whole text, and the next
 * reader, with no such failure, gets the whole text. First each allocation fails once: the first
 * in the first round, the second in the next one, and so on until a round has fewer. Then all fail
 * that take more than some bytes together, which are more in each round. At last all fail from the
 * return of open() on, and reading does not notice. tasks is read so in RCU-only mode, too.
 *
 * The oracle is what was read before and after without a failure. The guest is idle, so most of it
 * is the same in both, and must be in the text between them.
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
#include "lib/cgi_fail.h"
#include "lib/cgi_lines.h"

/*
 * The allocators, and the debug kernel's checkers, need more now and less then, so from one round
 * to the next an allocation can get a lower number, and is passed over.
 */
#define NR_PASSES	4
/* No open takes so much. */
#define BYTES_MAX	(256L << 20)
/* The least step from one round to the next, as hardly an allocation is smaller. */
#define BYTES_STEP	64L

static char *path;
/* Its pages must be there before allocations fail. */
static char text[4 << 20];
/* The last two texts that were read without a failure. */
static struct cgi_lines *older, *newer;

/* Returns the length of the text, or -errno. */
static ssize_t read_all(int fd)
{
	ssize_t got, len = 0;

	while ((got = read(fd, text + len, sizeof(text) - len)) > 0)
		len += got;
	return got < 0 ? -errno : len;
}

/*
 * Reads the file once more without a failure, and judges the reading before it, which has both
 * neighbours now, and @between, which may be NULL. Returns the worse of the two answers.
 */
static enum cgi_fit read_next(const struct cgi_lines *between)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -errno : read_all(fd);
	struct cgi_lines *next = cgi_lines_of(text, len < 0 ? 0 : len);
	enum cgi_fit fit = CGI_FITS, of_newer = CGI_FITS;

	if (between)
		fit = cgi_lines_fit("with a failure, the text", between, newer, next);
	if (older)
		of_newer = cgi_lines_fit("after a failure, the text", newer, older, next);
	close(fd);
	cgi_lines_free(older);
	older = newer;
	newer = next;
	if (len < 0)
		cgi_die("%s, without a failure: %s", path, strerror(-len));
	return of_newer > fit ? of_newer : fit;
}

static void begin_file(const char *name)
{
	free(path);
	path = cgi_fmt("%s/%s", CGI_DIR, name);
	cgi_lines_free(older);
	cgi_lines_free(newer);
	older = NULL;
	newer = NULL;
	read_next(NULL);
}

/* A round is made anew if others have changed what was compared. */
struct round {
	long failed;	/* allocations */
	int open_err;
	ssize_t len;	/* or -errno of read() */
};

static struct round make_round(void (*fail)(long number), long number)
{
	struct round round = { 0 };
	int fd;

	fail(number);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		round.open_err = errno;
	else
		round.len = read_all(fd);
	close(fd);
	round.failed = cgi_fail_end();
	return round;
}

/* Judges the text of a round, if there is one. */
static enum cgi_fit judge(const struct round *round)
{
	struct cgi_lines *lines;
	enum cgi_fit fit;

	if (round->open_err && round->open_err != ENOMEM) {
		ksft_print_msg("open: %s\n", strerror(round->open_err));
		return CGI_IS_WRONG;
	}
	if (round->open_err)
		return read_next(NULL);
	if (round->len < 0) {
		ksft_print_msg("read: %s\n", strerror(-round->len));
		return CGI_IS_WRONG;
	}
	lines = cgi_lines_of(text, round->len);
	fit = read_next(lines);
	cgi_lines_free(lines);
	return fit;
}

static bool survives(struct round *round, void (*fail)(long number), long number)
{
	enum cgi_fit fit = CGI_DIFFERS;
	int i;

	for (i = 0; i < CGI_RETRIES && fit == CGI_DIFFERS; i++) {
		*round = make_round(fail, number);
		fit = judge(round);
	}
	if (fit != CGI_FITS)
		ksft_print_msg("that was with %ld, in attempt %d\n", number, i);
	return fit == CGI_FITS;
}

/* Returns whether the rounds have come to one in which nothing has failed. */
static bool pass_over_all(long *nr_failed, long *nr_refused)
{
	struct round round = { .failed = 1 };
	long nth;

	for (nth = 1; nth <= CGI_FAIL_MAX && round.failed; nth++) {
		if (!survives(&round, cgi_fail_one, nth))
			return false;
		*nr_failed += round.failed;
		*nr_refused += !!round.open_err;
	}
	return !round.failed;
}

static bool each_fails_once(void *file)
{
	long nr_failed = 0, nr_refused = 0;
	int i;

	begin_file(file);
	for (i = 0; i < NR_PASSES; i++)
		if (!pass_over_all(&nr_failed, &nr_refused))
			return false;
	ksft_print_msg("%s: %ld allocations failed in %d passes, one at a time; ENOMEM %ld times\n",
		       (char *)file, nr_failed, NR_PASSES, nr_refused);
	return nr_refused && read_next(NULL) != CGI_IS_WRONG;
}

static bool all_fail_beyond(void *file)
{
	struct round round = { .failed = 1 };
	long bytes, nr_failed = 0, nr_refused = 0, nr = 0;

	begin_file(file);
	for (bytes = 0; bytes <= BYTES_MAX && round.failed; bytes += bytes / 8 + BYTES_STEP) {
		if (!survives(&round, cgi_fail_beyond, bytes))
			return false;
		nr++;
		nr_failed += round.failed;
		nr_refused += !!round.open_err;
	}
	ksft_print_msg("%s: %ld allocations failed in %ld rounds; ENOMEM %ld times\n",
		       (char *)file, nr_failed, nr, nr_refused);
	return !round.failed && nr_refused && read_next(NULL) != CGI_IS_WRONG;
}

/* Returns whether an open() fails meanwhile, as it must. */
static bool read_while_all_fail(struct round *round)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), other;

	if (fd < 0)
		cgi_die("%s: %s", path, strerror(errno));
	cgi_fail_beyond(0);
	other = open(path, O_RDONLY | O_CLOEXEC);
	round->open_err = other < 0 ? errno : 0;
	round->len = read_all(fd);
	close(fd);
	round->failed = cgi_fail_end();
	close(other);
	return round->open_err == ENOMEM;
}

static bool reading_needs_none(void *file)
{
	enum cgi_fit fit = CGI_DIFFERS;
	struct round round;
	int i;

	begin_file(file);
	for (i = 0; i < CGI_RETRIES && fit == CGI_DIFFERS; i++) {
		if (!read_while_all_fail(&round)) {
			ksft_print_msg("open: %s\n", strerror(round.open_err));
			return false;
		}
		round.open_err = 0;
		fit = judge(&round);
	}
	return fit == CGI_FITS;
}

static bool nothing_is_left(void)
{
	if (cgi_module_built_in())
		return cgi_skip("what is built in has no references");
	ksft_print_msg("refcnt is %ld\n", cgi_module_refs());
	return cgi_module_refs() == 0;
}

static const struct cgi_case per_file[] = {
	{ "ENOMEM or the whole text, whichever allocation fails", .run_on = each_fails_once },
	{ "the same if all fail beyond some bytes", .run_on = all_fail_beyond },
	{ "once it is open it needs no memory", .run_on = reading_needs_none },
};

/* The files that it has in RCU-only mode are collected in another way. */
static bool graph_is_off(void)
{
	if (cgi_module_stays())
		return cgi_skip("%s", cgi_module_stays());
	cgi_module_without_graph();
	return !cgi_has_graph();
}

static const struct cgi_case graph_off[] = {
	{ "the module without the graph", graph_is_off },
};

static const struct cgi_case at_the_end[] = {
	{ "no reference to the module is left", nothing_is_left },
};

int main(void)
{
	cgi_begin();
	cgi_fail_begin();
	memset(text, 1, sizeof(text));
	cgi_add_cases_on_files(per_file, ARRAY_SIZE(per_file));
	cgi_add_cases(graph_off, ARRAY_SIZE(graph_off));
	cgi_add_cases_on("tasks", "tasks without the graph", per_file, ARRAY_SIZE(per_file));
	cgi_add_cases(at_the_end, ARRAY_SIZE(at_the_end));
	cgi_run_cases();
}
