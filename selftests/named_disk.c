// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file holders names what is left on disks of a cgroup that was removed: the pages of a file
 * and in swap, the writeback structure of the disk, and the file that keeps it. What no module can
 * see it counts, and says where to look: the kernel's records of a block device on which the cgroup
 * did I/O, and the worker of a loop device. When all that has gone, so have lines and csses.
 *
 *   memory, io on v2   a cgroup for each kind
 *   mounts             what the guest has at /var/tmp
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_named.h"
#include "lib/cgi_pin.h"
#include "lib/cgi_shortage.h"
#include "lib/cgi_stock.h"
#include "lib/cgi_swap.h"

/* An old kind of file needs a block that says where the rest is of a larger one. */
#define NR_PAGES	12
#define NR_SWAPPED	40
#define EXT4_MAGIC	0xef53

static struct cgi_place v2 = { .version = 2 };
static char *disk;
static int file = -1;
/* The css of memory, and that of io. */
static char *memory_css, *io_css;

/* Pages that were moved to the parent when a cgroup was removed hold nothing. */
static bool pages_move;

/* ---- lines ---- */

static const char *compared;
static void (*want)(struct cgi_set *set);

/*
 * Pages of the kernel hold a css before 5.13: page tables do. And what a file system on a disk
 * has read for its own use meanwhile is charged to whoever made it do so.
 */
static bool is_wanted(const char *kind, const char *detail)
{
	bool is_ours;
	char *id;

	if (!strcmp(detail, "type:kernel"))
		return false;
	if (strcmp(kind, "file"))
		return true;
	id = cgi_identity_of(file);
	is_ours = strstr(detail, id);
	free(id);
	return is_ours;
}

static int diff_lines(void)
{
	struct cgi_table *holders = cgi_table_read("holders");
	struct cgi_set ours = { 0 }, theirs = { 0 };
	int row;

	for (row = 0; row < holders->nr_rows; row++)
		if (!strcmp(cgi_get(holders, row, "object"), compared) &&
		    is_wanted(cgi_get(holders, row, "kind"), cgi_get(holders, row, "detail")))
			cgi_set_add(&ours, "%s refs %s amount %s %s",
				    cgi_get(holders, row, "kind"),
				    cgi_get(holders, row, "refs"),
				    cgi_get(holders, row, "amount"),
				    cgi_get(holders, row, "detail"));
	cgi_table_free(holders);
	want(&theirs);
	return cgi_set_compare(compared, &ours, &theirs);
}

static bool lines_are(const char *css, void (*wanted)(struct cgi_set *set))
{
	compared = css;
	want = wanted;
	cgi_stock_replace();
	return cgi_settles(diff_lines);
}

/* ---- a file of a disk ---- */

static int open_new(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		cgi_die("%s: %s", path, strerror(errno));
	return fd;
}

/* What was written before is on the disk, and the kernel has a record of that for the cgroup. */
static void write_through(void)
{
	int fd = open_new(disk);

	cgi_write_pages(fd, NR_PAGES);
	if (fsync(fd))
		cgi_die("fsync: %s", strerror(errno));
	close(fd);
	unlink(disk);
}

/* From 5.14 on the kernel lets go of a writeback structure of which no inode is dirty. */
static void make_file(void *unused)
{
	(void)unused;
	write_through();
	file = open_new(disk);
	cgi_write_pages(file, NR_PAGES);
}

/* A path of the module's begins at the root of the file system. */
static const char *path_on_disk(void)
{
	struct stat root, tmp;

	if (stat("/", &root) || stat("/var/tmp", &tmp))
		cgi_die("stat: %s", strerror(errno));
	return root.st_dev == tmp.st_dev ? disk : strrchr(disk, '/');
}

static void want_bdi(struct cgi_set *set)
{
	struct stat st;

	if (fstat(file, &st))
		cgi_die("fstat: %s", strerror(errno));
	cgi_set_add(set, "writeback refs 1 amount - bdi:%u:%u", major(st.st_dev), minor(st.st_dev));
}

