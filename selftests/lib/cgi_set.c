// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sets of strings: facts of the files and of the oracle, to be compared.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "cgi.h"

/* More lines than this of one comparison help nobody. */
#define CGI_DIFF_SHOWN	20

void cgi_set_add(struct cgi_set *set, const char *fmt, ...)
{
	va_list args;
	char *str;

	va_start(args, fmt);
	str = cgi_vfmt(fmt, args);
	va_end(args);
	if (set->nr == set->room) {
		set->room = set->room ? 2 * set->room : 64;
		set->str = cgi_grow(set->str, set->room * sizeof(*set->str));
	}
	set->str[set->nr++] = str;
}

static int cgi_str_cmp(const void *a, const void *b)
{
	return strcmp(*(char * const *)a, *(char * const *)b);
}

void cgi_set_sort(struct cgi_set *set)
{
	if (set->nr)
		qsort(set->str, set->nr, sizeof(*set->str), cgi_str_cmp);
}

void cgi_set_uniq(struct cgi_set *set)
{
	int i, nr = 0;

	cgi_set_sort(set);
	for (i = 0; i < set->nr; i++) {
		if (nr && !strcmp(set->str[nr - 1], set->str[i]))
			free(set->str[i]);
		else
			set->str[nr++] = set->str[i];
	}
	set->nr = nr;
}

bool cgi_set_has(const struct cgi_set *set, const char *str)
{
	int i;

	for (i = 0; i < set->nr; i++)
		if (!strcmp(set->str[i], str))
			return true;
	return false;
}

void cgi_set_free(struct cgi_set *set)
{
	int i;

	for (i = 0; i < set->nr; i++)
		free(set->str[i]);
	free(set->str);
	memset(set, 0, sizeof(*set));
}

void cgi_set_split(struct cgi_set *set, const char *list, const char *sep)
{
	char *copy, *item, *save = NULL;

	if (!strcmp(list, "-"))
		return;
	copy = cgi_fmt("%s", list);
	for (item = strtok_r(copy, sep, &save); item;
	     item = strtok_r(NULL, sep, &save))
		cgi_set_add(set, "%s", item);
	free(copy);
}

static void cgi_diff_line(const char *what, const char *where, const char *str,
			  int nr)
{
	if (nr <= CGI_DIFF_SHOWN)
		ksft_print_msg("%s: only in %s: %s\n", what, where, str);
	else if (nr == CGI_DIFF_SHOWN + 1)
		ksft_print_msg("%s: and more\n", what);
}

int cgi_set_diff(const char *what, struct cgi_set *ours, struct cgi_set *oracle)
{
	int i = 0, j = 0, nr = 0, cmp;

	cgi_set_sort(ours);
	cgi_set_sort(oracle);
	while (i < ours->nr || j < oracle->nr) {
		if (i == ours->nr)
			cmp = 1;
		else if (j == oracle->nr)
			cmp = -1;
		else
			cmp = strcmp(ours->str[i], oracle->str[j]);
		if (!cmp) {
			i++;
			j++;
		} else if (cmp < 0) {
			cgi_diff_line(what, "cgroup_inspect", ours->str[i++],
				      ++nr);
		} else {
			cgi_diff_line(what, "the oracle", oracle->str[j++],
				      ++nr);
		}
	}
	return nr;
}

int cgi_set_compare(const char *what, struct cgi_set *ours, struct cgi_set *oracle)
{
	int nr = cgi_set_diff(what, ours, oracle);

	if (!nr)
		ksft_print_msg("%s: %d are equal\n", what, ours->nr);
	cgi_set_free(ours);
	cgi_set_free(oracle);
	return nr;
}
