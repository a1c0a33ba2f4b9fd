// SPDX-License-Identifier: GPL-2.0-only
/*
 * check never calls a sound kernel faulty, each snapshot fits together, each line of holders is
 * sound, and those of a cgroup that rests add up, whatever happens meanwhile: forks, exits,
 * migration, mkdir, rmdir, threads, zombies, controllers switched by subtree_control, v1 mounts and
 * umounts, controllers rebound between v1 and v2, CPUs switched off and on; 8 readers.
 *
 * CGI_CHURN_SECONDS changes the 20 seconds that it takes. Where all controllers
 * are on v1, misc and rdma are unmounted for it.
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
#include "lib/cgi_case.h"
#include "lib/cgi_churn.h"
#include "lib/cgi_dump.h"
#include "lib/cgi_named.h"
#include "lib/cgi_pin.h"
#include "lib/cgi_v1.h"

#define NR_READERS	8
/*
 * A guest in which too little has happened by then gets up to so many times the
 * time.
 */
#define TIMES_MAX	5
/* A reader ends after it has shown this many faults. */
#define NR_SHOWN	3
#define NR_NAMES	3
/* So many sockets of a cgroup that rests, and whose sum is compared each time. */
#define NR_RESTING	3
#define CPU_DIR		"/sys/devices/system/cpu/cpu1"
#define REBOUND		"rdma"

static const char *top;		/* where subtree_control is written */
static char *at;		/* where v1 hierarchies are mounted */
static struct cgi_set switched;	/* controllers that can be switched there */
static bool *stop;
static char *resting;
static int seconds;
/* These say whether a controller can be rebound here and a CPU switched off. */
static bool rebinds, plugs;

/* ---- what happens ---- */

static int keep_switching(void *unused)
{
	static const char signs[] = "+-";
	unsigned int n;

	(void)unused;
	srand(getpid());
	for (n = 0;; n++) {
		char *text = cgi_fmt("%c%s", signs[rand() % 2],
				     switched.str[n % switched.nr]);

		if (!cgi_write(top, "cgroup.subtree_control", text))
			cgi_work_did(CGI_SWITCHES);
		free(text);
		cgi_sleep_ms(2);
	}
	return 0;
}

static char *hier_name(unsigned int n)
{
	return cgi_fmt("name=cgi_churn_%d_%u", getppid(), n % NR_NAMES);
}

/*
 * If the child is left behind, the hierarchy lingers and has it when it is
 * mounted again.
 */
static void mount_and_umount(const char *dir, const char *opts, bool leave)
{
	char *child = cgi_fmt("%s/child", dir);

	if (!mount("none", dir, "cgroup", 0, opts)) {
		mkdir(child, 0755);
		if (!leave)
			rmdir(child);
		if (umount2(dir, 0))
			umount2(dir, MNT_DETACH);
		cgi_work_did(CGI_MOUNTS);
	}
	free(child);
}

static int keep_mounting(void *unused)
{
	char *dir = cgi_fmt("%s/named", at);
	unsigned int n;

	(void)unused;
	for (n = 0;; n++) {
		char *name = hier_name(n), *opts = cgi_fmt("none,%s", name);

		mount_and_umount(dir, opts, n % 4 < 2);
		free(opts);
		free(name);
		cgi_sleep_ms(5);
	}
	return 0;
}

/* There is no child, so the controller goes back to v2 with the umount. */
static int keep_rebinding(void *unused)
{
	char *dir = cgi_fmt("%s/rebound", at);

	(void)unused;
	for (;;) {
		if (!mount("none", dir, "cgroup", 0, REBOUND)) {
			cgi_sleep_ms(5);
			umount2(dir, 0);
			cgi_work_did(CGI_REBINDS);
		}
		cgi_sleep_ms(50);
	}
	return 0;
}

static int keep_plugging(void *unused)
{
	unsigned int n;

	(void)unused;
	for (n = 0;; n++) {
		if (!cgi_write(CPU_DIR, "online", n % 2 ? "1" : "0"))
			cgi_work_did(CGI_HOTPLUGS);
		cgi_sleep_ms(500);
	}
	return 0;
}

static void start_churn(void)
{
	cgi_churn_start();
	cgi_spawn(keep_mounting, NULL);
	if (switched.nr)
		cgi_spawn(keep_switching, NULL);
	if (rebinds)
		cgi_spawn(keep_rebinding, NULL);
	if (plugs)
		cgi_spawn(keep_plugging, NULL);
}

/* ---- what reads ---- */

