// SPDX-License-Identifier: GPL-2.0-only
/*
 * graph.dot: it is whole, and has each hierarchy that has more than its root as
 * a cluster and the others in one box, each cgroup of a cluster and each
 * css_set as a node, and each link to one below a root as an edge, once, with
 * what the tables say: no more and no less. Each node of a css_set is in the
 * cluster where it should be, whole in one and with the end of its identity in
 * the others. Removed cgroups that nothing leads to are one node if there are
 * more than eight of one parent. Names keep their quotes and backslashes.
 * Whether Graphviz takes it, scripts/dot.sh finds out on the host: in a guest of
 * the VM runner the file is left in /cgi/out for it.
 *
 *   named     a "quoted\" name: a task whose command has quotes, too; it is in a
 *             cgroup of cgroup2 as well
 *     gone    removed with a zombie
 *   cgroup2   domain: a process   t: one of its threads
 *             many: nine that were removed, each held by a socket
 *   memory on v2  child: removed with five csses, each held by a page
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_dot.h"
#include "lib/cgi_hostile.h"
#include "lib/cgi_pin.h"

#define OUT_DIR		"/cgi/out"
/* One more than have nodes of their own. */
#define MANY		9
/* So many csses that hold a removed cgroup are named. */
#define NAMED		4
#define CONTAINER	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
/* The last bytes of both are no UTF-8: a C1 control, and a character that is cut. */
#define ODD_NAME	"a \"quoted\\\" &lt; name\x9b"
#define ODD_COMM	"odd \"\\ &#42;\xe6\xbc"

/* ---- the cases ---- */

static bool is_one_graph(void)
{
	char *text = cgi_text_read("graph.dot");
	bool ok;

	ok = !strncmp(text, "digraph cgroup_inspect {\n", 25) &&
	     !strcmp(text + strlen(text) - 2, "}\n") && !cgi_dot_depth(text);
	free(text);
	return ok;
}

/* This is the hierarchy of this test, and the css_set of a task with odd names. */
static struct cgi_place place;
static char *odd_css_set;

static bool cgroup_has_its_name(void)
{
	char *odd, *id;
	pid_t pid = cgi_park_as(ODD_COMM);

	place = cgi_named_place("graph");
	odd = cgi_mkdir(cgi_new_cgroup(place.root), ODD_NAME);
	id = cgi_dir_id(place.hier, odd);
	cgi_must_move(odd, pid);
	cgi_must_move(cgi_new_cgroup(cgi_v2()), pid);
	odd_css_set = cgi_task_now(pid, "css_set");
	return cgi_dot_label_is(id, ODD_NAME) && cgi_dot_is_marked(id, false);
}

/* The end of the css_set's identity is enough to find it in the tables. */
static bool css_set_has_the_end_of_its_id(void)
{
	struct cgi_table *css_sets = cgi_table_read("css_sets");
	char *label = cgi_dot_label(odd_css_set);
	size_t len = label ? strcspn(label, ":") : 0, own;
	const char *id;
	int row, nr = 0;

	for (row = 0; row < css_sets->nr_rows && len; row++) {
		id = cgi_get(css_sets, row, "css_set");
		own = strlen(id);
		nr += own >= len && !strncmp(id + own - len, label, len);
	}
	ksft_print_msg("%s is called %.*s, as %d css_sets\n", odd_css_set, (int)len, label, nr);
	cgi_table_free(css_sets);
	free(label);
	return len >= 4 && len < 16 && nr == 1;
}

static bool container_is_shortened(void)
{
	char *dir = cgi_mkdir(cgi_new_cgroup(place.root), "docker-" CONTAINER ".scope");
	char *longer = cgi_mkdir(cgi_new_cgroup(place.root), CONTAINER "0");

	return cgi_dot_label_is(cgi_dir_id(place.hier, dir),
				"docker-0123456789ab\xe2\x80\xa6.scope") &&
	       cgi_dot_label_is(cgi_dir_id(place.hier, longer), CONTAINER "0");
}

