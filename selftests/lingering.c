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
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"
#include "lib/cgi_v1.h"

#define PAIR		"net_cls,net_prio"

static bool hier_is(const char *id, const char *col, const char *want)
{
	return cgi_field_becomes("hierarchies", "id", id, col, want);
}

static bool blocked_by(const char *controller, const char *want)
{
	return cgi_field_becomes("subsystems", "name", controller, "blocked_by", want);
}

/* Returns 0 if @opts can be mounted now, else why not. Nothing stays mounted. */
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
 * umount ends a hierarchy whose root has no child, and a removed cgroup is a
 * child until it is released. If it is unmounted too soon, the hierarchy
 * lingers though no cgroup is left in it.
 */
static void must_release(const char *dir, const char *cgroup)
{
	cgi_must_rmdir(dir);
	if (!cgi_is_gone("cgroups", "cgroup", cgroup))
		cgi_die("%s is not released", dir);
}

/* Is it mounted nowhere, but still a line of /proc/self/cgroup? */
static bool lingers(const char *controllers)
{
	return !cgi_is_mounted(controllers) && cgi_hier_id(controllers) > 0;
}

/*
 * Is it in the list of hierarchies that all tests use? One that is being taken
 * apart must not be: mounting it by its name fails, or makes another hierarchy
 * of its controllers.
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

/* ---- a hierarchy without controllers ---- */

static struct {
	char *name, *opts;	/* as in /proc, and to mount it again */
	char *at, *child;
	char *id, *cgroup;	/* of the hierarchy and of @child */
} stay;

static bool named_is_mounted(void)
{
	int hier;

	stay.at = cgi_named("stay", &stay.name);
	stay.opts = cgi_fmt("none,%s", stay.name);
	stay.child = cgi_mkdir(stay.at, "child");
	hier = cgi_hier_id(stay.name);
	stay.id = cgi_fmt("%d", hier);
	stay.cgroup = cgi_dir_id(hier, stay.child);
	return cgi_is_mounted(stay.name) && hier_is(stay.id, "state", "mounted") &&
	       hier_is(stay.id, "cgroups", "2");
}

static bool named_lingers(void)
{
	must_umount(stay.at);
	return lingers(stay.name) && hier_is(stay.id, "state", "lingering") &&
	       hier_is(stay.id, "cgroups", "2") &&
	       hier_is(stay.id, "name", stay.name + strlen("name="));
}

static bool named_is_mounted_again(void)
{
	stay.at = must_mount(stay.opts);
	stay.child = cgi_fmt("%s/child", stay.at);
	return hier_is(stay.id, "state", "mounted") && !access(stay.child, F_OK);
}

static bool named_goes(void)
{
	must_release(stay.child, stay.cgroup);
	must_umount(stay.at);
	return hier_is(stay.id, "id", NULL) && cgi_hier_goes(stay.name);
}

/*
 * The file system lives until its last file is closed. A socket is made in the
 * root meanwhile, and holds no cgroup of v1.
 */
static bool lazy_is_mounted(void)
{
	char *name, *at = cgi_named("lazy", &name), *procs = cgi_fmt("%s/cgroup.procs", at);
	char *id = cgi_fmt("%d", cgi_hier_id(name)), *root = cgi_fmt("%s:1", id);
	int file = open(procs, O_RDONLY | O_CLOEXEC);
	int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok;

	if (file < 0 || sock < 0 || umount2(at, MNT_DETACH))
		cgi_die("%s: %s", at, strerror(errno));
	ok = !cgi_is_mounted(name) && hier_is(id, "state", "mounted") &&
	     cgi_field_is("cgroups", "cgroup", root, "unaccounted", "~1");
	close(file);
	ok = hier_is(id, "id", NULL) && ok;
	close(sock);
	/* This is for what cleans up at the end, and mounts a hierarchy of its own. */
	if (mount("none", at, "cgroup", 0, "none,name=cgi_lazy_done"))
		cgi_die("%s: %s", at, strerror(errno));
	must_umount(at);
	free(root);
	free(id);
	free(procs);
	return ok;
}

static bool ending_named_is_not_listed(void)
{
	must_umount(must_mount(stay.opts));
	return !is_listed(stay.name) && cgi_hier_goes(stay.name);
}

