// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names and paths of cgroups: every byte that the kernel allows, 255 bytes,
 * 50 levels, and a path far longer than PATH_MAX come out whole, in tasks,
 * links and cgroups, on v1 and v2. What we made ourselves is the oracle. A
 * hierarchy named "-" is not one without a name.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_hostile.h"
#include "lib/cgi_pin.h"

#define DEPTH	50

struct place {
	const char *root;	/* its root directory */
	const char *top;	/* this test's own cgroup there */
	int hier;
	pid_t pid;
};

/*
 * Is @want the path in each line of @file whose column @col is @val, and is
 * there one?
 */
static bool column_is(const char *file, const char *col, const char *val,
		      const char *want)
{
	struct cgi_table *table = cgi_table_read(file);
	int row, nr = 0, good = 0;

	for (row = 0; row < table->nr_rows; row++) {
		const char *raw = cgi_get(table, row, "path");
		char *path;

		if (strcmp(cgi_get(table, row, col), val))
			continue;
		path = cgi_unescape(raw);
		nr++;
		if (!strcmp(path, want) && cgi_escaped_well(raw) &&
		    !strchr(raw, ' '))
			good++;
		else
			ksft_print_msg("%s: %zu bytes: %s\n", file,
				       strlen(path), raw);
		free(path);
	}
	cgi_table_free(table);
	return nr && nr == good;
}

/*
 * Do all files show @want as the path of the task @place->pid and of its
 * cgroup, whose inode number is @ino?
 */
static bool shown(const struct place *place, unsigned long long ino,
		  const char *want)
{
	char *id = cgi_fmt("%d:%llu", place->hier, ino);
	char *path = cgi_task_path_now(place->pid, place->hier);
	bool ok = path && !strcmp(path, want);

	if (!ok)
		ksft_print_msg("tasks: %s instead of %s\n", path, want);
	ok = column_is("links", "cgroup", id, want) && ok;
	ok = column_is("cgroups", "cgroup", id, want) && ok;
	free(path);
	free(id);
	return ok;
}

static bool name_is_shown(const struct place *place, const char *name)
{
	char *dir = cgi_mkdir(place->top, name), *proc;
	const char *want = dir + strlen(place->root);
	bool ok;

	cgi_must_move(dir, place->pid);
	proc = cgi_proc_path(place->pid, place->pid, place->hier);
	ok = shown(place, cgi_ino(dir), want) && cgi_same(proc, want);
	if (!ok)
		ksft_print_msg("name: %s\n", name);
	free(proc);
	return ok;
}

static bool odd_names_are_shown(void *place)
{
	bool ok = true;
	int i;

	for (i = 0; i < cgi_nr_hostile; i++)
		ok = name_is_shown(place, cgi_hostile[i]) && ok;
	return ok;
}

static bool longest_name_is_shown(void *place)
{
	char longest[256] = { 0 };

	memset(longest, '\\', 255);
	return name_is_shown(place, longest);
}

/* Every single byte but the slash, each between two others. */
static bool every_byte_is_shown(void *place)
{
	char name[4] = "a?b";
	bool ok = true;
	int byte;

	for (byte = 1; byte < 256; byte++) {
		name[1] = byte;
		/* A kernel may refuse the newline, which has a case of its own. */
		if (byte != '/' && byte != '\n')
			ok = name_is_shown(place, name) && ok;
	}
	return ok;
}

/* The kernel may refuse such a name, and then there is nothing to show. */
static bool newline_is_shown(void *object)
{
	struct place *place = object;
	char *dir = cgi_fmt("%s/new\nline", place->top);
	int err = mkdir(dir, 0755) ? errno : 0;

	if (err) {
		ksft_print_msg("mkdir: %s\n", strerror(err));
		return err == EINVAL && cgi_skip("the kernel refuses such a name");
	}
	rmdir(dir);
	return name_is_shown(place, "new\nline");
}

static int descend(int at, const char *name)
{
	int fd;

	if (mkdirat(at, name, 0755))
		cgi_die("mkdirat %s: %s", name, strerror(errno));
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		cgi_die("openat %s: %s", name, strerror(errno));
	close(at);
	return fd;
}

