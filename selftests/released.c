// SPDX-License-Identifier: GPL-2.0-only
/*
 * A cgroup or css that was released is on no list any more, but holds its parent
 * and its cgroup until RCU and a work item have freed it. What it holds is never
 * a number without "~" in `unaccounted`, and never makes a v1 hierarchy look
 * mounted. This test holds nothing, so what goes by itself was held by nobody.
 * What does hold is counted exactly, also beside something that was released.
 *
 *   pids, memory, v1 without controllers, cgroup2 without csses:
 *     top
 *       dir: removed
 *         child: removed just before
 *   cgroup2      dir: a BPF program; a socket
 *   cgroup2      dir: subtree_control +controller -controller
 *                  child: a zombie, reaped then
 *   v1 named     child: removed just before umount
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_bpf.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"
#include "lib/cgi_v1.h"

#define ROUNDS		8
#define READERS		2
/* What is held must be so in this number of readings, one after the other. */
#define STEADY		10
/* After this time what was released by umount is freed, even in a slow guest. */
#define LINGER_MS	1500

/* What was found in all readings of what was removed. */
struct readings {
	int seen;
	int wrong;
};

/*
 * None is right as well: where something else that was removed is held, each
 * opening waits, and what we have removed is gone after that.
 */
static bool are_right(const struct readings *r)
{
	ksft_print_msg("%d readings of what was removed, %d wrong\n", r->seen, r->wrong);
	return !r->wrong;
}

/* All that was read of what goes by itself, which the last case asks for. */
static int seen_going;

static bool none_was_held(const struct readings *r)
{
	seen_going += r->seen;
	return are_right(r);
}

/* An exact number above @held says that something holds it that does not. */
static void judge(struct readings *r, const struct cgi_table *table, int row, long held)
{
	const char *is = cgi_get(table, row, "unaccounted");

	r->seen++;
	if (*is == '~' || !strcmp(is, "-") || atol(is) <= held)
		return;
	if (!r->wrong++)
		ksft_print_msg("%s: %s %s: %s of %s references unaccounted, %ld held\n",
			       table->name, table->fields[row * table->nr_cols],
			       cgi_get(table, row, "state"), is,
			       cgi_get(table, row, "refs"), held);
}

/*
 * Reads all rows with the cgroup @id, which was removed, in column @by. Returns how many there
 * were. Only its csses can be online for a moment, and those of a live cgroup always are.
 */
static int look(struct readings *r, const char *file, const char *by, const char *id,
		long held)
{
	struct cgi_table *table = cgi_table_read(file);
	int row, nr = 0;

	for (row = 0; row < table->nr_rows; row++) {
		if (strcmp(cgi_get(table, row, by), id) ||
		    !strcmp(cgi_get(table, row, "state"), "online"))
			continue;
		judge(r, table, row, held);
		nr++;
	}
	cgi_table_free(table);
	return nr;
}

/* Has each number of references in a label a ~, if it is not unknown? */
static bool are_unsure(const char *label)
{
	const char *at = label, *number;

	while ((at = strstr(at, " other reference"))) {
		for (number = at; number > label && number[-1] != ' '; number--)
			;
		if (*number != '~' && strncmp(number, "maybe ", strlen("maybe ")))
			return false;
		at++;
	}
	return true;
}

/* graph.dot says in the label of a cgroup what holds it, and how many times. */
static void look_at_graph(struct readings *r, const char *id)
{
	char *text = cgi_text_read("graph.dot");
	char *node = cgi_fmt("\t\"%s\" [label=", id);
	char *line = strstr(text, node);

	if (line) {
		line[strcspn(line, "\n")] = '\0';
		r->seen++;
		if (!are_unsure(line) && !r->wrong++)
			ksft_print_msg("graph.dot: %s\n", line);
	}
	free(node);
	free(text);
}

/* Reads until the cgroups @id are gone. */
static bool watch(struct readings *r, char *const *id, int nr)
{
	double end = cgi_now() + CGI_PATIENCE_S;
	int i, left = 1;

	while (left && cgi_now() < end)
		for (i = 0, left = 0; i < nr; i++) {
			left += look(r, "cgroups", "cgroup", id[i], 0);
			look(r, "csses", "cgroup", id[i], 0);
			look_at_graph(r, id[i]);
		}
	if (left)
		ksft_print_msg("%s is not gone\n", id[0]);
	return !left;
}

