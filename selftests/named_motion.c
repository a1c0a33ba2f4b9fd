// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file holders is right while files are made, renamed, truncated and deleted, memory is
 * mapped and unmapped, file systems are mounted and unmounted, a block of memory is switched off
 * and on, and cgroups that all this was charged to are removed: each line is sound, and path and
 * inode number are those of one file.
 *
 *   memory   top: workers, each with a tmpfs of its own, in cgroups that they make and remove
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_named.h"
#include "lib/cgi_pin.h"

static struct cgi_place memory;

/* Pages that were moved to the parent when a cgroup was removed hold nothing. */
static bool pages_move;

static long page;

#define NR_WORKERS	3
#define NR_ALIVE	128	/* files of a worker at a time */
#define NR_AT_ONCE	4	/* and of a cgroup */
#define SECONDS		10
#define NAME_BYTES	4096
#define NR_BLOCKS	64	/* of memory that are tried */

static char *top, *home;

/* A file gets the number of its inode as its name. */
static void move_pages(const char *mnt, char *name, unsigned int n)
{
	char *first = cgi_fmt("%s/new", mnt), *last;
	int fd = open(first, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		_exit(1);
	last = cgi_fmt("%s/%llu", mnt, (unsigned long long)st.st_ino);
	cgi_write_pages(fd, 8 + n % 32);
	if (rename(first, last))
		_exit(1);
	if (n % 3 == 0)
		ftruncate(fd, 4 * page);
	if (n % 5 == 0)
		unlink(last);
	close(fd);
	unlink(name);
	snprintf(name, NAME_BYTES, "%s", last);
	free(first);
	free(last);
}

static void touch_memory(unsigned int n)
{
	void *at = mmap(NULL, 64 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);

	if (at == MAP_FAILED)
		_exit(1);
	memset(at, 'x', (1 + n % 64) * page);
	if (n % 2)
		munmap(at, 64 * page);
}

static void mount_anew(const char *mnt, bool is_first)
{
	if (!is_first && umount2(mnt, MNT_DETACH))
		_exit(1);
	if (mount("tmpfs", mnt, "tmpfs", 0, NULL))
		_exit(1);
}

static int keep_moving(void *arg)
{
	static char names[NR_ALIVE][NAME_BYTES];
	const char *mnt = arg;
	unsigned int n, i;

	for (n = 0; n < 100000; n++) {
		char *dir = cgi_fmt("%s/%d_%u", top, getpid(), n);

		if (n % NR_ALIVE == 0)
			mount_anew(mnt, !n);
		if (mkdir(dir, 0755) || cgi_move(dir, getpid()))
			return 1;
		for (i = 0; i < NR_AT_ONCE; i++)
			move_pages(mnt, names[(NR_AT_ONCE * n + i) % NR_ALIVE], n + i);
		touch_memory(n);
		if (cgi_move(home, getpid()))
			return 1;
		rmdir(dir);
		free(dir);
	}
	return 0;
}

static int paths;

/* Is the object in a cgroup of a worker, whose files are all named so? */
static bool is_of_worker(const struct cgi_table *holders, int row)
{
	const char *ours = top + strlen(memory.root);

	return !strncmp(cgi_get(holders, row, "path"), ours, strlen(ours));
}

/*
 * Of a file of a worker, path and inode number must be those of one file. Others can have files
 * of any name.
 */
static bool path_is_of_inode(const struct cgi_table *holders, int row)
{
	const char *detail = cgi_get(holders, row, "detail");
	const char *path = strstr(detail, ",path:/"), *inode = strstr(detail, ",inode:");
	unsigned long long number;
	char *end;

	if (!path || !inode || !strstr(detail, ",fs:tmpfs") || !is_of_worker(holders, row) ||
	    !strcmp(path, ",path:/new"))
		return true;
	paths++;
	number = strtoull(path + strlen(",path:/"), &end, 10);
	return !*end && number == strtoull(inode + strlen(",inode:"), NULL, 10);
}

/* ---- memory that is switched off and on ---- */

static const char *block;
static unsigned int *switched;

static bool can_switch(const char *dir)
{
	return !cgi_write(dir, "online", "0") && !cgi_write(dir, "online", "1");
}

/* The last one that can be: what the kernel itself uses is mostly in the first ones. */
static const char *find_block(void)
{
	int i;

	for (i = NR_BLOCKS - 1; i >= 0; i--) {
		char *dir = cgi_fmt("/sys/devices/system/memory/memory%d", i);

		if (!access(dir, F_OK) && can_switch(dir))
			return dir;
		free(dir);
	}
	return NULL;
}

static int keep_switching(void *unused)
{
	(void)unused;
	for (;;) {
		if (!cgi_write(block, "online", "0"))
			__atomic_add_fetch(switched, 1, __ATOMIC_RELAXED);
		cgi_write(block, "online", "1");
		cgi_sleep_ms(100);
	}
	return 0;
}

static bool memory_was_switched(void)
{
	if (!block)
		return cgi_skip("no memory can be switched off (CONFIG_MEMORY_HOTREMOVE)");
	ksft_print_msg("%u times\n", *switched);
	return *switched;
}

/* ---- the cases ---- */

static bool read_for_a_while(void)
{
	double end = cgi_now() + SECONDS;
	bool ok = true;
	int reads;

	for (reads = 0; ok && cgi_now() < end; reads++)
		ok = cgi_holders_are_sound(path_is_of_inode);
	ksft_print_msg("%d reads, %d paths\n", reads, paths);
	return ok;
}

static bool lines_are_right_in_motion(void)
{
	char *mnt[NR_WORKERS];
	pid_t pids[NR_WORKERS];
	bool ok;
	int i;

	top = cgi_new_cgroup(memory.root);
	if (memory.version == 2)
		cgi_switch_controller(top, '+', "memory");
	home = cgi_mkdir(top, "home");
	for (i = 0; i < NR_WORKERS; i++) {
		char *name = cgi_fmt("worker%d", i);

		mnt[i] = cgi_mkdir(cgi_tmp(), name);
		pids[i] = cgi_spawn(keep_moving, mnt[i]);
		free(name);
	}
	if (block)
		cgi_spawn(keep_switching, NULL);
	ok = read_for_a_while();
	for (i = 0; i < NR_WORKERS; i++)
		ok = cgi_still_runs(pids[i]) && ok;
	cgi_kill_all();
	/* A worker that was killed between umount and mount has left nothing to unmount. */
	for (i = 0; i < NR_WORKERS; i++)
		if (cgi_umount(mnt[i]) && (errno != EINVAL || rmdir(mnt[i])))
			cgi_die("umount %s: %s", mnt[i], strerror(errno));
	return ok && (paths || pages_move);
}

static const struct cgi_case cases[] = {
	{ "lines are right while all moves", lines_are_right_in_motion },
	{ "memory was switched off and on meanwhile", memory_was_switched },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	page = sysconf(_SC_PAGESIZE);
	pages_move = cgi_kernel_has("lru_reparent_memcg");
	memory = cgi_place_of("memory");
	if (!memory.root)
		cgi_skip_all("the kernel has no CONFIG_MEMCG");
	switched = cgi_share(sizeof(*switched));
	block = find_block();
	if (block)
		cgi_restore(block, "online", "1");
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
