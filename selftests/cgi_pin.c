// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests about what is held and by what; see cgi_pin.h.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "cgi.h"
#include "cgi_pin.h"

#define CGI_PATIENCE_S	20
#define CGI_PATIENCE_MS	100

/* ---- one field of a fresh read ---- */

char *cgi_field(const char *file, const char *by, const char *key,
		const char *col)
{
	struct cgi_view *view = cgi_read(file);
	int row = cgi_find(view, by, key);
	char *val = row < 0 ? NULL : cgi_fmt("%s", cgi_get(view, row, col));

	cgi_free(view);
	return val;
}

static bool cgi_matches(const char *got, const char *want)
{
	return want ? cgi_same(got, want) : !got;
}

static void cgi_say_field(const char *file, const char *key, const char *col,
			  const char *got, const char *want)
{
	ksft_print_msg("%s: %s of %s: %s instead of %s\n", file, col, key,
		       got ? got : "no line", want ? want : "no line");
}

bool cgi_field_is(const char *file, const char *by, const char *key,
		  const char *col, const char *want)
{
	char *got = cgi_field(file, by, key, col);
	bool same = cgi_matches(got, want);

	if (!same)
		cgi_say_field(file, key, col, got, want);
	free(got);
	return same;
}

bool cgi_becomes(const char *file, const char *by, const char *key,
		 const char *col, const char *want)
{
	double end = cgi_now() + CGI_PATIENCE_S;
	char *got = cgi_field(file, by, key, col);
	bool same;

	while (!cgi_matches(got, want) && cgi_now() < end) {
		free(got);
		cgi_sleep_ms(CGI_PATIENCE_MS);
		got = cgi_field(file, by, key, col);
	}
	same = cgi_matches(got, want);
	if (!same)
		cgi_say_field(file, key, col, got, want);
	free(got);
	return same;
}

bool cgi_is_gone(const char *file, const char *by, const char *key)
{
	return cgi_becomes(file, by, key, by, NULL);
}

char *cgi_id(int hier, const char *dir)
{
	return cgi_fmt("%d:%llu", hier, cgi_ino(dir));
}

char *cgi_css(const char *cgroup, const char *controller, const char *state)
{
	struct cgi_view *csses = cgi_read("csses");
	size_t len = strlen(controller);
	char *css = NULL;
	int row;

	for (row = 0; row < csses->nr_rows && !css; row++) {
		const char *name = cgi_get(csses, row, "css");

		if (!strncmp(name, controller, len) && name[len] == ':' &&
		    !strcmp(cgi_get(csses, row, "cgroup"), cgroup) &&
		    !strcmp(cgi_get(csses, row, "state"), state))
			css = cgi_fmt("%s", name);
	}
	cgi_free(csses);
	return css;
}

long cgi_stat(const char *dir, const char *file, const char *key)
{
	char *text = cgi_slurp_at(dir, file);
	char *line, *save = NULL;
	size_t len = strlen(key);
	long nr = -1;

	for (line = text ? strtok_r(text, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save))
		if (!strncmp(line, key, len) && isspace(line[len]))
			nr = atol(line + len);
	free(text);
	return nr;
}

/* ---- controllers ---- */

int cgi_attached_to(const char *controller)
{
	struct cgi_controller *list;
	int nr = cgi_controllers(&list), hier = -1, i;

	for (i = 0; i < nr; i++)
		if (!strcmp(list[i].name, controller))
			hier = list[i].hier;
	cgi_free_controllers(list, nr);
	return hier;
}

static bool cgi_lists(const char *dir, const char *file, const char *word)
{
	char *text = cgi_slurp_at(dir, file);
	struct cgi_set words = { 0 };
	bool has;

	if (!text)
		cgi_die("%s/%s: %s", dir, file, strerror(errno));
	cgi_set_split(&words, text, "\n ");
	has = cgi_set_has(&words, word);
	cgi_set_free(&words);
	free(text);
	return has;
}

void cgi_control(const char *dir, char sign, const char *controller)
{
	char *text = cgi_fmt("%c%s", sign, controller);
	int err = cgi_put(dir, "cgroup.subtree_control", text);

	if (err)
		cgi_die("%s to %s: %s", text, dir, strerror(-err));
	free(text);
}

static void cgi_enable(const char *controller)
{
	char *off = cgi_fmt("-%s", controller);

	if (cgi_lists(cgi_v2(), "cgroup.controllers", controller) &&
	    !cgi_lists(cgi_v2(), "cgroup.subtree_control", controller)) {
		cgi_control(cgi_v2(), '+', controller);
		cgi_restore(cgi_v2(), "cgroup.subtree_control", off);
	}
	free(off);
}

struct cgi_place cgi_place_of(const char *controller)
{
	struct cgi_place place = { .hier = cgi_attached_to(controller) };
	struct cgi_hier *hiers;
	int i, nr;

