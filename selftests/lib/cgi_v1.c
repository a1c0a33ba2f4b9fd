// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hierarchies unmounted and mounted again: v1, and cgroup2.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "kselftest.h"
#include "cgi.h"
#include "cgi_v1.h"

struct cgi_mount {
	const char *type;
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

/*
 * Returns the options of a superblock as mount() takes them, without "rw" and
 * "ro".
 */
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

/* Looks for the first mount of a hierarchy that process @pid sees. */
static bool cgi_find_mount(pid_t pid, const char *controllers,
			   struct cgi_mount *found)
{
	char *dir = cgi_fmt("/proc/%d", pid);
	char *text = cgi_slurp_at(dir, "mountinfo");
	struct cgi_mountinfo m;
	char *line, *save = NULL;
	bool yes = false;

	free(dir);
	for (line = text ? strtok_r(text, "\n", &save) : NULL; line && !yes;
	     line = strtok_r(NULL, "\n", &save))
		yes = cgi_mountinfo_is(&m, line, controllers);
	free(text);
	if (yes) {
		found->type = controllers ? "cgroup" : "cgroup2";
		found->at = cgi_unescape(m.at);
		found->opts = cgi_mount_opts(m.opts);
		found->flags = cgi_mount_flags(m.flags);
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

struct cgi_mount_work {
	int (*fn)(const struct cgi_mount *m);
	const struct cgi_mount *m;
};

static int cgi_in_init(void *arg)
{
	const struct cgi_mount_work *work = arg;
	int ns = open("/proc/1/ns/mnt", O_RDONLY);

	if (ns < 0 || setns(ns, CLONE_NEWNS))
		return errno;
	return work->fn(work->m) ? errno : 0;
}

/* A child does it, as a process does not come back from another mount namespace. */
static int cgi_as_init(int (*fn)(const struct cgi_mount *m),
		       const struct cgi_mount *m)
{
	struct cgi_mount_work work = { fn, m };
	int code = cgi_exit_code(cgi_spawn(cgi_in_init, &work));

	return code < 0 ? -ECHILD : -code;
}

static int cgi_umount_one(const struct cgi_mount *m)
{
	return umount2(m->at, 0);
}

static int cgi_mount_one(const struct cgi_mount *m)
{
	return mount(m->type, m->at, m->type, m->flags, m->opts);
}

/* csses that were removed from v2 last may block the mount for a moment. */
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

void cgi_unmount_v2(void)
{
	cgi_unmount_v1(NULL);
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
