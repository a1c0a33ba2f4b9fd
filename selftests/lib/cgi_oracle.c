// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel itself says about tasks and cgroups: procfs and the
 * cgroup file systems. It is the judge of the module's files, so nothing
 * here reads them.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "kselftest.h"
#include "cgi.h"
#include "cgi_v1.h"

#define CGI_CONTROLLERS_MAX	64

bool cgi_kernel_has(const char *symbol)
{
	char *text = cgi_slurp("/proc/kallsyms", NULL);
	char *line = cgi_fmt(" %s\n", symbol);
	bool has = text && strstr(text, line);

	free(line);
	free(text);
	return has;
}

bool cgi_kernel_is_rt(void)
{
	struct utsname u;

	return !uname(&u) && strstr(u.version, "PREEMPT_RT");
}

char *cgi_proc_cgroup(pid_t tgid, pid_t tid)
{
	char *path = cgi_fmt("/proc/%d/task/%d/cgroup", tgid, tid);
	char *text = cgi_slurp(path, NULL);

	free(path);
	return text;
}

char *cgi_proc_path(pid_t tgid, pid_t tid, int hier)
{
	char *text = cgi_proc_cgroup(tgid, tid);
	char *line, *colon, *save = NULL, *path = NULL;

	if (!text)
		return NULL;
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (atoi(line) != hier)
			continue;
		colon = strchr(strchr(line, ':') + 1, ':');
		path = cgi_fmt("%s", colon + 1);
		break;
	}
	free(text);
	return path;
}

char cgi_proc_state(pid_t tgid, pid_t tid, unsigned long *flags)
{
	char *path = cgi_fmt("/proc/%d/task/%d/stat", tgid, tid);
	char *text = cgi_slurp(path, NULL);
	char *paren, state = '\0';
	unsigned long bits = 0;

	/* comm can have parentheses itself, so the last one in the line ends it. */
	paren = text ? strrchr(text, ')') : NULL;
	if (paren &&
	    sscanf(paren, ") %c %*d %*d %*d %*d %*d %lu", &state, &bits) != 2)
		cgi_die("%s: not understood: %s", path, text);
	if (flags)
		*flags = bits;
	free(text);
	free(path);
	return state;
}

static void cgi_each_thread(pid_t tgid,
			    void (*fn)(pid_t tgid, pid_t tid, void *arg),
			    void *arg)
{
	char *path = cgi_fmt("/proc/%d/task", tgid);
	DIR *dir = opendir(path);
	struct dirent *de;

	free(path);
	if (!dir)
		return;
	while ((de = readdir(dir)))
		if (isdigit(de->d_name[0]))
			fn(tgid, atoi(de->d_name), arg);
	closedir(dir);
}

void cgi_each_task(void (*fn)(pid_t tgid, pid_t tid, void *arg), void *arg)
{
	DIR *dir = opendir("/proc");
	struct dirent *de;

	if (!dir)
		cgi_die("/proc: %s", strerror(errno));
	while ((de = readdir(dir)))
		if (isdigit(de->d_name[0]))
			cgi_each_thread(atoi(de->d_name), fn, arg);
	closedir(dir);
}

unsigned long long cgi_ino_if_there(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_ino;
}

unsigned long long cgi_ino(const char *path)
{
	unsigned long long ino = cgi_ino_if_there(path);

	if (!ino)
		cgi_die("%s: %s", path, strerror(errno));
	return ino;
}

/* ---- hierarchies ---- */

bool cgi_has_all(const char *opts, const char *controllers)
{
	struct cgi_set have = { 0 }, want = { 0 };
	bool all = true;
	int i;

	cgi_set_split(&have, opts, ",");
	cgi_set_split(&want, controllers, ",");
	for (i = 0; i < want.nr; i++)
		all = all && cgi_set_has(&have, want.str[i]);
	cgi_set_free(&have);
	cgi_set_free(&want);
	return all;
}

