// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's own debug controller as an oracle, and something for it to see.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"
#include "cgi.h"
#include "cgi_case.h"
#include "cgi_debug.h"
#include "cgi_pin.h"

struct cgi_hier cgi_debug_hier;
const char *cgi_debug_css_links;
const char *cgi_debug_csses;

char *cgi_debug_ask(const char *dir, const char *file)
{
	char *name = cgi_fmt("debug.%s", file);
	char *text = cgi_slurp_at(dir, name);

	if (!text)
		ksft_print_msg("%s/%s: %s\n", dir, name, strerror(errno));
	free(name);
	return text;
}

/* A line is "css_set A=>B 3 +1" or "css_set A<=B,C". */
void cgi_debug_parse(struct cgi_debug_cset *cset, const char *line)
{
	const char *rest;
	long extra;

	memset(cset, 0, sizeof(*cset));
	snprintf(cset->dom, sizeof(cset->dom), "-");
	if (sscanf(line, "css_set %31[0-9a-f]", cset->css_set) != 1)
		cgi_die("debug controller: not understood: %s", line);
	rest = line + strlen("css_set ") + strlen(cset->css_set);
	if (sscanf(rest, "=>%31[0-9a-f]", cset->dom) == 1)
		rest += strlen("=>") + strlen(cset->dom);
	cset->refs = -1;
	if (strncmp(rest, "<=", 2)) {
		if (sscanf(rest, " %ld +%ld", &cset->refs, &extra) < 1)
			cgi_die("debug controller: not understood: %s", line);
		return;
	}
	for (cset->threaded = 1; *rest; rest++)
		cset->threaded += *rest == ',';
}

/* ---- something to see ---- */

static int in_cgroup_namespace(void *dir)
{
	cgi_must_move(dir, getpid());
	if (unshare(CLONE_NEWCGROUP))
		cgi_die("unshare(CLONE_NEWCGROUP): %s", strerror(errno));
	for (;;)
		pause();
	return 0;
}

static int move_and_end(void *dir)
{
	cgi_must_move(dir, getpid());
	return 0;
}

char *cgi_debug_make(void)
{
	char *name, *root = cgi_named("oracle", &name);
	char *own = cgi_new_cgroup(cgi_debug_hier.root), *sub = cgi_mkdir(own, "sub");
	pid_t p0 = cgi_park();

	/* With it v2 has csses of a controller that does something. */
	cgi_enable("pids");
	cgi_must_move(cgi_new_cgroup(root), p0);
	cgi_must_move(own, p0);
	cgi_await_zombie(cgi_spawn(move_and_end, own));
	cgi_spawn(in_cgroup_namespace, sub);
	cgi_park_threaded();
	return own;
}

static bool find_hier(void)
{
	struct cgi_hier *hiers;
	int nr = cgi_hierarchies(&hiers), i;

	for (i = 0; i < nr; i++) {
		char *file = cgi_fmt("%s/debug.taskcount", hiers[i].root);
		bool found = !access(file, F_OK);

		free(file);
		if (!found)
			continue;
		cgi_debug_hier = hiers[i];
		cgi_debug_css_links = cgi_debug_hier.version == 1 ? "cgroup_css_links" :
				  "css_links";
		cgi_debug_csses = cgi_debug_hier.version == 1 ? "cgroup_subsys_states" :
			      "csses";
		return true;
	}
	return false;
}

void cgi_debug_need(void)
{
	struct cgi_debug_cset cset;
	char *text;

	if (!find_hier())
		cgi_skip_all("no CONFIG_CGROUP_DEBUG, or on v2 no boot argument cgroup_debug");
	text = cgi_debug_ask(cgi_debug_hier.root, "current_css_set");
	if (!text)
		cgi_die("the debug controller does not answer");
	*strchrnul(text, '\n') = '\0';
	cgi_debug_parse(&cset, text);
	if (strncmp(cset.css_set, "ff", 2))
		cgi_skip_all("pointers are hashed: boot with no_hash_pointers");
	free(text);
	ksft_print_msg("debug is on hierarchy %d, version %d\n", cgi_debug_hier.id,
		       cgi_debug_hier.version);
}
