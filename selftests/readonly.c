// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nothing can be changed through the files, by root neither: no opening for
 * writing, no mmap, no ioctl, nothing made or removed beside them. Others
 * than root can't even open them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_named.h"
#include "lib/cgi_pin.h"

#define NOBODY 65534

static bool opens(const char *name, int flags)
{
	int fd = cgi_open(name, flags);

	if (fd < 0)
		return false;
	ksft_print_msg("%s opened with flags %#x\n", name, flags);
	close(fd);
	return true;
}

static bool is_table(const char *name)
{
	int i;

	for (i = 0; i < cgi_nr_tables; i++)
		if (!strcmp(cgi_tables[i], name))
			return true;
	return false;
}

/* O_TRUNC and O_APPEND change nothing either: the file can be read as before. */
static bool no_writing(void *name)
{
	bool any = opens(name, O_WRONLY);
	char *text;

	any = opens(name, O_RDWR) || any;
	any = opens(name, O_WRONLY | O_TRUNC) || any;
	any = opens(name, O_WRONLY | O_APPEND) || any;
	if (is_table(name))
		return !any && cgi_table_read(name)->nr_rows > 0;
	text = cgi_slurp_at(CGI_DIR, name);
	return !any && text && *text;
}

static bool maps(int fd, int prot, int flags)
{
	void *map = mmap(NULL, 4096, prot, flags, fd, 0);

	if (map == MAP_FAILED)
		return false;
	munmap(map, 4096);
	return true;
}

static int must_open(const char *name)
{
	int fd = cgi_open(name, O_RDONLY);

	if (fd < 0)
		cgi_die("%s: %s", name, strerror(errno));
	return fd;
}

static bool no_mapping(void *name)
{
	int fd = must_open(name);
	bool ok = !maps(fd, PROT_READ, MAP_PRIVATE) &&
		  !maps(fd, PROT_READ, MAP_SHARED) &&
		  !maps(fd, PROT_READ | PROT_WRITE, MAP_PRIVATE);

	close(fd);
	return ok;
}

static bool no_ioctl(void *name)
{
	int fd = must_open(name);
	struct termios tty;
	bool ok = ioctl(fd, TCGETS, &tty);

	close(fd);
	return ok;
}

static bool roots_alone(void *name)
{
	char *path = cgi_fmt("%s/%s", CGI_DIR, (char *)name);
	struct stat st;

	return !stat(path, &st) && st.st_mode == (S_IFREG | 0400) &&
	       st.st_uid == 0 && st.st_gid == 0;
}

/*
 * debugfs itself is closed to others. The directory is opened before root is
 * given up, so that the mode of the files decides.
 */
static int try_as_nobody(void *arg)
{
	int dir = *(int *)arg, i, bad = 0;

	if (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY))
		return 2;
	for (i = 0; i < cgi_nr_files; i++)
		if (openat(dir, cgi_files[i], O_RDONLY) >= 0 ||
		    errno != EACCES)
			bad = 1;
	return bad;
}

static bool others_get_eacces(void)
{
	int dir = open(CGI_DIR, O_RDONLY | O_DIRECTORY);
	bool ok = dir >= 0 && cgi_join(cgi_spawn(try_as_nobody, &dir));

	close(dir);
	return ok;
}

static bool nothing_can_be_made(void)
{
	const char *file = CGI_DIR "/new", *dir = CGI_DIR "/newdir";

	return open(file, O_CREAT | O_WRONLY, 0600) < 0 &&
	       mkdir(dir, 0700) && symlink("tasks", file) &&
	       access(file, F_OK) && access(dir, F_OK);
}

static bool nothing_can_be_removed(void)
{
	return unlink(CGI_DIR "/info") &&
	       rename(CGI_DIR "/info", CGI_DIR "/stats") &&
	       rmdir(CGI_DIR) && !access(CGI_DIR "/info", F_OK);
}

static const struct cgi_case file_cases[] = {
	{ "can't be opened for writing", .run_on = no_writing },
	{ "can't be mapped", .run_on = no_mapping },
	{ "no ioctl", .run_on = no_ioctl },
	{ "mode 0400, of root", .run_on = roots_alone },
};

static const struct cgi_case cases[] = {
	{ "others than root get EACCES", others_get_eacces },
	{ "nothing can be made in the directory", nothing_can_be_made },
	{ "nothing can be removed from it or renamed", nothing_can_be_removed },
};

/* An idle guest has no holders, so that file would be empty without the socket. */
int main(void)
{
	struct cgi_place v2 = { .version = 2 };

	cgi_begin();
	v2.root = cgi_v2();
	cgi_run_inside(&v2, cgi_bare_cgroup(), cgi_keep_unix, NULL);
	cgi_add_cases_on_files(file_cases, ARRAY_SIZE(file_cases));
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