	if (place.hier < 0)
		return place;
	nr = cgi_hierarchies(&hiers);
	for (i = 0; i < nr; i++) {
		if (hiers[i].id != place.hier)
			continue;
		place.root = hiers[i].root;
		place.version = hiers[i].version;
	}
	if (place.version == 2)
		cgi_enable(controller);
	return place;
}

/* Its parent enables nothing for its children. */
char *cgi_bare(void)
{
	return cgi_mkdir(cgi_cgroup(cgi_v2()), "bare");
}

/* ---- this process in other cgroups ---- */

void cgi_inside(const struct cgi_place *place, const char *dir,
		void (*fn)(void *arg), void *arg)
{
	char *path = cgi_proc_path(getpid(), getpid(), place->hier);
	char *home = cgi_fmt("%s%s", place->root, path);
	pid_t pid = getpid();

	/* A page touched first in there would be charged to it as well. */
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		cgi_die("mlockall: %s", strerror(errno));
	cgi_must_move(dir, pid);
	fn(arg);
	cgi_must_move(home, pid);
	munlockall();
	free(home);
	free(path);
}

bool cgi_task_is(pid_t tid, const char *col, const char *want)
{
	char *key = cgi_fmt("%d", tid);
	bool same = cgi_field_is("tasks", "tid", key, col, want);

	free(key);
	return same;
}

bool cgi_task_is_in(pid_t tid, int hier, const char *want)
{
	char *got = cgi_task_path_now(tid, hier);
	bool same = cgi_same(got, want);

	if (!same)
		ksft_print_msg("%d, hierarchy %d: in %s instead of %s\n", tid,
			       hier, got, want);
	free(got);
	return same;
}

int cgi_make_namespace(void *arg)
{
	int *fd = arg, err = unshare(CLONE_NEWCGROUP) ? errno : 0;

	cgi_send(fd[1], &err, sizeof(err));
	for (;;)
		pause();
	return 0;
}

void cgi_park_threaded(void)
{
	char *domain = cgi_cgroup(cgi_v2()), *t = cgi_mkdir(domain, "t");
	pid_t tid[2], pid = cgi_park_threads(2, tid);

	if (cgi_put(t, "cgroup.type", "threaded"))
		cgi_die("%s can't be made threaded", t);
	cgi_must_move(domain, pid);
	cgi_must_move_thread(t, tid[1]);
}

static int cgi_exit_at_once(void *unused)
{
	(void)unused;
	return 0;
}

static void cgi_spawn_mortal(void *arg)
{
	*(pid_t *)arg = cgi_spawn(cgi_exit_at_once, NULL);
}

pid_t cgi_zombie(const struct cgi_place *place, const char *dir)
{
	pid_t pid;

	cgi_inside(place, dir, cgi_spawn_mortal, &pid);
	cgi_await_zombie(pid);
	return pid;
}

struct cgi_charged {
	int fd;
	int pages;
};

static void cgi_write_pages(void *arg)
{
	static char page[65536];
	struct cgi_charged *c = arg;
	int size = sysconf(_SC_PAGESIZE), i;

	for (i = 0; i < c->pages; i++)
		if (write(c->fd, page, size) != size)
			cgi_die("write: %s", strerror(errno));
}

/* Pages are counted on each CPU before they are added up. */
static void cgi_stay_on_cpu(cpu_set_t *before)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	if (sched_getaffinity(0, sizeof(*before), before) ||
	    sched_setaffinity(0, sizeof(one), &one))
		cgi_die("sched_setaffinity: %s", strerror(errno));
}

int cgi_charge(const struct cgi_place *place, const char *dir, int pages)
{
	struct cgi_charged c = { .pages = pages };
	cpu_set_t cpus;

	c.fd = memfd_create("cgi", MFD_CLOEXEC);
	if (c.fd < 0)
		cgi_die("memfd_create: %s", strerror(errno));
	cgi_stay_on_cpu(&cpus);
	cgi_inside(place, dir, cgi_write_pages, &c);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		cgi_die("sched_setaffinity: %s", strerror(errno));
	return c.fd;
}

/* ---- v1 hierarchies ---- */

struct cgi_mount {
	char *at;
	char *opts;
	unsigned long flags;
};

static struct cgi_mount *taken;
static int nr_taken;
static pid_t taker;

static unsigned long cgi_mount_flags(const char *opts)
{
	return (cgi_has_all(opts, "nosuid") ? MS_NOSUID : 0) |
	       (cgi_has_all(opts, "nodev") ? MS_NODEV : 0) |
	       (cgi_has_all(opts, "noexec") ? MS_NOEXEC : 0);
}

/* Super options as mount() takes them: without "rw". */
static char *cgi_mount_opts(const char *opts)
{
	struct cgi_set all = { 0 };
	char *list = cgi_fmt("%s", ""), *longer;
	int i;

	cgi_set_split(&all, opts, ",");
	for (i = 0; i < all.nr; i++) {
		if (!strcmp(all.str[i], "rw") || !strcmp(all.str[i], "ro"))
			continue;
		longer = cgi_fmt("%s%s%s", list, *list ? "," : "", all.str[i]);
		free(list);
		list = longer;
	}
	cgi_set_free(&all);
	return list;
}

