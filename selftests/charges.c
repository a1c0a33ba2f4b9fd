// SPDX-License-Identifier: GPL-2.0-only
/*
 * csses: what is charged to those of memory, compared with the files of the memory controller
 * while the cgroup is there; and what is left when it was removed. subsystems: their ids.
 *
 *   memory, v1 or v2    plain: pages, removed with them
 *                       many: cgroups that are made and removed, for their ids
 *   memory on v2        outer: pages
 *                         inner: pages
 *                       swapped: pages in swap, removed with them
 *   memory, io on v2    writer: writes to a file on a disk, removed while that is open
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"
#include "lib/cgi_shortage.h"
#include "lib/cgi_swap.h"

/* This is more than each CPU keeps back before it puts pages on a list. */
#define PAGES		40
#define MORE_PAGES	70
#define NR_IDS		20

static struct cgi_place memory;
static long page;
/* Such a kernel gives the pages of a removed cgroup to its parent. */
static bool pages_go_up;
/* Such a kernel brings the numbers of memory.stat together. */
static bool stat_is_exact;
/* Such a kernel gives the inodes of a removed cgroup to its parent. */
static bool inodes_go_up;

/* Returns the number without its "~", or -1 for "-". */
static long plain_number(const char *field)
{
	return strcmp(field, "-") ? atol(field + (*field == '~')) : -1;
}

/* ---- what the memory controller says ---- */

static long file_pages(const char *dir, const char *v1, const char *v2)
{
	char *text = cgi_slurp_at(dir, memory.version == 1 ? v1 : v2);
	long bytes;

	if (!text)
		cgi_die("%s: %s", dir, strerror(errno));
	bytes = atol(text);
	free(text);
	return bytes / page;
}

static long charged(const char *dir)
{
	return file_pages(dir, "memory.usage_in_bytes", "memory.current");
}

static long on_lists(const char *dir)
{
	static const char * const lists[] = {
		"inactive_anon", "active_anon", "inactive_file", "active_file", "unevictable",
	};
	long bytes = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lists); i++)
		bytes += cgi_stat_value(dir, "memory.stat", lists[i]);
	return bytes / page;
}

/* ---- pages ---- */

struct charged {
	char *dir, *css, *id;
	int fd, pages;
	/* A child whose charges are in the files of @dir, too. */
	struct charged *inner;
};

static struct charged plain, outer, inner, swapped, writer;

static void make(struct charged *c, char *dir)
{
	c->dir = dir;
	c->id = cgi_dir_id(memory.hier, dir);
	c->css = cgi_css_of(c->id, "memory", "online");
	if (!c->css)
		cgi_die("no css of memory for %s", dir);
}

/*
 * Takes what each CPU keeps back to the lists: the kernel does so before it looks for pages to
 * move to another node, and this one is where it should be. Compaction does so, too, but may
 * then move pages itself, and keep them back. A kernel without nodes has only that.
 */
static void drain(void)
{
	unsigned int node;
	void *at = &node;
	int to, status;

	if (syscall(SYS_getcpu, NULL, &node, NULL))
		cgi_die("getcpu: %s", strerror(errno));
	to = node;
	if (syscall(SYS_move_pages, 0, 1L, &at, &to, &status, MPOL_MF_MOVE))
		cgi_write("/proc/sys/vm", "compact_memory", "1");
}

/*
 * The pages on its lists are those that were written, without a mark if nothing else is charged
 * to it. memory.stat has sums of per-CPU counters; those of older kernels are never brought
 * together, and those of newer ones are within two seconds.
 */
static int diff_pages(const struct charged *c)
{
	struct cgi_set ours = { 0 }, theirs = { 0 };
	long all, listed;
	char *field;

	drain();
	field = cgi_field("csses", "css", c->css, "pages");
	all = charged(c->dir) - (c->inner ? charged(c->inner->dir) : 0);
	listed = on_lists(c->dir) - (c->inner ? on_lists(c->inner->dir) : 0);
	cgi_set_add(&ours, "%s: %s", c->css, field ? field : "no line");
	cgi_set_add(&theirs, "%s: %s%d", c->css, all == c->pages ? "" : "~", c->pages);
	ksft_print_msg("%s: %ld pages charged, %ld on lists\n", c->css, all, listed);
	free(field);
	return cgi_set_compare("pages", &ours, &theirs) +
	       (stat_is_exact && listed != c->pages);
}

static void charge(struct charged *c, int pages)
{
	c->fd = cgi_charge_pages(&memory, c->dir, pages);
	c->pages = pages;
}

