// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the lines of holders add up to; see cgi_named.h.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "cgi.h"
#include "cgi_named.h"
#include "cgi_pin.h"

/* Each file has its objects in the first column. */
static const char *object_of(const struct cgi_table *table, int row)
{
	return table->fields[row * table->nr_cols];
}

long cgi_holders_sum(const struct cgi_table *holders, const char *object)
{
	long sum = 0;
	int row;

	for (row = 0; row < holders->nr_rows; row++) {
		const char *refs = cgi_get(holders, row, "refs");

		if (!strcmp(object_of(holders, row), object))
			sum += atol(refs + (*refs == '~'));
	}
	return sum;
}

/* Something of the object moved while it was looked for, so what is unknown is not exact. */
static bool has_moved(const struct cgi_table *holders, const char *object)
{
	int row;

	for (row = 0; row < holders->nr_rows; row++)
		if (*cgi_get(holders, row, "refs") == '~' &&
		    !strcmp(object_of(holders, row), object))
			return true;
	return false;
}

/*
 * Returns what is unaccounted of a cgroup that nobody touches, or -1 if that is not known or it is
 * not there. On a slow guest the wait that makes it exact can take too long. It has a mark then,
 * and is the same number.
 */
static long unaccounted_of(const char *cgroup)
{
	char *number = cgi_field("cgroups", "cgroup", cgroup, "unaccounted");
	long nr = number && *number != '-' ? atol(number + (*number == '~')) : -1;

	free(number);
	return nr;
}

bool cgi_holders_add_up(const char *resting)
{
	long want = unaccounted_of(resting), sum;
	struct cgi_table *holders = cgi_holders_read();
	bool ok;

	if (!holders)
		return false;
	sum = cgi_holders_sum(holders, resting);
	ok = want > 0 && (sum == want || has_moved(holders, resting));
	if (!ok)
		ksft_print_msg("%s: refs of holders are %ld, %ld are unaccounted\n", resting, sum,
			       want);
	cgi_table_free(holders);
	return ok;
}