static void want_of_memory(struct cgi_set *set)
{
	char *id = cgi_identity_of(file);

	if (!pages_move)
		cgi_set_add(set, "file refs %d amount %d %s,fs:ext4,path:%s", NR_PAGES, NR_PAGES,
			    id, path_on_disk());
	want_bdi(set);
	cgi_set_add(set, "writeback refs 0 amount - %s", id);
	free(id);
}

/* The record of the one device on which there was I/O. */
static void want_of_io(struct cgi_set *set)
{
	want_bdi(set);
	cgi_set_add(set, "unknown refs 1 amount - -");
	cgi_set_add(set, "unseen refs 0 amount - howto:files");
	cgi_set_add(set, "unseen refs 0 amount - howto:io");
}

static char *make_cgroup(void (*make)(void *arg))
{
	char *dir = cgi_new_cgroup(v2.root), *id = cgi_dir_id(0, dir);

	memory_css = cgi_css_of(id, "memory", "online");
	io_css = cgi_css_of(id, "io", "online");
	free(id);
	cgi_run_inside(&v2, dir, make, NULL);
	return dir;
}

/* io.stat has a line for each device of which the kernel has a record. */
static bool has_one_record(const char *dir)
{
	char *stat = cgi_slurp_at(dir, "io.stat"), *at;
	int lines = 0;

	for (at = stat; at && *at; at++)
		lines += *at == '\n';
	if (lines != 1)
		ksft_print_msg("io.stat: %s\n", stat ? stat : "no such file");
	free(stat);
	return lines == 1;
}

static const char *no_disk;

static bool file_is_named(void)
{
	char *dir;
	bool ok;

	if (no_disk)
		return cgi_skip("%s", no_disk);
	/* So the file system reads blocks of its own for the cgroup, which file_goes() is about. */
	sync();
	cgi_drop_caches();
	dir = make_cgroup(make_file);
	ok = has_one_record(dir);
	cgi_must_rmdir(dir);
	return lines_are(memory_css, want_of_memory) && ok;
}

static bool records_are_counted(void)
{
	if (no_disk)
		return cgi_skip("%s", no_disk);
	return lines_are(io_css, want_of_io);
}

static bool csses_go(void)
{
	return cgi_is_gone("csses", "css", memory_css) && cgi_is_gone("csses", "css", io_css) &&
	       cgi_is_not_named(memory_css) && cgi_is_not_named(io_css);
}

static bool file_goes(void)
{
	if (no_disk)
		return cgi_skip("%s", no_disk);
	close(file);
	unlink(disk);
	cgi_drop_blocks(memory_css);
	return csses_go();
}

/* ---- memory in swap ---- */

static void make_memory(void *unused)
{
	(void)unused;
	file = memfd_create("cgi", MFD_CLOEXEC);
	if (file < 0)
		cgi_die("memfd_create: %s", strerror(errno));
	cgi_write_pages(file, NR_SWAPPED);
}

static void want_swap(struct cgi_set *set)
{
	cgi_set_add(set, "swap refs 1 amount %d -", NR_SWAPPED);
}

static bool swap_is_named(void)
{
	const char *lacks = cgi_swap_on();
	char *dir;
	bool ok;

	if (lacks)
		return cgi_skip("%s", lacks);
	dir = make_cgroup(make_memory);
	cgi_swap_out(dir, NR_SWAPPED);
	cgi_must_rmdir(dir);
	ok = lines_are(memory_css, want_swap);
	close(file);
	cgi_swap_off();
	return csses_go() && ok;
}

/* ---- a loop device ---- */

static int control = -1, loop_nr, loop = -1;
static size_t page;

/* What is written to it past the page cache is done by a worker, for whoever has written it. */
static void write_to_loop(void *unused)
{
	void *at = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)unused;
	if (at == MAP_FAILED || pwrite(loop, at, page, 0) != (ssize_t)page)
		cgi_die("a loop device: %s", strerror(errno));
	munmap(at, page);
}