static void move_at(int at, pid_t pid)
{
	int fd = openat(at, "cgroup.procs", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || dprintf(fd, "%d", pid) < 0)
		cgi_die("moving %d: %s", pid, strerror(errno));
	close(fd);
}

/* Makes DEPTH directories, one in the other, whose names have @len bytes. */
static bool deep_is_shown(const struct place *place, int len)
{
	char *want = cgi_fmt("%s", place->top + strlen(place->root)), *more;
	int at = open(place->top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	bool ok;
	int i;

	if (at < 0)
		cgi_die("%s: %s", place->top, strerror(errno));
	for (i = 0; i < DEPTH; i++) {
		char *name = cgi_fmt("%0*d", len, i);

		at = descend(at, name);
		more = cgi_fmt("%s/%s", want, name);
		free(want);
		want = more;
		free(name);
	}
	move_at(at, place->pid);
	fstat(at, &st);
	ksft_print_msg("a path of %zu bytes\n", strlen(want));
	ok = shown(place, st.st_ino, want);
	close(at);
	cgi_must_move(place->top, place->pid);
	free(want);
	return ok;
}

static bool deep_path_is_shown(void *place)
{
	return deep_is_shown(place, 2);
}

static bool longest_path_is_shown(void *place)
{
	return deep_is_shown(place, 255);
}

static bool new_name_is_shown(void *object)
{
	struct place *place = object;
	char *old = cgi_mkdir(place->top, "old name");
	char *new = cgi_fmt("%s/new\tname", place->top);

	cgi_must_move(old, place->pid);
	if (rename(old, new))
		cgi_die("rename %s: %s", old, strerror(errno));
	return shown(place, cgi_ino(new), new + strlen(place->root));
}

static const struct cgi_case cases[] = {
	{ "names with odd bytes", .run_on = odd_names_are_shown },
	{ "names with each byte there is", .run_on = every_byte_is_shown },
	{ "a name of 255 bytes that are all escaped", .run_on = longest_name_is_shown },
	{ "a name with a newline", .run_on = newline_is_shown },
	{ CGI_TEXT(DEPTH) " levels of names of 2 bytes", .run_on = deep_path_is_shown },
	{ CGI_TEXT(DEPTH) " levels of names of 255 bytes", .run_on = longest_path_is_shown },
};

static const struct cgi_case v1_cases[] = {
	{ "the new name after a rename", .run_on = new_name_is_shown },
};

static bool hyphen_is_a_name(void *unused)
{
	char *root = cgi_mount_v1("none,name=-");
	char *id = root ? cgi_fmt("%d", cgi_hier_id("name=-")) : NULL;
	bool ok;

	(void)unused;
	if (!root)
		cgi_die("a hierarchy named -: %s", strerror(errno));
	ok = cgi_field_is("hierarchies", "id", id, "name", "\\055");
	free(id);
	return ok;
}

static bool no_name_is_a_hyphen(void *unused)
{
	(void)unused;
	return cgi_field_is("hierarchies", "id", "0", "name", "-");
}

static const struct cgi_case hierarchy_cases[] = {
	{ "one that is named -", .run_on = hyphen_is_a_name },
	{ "one without a name", .run_on = no_name_is_a_hyphen },
};

static void make_place(struct place *place, const char *root, int hier)
{
	place->root = root;
	place->hier = hier;
	place->top = cgi_new_cgroup(root);
	place->pid = cgi_park();
}

int main(void)
{
	struct place v1, v2;
	char *name, *root;

	cgi_begin();
	cgi_need_graph();
	root = cgi_named("names", &name);
	make_place(&v1, root, cgi_hier_id(name));
	make_place(&v2, cgi_v2(), 0);
	cgi_add_cases_on(&v1, "v1", cases, ARRAY_SIZE(cases));
	cgi_add_cases_on(&v1, "v1", v1_cases, ARRAY_SIZE(v1_cases));
	cgi_add_cases_on(&v2, "v2", cases, ARRAY_SIZE(cases));
	cgi_add_cases_on(NULL, "hierarchies", hierarchy_cases, ARRAY_SIZE(hierarchy_cases));
	cgi_run_cases();
}
