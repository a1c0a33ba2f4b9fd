// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests about what is held and by what; see cgi_pin.h.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "cgi.h"
#include "cgi_named.h"
#include "cgi_pin.h"
#include "cgi_stock.h"

/* ---- one field of a fresh read ---- */

char *cgi_field(const char *file, const char *by, const char *key,
		const char *col)
{
	struct cgi_table *table = cgi_table_read(file);
	int row = cgi_find_row(table, by, key);
	char *val = row < 0 ? NULL : cgi_fmt("%s", cgi_get(table, row, col));

	cgi_table_free(table);
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

bool cgi_field_becomes(const char *file, const char *by, const char *key,
		       const char *col, const char *want)
{
	double end = cgi_now() + CGI_PATIENCE_S;
	char *got = cgi_field(file, by, key, col);
	bool same;
	int i;

	for (i = 1; !cgi_matches(got, want) && cgi_now() < end; i++) {
		free(got);
		cgi_sleep_ms(CGI_PATIENCE_MS);
		if (!(i % CGI_STOCK_TRIES))
			cgi_stock_replace();
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
	bool gone = cgi_field_becomes(file, by, key, by, NULL);

	if (!gone)
		cgi_say_holders(key);
	return gone;
}

long cgi_field_num(const char *file, const char *by, const char *key,
		   const char *col)
{
	char *val = cgi_field(file, by, key, col);
	long nr = val ? atol(val) : -1;

	free(val);
	return nr;
}

char *cgi_dir_id(int hier, const char *dir)
{
	return cgi_fmt("%d:%llu", hier, cgi_ino(dir));
}

bool cgi_plain_is(const char *cgroup, const char *col, const char *want)
{
	char *got = cgi_field("cgroups", "cgroup", cgroup, col);
	char *plain = got ? cgi_unescape(got) : NULL;
	bool same = cgi_same(plain, want);

	if (!same)
		cgi_say_field("cgroups", cgroup, col, plain, want);
	free(plain);
	free(got);
	return same;
}

bool cgi_type_is(const char *dir, const char *want)
{
	char *id = cgi_dir_id(0, dir);
	bool same = cgi_plain_is(id, "type", want);

	free(id);
	return same;
}

bool cgi_css_is_of(const char *css, const char *controller)
{
	size_t len = strlen(controller);

	return !strncmp(css, controller, len) && css[len] == ':';
}

char *cgi_css_of(const char *cgroup, const char *controller, const char *state)
{
	struct cgi_table *csses = cgi_table_read("csses");
	char *css = NULL;
	int row;

	for (row = 0; row < csses->nr_rows && !css; row++) {
		const char *name = cgi_get(csses, row, "css");

		if (cgi_css_is_of(name, controller) &&
		    !strcmp(cgi_get(csses, row, "cgroup"), cgroup) &&
		    !strcmp(cgi_get(csses, row, "state"), state))
			css = cgi_fmt("%s", name);
	}
	cgi_table_free(csses);
	return css;
}

long cgi_stat_value(const char *dir, const char *file, const char *key)
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

void cgi_switch_controller(const char *dir, char sign, const char *controller)
{
	char *text = cgi_fmt("%c%s", sign, controller);
	int err = cgi_write(dir, "cgroup.subtree_control", text);

	if (err)
		cgi_die("%s to %s: %s", text, dir, strerror(-err));
	free(text);
}

void cgi_enable(const char *controller)
{
	char *off = cgi_fmt("-%s", controller);

	if (cgi_lists(cgi_v2(), "cgroup.controllers", controller) &&
	    !cgi_lists(cgi_v2(), "cgroup.subtree_control", controller)) {
		cgi_switch_controller(cgi_v2(), '+', controller);
		cgi_restore(cgi_v2(), "cgroup.subtree_control", off);
	}
	free(off);
}

struct cgi_place cgi_named_place(const char *suffix)
{
	struct cgi_place place = { .version = 1 };
	char *name;

	place.root = cgi_named(suffix, &name);
	place.hier = cgi_hier_id(name);
	free(name);
	return place;
}

struct cgi_place cgi_find_place(const char *controller)
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
	return place;
}

struct cgi_place cgi_place_of(const char *controller)
{
	struct cgi_place place = cgi_find_place(controller);

	if (place.version == 2)
		cgi_enable(controller);
	return place;
}

/* Its parent enables no controller for its children. */
char *cgi_bare_cgroup(void)
{
	return cgi_mkdir(cgi_new_cgroup(cgi_v2()), "bare");
}

/* ---- this process in other cgroups ---- */

void cgi_run_inside(const struct cgi_place *place, const char *dir,
		    void (*fn)(void *arg), void *arg)
{
	char *path = cgi_proc_path(getpid(), getpid(), place->hier);
	char *home = cgi_fmt("%s%s", place->root, path);
	pid_t pid = getpid();

	/*
	 * A page that is touched for the first time in there would be charged
	 * to it as well.
	 */
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
	char *domain = cgi_new_cgroup(cgi_v2()), *t = cgi_mkdir(domain, "t");
	pid_t tid[2], pid = cgi_park_threads(2, tid);

	cgi_make_threaded(t);
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

pid_t cgi_zombie_in(const struct cgi_place *place, const char *dir)
{
	pid_t pid;

	cgi_run_inside(place, dir, cgi_spawn_mortal, &pid);
	cgi_await_zombie(pid);
	return pid;
}

pid_t cgi_zombie_in_removed(const struct cgi_place *place, const char *dir)
{
	pid_t pid = cgi_zombie_in(place, dir);
	int err = cgi_rmtree(dir);

	if (err)
		cgi_die("rmdir %s: %s", dir, strerror(-err));
	return pid;
}

struct cgi_headless {
	int fd[2];
	pid_t pid;
	pid_t tid;
};

static void *cgi_live_on(void *arg)
{
	struct cgi_headless *h = arg;
	pid_t tid = syscall(SYS_gettid);

	cgi_send(h->fd[1], &tid, sizeof(tid));
	for (;;)
		pause();
	return NULL;
}

static int cgi_leave_thread(void *arg)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, cgi_live_on, arg))
		return 1;
	pthread_exit(NULL);
}