static bool css_set_has_the_command(void)
{
	return cgi_dot_label_has(odd_css_set, "1 task: ") &&
	       cgi_dot_label_has(odd_css_set, ODD_COMM) &&
	       cgi_dot_is_marked(odd_css_set, false);
}

/* cgi_dot_diff() says whether it is right; this says that it is there. */
static bool css_set_is_drawn_again(void)
{
	char *again = cgi_fmt("%s@%d", odd_css_set, place.hier), *label = cgi_dot_label(again);
	bool ok = label && strstr(odd_css_set, label) && strlen(label) < strlen(odd_css_set);

	if (!ok)
		ksft_print_msg("label of %s: %s\n", again, label);
	free(label);
	return ok;
}

static bool odd_is_whole(void)
{
	return !cgi_dot_depth(cgi_text_read("graph.dot")) && cgi_settles(cgi_dot_diff);
}

/* Each name is that of a cgroup and, as far as there is place, of the command in it. */
static bool hostile_names_stay_labels(void)
{
	char *top = cgi_new_cgroup(place.root), comm[16], *id, *css_set;
	bool ok = true;
	int i;

	for (i = 0; i < cgi_nr_hostile; i++) {
		char *dir = cgi_mkdir(top, cgi_hostile[i]);
		pid_t pid = cgi_park_as(cgi_hostile[i]);

		cgi_must_move(dir, pid);
		id = cgi_dir_id(place.hier, dir);
		css_set = cgi_task_now(pid, "css_set");
		snprintf(comm, sizeof(comm), "%s", cgi_hostile[i]);
		ok = cgi_dot_label_is(id, cgi_hostile[i]) && ok;
		ok = cgi_dot_label_has(css_set, comm) && ok;
		free(css_set);
		free(id);
	}
	return ok && cgi_settles(cgi_dot_diff);
}

static bool commands_are_there(void)
{
	static const char *const comms[] = { "one", "two", "three", "two", "four" };
	char *dir = cgi_new_cgroup(place.root), *css_set, *label;
	bool more[5], ok = true;
	pid_t pid;
	int i;

	for (i = 0; i < 5; i++) {
		pid = cgi_park_as(comms[i]);
		cgi_must_move(dir, pid);
		css_set = cgi_task_now(pid, "css_set");
		label = cgi_dot_label(css_set);
		more[i] = label && strstr(label, ", ...");
		ok = cgi_dot_label_has(css_set, comms[i < 4 ? i : 2]) && ok;
		free(label);
		free(css_set);
	}
	return ok && !more[0] && !more[1] && !more[2] && !more[3] && more[4];
}

static pid_t zombie;

static bool removed_is_marked(void)
{
	char *gone = cgi_new_cgroup(place.root), *id = cgi_dir_id(place.hier, gone);

	zombie = cgi_zombie_in_removed(&place, gone);
	/*
	 * While the zombie is being switched out for the last time, or rmdir
	 * still works, more than the css_set holds the cgroup.
	 */
	if (!cgi_field_becomes("cgroups", "cgroup", id, "state", "dying") ||
	    !cgi_field_becomes("cgroups", "cgroup", id, "unaccounted", "0"))
		cgi_die("%s is not just dying", id);
	return cgi_dot_is_marked(id, true) && cgi_dot_label_has(id, id) &&
	       cgi_dot_label_has(id, ", dying\\n") &&
	       cgi_dot_label_has(id, "held by 1 css_set");
}

static bool its_css_set_is_marked(void)
{
	char *css_set = cgi_task_now(zombie, "css_set");
	bool ok = cgi_dot_is_marked(css_set, true) && cgi_dot_label_has(css_set, "1 exiting");

	cgi_join(zombie);
	free(css_set);
	return ok;
}

/* ---- many that were removed ---- */

static struct many {
	char *id[MANY];
	int fd[MANY];
} many;

