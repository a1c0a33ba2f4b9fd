// SPDX-License-Identifier: GPL-2.0-only
/*
 * `flags` of hierarchies against the options of the superblock in mountinfo, as
 * it is and with each option set; whether cgroup2 is mounted against mountinfo
 * of all processes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"
#include "lib/cgi_v1.h"

/* The kernel that runs may lack some of them: then the mount fails with EINVAL. */
static char * const v1_options[] = {
	"noprefix", "xattr", "cpuset_v2_mode", "favordynmods", "clone_children",
};

static char * const v2_options[] = {
	"nsdelegate", "favordynmods", "memory_localevents",
	"memory_recursiveprot", "memory_hugetlb_accounting", "pids_localevents",
};

/* ---- what mountinfo says ---- */

/*
 * Splits the options of a v1 superblock: what names the hierarchy, in the form
 * of /proc/self/cgroup, and what is an option. The latter are all that are
 * left, so one that nobody has heard of yet makes the comparison fail.
 */
static char *split_options(const char *opts, const struct cgi_set *controllers,
			   struct cgi_set *flags)
{
	char *name = cgi_fmt("%s", ""), *longer;
	struct cgi_set all = { 0 };
	int i;

	cgi_set_split(&all, opts, ",");
	for (i = 0; i < all.nr; i++) {
		if (cgi_set_has(controllers, all.str[i]) ||
		    !strncmp(all.str[i], "name=", 5)) {
			longer = cgi_fmt("%s%s%s", name, *name ? "," : "",
					 all.str[i]);
			free(name);
			name = longer;
		} else if (strcmp(all.str[i], "rw") &&
			   strncmp(all.str[i], "release_agent=", 14)) {
			cgi_set_add(flags, "%s", all.str[i]);
		}
	}
	cgi_set_free(&all);
	return name;
}

static void add_mount(struct cgi_set *want, const char *opts, bool v2)
{
	struct cgi_set names = { 0 }, flags = { 0 };
	struct cgi_controller *controllers;
	int nr = cgi_controllers(&controllers), i, id;
	char *name;

	for (i = 0; i < nr; i++)
		cgi_set_add(&names, "%s", controllers[i].name);
	cgi_free_controllers(controllers, nr);
	name = split_options(opts, &names, &flags);
	id = v2 ? 0 : cgi_hier_id(name);
	if (id < 0)
		cgi_die("%s is mounted, but not in /proc/self/cgroup", name);
	cgi_set_add(want, "%d is mounted", id);
	for (i = 0; i < flags.nr; i++)
		cgi_set_add(want, "%d %s", id, flags.str[i]);
	cgi_set_free(&flags);
	cgi_set_free(&names);
	free(name);
}

static void add_mounts(struct cgi_set *want)
{
	char *text = cgi_slurp("/proc/self/mountinfo", NULL);
	char *line, *save = NULL;
	struct cgi_mountinfo m;

	if (!text)
		cgi_die("/proc/self/mountinfo: %s", strerror(errno));
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (cgi_mountinfo_is(&m, line, ""))
			add_mount(want, m.opts, false);
		else if (cgi_mountinfo_is(&m, line, NULL))
			add_mount(want, m.opts, true);
	}
	free(text);
	cgi_set_sort(want);
	cgi_set_uniq(want);
}

/* ---- flags ---- */

static int diff_flags(void)
{
	struct cgi_table *hierarchies = cgi_table_read("hierarchies");
	struct cgi_set ours = { 0 }, want = { 0 }, flags = { 0 };
	int row, i;

	for (row = 0; row < hierarchies->nr_rows; row++) {
		const char *id = cgi_get(hierarchies, row, "id");

		if (strcmp(cgi_get(hierarchies, row, "state"), "mounted"))
			continue;
		cgi_set_add(&ours, "%s is mounted", id);
		cgi_set_split(&flags, cgi_get(hierarchies, row, "flags"), ",");
		for (i = 0; i < flags.nr; i++)
			cgi_set_add(&ours, "%s %s", id, flags.str[i]);
		cgi_set_free(&flags);
	}
	cgi_table_free(hierarchies);
	add_mounts(&want);
	return cgi_set_compare("mounts and flags", &ours, &want);
}