static bool is_number(const char *css, const char *col, long want)
{
	char *field = cgi_field("csses", "css", css, col);
	long got = field ? plain_number(field) : -1;

	if (got != want)
		ksft_print_msg("%s: %s %s instead of %ld\n", css, col, field ? field : "-", want);
	free(field);
	return got == want;
}

static bool becomes_number(const char *css, const char *col, long want)
{
	double end = cgi_now() + CGI_PATIENCE_S;

	while (!is_number(css, col, want)) {
		if (cgi_now() > end)
			return false;
		cgi_sleep_ms(CGI_PATIENCE_MS);
	}
	return true;
}

static bool ids_become(long want)
{
	char *text = cgi_fmt("%ld", want);
	bool ok = cgi_field_becomes("subsystems", "name", "memory", "ids", text);

	free(text);
	return ok;
}

/* Does the picture say that a css holds its cgroup, and by how much of what? */
static bool picture_says(const char *css, int refs, const char *what)
{
	char *want = cgi_fmt("held by css %s: %d other reference%s, %s", css, refs,
			     refs == 1 ? "" : "s", what);
	char *text = cgi_text_read("graph.dot");
	bool says = strstr(text, want);

	if (!says)
		ksft_print_msg("graph.dot does not have \"%s\"\n", want);
	free(text);
	free(want);
	return says;
}

static int diff_new(void)
{
	return diff_pages(&plain);
}

static bool new_has_nothing(void)
{
	make(&plain, cgi_new_cgroup(memory.root));
	return cgi_settles(diff_new) && is_number(plain.css, "pages", 0) &&
	       is_number(plain.css, "swap", 0);
}

static bool plain_has_pages(void)
{
	charge(&plain, PAGES);
	return cgi_settles(diff_new) && is_number(plain.css, "pages", PAGES);
}

static bool removed_has_them(void)
{
	long ids = cgi_field_num("subsystems", "name", "memory", "ids");

	cgi_must_rmdir(plain.dir);
	if (pages_go_up)
		return cgi_is_gone("csses", "css", plain.css);
	return cgi_field_becomes("csses", "css", plain.css, "state", "dying") &&
	       cgi_field_becomes("csses", "css", plain.css, "unaccounted", CGI_TEXT(PAGES)) &&
	       becomes_number(plain.css, "pages", PAGES) && ids_become(ids - 1) &&
	       picture_says(plain.css, PAGES,
			    cgi_fmt("%s pages", cgi_field("csses", "css", plain.css, "pages")));
}

static bool gone_without_pages(void)
{
	close(plain.fd);
	return cgi_is_gone("csses", "css", plain.css);
}

/* ---- what a CPU has taken in advance ---- */

#define ENOUGH_PAGES	1000

struct used {
	int usage, fd;
};

static long usage_in_pages(int fd)
{
	char text[32] = "";

	if (pread(fd, text, sizeof(text) - 1, 0) <= 0)
		cgi_die("the usage of memory: %s", strerror(errno));
	return atol(text) / page;
}

/*
 * Charges a page at a time. The usage grows by all that this CPU takes in advance, so it is known
 * after which page nothing of that is left.
 */
static void use_up(void *arg)
{
	struct used *u = arg;
	long before = usage_in_pages(u->usage), left = -1, now;
	int i;

	for (i = 0; i < ENOUGH_PAGES && left; i++) {
		if (pwrite(u->fd, "", 1, i * page) != 1)
			cgi_die("pwrite: %s", strerror(errno));
		now = usage_in_pages(u->usage);
		left = now == before ? left - 1 : now - before - 1;
		before = now;
	}
	ksft_print_msg("%d pages were charged, %ld are left\n", i, left);
}

static bool used_up_css_goes(void)
{
	char *dir = cgi_new_cgroup(memory.root), *id = cgi_dir_id(memory.hier, dir);
	char *css = cgi_css_of(id, "memory", "online");
	char *path = cgi_fmt("%s/%s", dir, memory.version == 1 ? "memory.usage_in_bytes" :
								 "memory.current");
	struct used u = { open(path, O_RDONLY | O_CLOEXEC), memfd_create("cgi", MFD_CLOEXEC) };

	if (u.usage < 0 || u.fd < 0)
		cgi_die("%s: %s", path, strerror(errno));
	/* What the kernel needs to print it is had by now, and not charged in there. */
	usage_in_pages(u.usage);
	cgi_run_on_cpu(&memory, dir, use_up, &u);
	close(u.usage);
	close(u.fd);
	cgi_must_rmdir(dir);
	free(path);
	free(id);
	return cgi_is_gone("csses", "css", css);
}

