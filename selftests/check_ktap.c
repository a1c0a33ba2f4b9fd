// SPDX-License-Identifier: GPL-2.0-only
/*
 * check: well-formed KTAP with one result for each invariant, the four rules
 * of hierarchies first, the same each time; nothing is wrong with an idle
 * kernel, nor with odd but sound graphs.
 *
 *   cgroup2   domain: a process   t: one of its threads
 *   named     gone: removed with a zombie, then unmounted
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_pin.h"
#include "lib/cgi_dump.h"

#define NR_CHECKS	17
#define NR_READS	20

/* "ok 3 words" -> "3 words", without what is said about this time. */
static void add_names(struct cgi_set *names)
{
	struct cgi_set lines = { 0 };
	char *text = cgi_text_read("check"), *ok;
	int i;

	cgi_set_split(&lines, text, "\n");
	for (i = 2; i < lines.nr; i++) {
		ok = *lines.str[i] == '#' ? NULL : strstr(lines.str[i], "ok ");
		if (ok)
			cgi_set_add(names, "%s", ok + strlen("ok "));
	}
	cgi_set_free(&lines);
	free(text);
}

static void test_names(void)
{
	struct cgi_set names = { 0 }, again = { 0 };
	bool rules = true;
	char *rule;
	int i;

	add_names(&names);
	add_names(&again);
	for (i = 0; i < 4 && i < names.nr; i++) {
		rule = cgi_fmt("%d rule %d: ", i + 1, i + 1);
		rules = rules && !strncmp(names.str[i], rule, strlen(rule));
		free(rule);
	}
	ksft_test_result(rules && names.nr == NR_CHECKS,
			 "%d invariants, the four rules first\n", names.nr);
	ksft_test_result(!cgi_set_diff("names", &names, &again),
			 "they are the same each time\n");
	cgi_set_uniq(&again);
	ksft_test_result(again.nr == NR_CHECKS, "none is there twice\n");
	cgi_set_free(&names);
	cgi_set_free(&again);
}

static void test_scene(void)
{
	struct cgi_place place = cgi_named_place("scene");
	pid_t pid;

	cgi_park_threaded();
	pid = cgi_zombie_in_removed(&place, cgi_new_cgroup(place.root));
	ksft_test_result(cgi_check_is_ok(NR_CHECKS), "threads in two cgroups, a removed one\n");
	if (cgi_umount(place.root))
		cgi_die("umount %s: %s", place.root, strerror(errno));
	ksft_test_result(cgi_check_is_ok(NR_CHECKS), "a hierarchy that is not mounted\n");
	cgi_join(pid);
	cgi_kill_all();
}

/* Or that all is well would mean nothing. */
static void test_judge(void)
{
	static const char good[] = "KTAP version 1\n1..2\nok 1 a\nok 2 b\n";

	ksft_test_result(!cgi_check_faults(good, 2) &&
			 cgi_check_faults(good, 3) == -1 &&
			 cgi_check_faults("KTAP version 1\n1..2\nok 1 a\n", 2) == -1 &&
			 cgi_check_faults("KTAP version 1\n1..1\nok 2 a\n", 1) == -1 &&
			 cgi_check_faults("1..1\nok 1 a\n", 1) == -1 &&
			 cgi_check_faults("KTAP version 1\n1..1\n# x\nnot ok 1 a\n", 1) == 1,
			 "a fault and a cut text would be found\n");
}

int main(void)
{
	int i, ok = 0;

	ksft_print_header();
	cgi_begin();
	cgi_need_graph();
	ksft_set_plan(7);
	test_judge();
	test_names();
	for (i = 0; i < NR_READS; i++)
		ok += cgi_check_is_ok(NR_CHECKS);
	ksft_test_result(ok == NR_READS, "all is ok in %d of %d reads\n", ok,
			 NR_READS);
	test_scene();
	cgi_finish();
}