/* ---- a pair of controllers ---- */

/* Is the css of the only child what blocks @controller? */
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

/* This is the hierarchy of the pair as it was mounted last, and its only child. */
static struct {
	int hier;
	char *at, *child;
	char *id, *cgroup;
	char *itself;		/* as it is shown in blocked_by */
	pid_t zombie;
} pair;

static void mount_pair(void)
{
	pair.at = must_mount(PAIR);
	pair.child = cgi_mkdir(pair.at, "child");
	pair.hier = cgi_hier_id(PAIR);
	pair.id = cgi_fmt("%d", pair.hier);
	pair.cgroup = cgi_dir_id(pair.hier, pair.child);
	pair.itself = cgi_fmt("hierarchy:%d", pair.hier);
}

static bool pair_lingers(void)
{
	if (cgi_attached_to("net_cls") > 0)
		cgi_unmount_v1(PAIR);
	if (!cgi_hier_goes(PAIR))
		cgi_die("%s can't be unmounted here", PAIR);
	mount_pair();
	must_umount(pair.at);
	return lingers(PAIR) && hier_is(pair.id, "state", "lingering") &&
	       hier_is(pair.id, "cgroups", "2") &&
	       hier_is(pair.id, "controllers", PAIR);
}

static bool child_blocks(void)
{
	return blocked_by_css("net_cls", pair.cgroup, "online") &&
	       blocked_by_css("net_prio", pair.cgroup, "online");
}

static bool halves_are_busy(void)
{
	return halves_fail(EBUSY);
}

static bool pair_is_mounted_again(void)
{
	pair.at = must_mount(PAIR);
	pair.child = cgi_fmt("%s/child", pair.at);
	return cgi_hier_id(PAIR) == pair.hier && !access(pair.child, F_OK) &&
	       hier_is(pair.id, "state", "mounted");
}

static bool childless_blocks(void)
{
	must_release(pair.child, pair.cgroup);
	return pair_blocked_by(pair.itself);
}

static bool pair_goes(void)
{
	must_umount(pair.at);
	return hier_is(pair.id, "id", NULL) && cgi_hier_goes(PAIR) &&
	       pair_blocked_by("-");
}

static bool halves_can_be_mounted(void)
{
	return halves_fail(0);
}

static bool ending_pair_is_not_listed(void)
{
	must_umount(must_mount(PAIR));
	return !is_listed(PAIR) && cgi_hier_goes(PAIR);
}

/*
 * Such a hierarchy can't be seen elsewhere: it is not mounted, and has no
 * directory to show. It does not go by itself when the zombie goes.
 */
static bool pair_lingers_with_dying_child(void)
{
	struct cgi_place place = { .version = 1 };

	if (!cgi_hier_goes("net_cls") || !cgi_hier_goes("net_prio"))
		cgi_die("the controllers are not free");
	mount_pair();
	place.root = pair.at;
	place.hier = pair.hier;
	pair.zombie = cgi_zombie_in_removed(&place, pair.child);
	must_umount(pair.at);
	return lingers(PAIR) && hier_is(pair.id, "state", "lingering") &&
	       hier_is(pair.id, "cgroups", "1") && hier_is(pair.id, "dying", "1");
}

static bool dying_child_blocks(void)
{
	return cgi_field_becomes("cgroups", "cgroup", pair.cgroup, "state", "dying") &&
	       blocked_by_css("net_cls", pair.cgroup, "dying") &&
	       blocked_by_css("net_prio", pair.cgroup, "dying");
}

static bool empty_still_blocks(void)
{
	cgi_join(pair.zombie);
	return hier_is(pair.id, "dying", "0") &&
	       hier_is(pair.id, "state", "lingering") &&
	       pair_blocked_by(pair.itself) && halves_fail(EBUSY);
}

static bool mounted_once_more_it_goes(void)
{
	must_umount(must_mount(PAIR));
	return hier_is(pair.id, "id", NULL) && cgi_hier_goes(PAIR) &&
	       pair_blocked_by("-") && halves_fail(0);
}

/* ---- all controllers ---- */

static bool all_is_mounted_again(void)
{
	return !cgi_mount_back();
}

/*
 * Has the kernel's command line taken the controller from v1, or from all? Then
 * the mount fails with EINVAL, which `blocked_by` does not look at.
 */
