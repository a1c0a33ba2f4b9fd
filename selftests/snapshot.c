// SPDX-License-Identifier: GPL-2.0-only
/*
 * snapshot: its sections are the other files; it names nothing that it does
 * not list and counts what it lists, with all kinds of objects and under load.
 *
 *   cgroup2          domain: a process   t: one of its threads
 *                    made: a cgroup namespace
 *   pids, v1 or v2   gone: removed with a zombie
 *
 * CGI_SNAPSHOT_SECONDS changes how long it is read under load.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_churn.h"
#include "lib/cgi_dump.h"
#include "lib/cgi_pin.h"

/* ---- the sections are the files ---- */

static bool same_columns(const struct cgi_table *a, const struct cgi_table *b)
{
	int i;

	for (i = 0; i < a->nr_cols && i < b->nr_cols; i++)
		if (strcmp(a->cols[i], b->cols[i]))
			return false;
	return a->nr_cols == b->nr_cols;
}

/* Pages come and go, and so do the references that they hold to memory csses. */
static bool is_stable(const char *table, const char *col)
{
	return strcmp(table, "csses") ||
	       (strcmp(col, "refs") && strcmp(col, "unaccounted") && strcmp(col, "pages"));
}

static void add_rows(struct cgi_set *set, const struct cgi_table *table)
{
	int row, i;

	for (row = 0; row < table->nr_rows; row++) {
		char *line = cgi_fmt("%d", row), *longer;

		for (i = 0; i < table->nr_cols; i++) {
			if (!is_stable(table->name, table->cols[i]))
				continue;
			longer = cgi_fmt("%s\t%s", line,
					 table->fields[row * table->nr_cols + i]);
			free(line);
			line = longer;
		}
		cgi_set_add(set, "%s", line);
		free(line);
	}
}

static int diff_table(const struct cgi_dump *s, enum cgi_section section)
{
	struct cgi_table *file = cgi_table_read(cgi_section_name(section));
	struct cgi_set ours = { 0 }, want = { 0 };
	int nr;

	add_rows(&ours, s->table[section]);
	add_rows(&want, file);
	nr = cgi_set_compare(cgi_section_name(section), &ours, &want);
	if (!same_columns(s->table[section], file)) {
		ksft_print_msg("%s has other columns\n", cgi_section_name(section));
		nr++;
	}
	cgi_table_free(file);
	return nr;
}

static int diff_files(void)
{
	struct cgi_dump *s = cgi_dump_read();
	int i, nr = 0;

	if (!s)
		return 1;
	for (i = 0; i < CGI_NR_SECTIONS; i++)
		nr += diff_table(s, i);
	cgi_dump_free(s);
	return nr;
}

/*
 * The values of stats are what this snapshot has cost, so only the keys can be
 * compared.
 */
static char *keys_of(const char *text)
{
	char *keys = cgi_fmt("%s", text), *to = keys;
	const char *line, *end;

	for (line = text; *line; line = end + (*end == '\n')) {
		end = line + strcspn(line, "\n");
		to = mempcpy(to, line, strcspn(line, ":\n"));
		*to++ = ' ';
	}
	*to = '\0';
	return keys;
}

/* A task that holds cgroup_mutex for a moment is in one of them only. */
/* The time, which comes last, is that of each file. */
static void cut_time(char *info)
{
	char *time = info ? strstr(info, "\ntime_ns: ") : NULL;

	if (time)
		time[1] = '\0';
}

static int diff_info(void)
{
	struct cgi_dump *s = cgi_dump_read();
	char *info = cgi_slurp_at(CGI_DIR, "info");
	bool same;

	cut_time(info);
	if (s)
		cut_time(s->info);
	same = s && cgi_same(s->info, info);
	cgi_dump_free(s);
	free(info);
	return !same;
}

static bool stats_has_keys_of_its_file(void)
{
	struct cgi_dump *s = cgi_dump_read();
	char *stats = cgi_slurp_at(CGI_DIR, "stats");
	bool same = s && stats && *stats && cgi_same(keys_of(s->stats), keys_of(stats));

	cgi_dump_free(s);
	free(stats);
	return same;
}

/* ---- it fits together ---- */

/*
 * Returns @text without the last line of a section. Each section here has a
 * line besides its header.
 */
static char *without_last_line(const char *text, const char *section)
{
	char *title = cgi_fmt("## %s\n", section), *copy = cgi_fmt("%s", text);
	char *end, *line;

	end = strstr(copy, title);
	end = end ? strstr(end, "\n## ") : NULL;
	if (!end)
		cgi_die("snapshot: no section %s, or it is the last", section);
	line = memrchr(copy, '\n', end - copy);
	memmove(line, end, strlen(end) + 1);
	free(title);
	return copy;
}