static void make_socket(void *fd)
{
	*(int *)fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (*(int *)fd < 0)
		cgi_die("socket: %s", strerror(errno));
}

/* A socket holds the cgroup in which it was made, and no css_set. */
static void make_removed(const char *parent, int i)
{
	struct cgi_place v2 = { .version = 2, .root = cgi_v2() };
	char *dir = cgi_mkdir(parent, cgi_fmt("%d", i));

	many.id[i] = cgi_dir_id(0, dir);
	cgi_run_inside(&v2, dir, make_socket, &many.fd[i]);
	cgi_must_rmdir(dir);
}

static bool is_only_held_by_its_socket(const char *id)
{
	return cgi_field_becomes("cgroups", "cgroup", id, "state", "dying") &&
	       cgi_field_becomes("cgroups", "cgroup", id, "css_sets", "0") &&
	       cgi_field_becomes("cgroups", "cgroup", id, "unaccounted", "1");
}

static bool many_are_one(void)
{
	char *parent = cgi_bare_cgroup();
	bool ok = true;
	int i;

	for (i = 0; i < MANY; i++)
		make_removed(parent, i);
	for (i = 0; i < MANY && ok; i++)
		ok = is_only_held_by_its_socket(many.id[i]);
	for (i = 1; i < MANY && ok; i++)
		ok = !cgi_dot_label(many.id[i]);
	return ok && cgi_dot_is_marked(many.id[0], true) &&
	       cgi_dot_label_has(many.id[0], many.id[0]) &&
	       cgi_dot_label_is(many.id[0], CGI_TEXT(MANY) " removed cgroups") &&
	       cgi_dot_label_has(many.id[0], "held by " CGI_TEXT(MANY) " other references") &&
	       cgi_settles(cgi_dot_diff);
}

static bool few_are_each_alone(void)
{
	bool ok = true;
	int i;

	close(many.fd[0]);
	ok = cgi_is_gone("cgroups", "cgroup", many.id[0]);
	for (i = 1; i < MANY; i++)
		ok = cgi_dot_label_has(many.id[i], "held by 1 other reference") &&
		     cgi_dot_is_marked(many.id[i], true) && ok;
	ok = cgi_settles(cgi_dot_diff) && ok;
	for (i = 1; i < MANY; i++)
		close(many.fd[i]);
	return ok;
}

/* ---- many csses of one ---- */

/* Disabling memory takes a cgroup's css of it away, and a page holds that. */
static char *add_held_css(const struct cgi_place *memory, const char *top,
			  const char *dir, int *fd)
{
	char *css;

	cgi_switch_controller(top, '+', "memory");
	css = cgi_css_of(cgi_dir_id(memory->hier, dir), "memory", "online");
	if (!css)
		cgi_die("no css of memory for %s", dir);
	*fd = cgi_charge_pages(memory, dir, 1);
	cgi_switch_controller(top, '-', "memory");
	return css;
}

static bool is_held_by_a_page(const char *css)
{
	return cgi_field_becomes("csses", "css", css, "state", "dying") &&
	       cgi_field_becomes("csses", "css", css, "unaccounted", "1");
}

static int count_named(const char *name)
{
	char *label = cgi_dot_label(name), *at;
	int nr = 0;

	for (at = label; at && (at = strstr(at, "css memory:")); nr++)
		at++;
	free(label);
	return nr;
}