/* Whatever happens to others, the sockets of a removed cgroup are as many each time. */
static void make_resting(void)
{
	struct cgi_place v2 = { .root = cgi_v2(), .version = 2 };
	char *dir = cgi_bare_cgroup(), *want = cgi_fmt("%d", NR_RESTING);
	int i;

	resting = cgi_dir_id(0, dir);
	for (i = 0; i < NR_RESTING; i++)
		cgi_run_inside(&v2, dir, cgi_keep_unix, NULL);
	cgi_must_rmdir(dir);
	if (!cgi_field_becomes("cgroups", "cgroup", resting, "unaccounted", want))
		cgi_die("%s does not come to rest", resting);
	free(want);
	free(dir);
}

static int keep_reading(void *unused)
{
	int faults = 0;

	(void)unused;
	while (!__atomic_load_n(stop, __ATOMIC_RELAXED) && faults < NR_SHOWN) {
		faults += !cgi_check_is_ok(0);
		cgi_work_did(CGI_CHECKS);
		faults += !cgi_dump_is_sound();
		cgi_work_did(CGI_SNAPSHOTS);
		faults += !cgi_holders_add_up(resting);
		cgi_work_did(CGI_HOLDERS);
	}
	return faults;
}

/* ---- beginning and end ---- */

/* These are the controllers that all cgroups below the root of cgroup2 can get. */
static void find_controllers(void)
{
	static const char * const wanted[] = {
		"pids", "misc", "memory", "cpu", "io", "hugetlb",
	};
	struct cgi_set have = { 0 };
	char *text;
	size_t i;

	text = cgi_slurp_at(cgi_v2(), "cgroup.controllers");
	if (!text)
		cgi_die("cgroup.controllers: %s", strerror(errno));
	cgi_set_split(&have, text, "\n ");
	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		if (!cgi_set_has(&have, wanted[i]))
			continue;
		cgi_place_of(wanted[i]);
		cgi_set_add(&switched, "%s", wanted[i]);
		ksft_print_msg("%s is switched\n", wanted[i]);
	}
	cgi_set_free(&have);
	free(text);
}

/* Brings a controller from v1 to v2, if the kernel has it. */
static void take(const char *controller)
{
	if (cgi_attached_to(controller) <= 0)
		return;
	cgi_unmount_v1(controller);
	if (!cgi_hier_goes(controller))
		cgi_die("%s can't be unmounted here", controller);
}

static bool can_plug(void)
{
	char *state = cgi_slurp_at(CPU_DIR, "online");

	if (!state)
		return false;
	cgi_restore(CPU_DIR, "online", "1");
	free(state);
	return true;
}

static void make_dir(const char *name)
{
	char *dir = cgi_fmt("%s/%s", at, name);

	if (mkdir(dir, 0700))
		cgi_die("mkdir %s: %s", dir, strerror(errno));
	free(dir);
}

/*
 * A process that is killed in mount() may leave a hierarchy without a superblock: from
 * percpu_alloc() on a fatal signal makes the mount fail, and then nobody kills the new
 * root. So the hierarchy is mounted once more, and goes with that umount.
 *
 * The child must be released, not only removed, before the umount: a removed child keeps
 * the hierarchy.
 */
static void let_go(const char *opts, const char *name)
{
	char *dir = cgi_mount_v1(opts), *child, *id;
	int hier = cgi_hier_id(name);

	if (!dir)
		cgi_die("mount -o %s: %s", opts, strerror(errno));
	child = cgi_fmt("%s/child", dir);
	if (!access(child, F_OK)) {
		id = cgi_dir_id(hier, child);
		if (cgi_rmtree(child) || !cgi_is_gone("cgroups", "cgroup", id))
			cgi_die("%s stays", child);
		free(id);
	}
	id = cgi_fmt("%d", hier);
	if (!cgi_field_becomes("hierarchies", "id", id, "dying", "0"))
		cgi_die("cgroups of %s stay", name);
	free(id);
	if (cgi_umount(dir) || !cgi_hier_goes(name))
		cgi_die("%s stays", name);
	free(child);
}

/*
 * So much of each work there must have been at least. It is 0 for what can't be
 * done in this guest.
 */
static unsigned int wanted[CGI_NR_WORKS];

static void set_wanted(void)
{
	unsigned int many = seconds, some = 1 + seconds / 10;

	wanted[CGI_FORKS] = many;
	wanted[CGI_MOVES] = many;
	wanted[CGI_THREAD_MOVES] = some;
	wanted[CGI_DIRS] = many;
	wanted[CGI_ZOMBIE_DIRS] = some;
	wanted[CGI_MOUNTS] = some;
	wanted[CGI_SWITCHES] = switched.nr ? some : 0;
	wanted[CGI_REBINDS] = rebinds ? some : 0;
	wanted[CGI_HOTPLUGS] = plugs ? some : 0;
	wanted[CGI_CHECKS] = 2 * NR_READERS;
	wanted[CGI_SNAPSHOTS] = 2 * NR_READERS;
	wanted[CGI_HOLDERS] = 2 * NR_READERS;
}

