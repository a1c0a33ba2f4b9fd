// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who can read the files: who the kernel lets open a file of mode 0400 that is root's, and nobody
 * else, in whatever user namespace. Each attempt is made by a child that gives up what root has;
 * that it still has what it should have is tried on something else. What a reader was given open
 * it can read. No file has the address of an object of the kernel.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"

#define NOBODY		65534
/* What a child ends with if it could not even be made what it should be. */
#define NOT_SET_UP	2
/* What it ends with if the system allows no user namespace. */
#define NOT_ALLOWED	3

#define DEBUGFS		"/sys/kernel/debug"

/* ---- what a child tries ---- */

/*
 * Opened before root is given up: so it is the mode of the files that decides, whatever that of
 * debugfs is.
 */
static int dir = -1;

/* Opens each file; returns false, after saying which, if one ends otherwise than with @want. */
static bool all_end_with(int want)
{
	bool ok = true;
	int i, fd, err;

	for (i = 0; i < cgi_nr_files; i++) {
		fd = openat(dir, cgi_files[i], O_RDONLY | O_CLOEXEC);
		err = fd < 0 ? errno : 0;
		if (fd >= 0)
			close(fd);
		if (err == want)
			continue;
		ksft_print_msg("%s: %s\n", cgi_files[i], err ? strerror(err) : "opened");
		ok = false;
	}
	return ok;
}

/*
 * The way from the root of the file system is closed as well, by the mode of debugfs, which a mount
 * option may have opened. What it leads to is not opened in any case.
 */
static bool path_is_closed(void)
{
	struct stat st;

	if (stat(DEBUGFS, &st))
		return false;
	if (!(st.st_mode & 0001) && (!access(CGI_DIR, F_OK) || errno != EACCES))
		return false;
	return open(CGI_DIR "/info", O_RDONLY) < 0 && errno == EACCES;
}

/* ---- what a child becomes ---- */

static bool drop_user(void)
{
	if (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY))
		return false;
	/* Otherwise its own files in /proc would be root's. */
	return !prctl(PR_SET_DUMPABLE, 1);
}

/* Has these capabilities and no others. */
static bool keep_caps(unsigned int caps)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { .effective = caps, .permitted = caps } };

	return !syscall(SYS_capset, &head, data);
}

static bool drop_user_but(unsigned int cap)
{
	return !prctl(PR_SET_KEEPCAPS, 1) && drop_user() && keep_caps(1u << cap);
}

/* What a system answers that has no user namespaces, allows none, or none with privileges. */
static bool is_refusal(int err)
{
	return err == EINVAL || err == ENOSPC || err == EPERM || err == EACCES;
}

/* Makes a user namespace in which this user is root; returns 0, or what the child ends with. */
static int become_its_root(int uid)
{
	char *map = cgi_fmt("0 %d 1", uid);
	int err = unshare(CLONE_NEWUSER | CLONE_NEWNS) ? -errno : 0;

	if (!err)
		err = cgi_write("/proc/self", "setgroups", "deny");
	if (!err)
		err = cgi_write("/proc/self", "uid_map", map);
	if (!err)
		err = cgi_write("/proc/self", "gid_map", map);
	free(map);
	if (!err)
		return getuid() || getgid() ? NOT_SET_UP : 0;
	ksft_print_msg("a user namespace with its root: %s\n", strerror(-err));
	return is_refusal(-err) ? NOT_ALLOWED : NOT_SET_UP;
}

static int become_root_of_users(void)
{
	return drop_user() ? become_its_root(NOBODY) : NOT_SET_UP;
}

/* It is, and can mount what such a root may mount, but no debugfs. */
static bool mounts_only_its_own(void)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", cgi_tmp(), "tmpfs", 0, NULL)) {
		ksft_print_msg("not even a tmpfs: %s\n", strerror(errno));
		return false;
	}
	if (!mount("none", cgi_tmp(), "debugfs", 0, NULL)) {
		ksft_print_msg("it has mounted debugfs\n");
		return false;
	}
	return errno == EPERM;
}