/* ---- cgroups of every kind ---- */

struct kind {
	const char *controller;		/* on v2 children have a css of it */
	struct cgi_place place;
};

static struct kind pids = { .controller = "pids" };
static struct kind memory = { .controller = "memory" };
static struct kind named, bare;

static char *make_top(const struct kind *kind)
{
	char *top = cgi_new_cgroup(kind->place.root);

	if (kind->controller && kind->place.version == 2)
		cgi_switch_controller(top, '+', kind->controller);
	return top;
}

static bool removed_is_not_held(void *object)
{
	struct kind *kind = object;
	struct readings r = { 0 };
	char *top = make_top(kind), *dir, *id;
	bool ok = true;
	int i;

	for (i = 0; i < ROUNDS && ok; i++) {
		dir = cgi_mkdir(top, "dir");
		id = cgi_dir_id(kind->place.hier, dir);
		cgi_must_rmdir(dir);
		ok = watch(&r, &id, 1);
	}
	return none_was_held(&r) && ok;
}

static bool parent_is_not_held(void *object)
{
	struct kind *kind = object;
	struct readings r = { 0 };
	char *top = make_top(kind), *dir, *child, *id[2];
	bool ok = true;
	int i;

	for (i = 0; i < ROUNDS && ok; i++) {
		dir = cgi_mkdir(top, "dir");
		if (kind->controller && kind->place.version == 2)
			cgi_switch_controller(dir, '+', kind->controller);
		child = cgi_mkdir(dir, "child");
		id[0] = cgi_dir_id(kind->place.hier, dir);
		id[1] = cgi_dir_id(kind->place.hier, child);
		cgi_must_rmdir(child);
		cgi_must_rmdir(dir);
		ok = watch(&r, id, 2);
	}
	return none_was_held(&r) && ok;
}

static const struct cgi_case kind_cases[] = {
	{ "a removed cgroup is held by nobody", .run_on = removed_is_not_held },
	{ "nor is one whose child was removed", .run_on = parent_is_not_held },
};

/* ---- csses that subtree_control takes from live cgroups ---- */

/* Returns a controller of cgroup2 whose csses nothing else holds, or NULL. */
static const char *v2_controller(void)
{
	static const char * const names[] = { "pids", "misc", "rdma", "cpu", "hugetlb" };
	struct cgi_set on_v2 = { 0 };
	char *text = cgi_slurp_at(cgi_v2(), "cgroup.controllers");
	unsigned int i;

	text[strcspn(text, "\n")] = '\0';
	cgi_set_split(&on_v2, text, " ");
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (cgi_set_has(&on_v2, names[i]))
			return names[i];
	return NULL;
}

/*
 * A live cgroup is not dying, but its csses are. The zombie keeps that of @child until
 * it is reaped, and that one holds the css of @dir.
 */
static bool disabled_is_not_held(void)
{
	struct cgi_place v2 = { .version = 2, .root = cgi_v2() };
	const char *controller = v2_controller();
	struct readings r = { 0 };
	char *top, *dir, *child, *id[2];
	pid_t zombie;
	double end;
	int i;

	if (!controller)
		return cgi_skip("all controllers are on v1");
	cgi_enable(controller);
	top = cgi_new_cgroup(cgi_v2());
	dir = cgi_mkdir(top, "dir");
	child = cgi_mkdir(dir, "child");
	id[0] = cgi_dir_id(0, dir);
	id[1] = cgi_dir_id(0, child);
	for (i = 0; i < ROUNDS; i++) {
		cgi_switch_controller(top, '+', controller);
		cgi_switch_controller(dir, '+', controller);
		zombie = cgi_zombie_in(&v2, child);
		cgi_switch_controller(dir, '-', controller);
		cgi_switch_controller(top, '-', controller);
		cgi_kill(zombie);
		end = cgi_now() + CGI_PATIENCE_S;
		while (look(&r, "csses", "cgroup", id[0], 0) +
		       look(&r, "csses", "cgroup", id[1], 0))
			if (cgi_now() > end) {
				ksft_print_msg("%s is not gone\n", controller);
				return false;
			}
	}
	return none_was_held(&r);
}