static bool was_enough(void)
{
	int work;

	for (work = 0; work < CGI_NR_WORKS; work++)
		if (cgi_work_done(work) < wanted[work])
			return false;
	return true;
}

static bool was_done(enum cgi_work work)
{
	return cgi_churn_was(work, wanted[work]);
}

static bool reads_are_sound(void)
{
	pid_t reader[NR_READERS];
	int i, good = 0;

	make_resting();
	start_churn();
	for (i = 0; i < NR_READERS; i++)
		reader[i] = cgi_spawn(keep_reading, NULL);
	for (i = 0; i < seconds || (i < TIMES_MAX * seconds && !was_enough()); i++)
		cgi_sleep_ms(1000);
	__atomic_store_n(stop, true, __ATOMIC_RELAXED);
	for (i = 0; i < NR_READERS; i++)
		good += cgi_join(reader[i]);
	cgi_kill_all();
	cgi_release();
	ksft_print_msg("%d of %d readers saw no fault\n", good, NR_READERS);
	return good == NR_READERS;
}

static bool cgroups_churned(void)
{
	return was_done(CGI_FORKS) & was_done(CGI_MOVES) &
	       was_done(CGI_THREAD_MOVES) & was_done(CGI_DIRS) &
	       was_done(CGI_ZOMBIE_DIRS);
}

static bool hierarchies_were_mounted(void)
{
	return was_done(CGI_MOUNTS);
}

static bool controllers_were_switched(void)
{
	if (!switched.nr)
		return cgi_skip("no controller is on v2 in this guest");
	return was_done(CGI_SWITCHES);
}

static bool controller_was_rebound(void)
{
	if (!rebinds)
		return cgi_skip("no " REBOUND " here (CONFIG_CGROUP_RDMA)");
	return was_done(CGI_REBINDS);
}

static bool cpu_was_switched(void)
{
	if (!plugs)
		return cgi_skip("no CPU 1 that can be switched off (CONFIG_HOTPLUG_CPU)");
	return was_done(CGI_HOTPLUGS);
}

static bool files_were_read(void)
{
	return was_done(CGI_CHECKS) & was_done(CGI_SNAPSHOTS) & was_done(CGI_HOLDERS);
}

/* Workers are killed at any moment and may leave something mounted. */
static void umount_left(const char *name)
{
	char *dir = cgi_fmt("%s/%s", at, name);

	while (!umount2(dir, 0))
		;
	free(dir);
}

static bool all_goes_and_is_ok(void)
{
	unsigned int i;

	umount_left("named");
	umount_left("rebound");
	if (rebinds)
		let_go(REBOUND, REBOUND);
	for (i = 0; i < NR_NAMES; i++) {
		char *name = cgi_fmt("name=cgi_churn_%d_%u", getpid(), i);
		char *opts = cgi_fmt("none,%s", name);

		let_go(opts, name);
		free(opts);
		free(name);
	}
	return cgi_check_is_ok(0) && cgi_dump_is_sound();
}

static bool all_is_as_before(void)
{
	cgi_rmtree(at);
	return !cgi_cleanup() && !cgi_mount_back();
}

static void set_up(void)
{
	stop = cgi_share(sizeof(*stop));
	at = cgi_fmt("%s/at", cgi_tmp());
	if (mkdir(at, 0700))
		cgi_die("mkdir %s: %s", at, strerror(errno));
	make_dir("named");
	make_dir("rebound");
	take("misc");
	take(REBOUND);
	find_controllers();
	top = cgi_churn_setup();
	rebinds = cgi_attached_to(REBOUND) >= 0;
	plugs = can_plug();
	set_wanted();
}

static const struct cgi_case cases[] = {
	{ CGI_TEXT(NR_READERS) " of " CGI_TEXT(NR_READERS)
	  " readers: check is all ok, snapshots and holders are sound", reads_are_sound },
	{ "tasks and cgroups came, moved and went meanwhile", cgroups_churned },
	{ "v1 hierarchies were mounted meanwhile", hierarchies_were_mounted },
	{ "controllers were switched meanwhile", controllers_were_switched },
	{ REBOUND " was rebound meanwhile", controller_was_rebound },
	{ "a CPU came and went meanwhile", cpu_was_switched },
	{ "they were read meanwhile", files_were_read },
	{ "afterwards all is ok, too", all_goes_and_is_ok },
	{ "all is as it was before", all_is_as_before },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	seconds = cgi_figure("CGI_CHURN_SECONDS", 20);
	set_up();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
