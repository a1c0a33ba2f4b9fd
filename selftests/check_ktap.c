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

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_dump.h"
#include "lib/cgi_pin.h"

#define NR_CHECKS	25
#define NR_READS	20

/* Takes "3 words" from "ok 3 words", and nothing from lines that begin with "#". */
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

/* They are the names in two reads of check. */
static struct cgi_set names, again;

static bool rules_are_first(void)
{
	bool rules = true;
	char *rule;
	int i;

	add_names(&names);
	for (i = 0; i < 4 && i < names.nr; i++) {
		rule = cgi_fmt("%d rule %d: ", i + 1, i + 1);
		rules = rules && !strncmp(names.str[i], rule, strlen(rule));
		free(rule);
	}
	ksft_print_msg("%d invariants\n", names.nr);
	return rules && names.nr == NR_CHECKS;
}

static bool names_are_the_same(void)
{
	add_names(&again);
	return !cgi_set_diff("names", &names, &again);
}

static bool names_are_unique(void)
{
	cgi_set_uniq(&again);
	return again.nr == NR_CHECKS;
}

static bool idle_is_ok(void)
{
	int i, ok = 0;

	for (i = 0; i < NR_READS; i++)
		ok += cgi_check_is_ok(NR_CHECKS);
	ksft_print_msg("ok in %d of %d reads\n", ok, NR_READS);
	return ok == NR_READS;
}

/* This hierarchy is unmounted, and has a removed cgroup with this zombie. */
static struct cgi_place scene;
static pid_t zombie;

static bool scene_is_ok(void)
{
	scene = cgi_named_place("scene");
	cgi_park_threaded();
	zombie = cgi_zombie_in_removed(&scene, cgi_new_cgroup(scene.root));
	return cgi_check_is_ok(NR_CHECKS);
}

static bool unmounted_is_ok(void)
{
	bool ok;

	if (cgi_umount(scene.root))
		cgi_die("umount %s: %s", scene.root, strerror(errno));
	ok = cgi_check_is_ok(NR_CHECKS);
	cgi_join(zombie);
	cgi_kill_all();
	return ok;
}

/* Without this case, "nothing is wrong" could mean that nothing was looked at. */
static bool faults_are_found(void)
{
	static const char good[] = "KTAP version 1\n1..2\nok 1 a\nok 2 b\n";

	return !cgi_check_faults(good, 2) &&
	       cgi_check_faults(good, 3) == -1 &&
	       cgi_check_faults("KTAP version 1\n1..2\nok 1 a\n", 2) == -1 &&
	       cgi_check_faults("KTAP version 1\n1..1\nok 2 a\n", 1) == -1 &&
	       cgi_check_faults("1..1\nok 1 a\n", 1) == -1 &&
	       cgi_check_faults("KTAP version 1\n1..0\n", 0) == -1 &&
	       cgi_check_faults("KTAP version 1\n1..1\n# x\nnot ok 1 a\n", 1) == 1;
}

static const struct cgi_case cases[] = {
	{ "a fault and a cut text would be found", faults_are_found },
	{ CGI_TEXT(NR_CHECKS) " invariants, the four rules first", rules_are_first },
	{ "they are the same each time", names_are_the_same },
	{ "none is there twice", names_are_unique },
	{ "all is ok in " CGI_TEXT(NR_READS) " of " CGI_TEXT(NR_READS) " reads", idle_is_ok },
	{ "threads in two cgroups, a removed one", scene_is_ok },
	{ "a hierarchy that is not mounted", unmounted_is_ok },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