static void cgi_spawn_headless(void *arg)
{
	struct cgi_headless *h = arg;

	h->pid = cgi_spawn(cgi_leave_thread, h);
	if (!cgi_receive(h->fd[0], &h->tid, sizeof(h->tid)))
		cgi_die("no thread");
}

pid_t cgi_headless_in(const struct cgi_place *place, const char *dir, pid_t *tid)
{
	double end = cgi_now() + CGI_PATIENCE_S;
	struct cgi_headless h;

	cgi_pipe(h.fd);
	cgi_run_inside(place, dir, cgi_spawn_headless, &h);
	close(h.fd[0]);
	close(h.fd[1]);
	while (cgi_proc_state(h.pid, h.pid, NULL) != 'Z') {
		if (cgi_now() > end)
			cgi_die("a leader does not exit");
		cgi_sleep_ms(CGI_PATIENCE_MS);
	}
	*tid = h.tid;
	return h.pid;
}

void cgi_stop_at_exit(pid_t pid)
{
	int status;

	if (ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACEEXIT))
		cgi_die("PTRACE_SEIZE: %s", strerror(errno));
	kill(pid, SIGTERM);
	for (;;) {
		if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
			cgi_die("the child did not stop: %x", status);
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8))
			return;
		ptrace(PTRACE_CONT, pid, NULL, WSTOPSIG(status));
	}
}

pid_t cgi_move_kthread(const char *dir)
{
	DIR *proc = opendir("/proc");
	struct dirent *de;
	unsigned long flags;
	pid_t pid, moved = 0;

	while (!moved && (de = readdir(proc))) {
		pid = isdigit(de->d_name[0]) ? atoi(de->d_name) : 0;
		flags = 0;
		if (pid > 2 && cgi_proc_state(pid, pid, &flags) &&
		    flags & CGI_PF_KTHREAD && !cgi_move(dir, pid))
			moved = pid;
	}
	closedir(proc);
	return moved;
}

struct cgi_charged {
	int fd;
	int pages;
};

static void cgi_charge(void *arg)
{
	struct cgi_charged *c = arg;

	cgi_write_pages(c->fd, c->pages);
}

void cgi_run_on_cpu(const struct cgi_place *place, const char *dir,
		    void (*fn)(void *arg), void *arg)
{
	cpu_set_t before, one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	if (sched_getaffinity(0, sizeof(before), &before) ||
	    sched_setaffinity(0, sizeof(one), &one))
		cgi_die("sched_setaffinity: %s", strerror(errno));
	cgi_run_inside(place, dir, fn, arg);
	if (sched_setaffinity(0, sizeof(before), &before))
		cgi_die("sched_setaffinity: %s", strerror(errno));
}

/*
 * Each CPU counts pages by itself before they are added up, so all are written
 * on one CPU. And no huge page takes the place of small ones of this process
 * meanwhile, as it would be charged as well.
 */
int cgi_charge_pages(const struct cgi_place *place, const char *dir, int pages)
{
	struct cgi_charged c = { .pages = pages };
	int off = prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0);

	c.fd = memfd_create("cgi", MFD_CLOEXEC);
	if (c.fd < 0)
		cgi_die("memfd_create: %s", strerror(errno));
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	cgi_run_on_cpu(place, dir, cgi_charge, &c);
	prctl(PR_SET_THP_DISABLE, off, 0, 0, 0);
	return c.fd;
}