/* ---- the cases: what becomes of it ---- */

static int plain_user(void *unused)
{
	(void)unused;
	if (!drop_user())
		return NOT_SET_UP;
	return !(all_end_with(EACCES) && path_is_closed());
}

static int its_root(void *unused)
{
	int code = become_root_of_users();

	(void)unused;
	if (code)
		return code;
	return !(all_end_with(EACCES) && path_is_closed() && mounts_only_its_own());
}

static int changes_mode(void *unused)
{
	int i, code = become_root_of_users();
	bool ok = true;

	(void)unused;
	if (code)
		return code;
	for (i = 0; i < cgi_nr_files; i++)
		ok = fchmodat(dir, cgi_files[i], 0444, 0) && errno == EPERM &&
		     fchownat(dir, cgi_files[i], 0, 0, 0) && errno == EPERM && ok;
	return !ok;
}

/* It is the same user as the one outside who owns the files. */
static int root_of_both(void *unused)
{
	int code = become_its_root(0);

	(void)unused;
	if (code)
		return code;
	return !(all_end_with(0) && mounts_only_its_own());
}

/* Without capabilities not even /proc/1/root may be looked into. */
static int without_caps(void *unused)
{
	(void)unused;
	if (!keep_caps(0) || unshare(CLONE_NEWNS) != -1)
		return NOT_SET_UP;
	return !all_end_with(0);
}

static int with_sys_admin(void *unused)
{
	(void)unused;
	if (!drop_user_but(CAP_SYS_ADMIN) || unshare(CLONE_NEWNS))
		return NOT_SET_UP;
	return !all_end_with(EACCES);
}

static int with_read_search(void *unused)
{
	(void)unused;
	return drop_user_but(CAP_DAC_READ_SEARCH) ? !all_end_with(0) : NOT_SET_UP;
}

static int with_override(void *unused)
{
	(void)unused;
	return drop_user_but(CAP_DAC_OVERRIDE) ? !all_end_with(0) : NOT_SET_UP;
}

struct attempt {
	struct cgi_case as;
	int (*tries)(void *unused);
};

static bool ends_so(void *object)
{
	struct attempt *attempt = object;
	int code = cgi_exit_code(cgi_spawn(attempt->tries, NULL));

	if (code == NOT_ALLOWED)
		return cgi_skip("the system allows no user namespace, or none with privileges");
	if (code == NOT_SET_UP)
		ksft_print_msg("the child did not become what it should be\n");
	return !code;
}

/* ---- open files that are passed on ---- */

static bool send_file(int to, int fd)
{
	char room[CMSG_SPACE(sizeof(fd))] = { 0 };
	struct iovec iov = { .iov_base = "", .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = room, .msg_controllen = sizeof(room),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	return sendmsg(to, &msg, 0) == 1;
}

static int receive_file(int from)
{
	char room[CMSG_SPACE(sizeof(int))] = { 0 }, byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = room, .msg_controllen = sizeof(room),
	};
	int fd = -1;

	if (recvmsg(from, &msg, 0) == 1 && CMSG_FIRSTHDR(&msg))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
	return fd;
}

struct passed {
	int ends[2];
	const char *text;
};

/* What /proc has of a descriptor opens the file anew, which asks who it is. */
static bool opens_anew(int fd)
{
	char *path = cgi_fmt("/proc/self/fd/%d", fd);
	int again = open(path, O_RDONLY | O_CLOEXEC);
	int err = errno;

	free(path);
	if (again >= 0)
		close(again);
	errno = err;
	return again >= 0;
}

static int reads_what_it_gets(void *arg)
{
	struct passed *p = arg;
	int fd, null = open("/dev/null", O_RDONLY);
	char *text;

	if (!drop_user() || !opens_anew(null))
		return NOT_SET_UP;
	fd = receive_file(p->ends[1]);
	if (fd < 0)
		return NOT_SET_UP;
	text = cgi_slurp_fd(fd, NULL);
	if (!text || strcmp(text, p->text)) {
		ksft_print_msg("it does not read the same: %s\n", text ? "" : strerror(errno));
		return 1;
	}
	return opens_anew(fd) || errno != EACCES || fchmod(fd, 0444) != -1;
}