/* The first mount of a hierarchy that process @pid sees. */
static bool cgi_find_mount(pid_t pid, const char *controllers,
			   struct cgi_mount *found)
{
	char *dir = cgi_fmt("/proc/%d", pid);
	char *text = cgi_slurp_at(dir, "mountinfo");
	char at[4096], flags[4096], type[64], opts[4096];
	char *line, *dash, *save = NULL;
	bool yes = false;

	free(dir);
	for (line = text ? strtok_r(text, "\n", &save) : NULL; line && !yes;
	     line = strtok_r(NULL, "\n", &save)) {
		dash = strstr(line, " - ");
		if (!dash ||
		    sscanf(line, "%*d %*d %*s %*s %4095s %4095s", at, flags) != 2 ||
		    sscanf(dash, " - %63s %*s %4095s", type, opts) != 2)
			continue;
		yes = !strcmp(type, "cgroup") && cgi_has_all(opts, controllers);
	}
	free(text);
	if (yes) {
		found->at = cgi_unescape(at);
		found->opts = cgi_mount_opts(opts);
		found->flags = cgi_mount_flags(flags);
	}
	return yes;
}

bool cgi_is_mounted(const char *controllers)
{
	DIR *proc = opendir("/proc");
	struct cgi_mount unused;
	struct dirent *de;
	bool yes = false;

	if (!proc)
		cgi_die("/proc: %s", strerror(errno));
	while ((de = readdir(proc)) && !yes)
		if (isdigit(de->d_name[0]))
			yes = cgi_find_mount(atoi(de->d_name), controllers,
					     &unused);
	closedir(proc);
	return yes;
}

/* A child does it: nobody comes back from another mount namespace. */
static int cgi_as_init(int (*fn)(const struct cgi_mount *m),
		       const struct cgi_mount *m)
{
	int status, ns;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		cgi_die("fork: %s", strerror(errno));
	if (!pid) {
		ns = open("/proc/1/ns/mnt", O_RDONLY);
		if (ns < 0 || setns(ns, CLONE_NEWNS))
			_exit(errno);
		_exit(fn(m) ? errno : 0);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			cgi_die("waitpid: %s", strerror(errno));
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECHILD;
}

static int cgi_umount_one(const struct cgi_mount *m)
{
	return umount2(m->at, 0);
}

static int cgi_mount_one(const struct cgi_mount *m)
{
	return mount("cgroup", m->at, "cgroup", m->flags, m->opts);
}

/* What was removed from v2 last may still be in the way for a moment. */
static int cgi_mount_patiently(const struct cgi_mount *m)
{
	double end = cgi_now() + CGI_PATIENCE_S;
	int err = cgi_as_init(cgi_mount_one, m);

	while (err == -EBUSY && cgi_now() < end) {
		cgi_sleep_ms(CGI_PATIENCE_MS);
		err = cgi_as_init(cgi_mount_one, m);
	}
	return err;
}

int cgi_mount_back(void)
{
	int failed = 0, err;

	while (nr_taken && getpid() == taker) {
		struct cgi_mount *m = &taken[--nr_taken];

		err = cgi_mount_patiently(m);
		if (!err)
			continue;
		ksft_print_msg("mounting %s at %s again: %s\n", m->opts, m->at,
			       strerror(-err));
		failed++;
	}
	return failed;
}

static void cgi_mount_back_atexit(void)
{
	cgi_mount_back();
}

static void cgi_remember_taken(const struct cgi_mount *m)
{
	if (!taker) {
		taker = getpid();
		atexit(cgi_mount_back_atexit);
	}
	taken = cgi_grow(taken, (nr_taken + 1) * sizeof(*taken));
	taken[nr_taken++] = *m;
}

void cgi_unmount_v1(const char *controllers)
{
	struct cgi_mount m;
	int err;

	while (cgi_find_mount(getpid(), controllers, &m))
		if (cgi_umount_one(&m))
			cgi_die("umount %s: %s", m.at, strerror(errno));
	while (cgi_find_mount(1, controllers, &m)) {
		err = cgi_as_init(cgi_umount_one, &m);
		if (err)
			cgi_die("umount %s for PID 1: %s", m.at, strerror(-err));
		cgi_remember_taken(&m);
	}
}

bool cgi_hier_goes(const char *controllers)
{
	double end = cgi_now() + CGI_PATIENCE_S;

	while (cgi_hier_id(controllers) >= 0) {
		if (cgi_now() > end) {
			ksft_print_msg("%s is still in /proc/self/cgroup\n",
				       controllers);
			return false;
		}
		cgi_sleep_ms(CGI_PATIENCE_MS);
	}
	return true;
}
