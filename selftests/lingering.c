// SPDX-License-Identifier: GPL-2.0-only
/*
 * v1 hierarchies that stay after umount, and what makes a v1 mount fail:
 * `state` against mountinfo and /proc/self/cgroup, `blocked_by` against the
 * mount itself, for each controller of the guest.
 *
 *   named               child
 *   net_cls,net_prio    child, later removed with a zombie in it
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_pin.h"
#include "lib/cgi_v1.h"

#define PAIR		"net_cls,net_prio"
#define NR_NAMED	5
#define NR_PAIR		14

static bool hier_is(const char *id, const char *col, const char *want)
{
	return cgi_field_becomes("hierarchies", "id", id, col, want);
}

static bool blocked_by(const char *controller, const char *want)
{
	return cgi_field_becomes("subsystems", "name", controller, "blocked_by", want);
}

/* 0, or why @opts can't be mounted now. Never leaves it mounted. */
static int try_mount(const char *opts)
{
	char *at = cgi_fmt("%s/try", cgi_tmp());
	int err = 0;

	if (mkdir(at, 0700))
		cgi_die("mkdir %s: %s", at, strerror(errno));
	if (mount("none", at, "cgroup", 0, opts))
		err = errno;
	else if (umount2(at, 0))
		cgi_die("umount %s: %s", at, strerror(errno));
	rmdir(at);
	free(at);
	return err;
}

static bool mount_fails(const char *opts, int want)
{
	int err = try_mount(opts);

	if (err != want)
		ksft_print_msg("mount -o %s: %s\n", opts, strerror(err));
	return err == want;
}

static char *must_mount(const char *opts)
{
	char *at = cgi_mount_v1(opts);

	if (!at)
		cgi_die("mount -o %s: %s", opts, strerror(errno));
	return at;
}

static void must_umount(const char *at)
{
	int err = cgi_umount(at);

	if (err)
		cgi_die("umount %s: %s", at, strerror(-err));
}

/*
 * umount kills a root that has no child, and a removed one is a child until it
 * is released: unmounted too soon, the hierarchy would linger without any.
 */
static void must_release(const char *dir, const char *cgroup)
{
	cgi_must_rmdir(dir);
	if (!cgi_is_gone("cgroups", "cgroup", cgroup))
		cgi_die("%s is not released", dir);
}

/* Mounted nowhere, but still a line of /proc/self/cgroup. */
static bool lingers(const char *controllers)
{
	return !cgi_is_mounted(controllers) && cgi_hier_id(controllers) > 0;
}

/*
 * The other tests' own list of hierarchies has none that is being taken apart:
 * mounting that one by name fails, or makes another of its controllers.
 */
static bool is_listed(const char *controllers)
{
	struct cgi_hier *hiers;
	int nr = cgi_hierarchies(&hiers), i;

	for (i = 0; i < nr; i++)
		if (!strcmp(hiers[i].controllers, controllers))
			return true;
	return false;
}

static void test_named(void)
{
	char *name, *at = cgi_named("stay", &name), *again;
	char *child = cgi_mkdir(at, "child"), *opts = cgi_fmt("none,%s", name);
	char *id = cgi_fmt("%d", cgi_hier_id(name));
	char *cgroup = cgi_dir_id(cgi_hier_id(name), child);

	ksft_test_result(cgi_is_mounted(name) && hier_is(id, "state", "mounted") &&
			 hier_is(id, "cgroups", "2"),
			 "named: mounted with a child\n");
	must_umount(at);
	ksft_test_result(lingers(name) && hier_is(id, "state", "lingering") &&
			 hier_is(id, "cgroups", "2") &&
			 hier_is(id, "name", name + strlen("name=")),
			 "named: lingering when unmounted\n");
	again = must_mount(opts);
	free(child);
	child = cgi_fmt("%s/child", again);
	ksft_test_result(hier_is(id, "state", "mounted") && !access(child, F_OK),
			 "named: mounted again, with its child\n");
	must_release(child, cgroup);
	must_umount(again);
	ksft_test_result(hier_is(id, "id", NULL) && cgi_hier_goes(name),
			 "named: gone when unmounted without a child\n");
	must_umount(must_mount(opts));
	ksft_test_result(!is_listed(name) && cgi_hier_goes(name),
			 "named: one that is ending is none to the tests\n");
	free(cgroup);
	free(opts);
	free(id);
}

/* The css of the only child is in the way. */
static bool blocked_by_css(const char *controller, const char *cgroup,
			   const char *state)
{
	char *css = cgi_css_of(cgroup, controller, state);
	char *want = cgi_fmt("%s@%s", css, cgroup);
	bool ok = css && blocked_by(controller, want);

	free(want);
	free(css);
	return ok;
}

static bool pair_blocked_by(const char *want)
{
	return blocked_by("net_cls", want) && blocked_by("net_prio", want);
}

static bool halves_fail(int want)
{
	return mount_fails("net_cls", want) && mount_fails("net_prio", want);
}

