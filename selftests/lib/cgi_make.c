// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the selftests make: a private mount namespace, hierarchies and
 * cgroups; children are in cgi_child.c. All of it is written down and gone again when the program
 * ends, also when it ends by cgi_die() or by a signal that can be caught; of
 * a program that was killed only cgroups are left.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest.h"
#include "cgi.h"
#include "cgi_case.h"

/* Tasks that still exit get 10 s, as an emulated guest is slow. */
#define CGI_RMDIR_TRIES	200
#define CGI_RMDIR_MS	50

static struct {
	pid_t owner;
	char *tmp;
	char *v2;
	struct cgi_set mounts;
	struct cgi_set cgroups;
	struct cgi_set restore;		/* triples: directory, file, text */
	int seq;
} cgi;

const char *cgi_tmp(void)
{
	return cgi.tmp;
}

const char *cgi_v2(void)
{
	return cgi.v2;
}

/* ---- the module itself ---- */

const char *cgi_module_path(void)
{
	const char *path = getenv("CGI_MODULE");

	return path ? path : "/cgi/cgroup_inspect.ko";
}

/*
 * This does not call insmod: that of busybox tries a failing load a second time
 * in another way, which hides the first error.
 */
int cgi_module_load(const char *params)
{
	int fd = open(cgi_module_path(), O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = syscall(SYS_finit_module, fd, params, 0) ? -errno : 0;
	close(fd);
	return err;
}

int cgi_module_unload(void)
{
	return syscall(SYS_delete_module, CGI_MODULE_NAME, O_NONBLOCK) ?
	       -errno : 0;
}

bool cgi_module_loaded(void)
{
	return !access("/sys/module/" CGI_MODULE_NAME, F_OK);
}

/* What is built in has parameters and nothing else there. */
bool cgi_module_built_in(void)
{
	return cgi_module_loaded() && access("/sys/module/" CGI_MODULE_NAME "/refcnt", F_OK) &&
	       access("/sys/module/" CGI_MODULE_NAME "/initstate", F_OK);
}

const char *cgi_module_stays(void)
{
	if (cgi_module_built_in())
		return "it is built into the kernel, and can't be unloaded";
	if (access(cgi_module_path(), R_OK))
		return cgi_fmt("%s is not there: set CGI_MODULE", cgi_module_path());
	return NULL;
}

bool cgi_module_graph_is_0(void)
{
	char *text = cgi_slurp("/sys/module/" CGI_MODULE_NAME "/parameters/graph", NULL);
	bool is_0 = text && *text == 'N';

	free(text);
	return is_0;
}

long cgi_module_refs(void)
{
	char *text = cgi_slurp("/sys/module/" CGI_MODULE_NAME "/refcnt", NULL);
	long nr = text ? atol(text) : -1;

	free(text);
	return nr;
}

bool cgi_module_has_refs(long nr)
{
	return cgi_module_built_in() || cgi_module_refs() == nr;
}

/* ---- cgroups ---- */

int cgi_write(const char *dir, const char *file, const char *text)
{
	char *path = cgi_fmt("%s/%s", dir, file);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err = 0;

	free(path);
	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		err = -errno;
	close(fd);
	return err;
}

static int cgi_write_pid(const char *dir, const char *file, pid_t pid)
{
	char *text = cgi_fmt("%d", pid);
	int err = cgi_write(dir, file, text);

	free(text);
	return err;
}

int cgi_move(const char *dir, pid_t pid)
{
	return cgi_write_pid(dir, "cgroup.procs", pid);
}

int cgi_move_thread(const char *dir, pid_t tid)
{
	char *path = cgi_fmt("%s/tasks", dir);
	bool v1 = !access(path, F_OK);

	free(path);
	return cgi_write_pid(dir, v1 ? "tasks" : "cgroup.threads", tid);
}

void cgi_must_move(const char *dir, pid_t pid)
{
	int err = cgi_move(dir, pid);

	if (err)
		cgi_die("moving %d to %s: %s", pid, dir, strerror(-err));
}

void cgi_must_move_thread(const char *dir, pid_t tid)
{
	int err = cgi_move_thread(dir, tid);

	if (err)
		cgi_die("moving thread %d to %s: %s", tid, dir, strerror(-err));
}

char *cgi_mkdir(const char *parent, const char *name)
{
	char *path = cgi_fmt("%s/%s", parent, name);

	if (mkdir(path, 0755))
		cgi_die("mkdir %s: %s", path, strerror(errno));
	return path;
}

void cgi_must_rmdir(const char *dir)
{
	if (rmdir(dir))
		cgi_die("rmdir %s: %s", dir, strerror(errno));
}

void cgi_make_threaded(const char *dir)
{
	int err = cgi_write(dir, "cgroup.type", "threaded");

	if (err)
		cgi_die("%s can't be made threaded: %s", dir, strerror(-err));
}

char *cgi_new_cgroup(const char *root)
{
	char *name = cgi_fmt("cgi_%s_%d_%d", program_invocation_short_name,
			     cgi.owner, cgi.seq++);
	char *path = cgi_mkdir(root, name);

	cgi_set_add(&cgi.cgroups, "%s", path);
	free(name);
	return path;
}

static int cgi_rmdir_patiently(int parent, const char *name)
{
	int i;

	for (i = 0; i < CGI_RMDIR_TRIES; i++) {
		if (!unlinkat(parent, name, AT_REMOVEDIR) || errno == ENOENT)
			return 0;
		if (errno != EBUSY)
			break;
		cgi_sleep_ms(CGI_RMDIR_MS);
	}
	return -errno;
}

/* This goes by directory descriptors, so that no path can be too long for it. */
int cgi_rmtree_at(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *de;
	int err = 0;

	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	while ((de = readdir(dir)) && !err)
		if (de->d_type == DT_DIR && strcmp(de->d_name, ".") &&
		    strcmp(de->d_name, ".."))
			err = cgi_rmtree_at(dirfd(dir), de->d_name);
	closedir(dir);
	return err ? err : cgi_rmdir_patiently(parent, name);
}

int cgi_rmtree(const char *dir)
{
	return cgi_rmtree_at(AT_FDCWD, dir);
}

/* ---- hierarchies ---- */

static char *cgi_mount(const char *type, const char *opts)
{
	char *dir = cgi_fmt("%s/%s.%d", cgi.tmp, type, cgi.seq++);
	int err;

	if (mkdir(dir, 0700))
		cgi_die("mkdir %s: %s", dir, strerror(errno));
	if (!mount("none", dir, type, 0, opts)) {
		cgi_set_add(&cgi.mounts, "%s", dir);
		return dir;
	}
	err = errno;
	rmdir(dir);
	free(dir);
	errno = err;
	return NULL;
}

char *cgi_mount_v1(const char *opts)
{
	return cgi_mount("cgroup", opts);
}

char *cgi_mount_tmpfs(void)
{
	char *dir = cgi_mount("tmpfs", NULL);

	if (!dir)
		cgi_die("mount -t tmpfs: %s", strerror(errno));
	return dir;
}

char *cgi_named(const char *suffix, char **name)
{
	char *opts, *dir;

	*name = cgi_fmt("name=cgi_%s_%d_%s", program_invocation_short_name,
			cgi.owner, suffix);
	opts = cgi_fmt("none,%s", *name);
	dir = cgi_mount_v1(opts);
	if (!dir)
		cgi_die("mount -t cgroup -o %s: %s", opts, strerror(errno));
	free(opts);
	return dir;
}

int cgi_umount(const char *dir)
{
	int i;

	if (umount2(dir, 0))
		return -errno;
	rmdir(dir);
	for (i = 0; i < cgi.mounts.nr; i++) {
		if (strcmp(cgi.mounts.str[i], dir))
			continue;
		free(cgi.mounts.str[i]);
		cgi.mounts.str[i] = cgi.mounts.str[--cgi.mounts.nr];
	}
	return 0;
}

/* ---- beginning and end ---- */

void cgi_restore(const char *dir, const char *file, const char *text)
{
	cgi_set_add(&cgi.restore, "%s", dir);
	cgi_set_add(&cgi.restore, "%s", file);
	cgi_set_add(&cgi.restore, "%s", text);
}

/* This does not die, as the rest of the cleaning must still be tried. */
static int cgi_cleanup_failed(const char *what, const char *path, int err)
{
	ksft_print_msg("cleanup: %s %s: %s\n", what, path, strerror(-err));
	return 1;
}

static int cgi_restore_all(void)
{
	int nr = 0, err;

	while (cgi.restore.nr) {
		char **what = cgi.restore.str + (cgi.restore.nr -= 3);

		err = cgi_write(what[0], what[1], what[2]);
		if (err)
			nr += cgi_cleanup_failed("restoring", what[1], err);
	}
	return nr;
}

int cgi_cleanup(void)
{
	int nr = 0, err;

	if (getpid() != cgi.owner)
		return 0;
	cgi_kill_all();
	while (cgi.cgroups.nr) {
		char *dir = cgi.cgroups.str[--cgi.cgroups.nr];

		err = cgi_rmtree(dir);
		if (err)
			nr += cgi_cleanup_failed("rmdir", dir, err);
	}
	nr += cgi_restore_all();
	while (cgi.mounts.nr) {
		char *dir = cgi.mounts.str[cgi.mounts.nr - 1];

		err = cgi_umount(dir);
		if (!err)
			continue;
		cgi.mounts.nr--;
		nr += cgi_cleanup_failed("umount", dir, err);
	}
	if (cgi.tmp && rmdir(cgi.tmp) && errno != ENOENT)
		nr += cgi_cleanup_failed("rmdir", cgi.tmp, -errno);
	cgi.tmp = NULL;
	return nr;
}

static void cgi_atexit(void)
{
	cgi_cleanup();
}

/*
 * This is not async-signal-safe, but the choice is between this and leaving
 * cgroups behind in the system under test.
 */
static void cgi_on_signal(int sig)
{
	if (getpid() != cgi.owner)
		_exit(128 + sig);
	printf("Bail out! signal %d\n", sig);
	exit(KSFT_FAIL);
}

static void cgi_mount_private(void)
{
	char name[] = "/tmp/cgi.XXXXXX";

	/* Whatever happens to us, our mounts end with the namespace. */
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		cgi_die("private mount namespace: %s", strerror(errno));
	mkdir("/tmp", 01777);
	if (!mkdtemp(name))
		cgi_die("mkdtemp %s: %s", name, strerror(errno));
	cgi.tmp = cgi_fmt("%s", name);
	cgi.v2 = cgi_mount("cgroup2", NULL);
	if (!cgi.v2)
		cgi_die("mount -t cgroup2: %s", strerror(errno));
	if (access("/sys/kernel/debug/.", F_OK) ||
	    mount("none", "/sys/kernel/debug", "debugfs", 0, NULL))
		if (errno != EBUSY)
			cgi_die("debugfs: %s", strerror(errno));
}

bool cgi_has_graph(void)
{
	char *graph = cgi_value("info", "graph");
	bool is_on;

	if (!graph)
		cgi_die("info does not say whether the graph is there");
	is_on = !strcmp(graph, "on");
	free(graph);
	return is_on;
}

void cgi_begin(void)
{
	static const int sigs[] = { SIGINT, SIGTERM, SIGHUP, SIGALRM };
	size_t i;

	/* Output goes out by lines, so that a lost guest tells how far it came. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	ksft_print_header();
	cgi.owner = getpid();
	if (geteuid())
		cgi_die("must be run as root");
	atexit(cgi_atexit);
	for (i = 0; i < ARRAY_SIZE(sigs); i++)
		signal(sigs[i], cgi_on_signal);
	cgi_mount_private();
	if (!cgi_module_loaded() && cgi_module_load(""))
		cgi_die("cgroup_inspect is not loaded, nor can %s be: set CGI_MODULE to its file",
			cgi_module_path());
	if (access(CGI_DIR "/info", R_OK))
		cgi_die("%s/info: %s", CGI_DIR, strerror(errno));
	if (!cgi_has_graph()) {
		cgi_nr_tables = CGI_TABLES_RCU;
		cgi_nr_files = CGI_FILES_RCU;
	}
}

void cgi_need_graph(void)
{
	if (cgi_has_graph())
		return;
	cgi_skip_all("info says graph: %s", cgi_value("info", "graph"));
}

static void load_again(void)
{
	cgi_module_unload();
	cgi_module_load("");
}

void cgi_module_without_graph(void)
{
	int err = 0;

	if (cgi_module_stays() && !cgi_module_graph_is_0())
		cgi_skip_all("%s", cgi_module_stays());
	if (!cgi_module_stays()) {
		atexit(load_again);
		err = cgi_module_unload();
		if (!err)
			err = cgi_module_load("graph=0");
	}
	if (err)
		cgi_die("reloading the module: %s", strerror(-err));
	if (access(CGI_DIR "/tasks", R_OK))
		cgi_skip_all("no tasks here: %s", cgi_value("info", "memberships"));
}