static const char *set_up_loop(void)
{
	char *path;

	control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	loop_nr = control < 0 ? -1 : ioctl(control, LOOP_CTL_GET_FREE);
	if (loop_nr < 0)
		return "this guest has no loop devices";
	path = cgi_fmt("/dev/loop%d", loop_nr);
	loop = open(path, O_RDWR | O_DIRECT | O_CLOEXEC);
	file = memfd_create("cgi", MFD_CLOEXEC);
	if (loop < 0 || ftruncate(file, 64 * page) || ioctl(loop, LOOP_SET_FD, file))
		cgi_die("%s: %s", path, strerror(errno));
	free(path);
	return NULL;
}

/* Whoever looks at new devices, as udev does, may have it open for a moment. */
static bool remove_loop(void)
{
	double end = cgi_now() + CGI_PATIENCE_S;

	while (ioctl(control, LOOP_CTL_REMOVE, loop_nr)) {
		if (errno != EBUSY || cgi_now() > end)
			return false;
		cgi_sleep_ms(CGI_PATIENCE_MS);
	}
	return true;
}

static void take_down_loop(void)
{
	if (ioctl(loop, LOOP_CLR_FD))
		cgi_die("LOOP_CLR_FD: %s", strerror(errno));
	close(loop);
	close(file);
	if (!remove_loop())
		cgi_die("LOOP_CTL_REMOVE: %s", strerror(errno));
	close(control);
}

/* Such a kernel has one for each cgroup, and keeps it for a minute, or until the device goes. */
static bool loop_has_workers(void)
{
	return cgi_kernel_has("loop_workfn") || cgi_kernel_has("loop_workfn\t[loop]");
}

static void want_worker(struct cgi_set *set)
{
	cgi_set_add(set, "unknown refs 1 amount - -");
	cgi_set_add(set, "unseen refs 0 amount - howto:files");
	cgi_set_add(set, "unseen refs 0 amount - howto:io");
}

static bool worker_is_counted(void)
{
	const char *lacks = set_up_loop();
	bool ok;

	if (lacks)
		return cgi_skip("%s", lacks);
	cgi_must_rmdir(make_cgroup(write_to_loop));
	ok = loop_has_workers() ? lines_are(io_css, want_worker) :
				  cgi_is_gone("csses", "css", io_css);
	take_down_loop();
	return csses_go() && ok;
}

/* ---- the cases ---- */

static const struct cgi_case cases[] = {
	{ "a file of a disk is named", file_is_named },
	{ "the kernel's record of the disk is counted, and has a recipe", records_are_counted },
	{ "without the file csses and lines are gone", file_goes },
	{ "memory in swap is named, without it csses and lines are gone", swap_is_named },
	{ "a worker of a loop device is counted, without it csses and lines are gone",
	  worker_is_counted },
};

/* Nothing is written back but what a case asks for. */
static const char *find_disk(void)
{
	struct statfs fs;

	if (statfs("/var/tmp", &fs) || fs.f_type != EXT4_MAGIC)
		return "this guest has no disk";
	disk = cgi_fmt("/var/tmp/cgi_named_%d", getpid());
	cgi_restore("/proc/sys/vm", "dirty_expire_centisecs", "3000");
	cgi_write("/proc/sys/vm", "dirty_expire_centisecs", "60000");
	/* What the file system needs of its own is in memory before a cgroup needs it. */
	write_through();
	return NULL;
}

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	page = sysconf(_SC_PAGESIZE);
	pages_move = cgi_kernel_has("lru_reparent_memcg");
	if (cgi_attached_to("memory") || cgi_attached_to("blkio"))
		cgi_skip_all("memory or io is not on v2 (cgroup_no_v1=memory,blkio)");
	v2.root = cgi_v2();
	cgi_enable("memory");
	cgi_enable("io");
	no_disk = find_disk();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