static bool others_have_none(void)
{
	struct cgi_table *csses = cgi_table_read("csses");
	int row, nr = 0, wrong = 0;

	for (row = 0; row < csses->nr_rows; row++) {
		bool is_memory = cgi_css_is_of(cgi_get(csses, row, "css"), "memory");
		bool has = strcmp(cgi_get(csses, row, "pages"), "-") &&
			   strcmp(cgi_get(csses, row, "swap"), "-");

		nr += is_memory;
		wrong += has != is_memory;
	}
	cgi_table_free(csses);
	ksft_print_msg("%d csses of memory, %d lines that are wrong\n", nr, wrong);
	return nr && !wrong;
}

/* ---- a child ---- */

static int diff_outer(void)
{
	return diff_pages(&outer);
}

static int diff_inner(void)
{
	return diff_pages(&inner);
}

/* memory.stat can take longer than cgi_settles() waits, as newer kernels sum it up by and by. */
static bool becomes_right(int (*diff)(void))
{
	double end = cgi_now() + CGI_PATIENCE_S;

	while (diff()) {
		if (cgi_now() > end)
			return false;
		cgi_sleep_ms(CGI_PATIENCE_MS);
	}
	return true;
}

static bool inner_is_not_outer(void)
{
	make(&outer, cgi_new_cgroup(memory.root));
	charge(&outer, MORE_PAGES);
	cgi_switch_controller(outer.dir, '+', "memory");
	make(&inner, cgi_mkdir(outer.dir, "inner"));
	charge(&inner, PAGES);
	outer.inner = &inner;
	return becomes_right(diff_outer) && becomes_right(diff_inner) &&
	       is_number(outer.css, "pages", MORE_PAGES) && is_number(inner.css, "pages", PAGES);
}

/* ---- ids ---- */

/* Something that was removed before may give its id back meanwhile. */
static int diff_ids(void)
{
	char *dirs[NR_IDS];
	long before = cgi_field_num("subsystems", "name", "memory", "ids"), with;
	int i;

	for (i = 0; i < NR_IDS; i++)
		dirs[i] = cgi_new_cgroup(memory.root);
	with = cgi_field_num("subsystems", "name", "memory", "ids");
	for (i = 0; i < NR_IDS; i++)
		cgi_must_rmdir(dirs[i]);
	ksft_print_msg("%ld ids, and %ld with " CGI_TEXT(NR_IDS) " more cgroups\n", before, with);
	return before <= 0 || with != before + NR_IDS || !ids_become(before);
}

static bool others_have_no_ids(void)
{
	struct cgi_table *subsystems = cgi_table_read("subsystems");
	int row, wrong = 0;

	for (row = 0; row < subsystems->nr_rows; row++) {
		bool is_memory = !strcmp(cgi_get(subsystems, row, "name"), "memory");

		wrong += is_memory != (strcmp(cgi_get(subsystems, row, "ids"), "-") &&
				       strcmp(cgi_get(subsystems, row, "max_ids"), "-"));
	}
	cgi_table_free(subsystems);
	return !wrong;
}

/* ---- swap ---- */

static const char *why_no_swap;

static int diff_swap(void)
{
	long theirs = file_pages(swapped.dir, NULL, "memory.swap.current");

	return !is_number(swapped.css, "swap", theirs);
}

static bool swap_is_counted(void)
{
	if (why_no_swap)
		return cgi_skip("%s", why_no_swap);
	make(&swapped, cgi_new_cgroup(memory.root));
	charge(&swapped, PAGES);
	cgi_swap_out(swapped.dir, PAGES);
	return cgi_settles(diff_swap) && is_number(swapped.css, "swap", PAGES);
}

static bool removed_has_swap(void)
{
	if (why_no_swap)
		return cgi_skip("%s", why_no_swap);
	cgi_must_rmdir(swapped.dir);
	return cgi_field_becomes("csses", "css", swapped.css, "state", "dying") &&
	       cgi_field_becomes("csses", "css", swapped.css, "unaccounted", "1") &&
	       is_number(swapped.css, "swap", PAGES) && is_number(swapped.css, "pages", 0) &&
	       picture_says(swapped.css, 1, CGI_TEXT(PAGES) " pages in swap");
}

static bool id_stays_with_swap(void)
{
	long before;

	if (why_no_swap)
		return cgi_skip("%s", why_no_swap);
	before = cgi_field_num("subsystems", "name", "memory", "ids");
	close(swapped.fd);
	cgi_swap_off();
	return ids_become(before - 1) && cgi_is_gone("csses", "css", swapped.css);
}

/* ---- writeback ---- */

static char *file;
static const char *why_no_writeback;

