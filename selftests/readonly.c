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
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"

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

static void test_open(const char *name)
{
	bool any = opens(name, O_WRONLY);

	any = opens(name, O_RDWR) || any;
	any = opens(name, O_WRONLY | O_TRUNC) || any;
	any = opens(name, O_WRONLY | O_APPEND) || any;
	ksft_test_result(!any && cgi_table_read(name)->nr_rows >= 0,
			 "%s: can't be opened for writing\n", name);
}

static void test_open_text(const char *name)
{
	bool any = opens(name, O_WRONLY);

	any = opens(name, O_RDWR) || any;
	any = opens(name, O_WRONLY | O_TRUNC) || any;
	ksft_test_result(!any && cgi_slurp_at(CGI_DIR, name),
			 "%s: can't be opened for writing\n", name);
}

static bool maps(int fd, int prot, int flags)
{
	void *map = mmap(NULL, 4096, prot, flags, fd, 0);

	if (map == MAP_FAILED)
		return false;
	munmap(map, 4096);
	return true;
}

static void test_fd(const char *name)
{
	int fd = cgi_open(name, O_RDONLY);
	struct termios tty;

	if (fd < 0)
		cgi_die("%s: %s", name, strerror(errno));
	ksft_test_result(!maps(fd, PROT_READ, MAP_PRIVATE) &&
			 !maps(fd, PROT_READ, MAP_SHARED) &&
			 !maps(fd, PROT_READ | PROT_WRITE, MAP_PRIVATE),
			 "%s: can't be mapped\n", name);
	ksft_test_result(write(fd, "x", 1) < 0 && ftruncate(fd, 0) &&
			 ioctl(fd, TCGETS, &tty),
			 "%s: no write, truncate or ioctl\n", name);
	close(fd);
}

static void test_mode(const char *name)
{
	char *path = cgi_fmt("%s/%s", CGI_DIR, name);
	struct stat st;

	ksft_test_result(!stat(path, &st) && st.st_mode == (S_IFREG | 0400) &&
			 st.st_uid == 0 && st.st_gid == 0,
			 "%s: mode 0400, of root\n", name);
}

/*
 * debugfs itself is closed to others; the directory is opened before root is
 * given up, so that it is the mode of the files which is tried.
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

static void test_nobody(void)
{
	int dir = open(CGI_DIR, O_RDONLY | O_DIRECTORY);

	ksft_test_result(dir >= 0 && cgi_join(cgi_spawn(try_as_nobody, &dir)),
			 "others than root get EACCES\n");
	close(dir);
}

static void test_directory(void)
{
	const char *file = CGI_DIR "/new", *dir = CGI_DIR "/newdir";

	ksft_test_result(open(file, O_CREAT | O_WRONLY, 0600) < 0 &&
			 mkdir(dir, 0700) && symlink("tasks", file) &&
			 access(file, F_OK) && access(dir, F_OK),
			 "nothing can be made in the directory\n");
	ksft_test_result(unlink(CGI_DIR "/info") &&
			 rename(CGI_DIR "/info", CGI_DIR "/stats") &&
			 rmdir(CGI_DIR) && !access(CGI_DIR "/info", F_OK),
			 "nothing can be removed from it or renamed\n");
}

static bool is_table(const char *name)
{
	int i;

	for (i = 0; i < cgi_nr_tables; i++)
		if (!strcmp(cgi_tables[i], name))
			return true;
	return false;
}

int main(void)
{
	int i;

	ksft_print_header();
	cgi_begin();
	ksft_set_plan(4 * cgi_nr_files + 3);
	for (i = 0; i < cgi_nr_files; i++) {
		if (is_table(cgi_files[i]))
			test_open(cgi_files[i]);
		else
			test_open_text(cgi_files[i]);
		test_fd(cgi_files[i]);
		test_mode(cgi_files[i]);
	}
	test_nobody();
	test_directory();
	cgi_finish();
}