static void test_live_child(void)
{
	char *at = must_mount(PAIR), *child = cgi_mkdir(at, "child");
	int hier = cgi_hier_id(PAIR);
	char *id = cgi_fmt("%d", hier), *cgroup = cgi_dir_id(hier, child);
	char *itself = cgi_fmt("hierarchy:%d", hier);

	must_umount(at);
	ksft_test_result(lingers(PAIR) && hier_is(id, "state", "lingering") &&
			 hier_is(id, "cgroups", "2") &&
			 hier_is(id, "controllers", PAIR),
			 "pair: lingering when unmounted with a child\n");
	ksft_test_result(blocked_by_css("net_cls", cgroup, "online") &&
			 blocked_by_css("net_prio", cgroup, "online"),
			 "pair: the child's csses block others\n");
	ksft_test_result(halves_fail(EBUSY), "pair: they do\n");
	at = must_mount(PAIR);
	free(child);
	child = cgi_fmt("%s/child", at);
	ksft_test_result(cgi_hier_id(PAIR) == hier && !access(child, F_OK) &&
			 hier_is(id, "state", "mounted"),
			 "pair: the same pair is mounted again\n");
	must_release(child, cgroup);
	ksft_test_result(pair_blocked_by(itself),
			 "pair: without a child, it blocks others itself\n");
	ksft_test_result(halves_fail(EBUSY), "pair: it does\n");
	must_umount(at);
	ksft_test_result(hier_is(id, "id", NULL) && cgi_hier_goes(PAIR) &&
			 pair_blocked_by("-"),
			 "pair: gone, nothing blocks\n");
	ksft_test_result(halves_fail(0), "pair: each can be mounted alone\n");
	must_umount(must_mount(PAIR));
	ksft_test_result(!is_listed(PAIR) && cgi_hier_goes(PAIR),
			 "pair: one that is ending is none to the tests\n");
	free(itself);
	free(cgroup);
	free(id);
}

/*
 * Nobody can see it: it is not mounted and would show no directory. Nor does
 * it go by itself when the zombie does.
 */
static void test_dying_child(void)
{
	struct cgi_place place = { .version = 1 };
	char *at, *child, *id, *cgroup, *itself;
	pid_t pid;
	int hier;

	if (!cgi_hier_goes("net_cls") || !cgi_hier_goes("net_prio"))
		cgi_die("the controllers are not free");
	at = must_mount(PAIR);
	child = cgi_mkdir(at, "child");
	hier = cgi_hier_id(PAIR);
	id = cgi_fmt("%d", hier);
	cgroup = cgi_dir_id(hier, child);
	itself = cgi_fmt("hierarchy:%d", hier);
	place.root = at;
	place.hier = hier;
	pid = cgi_zombie_in_removed(&place, child);
	must_umount(at);
	ksft_test_result(lingers(PAIR) && hier_is(id, "state", "lingering") &&
			 hier_is(id, "cgroups", "1") && hier_is(id, "dying", "1"),
			 "pair: lingering with only a dying child\n");
	ksft_test_result(cgi_field_becomes("cgroups", "cgroup", cgroup, "state", "dying") &&
			 blocked_by_css("net_cls", cgroup, "dying") &&
			 blocked_by_css("net_prio", cgroup, "dying"),
			 "pair: the dying csses block others\n");
	ksft_test_result(halves_fail(EBUSY), "pair: they do\n");
	cgi_join(pid);
	ksft_test_result(hier_is(id, "dying", "0") &&
			 hier_is(id, "state", "lingering") &&
			 pair_blocked_by(itself) && halves_fail(EBUSY),
			 "pair: without zombie the empty hierarchy still blocks\n");
	must_umount(must_mount(PAIR));
	ksft_test_result(hier_is(id, "id", NULL) && cgi_hier_goes(PAIR) &&
			 pair_blocked_by("-") && halves_fail(0),
			 "pair: mounting it once more lets it go\n");
	free(itself);
	free(cgroup);
	free(id);
}

static void test_pair(void)
{
	int i;

	if (cgi_attached_to("net_cls") < 0 || cgi_attached_to("net_prio") < 0) {
		for (i = 0; i < NR_PAIR; i++)
			ksft_test_result_skip("no CONFIG_CGROUP_NET_CLASSID or _NET_PRIO here\n");
		return;
	}
	if (cgi_attached_to("net_cls") > 0)
		cgi_unmount_v1(PAIR);
	if (!cgi_hier_goes(PAIR))
		cgi_die("%s can't be unmounted here", PAIR);
	test_live_child();
	test_dying_child();
}

/* A v1 side that is not compiled in says ENOENT or EINVAL: no answer. */
static void compare_mount(struct cgi_set *ours, struct cgi_set *want,
			  const char *name, const char *blocker)
{
	int err = try_mount(name);

	ksft_print_msg("%s: blocked by %s, mount: %s\n", name, blocker,
		       err ? strerror(err) : "ok");
	if (err && err != EBUSY)
		return;
	cgi_set_add(want, "%s %s", name, err ? "is blocked" : "is free");
	cgi_set_add(ours, "%s %s", name, strcmp(blocker, "-") ? "is blocked" :
		    "is free");
}

/* Each controller alone, on v1. */
static int diff_mounts(void)
{
	struct cgi_table *subsystems = cgi_table_read("subsystems");
	struct cgi_set ours = { 0 }, want = { 0 };
	char *blocker;
	int row, nr;

	for (row = 0; row < subsystems->nr_rows; row++) {
		const char *name = cgi_get(subsystems, row, "legacy_name");

		blocker = cgi_field("subsystems", "legacy_name", name, "blocked_by");
		compare_mount(&ours, &want, name, blocker);
		free(blocker);
	}
	if (!want.nr)
		cgi_die("no controller was tried");
	nr = cgi_set_compare("blocked_by", &ours, &want);
	cgi_table_free(subsystems);
	return nr;
}

int main(void)
{
	ksft_print_header();
	cgi_begin();
	cgi_need_graph();
	ksft_set_plan(NR_NAMED + NR_PAIR + 2);
	test_named();
	test_pair();
	ksft_test_result(!cgi_mount_back(), "what was mounted is mounted again\n");
	ksft_test_result(cgi_settles(diff_mounts),
			 "each controller is blocked exactly if it can't be mounted\n");
	cgi_finish();
}