bool cgi_mountinfo_is(struct cgi_mountinfo *m, const char *line,
		      const char *controllers)
{
	const char *dash = strstr(line, " - ");
	char type[64];

	return dash &&
	       sscanf(line, "%*d %*d %63s %4095s %4095s %4095s", m->dev,
		      m->root, m->at, m->flags) == 4 &&
	       sscanf(dash, " - %63s %*s %4095s", type, m->opts) == 2 &&
	       (controllers ? !strcmp(type, "cgroup") &&
			      cgi_has_all(m->opts, controllers) :
			      !strcmp(type, "cgroup2"));
}

/*
 * Returns where a v1 hierarchy is mounted already, from its root on. Mounting
 * it once more would do as well, but if the options differ from those of the
 * first mount, the kernel says so in its log.
 */
static char *cgi_mounted_at(const char *controllers)
{
	char *text = cgi_slurp("/proc/self/mountinfo", NULL);
	char *line, *save = NULL, *found = NULL;
	struct cgi_mountinfo m;

	if (!text)
		cgi_die("/proc/self/mountinfo: %s", strerror(errno));
	for (line = strtok_r(text, "\n", &save); line && !found;
	     line = strtok_r(NULL, "\n", &save))
		if (cgi_mountinfo_is(&m, line, controllers) &&
		    !strcmp(m.root, "/"))
			found = cgi_unescape(m.at);
	free(text);
	return found;
}

/*
 * An unmounted hierarchy is in /proc/self/cgroup until a workqueue has taken it
 * apart. A mount waits for that, and then finds no hierarchy of this name, or
 * makes another one of the same controllers.
 */
static bool cgi_hier_mount(struct cgi_hier *hier)
{
	bool is_there;
	int err;

	hier->root = cgi_mounted_at(hier->controllers);
	if (hier->root)
		return true;
	hier->root = cgi_mount_v1(hier->controllers);
	err = errno;
	is_there = cgi_hier_id(hier->controllers) == hier->id;
	if (!hier->root && is_there)
		cgi_die("mount -t cgroup -o %s: %s", hier->controllers,
			strerror(err));
	if (hier->root && !is_there && cgi_umount(hier->root))
		cgi_die("umount %s, made by mistake: busy", hier->root);
	/*
	 * Without waiting, the next call would find that hierarchy ending, and
	 * make another one by mistake again.
	 */
	if (hier->root && !is_there)
		cgi_hier_goes(hier->controllers);
	return is_there;
}

static bool cgi_hier_init(struct cgi_hier *hier, char *line)
{
	char *first = strchr(line, ':');
	char *second = strchr(first + 1, ':');

	*first = '\0';
	*second = '\0';
	hier->id = atoi(line);
	hier->controllers = cgi_fmt("%s", first + 1);
	/* Only the default hierarchy has neither controllers nor a name. */
	hier->version = *hier->controllers ? 1 : 2;
	if (hier->version == 1)
		return cgi_hier_mount(hier);
	hier->root = cgi_fmt("%s", cgi_v2());
	return true;
}

int cgi_hierarchies(struct cgi_hier **hiers)
{
	char *text = cgi_slurp("/proc/self/cgroup", NULL);
	char *line, *save = NULL;
	int nr = 0;

	if (!text)
		cgi_die("/proc/self/cgroup: %s", strerror(errno));
	*hiers = cgi_alloc((strlen(text) / 4 + 1) * sizeof(**hiers));
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		nr += cgi_hier_init(&(*hiers)[nr], line);
	free(text);
	return nr;
}

/* ---- controllers ---- */

static bool cgi_controller_parse(struct cgi_controller *c, const char *line)
{
	char name[64];
	int enabled;

	if (sscanf(line, "%63[a-z_] %d %d %d", name, &c->hier, &c->nr_cgroups,
		   &enabled) != 4)
		return false;
	c->name = cgi_fmt("%s", name);
	c->enabled = enabled;
	return true;
}

static bool cgi_controller_is_in(const char *name,
				 const struct cgi_controller *list, int nr)
{
	while (nr--)
		if (!strcmp(list[nr].name, name))
			return true;
	return false;
}