/* Without these cases, "no fault was found" would not mean anything. */
static bool faults_are_found(void *section)
{
	char *text = cgi_text_read("snapshot");
	char *less = without_last_line(text, section);
	struct cgi_dump *s = cgi_dump_parse(less);
	int faults = s ? cgi_dump_faults(s) : 0;

	ksft_print_msg("%d faults without the last line of %s\n", faults, (char *)section);
	cgi_dump_free(s);
	free(less);
	free(text);
	return faults;
}

/* ---- all kinds of objects ---- */

static void set_scene(void)
{
	struct cgi_place pids = cgi_place_of("pids");
	int fd[2], err;

	if (!pids.root)
		pids = (struct cgi_place){ .root = cgi_v2(), .version = 2 };
	cgi_park_threaded();
	cgi_pipe(fd);
	cgi_must_move(cgi_new_cgroup(cgi_v2()), cgi_spawn(cgi_make_namespace, fd));
	if (!cgi_receive(fd[0], &err, sizeof(err)) || err)
		cgi_die("CLONE_NEWCGROUP: %s", strerror(err));
	cgi_zombie_in_removed(&pids, cgi_new_cgroup(pids.root));
}

static bool has_more_than(const struct cgi_table *table, const char *col,
			  const char *usual)
{
	int row;

	for (row = 0; row < table->nr_rows; row++)
		if (strcmp(cgi_get(table, row, col), usual))
			return true;
	ksft_print_msg("%s: nothing but %s in %s\n", table->name, usual, col);
	return false;
}

static bool all_kinds_are_there(void)
{
	struct cgi_dump *s;
	bool ok;

	set_scene();
	s = cgi_dump_read();
	ok = s && has_more_than(s->table[CGI_CSS_SETS], "dom", "-") &&
	     has_more_than(s->table[CGI_CSS_SETS], "namespaces", "0") &&
	     has_more_than(s->table[CGI_CSS_SETS], "state", "live") &&
	     has_more_than(s->table[CGI_CGROUPS], "state", "live") &&
	     has_more_than(s->table[CGI_TASKS], "state", "running");
	cgi_dump_free(s);
	return ok;
}

static bool sections_are_files_again(void)
{
	bool ok = cgi_settles(diff_files);

	cgi_kill_all();
	return ok;
}

/* ---- load ---- */

static bool it_churned(void)
{
	double end = cgi_now() + cgi_figure("CGI_SNAPSHOT_SECONDS", 20);

	cgi_churn_setup();
	cgi_churn_start();
	while (cgi_now() < end || cgi_work_done(CGI_SNAPSHOTS) < 10) {
		if (!cgi_dump_is_sound())
			cgi_work_did(CGI_FAULTS);
		cgi_work_did(CGI_SNAPSHOTS);
	}
	cgi_kill_all();
	return cgi_churn_was(CGI_FORKS, 20) & cgi_churn_was(CGI_MOVES, 20) &
	       cgi_churn_was(CGI_THREAD_MOVES, 5) & cgi_churn_was(CGI_DIRS, 10) &
	       cgi_churn_was(CGI_ZOMBIE_DIRS, 5);
}

static bool each_is_consistent(void)
{
	return cgi_churn_was(CGI_SNAPSHOTS, 10) && !cgi_work_done(CGI_FAULTS);
}

static const struct cgi_case first_cases[] = {
	{ "info is as in its file", .diff = diff_info },
	{ "stats has the keys of its file", stats_has_keys_of_its_file },
	{ "each section has the columns and lines of its file", .diff = diff_files },
	{ "it is consistent", cgi_dump_is_sound },
};

static const struct cgi_case section_cases[] = {
	{ "without its last line faults are found", .run_on = faults_are_found },
};

static const struct cgi_case last_cases[] = {
	{ "there are threads, namespaces, zombies, removed cgroups", all_kinds_are_there },
	{ "with these, too, it is consistent", cgi_dump_is_sound },
	{ "and its sections are the files", sections_are_files_again },
	{ "tasks and cgroups came, moved and went meanwhile", it_churned },
	{ "each snapshot under load is consistent", each_is_consistent },
};

int main(void)
{
	static char *const sections[] = {
		"css_sets", "links", "cgroups", "csses", "hierarchies",
	};
	size_t i;

	cgi_begin();
	cgi_need_graph();
	cgi_add_cases(first_cases, ARRAY_SIZE(first_cases));
	for (i = 0; i < ARRAY_SIZE(sections); i++)
		cgi_add_cases_on(sections[i], sections[i], section_cases,
				 ARRAY_SIZE(section_cases));
	cgi_add_cases(last_cases, ARRAY_SIZE(last_cases));
	cgi_run_cases();
}