static bool passed_on_is_read(void *name)
{
	int fd = cgi_open(name, O_RDONLY);
	struct passed p;
	bool ok;

	if (fd < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, p.ends))
		cgi_die("%s: %s", (char *)name, strerror(errno));
	p.text = cgi_slurp_fd(fd, NULL);
	lseek(fd, 0, SEEK_SET);
	ok = send_file(p.ends[0], fd) && cgi_join(cgi_spawn(reads_what_it_gets, &p));
	close(p.ends[0]);
	close(p.ends[1]);
	close(fd);
	return ok;
}

/* ---- addresses ---- */

/* Returns what kallsyms has, without zeros in front, or NULL if it lacks the symbol. */
static char *address_of(const char *symbol)
{
	char *all = cgi_slurp("/proc/kallsyms", NULL), *end = cgi_fmt(" %s\n", symbol), *line;
	char *found = NULL;

	line = all ? strstr(all, end) : NULL;
	while (line && line > all && line[-1] != '\n')
		line--;
	if (line && strtoull(line, NULL, 16))
		found = cgi_fmt("%llx", strtoull(line, NULL, 16));
	free(all);
	free(end);
	return found;
}

/* init_css_set is always in css_sets, so its address would be seen. */
static bool no_address_is_shown(void)
{
	static const char * const symbols[] = {
		"init_css_set", "css_set_lock", "cgroup_mutex", "cgrp_dfl_root", "init_task",
	};
	char *line = cgi_slurp("/proc/cmdline", NULL), *text, *address;
	int i, file, nr = 0;
	bool ok = true;

	if (line && strstr(line, "no_hash_pointers"))
		return cgi_skip("the kernel was told to show addresses");
	for (i = 0; i < (int)ARRAY_SIZE(symbols); i++) {
		address = address_of(symbols[i]);
		for (file = 0; address && file < cgi_nr_files; file++) {
			text = cgi_text_read(cgi_files[file]);
			if (strstr(text, address)) {
				ksft_print_msg("%s has %s\n", cgi_files[file], symbols[i]);
				ok = false;
			}
			free(text);
		}
		nr += !!address;
		free(address);
	}
	ksft_print_msg("%d symbols were looked for\n", nr);
	return nr ? ok : cgi_skip("kallsyms has none of them");
}

#define ENDS_SO(name)	{ name, .run_on = ends_so }

static struct attempt attempts[] = {
	{ ENDS_SO("a user without privileges: EACCES"), plain_user },
	{ ENDS_SO("the root of its user namespace: EACCES, and no debugfs"), its_root },
	{ ENDS_SO("that root can't change mode or owner of a file: EPERM"), changes_mode },
	{ ENDS_SO("root of a namespace, and outside of it: as root"), root_of_both },
	{ ENDS_SO("root without capabilities owns the files and reads"), without_caps },
	{ ENDS_SO("another user with CAP_SYS_ADMIN: EACCES"), with_sys_admin },
	{ ENDS_SO("another user with CAP_DAC_READ_SEARCH reads"), with_read_search },
	{ ENDS_SO("another user with CAP_DAC_OVERRIDE reads"), with_override },
};

static const struct cgi_case file_cases[] = {
	{ "passed on open, it is read, but not opened anew", .run_on = passed_on_is_read },
};

static const struct cgi_case cases[] = {
	{ "no file has the address of an object", no_address_is_shown },
};

int main(void)
{
	size_t i;

	cgi_begin();
	dir = open(CGI_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		cgi_die("%s: %s", CGI_DIR, strerror(errno));
	for (i = 0; i < ARRAY_SIZE(attempts); i++)
		cgi_add_cases_on(&attempts[i], NULL, &attempts[i].as, 1);
	cgi_add_cases_on_files(file_cases, ARRAY_SIZE(file_cases));
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