/*
 * Newer kernels leave out of /proc/cgroups what can't be mounted on v1
 * (CONFIG_MEMCG_V1, CONFIG_CPUSETS_V1). cgroup2 names such a controller if it
 * is enabled.
 */
static int cgi_add_v2_only(struct cgi_controller *list, int nr)
{
	char *text = cgi_slurp_at(cgi_v2(), "cgroup.controllers");
	char *word, *save = NULL;
	const char *name;

	if (!text)
		cgi_die("%s/cgroup.controllers: %s", cgi_v2(), strerror(errno));
	for (word = strtok_r(text, "\n ", &save); word;
	     word = strtok_r(NULL, "\n ", &save)) {
		name = strcmp(word, "io") ? word : "blkio";
		if (cgi_controller_is_in(name, list, nr))
			continue;
		if (nr == CGI_CONTROLLERS_MAX)
			cgi_die("more than %d controllers", nr);
		list[nr].name = cgi_fmt("%s", name);
		list[nr].nr_cgroups = -1;
		list[nr++].enabled = true;
	}
	free(text);
	return nr;
}

int cgi_controllers(struct cgi_controller **controllers)
{
	struct cgi_controller *list = calloc(CGI_CONTROLLERS_MAX, sizeof(*list));
	char *text = cgi_slurp("/proc/cgroups", NULL);
	char *line, *save = NULL;
	int nr = 0;

	if (!list || !text)
		cgi_die("/proc/cgroups: %s", strerror(errno));
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (nr == CGI_CONTROLLERS_MAX)
			cgi_die("more than %d controllers", nr);
		nr += cgi_controller_parse(&list[nr], line);
	}
	free(text);
	*controllers = list;
	return cgi_add_v2_only(list, nr);
}

void cgi_free_controllers(struct cgi_controller *controllers, int nr)
{
	while (nr--)
		free(controllers[nr].name);
	free(controllers);
}

int cgi_hier_id(const char *controllers)
{
	char *text = cgi_slurp("/proc/self/cgroup", NULL);
	char *line, *save = NULL;
	char *middle = cgi_fmt(":%s:", controllers);
	int id = -1;

	if (!text)
		cgi_die("/proc/self/cgroup: %s", strerror(errno));
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		if (!strncmp(strchr(line, ':'), middle, strlen(middle)))
			id = atoi(line);
	free(middle);
	free(text);
	return id;
}

static void cgi_walk_dir(const struct cgi_hier *hier, const char *rel,
			 void (*fn)(const struct cgi_hier *hier,
				    const char *dir, const char *rel,
				    void *arg), void *arg)
{
	char *path = cgi_fmt("%s%s", hier->root, rel);
	DIR *dir = opendir(path);
	struct dirent *de;

	/* Somebody has removed it since its parent was read. */
	if (!dir) {
		free(path);
		return;
	}
	fn(hier, path, rel, arg);
	while ((de = readdir(dir))) {
		char *sub;

		if (de->d_type != DT_DIR || !strcmp(de->d_name, ".") ||
		    !strcmp(de->d_name, ".."))
			continue;
		sub = cgi_fmt("%s/%s", strcmp(rel, "/") ? rel : "", de->d_name);
		cgi_walk_dir(hier, sub, fn, arg);
		free(sub);
	}
	closedir(dir);
	free(path);
}

void cgi_walk(const struct cgi_hier *hier,
	      void (*fn)(const struct cgi_hier *hier, const char *dir,
			 const char *rel, void *arg), void *arg)
{
	cgi_walk_dir(hier, "/", fn, arg);
}

void cgi_threads_of(const struct cgi_hier *hier, const char *dir,
		    void (*fn)(pid_t tid, void *arg), void *arg)
{
	char *text = cgi_slurp_at(dir, hier->version == 2 ? "cgroup.threads" :
				  "tasks");
	char *line, *save = NULL;

	/*
	 * This is what cgroup.threads of a "domain invalid" cgroup says, which
	 * has no tasks.
	 */
	if (!text && errno == EOPNOTSUPP)
		text = cgi_slurp_at(dir, "cgroup.procs");
	if (!text)
		return;
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		fn(atoi(line), arg);
	free(text);
}