static bool is_refused(const char *name)
{
	char *line = cgi_slurp("/proc/cmdline", NULL);
	char *no_v1 = line ? strstr(line, "cgroup_no_v1=") : NULL;
	char *disable = line ? strstr(line, "cgroup_disable=") : NULL;
	bool refused = (no_v1 && (strstr(no_v1, name) || strstr(no_v1, "=all"))) ||
		       (disable && strstr(disable, name));

	free(line);
	return refused;
}

/* If a controller has no v1, the mount fails with EINVAL whatever else there is. */
static const char *mount_says(const char *name)
{
	switch (try_mount(name)) {
	case 0:
		return "is free";
	case EBUSY:
		return "is blocked";
	case EINVAL:
		return "has no v1";
	default:
		cgi_die("mount -o %s: %s", name, strerror(errno));
	}
}

static const char *module_says(const char *blocker, const char *flags)
{
	if (strcmp(blocker, "-"))
		return "is blocked";
	return cgi_has_all(flags, "no_v1") ? "has no v1" : "is free";
}

/* Tries to mount each controller alone on v1. */
static int diff_mounts(void)
{
	struct cgi_table *subsystems = cgi_table_read("subsystems");
	struct cgi_set ours = { 0 }, want = { 0 };
	char *blocker, *flags;
	int row;

	for (row = 0; row < subsystems->nr_rows; row++) {
		const char *name = cgi_get(subsystems, row, "legacy_name");

		if (is_refused(name))
			continue;
		blocker = cgi_field("subsystems", "legacy_name", name, "blocked_by");
		flags = cgi_field("subsystems", "legacy_name", name, "flags");
		cgi_set_add(&ours, "%s %s", name, module_says(blocker, flags));
		cgi_set_add(&want, "%s %s", name, mount_says(name));
		free(flags);
		free(blocker);
	}
	if (!want.nr)
		cgi_die("no controller was tried");
	cgi_table_free(subsystems);
	return cgi_set_compare("blocked_by and no_v1", &ours, &want);
}

static const struct cgi_case named_cases[] = {
	{ "named: mounted with a child", named_is_mounted },
	{ "named: lingering when unmounted", named_lingers },
	{ "named: mounted again, with its child", named_is_mounted_again },
	{ "named: gone when unmounted without a child", named_goes },
	{ "named: unmounted lazily, mounted until its file is closed", lazy_is_mounted },
	{ "named: one that is ending is none to the tests", ending_named_is_not_listed },
};

static const struct cgi_case pair_cases[] = {
	{ "pair: lingering when unmounted with a child", pair_lingers },
	{ "pair: the child's csses block others", child_blocks },
	{ "pair: they do", halves_are_busy },
	{ "pair: the same pair is mounted again", pair_is_mounted_again },
	{ "pair: without a child, it blocks others itself", childless_blocks },
	{ "pair: it does", halves_are_busy },
	{ "pair: gone, nothing blocks", pair_goes },
	{ "pair: each can be mounted alone", halves_can_be_mounted },
	{ "pair: one that is ending is none to the tests", ending_pair_is_not_listed },
	{ "pair: lingering with only a dying child", pair_lingers_with_dying_child },
	{ "pair: the dying csses block others", dying_child_blocks },
	{ "pair: they do", halves_are_busy },
	{ "pair: without zombie the empty hierarchy still blocks", empty_still_blocks },
	{ "pair: mounting it once more lets it go", mounted_once_more_it_goes },
};

static const struct cgi_case other_cases[] = {
	{ "what was mounted is mounted again", all_is_mounted_again },
	{ "each controller is blocked, or has no v1, exactly if a mount says so",
	  .diff = diff_mounts },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	cgi_add_cases(named_cases, ARRAY_SIZE(named_cases));
	if (cgi_attached_to("net_cls") < 0 || cgi_attached_to("net_prio") < 0)
		cgi_skip_cases("no CONFIG_CGROUP_NET_CLASSID or _NET_PRIO here",
			       pair_cases, ARRAY_SIZE(pair_cases));
	else
		cgi_add_cases(pair_cases, ARRAY_SIZE(pair_cases));
	cgi_add_cases(other_cases, ARRAY_SIZE(other_cases));
	cgi_run_cases();
}