static bool some_csses_are_named(void)
{
	struct cgi_place memory = cgi_place_of("memory");
	int fd[NAMED + 1], i;
	char *top, *dir, *id, *css[NAMED + 1];
	bool ok = true;

	if (memory.version != 2)
		return cgi_skip("memory is not on v2 in this guest");
	if (cgi_kernel_has("lru_reparent_memcg"))
		return cgi_skip("pages go over to the parent in this kernel");
	top = cgi_new_cgroup(memory.root);
	dir = cgi_mkdir(top, "child");
	id = cgi_dir_id(memory.hier, dir);
	for (i = 0; i <= NAMED; i++)
		css[i] = add_held_css(&memory, top, dir, &fd[i]);
	cgi_must_rmdir(dir);
	for (i = 0; i <= NAMED; i++)
		ok = is_held_by_a_page(css[i]) && ok;
	ok = cgi_field_becomes("cgroups", "cgroup", id, "state", "dying") && ok;
	ok = count_named(id) == NAMED && cgi_dot_label_has(id, "\\nand other csses") && ok;
	close(fd[NAMED]);
	ok = cgi_is_gone("csses", "css", css[NAMED]) && ok;
	ok = count_named(id) == NAMED && cgi_dot_label_lacks(id, "other csses") && ok;
	for (i = 0; i < NAMED; i++)
		close(fd[i]);
	return ok;
}

/* ---- a css_set without tasks ---- */

/* The css_set of a process that made a namespace and went away. */
static char *leave_namespace(const char *dir)
{
	char *css_set;
	int fd[2], err;
	pid_t pid;

	cgi_pipe(fd);
	cgi_must_move(dir, getpid());
	pid = cgi_spawn(cgi_make_namespace, fd);
	cgi_must_move(place.root, getpid());
	if (!cgi_receive(fd[0], &err, sizeof(err)) || err)
		cgi_die("CLONE_NEWCGROUP: %s", strerror(err));
	css_set = cgi_task_now(pid, "css_set");
	cgi_must_move(place.root, pid);
	return css_set;
}

static bool namespace_is_told(void)
{
	char *css_set = leave_namespace(cgi_new_cgroup(place.root));

	return cgi_field_becomes("css_sets", "css_set", css_set, "refs", "1") &&
	       cgi_dot_label_has(css_set, ": 0 tasks") &&
	       cgi_dot_label_has(css_set, "held by 1 cgroup namespace");
}

/*
 * scripts/dot.sh gives this file to Graphviz. It has all the odd objects that this
 * test has made.
 */
static void leave_file(void)
{
	char *text = cgi_text_read("graph.dot");
	FILE *file;

	if (access(OUT_DIR, W_OK))
		return;
	file = fopen(OUT_DIR "/graph.dot", "w");
	if (!file || fputs(text, file) < 0 || fclose(file))
		cgi_die(OUT_DIR "/graph.dot: %s", strerror(errno));
	free(text);
}

static bool threaded_point_at_domain(void)
{
	bool ok;

	cgi_park_threaded();
	ok = cgi_settles(cgi_dot_diff);
	leave_file();
	return ok;
}

static const struct cgi_case cases[] = {
	{ "it is one graph, and whole", is_one_graph },
	{ "its nodes and edges are the lines of the tables", .diff = cgi_dot_diff },
	{ "a cgroup's label has its name", cgroup_has_its_name },
	{ "a css_set's label begins with the end of its identity, which no other has",
	  css_set_has_the_end_of_its_id },
	{ "an identity of 64 digits is shortened to 12", container_is_shortened },
	{ "a css_set's label has the command", css_set_has_the_command },
	{ "in a further tree it is drawn again, with the end of its identity only",
	  css_set_is_drawn_again },
	{ "with such names, too, it is whole", odd_is_whole },
	{ "hostile names stay in their labels", hostile_names_stay_labels },
	{ "three commands are all there, a fourth is hinted at", commands_are_there },
	{ "a removed cgroup is marked, with what holds it", removed_is_marked },
	{ "so is its css_set, with the zombie", its_css_set_is_marked },
	{ "nine removed cgroups of one parent are one node with a count", many_are_one },
	{ "eight of them are a node each, with what holds it", few_are_each_alone },
	{ "of more than four csses that hold a removed cgroup, four are named",
	  some_csses_are_named },
	{ "a css_set that only a namespace holds says so", namespace_is_told },
	{ "threaded css_sets point at that of their domain", threaded_point_at_domain },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