/* ---- a BPF program, which goes with its cgroup ---- */

/* While this file is collected, the release of a program waits for cgroup_mutex. */
static int read_for_ever(void *unused)
{
	(void)unused;
	for (;;)
		free(cgi_text_read("links"));
	return 0;
}

static bool program_does_not_hold(void)
{
	struct readings r = { 0 };
	int prog = cgi_bpf_load(), i;
	pid_t reader[READERS];
	char *dir, *id;
	bool ok = true;

	if (prog < 0)
		return cgi_skip("%s", cgi_bpf_lack());
	for (i = 0; i < READERS; i++)
		reader[i] = cgi_spawn(read_for_ever, NULL);
	for (i = 0; i < ROUNDS && ok; i++) {
		dir = cgi_bare_cgroup();
		id = cgi_dir_id(0, dir);
		if (cgi_bpf_attach(prog, dir))
			cgi_die("BPF_PROG_ATTACH: %s", strerror(errno));
		cgi_must_rmdir(dir);
		ok = watch(&r, &id, 1);
	}
	for (i = 0; i < READERS; i++) {
		ok = cgi_still_runs(reader[i]) && ok;
		cgi_kill(reader[i]);
	}
	close(prog);
	return none_was_held(&r) && ok;
}

/* ---- a socket, which holds ---- */

static void make_socket(void *fd)
{
	*(int *)fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (*(int *)fd < 0)
		cgi_die("socket: %s", strerror(errno));
}

static bool socket_is_counted(void)
{
	struct cgi_place v2 = { .version = 2, .root = cgi_v2() };
	struct readings r = { 0 };
	char *dir, *child, *id;
	bool ok = true;
	int i, j, fd;

	for (i = 0; i < ROUNDS && ok; i++) {
		dir = cgi_bare_cgroup();
		id = cgi_dir_id(0, dir);
		cgi_run_inside(&v2, dir, make_socket, &fd);
		child = cgi_mkdir(dir, "child");
		cgi_must_rmdir(child);
		cgi_must_rmdir(dir);
		for (j = 0; j < STEADY; j++)
			look(&r, "cgroups", "cgroup", id, 1);
		ok = cgi_field_becomes("cgroups", "cgroup", id, "unaccounted", "1");
		for (j = 0; j < STEADY && ok; j++)
			ok = cgi_field_is("cgroups", "cgroup", id, "unaccounted", "1");
		close(fd);
	}
	return are_right(&r) && ok && cgi_is_gone("cgroups", "cgroup", id);
}

/* ---- v1 hierarchies ---- */

static void state_is_not(const char *id, const char *wrong, struct readings *r)
{
	char *is = cgi_field("hierarchies", "id", id, "state");

	r->seen++;
	if (is && !strcmp(is, wrong) && !r->wrong++)
		ksft_print_msg("state %s, which it is not\n", is);
	free(is);
}

/* The kernel still lists an unmounted hierarchy before and after: then what does the module say? */
static bool leftover_is_told(const char *name, const char *id, struct readings *r)
{
	bool there = cgi_hier_id(name) >= 0;
	char *is = cgi_field("hierarchies", "id", id, "state");

	there = there && cgi_hier_id(name) >= 0;
	if (there && !cgi_same(is, "lingering") && !cgi_same(is, "dying") && !r->wrong++)
		ksft_print_msg("state %s of what is left\n", is ? is : "is none");
	free(is);
	return there;
}

/*
 * Where the kernel is faster than umount, as PREEMPT_RT can be, it has released the child
 * before, and the hierarchy is dying and goes. Then there is nothing to see in that round.
 */