/* A hierarchy of its own is made for each option, as no remount changes them. */
static bool v1_option_is_shown(void *object)
{
	char *opts = cgi_fmt("none,name=cgi_%s,%s", (char *)object, (char *)object);
	char *at = cgi_mount_v1(opts);
	bool ok;

	free(opts);
	if (!at && errno == EINVAL)
		return cgi_skip("this kernel does not have the option");
	if (!at)
		cgi_die("mount -o %s: %s", (char *)object, strerror(errno));
	ok = cgi_settles(diff_flags);
	cgi_umount(at);
	return ok;
}

static char *v2_options_were;

static void remount_v2(const char *opts)
{
	if (mount("none", cgi_v2(), "cgroup2", MS_REMOUNT, opts))
		cgi_die("remount with %s: %s", opts, strerror(errno));
}

static void find_v2_options(void)
{
	struct cgi_set want = { 0 };
	int i;

	add_mounts(&want);
	v2_options_were = cgi_fmt("%s", "");
	for (i = 0; i < want.nr; i++)
		if (!strncmp(want.str[i], "0 ", 2) && strcmp(want.str[i], "0 is mounted"))
			v2_options_were = cgi_fmt("%s%s%s", v2_options_were,
						  *v2_options_were ? "," : "",
						  want.str[i] + 2);
	cgi_set_free(&want);
}

static bool v2_option_is_shown(void *object)
{
	bool ok;

	if (mount("none", cgi_v2(), "cgroup2", MS_REMOUNT, object)) {
		if (errno == EINVAL)
			return cgi_skip("this kernel does not have the option");
		cgi_die("remount with %s: %s", (char *)object, strerror(errno));
	}
	ok = cgi_settles(diff_flags);
	remount_v2(v2_options_were);
	return ok;
}

/* ---- state of v2 ---- */

static bool v2_is(const char *want)
{
	return cgi_field_is("hierarchies", "id", "0", "state", want) &&
	       cgi_is_mounted(NULL) == !strcmp(want, "mounted");
}

static bool v2_is_mounted(void)
{
	return v2_is("mounted");
}

/* If PID 1 keeps its services in cgroup2, it can't do without. */
static bool v2_is_unmounted(void)
{
	char *path = cgi_proc_path(1, 1, 0);
	bool used = !path || strcmp(path, "/");

	free(path);
	if (used)
		return cgi_skip("PID 1 uses cgroup2");
	cgi_unmount_v2();
	return v2_is("unmounted");
}

static bool v2_is_mounted_again(void)
{
	if (!cgi_is_mounted(NULL) && mount("none", cgi_v2(), "cgroup2", 0, NULL))
		cgi_die("cgroup2: %s", strerror(errno));
	return v2_is("mounted") && !cgi_mount_back();
}

static const struct cgi_case now[] = {
	{ "every mount and its options", .diff = diff_flags },
};

static const struct cgi_case v1_cases[] = {
	{ "shown on v1", .run_on = v1_option_is_shown },
};

static const struct cgi_case v2_cases[] = {
	{ "shown on v2", .run_on = v2_option_is_shown },
};

static const struct cgi_case state_cases[] = {
	{ "cgroup2 is mounted", v2_is_mounted },
	{ "cgroup2 is unmounted", v2_is_unmounted },
	{ "cgroup2 is mounted again", v2_is_mounted_again },
	{ "every mount and its options, afterwards", .diff = diff_flags },
};

int main(void)
{
	size_t i;

	cgi_begin();
	cgi_need_graph();
	find_v2_options();
	cgi_add_cases(now, ARRAY_SIZE(now));
	for (i = 0; i < ARRAY_SIZE(v1_options); i++)
		cgi_add_cases_on(v1_options[i], v1_options[i], v1_cases,
				 ARRAY_SIZE(v1_cases));
	for (i = 0; i < ARRAY_SIZE(v2_options); i++)
		cgi_add_cases_on(v2_options[i], v2_options[i], v2_cases,
				 ARRAY_SIZE(v2_cases));
	cgi_add_cases(state_cases, ARRAY_SIZE(state_cases));
	cgi_run_cases();
}