static void write_to_file(void *arg)
{
	int *fd = arg;
	static char text[4096];

	*fd = open(file, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	if (*fd < 0 || write(*fd, text, sizeof(text)) != sizeof(text) || fsync(*fd))
		cgi_die("%s: %s", file, strerror(errno));
}

/*
 * Newer kernels list, for each device, the structures with the inode number of the cgroup
 * of each. Returns how many there are for a cgroup, or -1.
 */
static long listed_by_kernel(const char *dir)
{
	DIR *bdis = opendir("/sys/kernel/debug/bdi");
	char *want = cgi_fmt("%llu\n", cgi_ino(dir));
	struct dirent *de;
	long nr = -1;

	while (bdis && (de = readdir(bdis))) {
		char *path = cgi_fmt("/sys/kernel/debug/bdi/%s/wb_stats", de->d_name);
		char *text = cgi_slurp(path, NULL), *at = text;

		if (text && nr < 0)
			nr = 0;
		while (at && (at = strstr(at, "WbCgIno:"))) {
			at += strlen("WbCgIno:");
			nr += !strncmp(at + strspn(at, " "), want, strlen(want));
		}
		free(text);
		free(path);
	}
	if (bdis)
		closedir(bdis);
	free(want);
	return nr;
}

static bool writeback_is_counted(void)
{
	long theirs;

	if (cgi_attached_to("blkio"))
		why_no_writeback = "io is not on v2 in this guest";
	else if (why_no_swap)
		why_no_writeback = "this guest has no file system on a disk";
	else if (!cgi_kernel_has("wb_get_create"))
		why_no_writeback = "the kernel has no CONFIG_CGROUP_WRITEBACK";
	if (why_no_writeback)
		return cgi_skip("%s", why_no_writeback);
	cgi_enable("io");
	make(&writer, cgi_new_cgroup(memory.root));
	if (!is_number(writer.css, "writeback", 0))
		return false;
	file = cgi_fmt("/var/tmp/cgi_charges_%d", getpid());
	cgi_run_inside(&memory, writer.dir, write_to_file, &writer.fd);
	theirs = listed_by_kernel(writer.dir);
	ksft_print_msg("the kernel lists %ld\n", theirs);
	return is_number(writer.css, "writeback", 1) && (theirs < 0 || theirs == 1);
}

static bool removed_has_writeback(void)
{
	bool ok;

	if (why_no_writeback)
		return cgi_skip("%s", why_no_writeback);
	cgi_must_rmdir(writer.dir);
	posix_fadvise(writer.fd, 0, 0, POSIX_FADV_DONTNEED);
	ok = inodes_go_up || (cgi_field_becomes("csses", "css", writer.css, "state", "dying") &&
			      becomes_number(writer.css, "pages", 0) &&
			      is_number(writer.css, "writeback", 1));
	unlink(file);
	close(writer.fd);
	cgi_drop_blocks(writer.css);
	return ok && cgi_is_gone("csses", "css", writer.css);
}

static const struct cgi_case cases[] = {
	{ "a new cgroup has nothing", new_has_nothing },
	{ "its pages are those of memory.stat", plain_has_pages },
	{ "what is left when it is removed", removed_has_them },
	{ "it is gone without them", gone_without_pages },
	{ "it is gone, too, if a CPU has used up what it took in advance", used_up_css_goes },
	{ "only csses of memory have charges", others_have_none },
	{ "each cgroup has an id", .diff = diff_ids },
	{ "only memory has them", others_have_no_ids },
};

static const struct cgi_case v2_cases[] = {
	{ "pages of a child are not those of its parent", inner_is_not_outer },
	{ "swap is what memory.swap.current says", swap_is_counted },
	{ "a removed cgroup still has it", removed_has_swap },
	{ "and its id, until nothing is in swap", id_stays_with_swap },
	{ "a writeback structure", writeback_is_counted },
	{ "a removed cgroup has it as long as an inode", removed_has_writeback },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	memory = cgi_place_of("memory");
	if (!memory.root)
		cgi_skip_all("the kernel has no CONFIG_MEMCG");
	page = sysconf(_SC_PAGESIZE);
	pages_go_up = cgi_kernel_has("lru_reparent_memcg");
	stat_is_exact = cgi_kernel_has("mem_cgroup_css_rstat_flush");
	inodes_go_up = cgi_kernel_has("cleanup_offline_cgwbs_workfn");
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	if (memory.version == 2)
		why_no_swap = cgi_swap_on();
	if (memory.version == 2)
		cgi_add_cases(v2_cases, ARRAY_SIZE(v2_cases));
	else
		cgi_skip_cases("memory is on v1 in this guest", v2_cases, ARRAY_SIZE(v2_cases));
	cgi_run_cases();
}