static bool lingering_is_not_mounted(void)
{
	struct readings r = { 0 };
	char *name, *at, *child, *opts, *id;
	int i, there = 0;
	double end;

	at = cgi_named("released", &name);
	opts = cgi_fmt("none,%s", name);
	for (i = 0; i < ROUNDS; i++) {
		id = cgi_fmt("%d", cgi_hier_id(name));
		child = cgi_mkdir(at, "child");
		cgi_must_rmdir(child);
		if (cgi_umount(at))
			cgi_die("umount %s", at);
		for (end = cgi_now() + LINGER_MS / 1000.0; cgi_now() < end;)
			state_is_not(id, "mounted", &r);
		if (cgi_is_mounted(name))
			cgi_die("%s is still mounted", name);
		there += leftover_is_told(name, id, &r);
		free(id);
		at = cgi_mount_v1(opts);
		if (!at)
			cgi_die("mount -o %s: %s", opts, strerror(errno));
	}
	ksft_print_msg("it was left %d times of %d\n", there, ROUNDS);
	if (!there && !r.wrong)
		return cgi_skip("each child was released before umount");
	return are_right(&r);
}

static bool mounted_is_not_lingering(void)
{
	struct readings r = { 0 };
	char *dir, *id = cgi_fmt("%d", named.place.hier);
	int i;

	for (i = 0; i < ROUNDS; i++) {
		dir = cgi_mkdir(named.place.root, "dir");
		cgi_must_rmdir(dir);
		state_is_not(id, "lingering", &r);
	}
	return are_right(&r) &&
	       cgi_field_becomes("hierarchies", "id", id, "state", "mounted");
}

static const struct cgi_case other_cases[] = {
	{ "csses: disabled ones are held by nobody", disabled_is_not_held },
	{ "a BPF program does not hold its cgroup", program_does_not_hold },
	{ "a socket is counted, and nothing else", socket_is_counted },
	{ "v1: lingering never looks mounted", lingering_is_not_mounted },
	{ "v1: mounted never looks lingering", mounted_is_not_lingering },
};

static void uncount(const struct cgi_hier *hier, const char *dir, const char *rel, void *nr)
{
	(void)hier;
	(void)dir;
	(void)rel;
	--*(long *)nr;
}

/* On v1 the kernel counts what was removed together with what is there. */
static long nr_removed_of_memory(void)
{
	struct cgi_hier hier = { .root = (char *)memory.place.root };
	struct cgi_controller *list;
	int nr = cgi_controllers(&list), i;
	long removed = 0;

	for (i = 0; i < nr; i++)
		if (!strcmp(list[i].name, "memory") && list[i].nr_cgroups >= 0)
			removed = list[i].nr_cgroups;
	cgi_free_controllers(list, nr);
	if (removed)
		cgi_walk(&hier, uncount, &removed);
	return removed;
}

/*
 * Where all was gone before each first reading, none of these cases has looked at anything. It can
 * be so where the kernel counts others that were removed and are held, as each opening waits.
 */
static bool some_were_seen(void)
{
	long held = cgi_stat_value(cgi_v2(), "cgroup.stat", "nr_dying_descendants");

	if (memory.place.version == 1)
		held += nr_removed_of_memory();
	ksft_print_msg("%d readings of what goes by itself, %ld are held\n", seen_going, held);
	if (!seen_going && held > 0)
		return cgi_skip("others that were removed are held, and each opening waits");
	return seen_going;
}

static const struct cgi_case last_cases[] = {
	{ "what goes by itself was seen", some_were_seen },
};

static void add_kind(struct kind *kind, const char *called)
{
	if (kind->place.root)
		cgi_add_cases_on(kind, called, kind_cases, ARRAY_SIZE(kind_cases));
	else
		cgi_skip_cases(cgi_fmt("no controller %s", called), kind_cases,
			       ARRAY_SIZE(kind_cases));
}

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	pids.place = cgi_place_of("pids");
	memory.place = cgi_place_of("memory");
	named.place = cgi_named_place("plain");
	bare.place = (struct cgi_place){ .root = cgi_new_cgroup(cgi_v2()), .version = 2 };
	add_kind(&pids, "pids");
	add_kind(&memory, "memory");
	add_kind(&named, "v1 without controllers");
	add_kind(&bare, "v2 without csses");
	cgi_add_cases(other_cases, ARRAY_SIZE(other_cases));
	cgi_add_cases(last_cases, ARRAY_SIZE(last_cases));
	cgi_run_cases();
}
