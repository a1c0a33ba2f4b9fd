// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file holders names what holds a css of memory that was removed: of which file how many
 * pages are in memory, with path, device and inode number as this process knows them; and how
 * many pages are anonymous. When they are given back, lines and css are gone.
 *
 *   memory    a cgroup for each kind, removed with its pages
 *   mounts    a tmpfs
 *
 * What is on a disk and in swap is in named_disk.c.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_named.h"
#include "lib/cgi_pin.h"
#include "lib/cgi_stock.h"

#define NR_PAGES	200
#define NR_NAMED	64	/* files of a css that have a line of their own */
#define NR_MANY		(NR_NAMED + 6)
#define FEW_PAGES	3

static struct cgi_place memory;

/* Pages that were moved to the parent when a cgroup was removed hold nothing. */
static bool pages_move;

/* ---- what holds ---- */

static char *tmpfs;
static int file = -1;
static char *area;
static size_t area_bytes;
static long page;

static int open_new(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		cgi_die("%s: %s", path, strerror(errno));
	return fd;
}

static void make_file(void)
{
	file = open_new(tmpfs);
	cgi_write_pages(file, NR_PAGES);
}

static void make_unlinked(void)
{
	make_file();
	unlink(tmpfs);
}

static void make_memfd(void)
{
	file = memfd_create("cgi", MFD_CLOEXEC);
	if (file < 0)
		cgi_die("memfd_create: %s", strerror(errno));
	cgi_write_pages(file, NR_PAGES);
}

static void map_area(size_t bytes, int advice)
{
	area_bytes = bytes;
	area = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (area == MAP_FAILED)
		cgi_die("mmap: %s", strerror(errno));
	madvise(area, bytes, advice);
	memset(area, 'x', bytes);
}

static void make_anonymous(void)
{
	map_area(NR_PAGES * page, MADV_NOHUGEPAGE);
}

static void make_locked(void)
{
	make_anonymous();
	if (mlock(area, area_bytes))
		cgi_die("mlock: %s", strerror(errno));
}

static char *many[NR_MANY];

/* One file has more pages than the others. */
static void make_many(void)
{
	int i, fd;

	for (i = 0; i < NR_MANY; i++) {
		fd = open_new(many[i]);
		cgi_write_pages(fd, i ? FEW_PAGES : NR_PAGES);
		close(fd);
	}
}

static size_t huge;

static void make_huge_pages(void)
{
	map_area(2 * huge, MADV_HUGEPAGE);
}

/* The kernel decides how many of them there are, and there can be others elsewhere. */
static long nr_huge_pages(void)
{
	char *smaps = cgi_slurp_at("/proc/self", "smaps");
	char *at = smaps ? strstr(smaps, cgi_fmt("\n%08lx-", (unsigned long)area)) : NULL;
	long nr;

	at = at ? strstr(at, "AnonHugePages:") : NULL;
	nr = at && huge ? atol(at + strlen("AnonHugePages:")) * 1024 / (long)huge : 0;
	free(smaps);
	return nr;
}

/* ---- what is expected ---- */

static void want_file(struct cgi_set *set, const char *state, const char *fs, const char *path)
{
	char *id = cgi_identity_of(file);

	cgi_set_add(set, "file refs %d amount %d %s,%sfs:%s%s%s", NR_PAGES, NR_PAGES, id, state,
		    fs, path ? ",path:" : "", path ? path : "");
	free(id);
}

#define TMPFS_PATH	"/a\\040b/file"

static void want_tmpfs(struct cgi_set *set)
{
	want_file(set, "", "tmpfs", TMPFS_PATH);
}

static void want_unlinked(struct cgi_set *set)
{
	want_file(set, "state:deleted,", "tmpfs", TMPFS_PATH);
}

static void want_memfd(struct cgi_set *set)
{
	want_file(set, "", "tmpfs", NULL);
}

/* Who has mapped them is not known. */
#define MAPPED		"unseen refs 0 amount - howto:memory"

static void want_anonymous(struct cgi_set *set)
{
	cgi_set_add(set, "pages refs %d amount %d type:anon", NR_PAGES, NR_PAGES);
	cgi_set_add(set, MAPPED);
}

/* One that is huge holds the css once. */
static void want_huge_pages(struct cgi_set *set)
{
	long all = 2 * huge / page, refs = all - nr_huge_pages() * (all / 2 - 1);

	cgi_set_add(set, "pages refs %ld amount %ld type:anon", refs, all);
	cgi_set_add(set, MAPPED);
}

static void want_many(struct cgi_set *set)
{
	int i, rest = (NR_MANY - NR_NAMED) * FEW_PAGES;

	for (i = 0; i < NR_NAMED; i++)
		cgi_set_add(set, "file refs %d amount %d path:/a\\040b",
			    i ? FEW_PAGES : NR_PAGES, i ? FEW_PAGES : NR_PAGES);
	cgi_set_add(set, "file refs %d amount %d files:%d", rest, rest, NR_MANY - NR_NAMED);
}

/* ---- how it goes ---- */

static void close_file(void)
{
	close(file);
	unlink(tmpfs);
}

static void unmap_area(void)
{
	munmap(area, area_bytes);
}

static void unlink_many(void)
{
	int i;

	for (i = 0; i < NR_MANY; i++)
		unlink(many[i]);
}

/* ---- the kinds ---- */

static struct kind {
	const char *name;
	void (*make)(void);
	void (*want)(struct cgi_set *set);
	void (*undo)(void);
	/* Which of its files is which is not compared. */
	bool is_many;
	char *css;
} kinds[] = {
	{ "a file of a tmpfs", make_file, want_tmpfs, close_file },
	{ "an unlinked file", make_unlinked, want_unlinked, close_file },
	{ "a memfd", make_memfd, want_memfd, close_file },
	{ "anonymous memory", make_anonymous, want_anonymous, unmap_area },
	{ "locked memory", make_locked, want_anonymous, unmap_area },
	{ "huge pages", make_huge_pages, want_huge_pages, unmap_area },
	{ "many files", make_many, want_many, unlink_many, .is_many = true },
};

/* ---- lines ---- */

static const struct kind *compared;

/* Pages of the kernel hold a css before 5.13: page tables do. */
static bool is_of_kind(const char *kind, const char *detail)
{
	if (!strcmp(kind, "unseen"))
		return !strcmp(detail, "howto:memory");
	return strcmp(detail, "type:kernel") && strcmp(kind, "unknown");
}

/* Of many files only the folder is left of what names them. */
static const char *brief(const struct kind *k, char *detail)
{
	char *path = strstr(detail, "path:");

	if (!k->is_many || !path)
		return detail;
	*strrchr(path, '/') = '\0';
	return path;
}

static int diff_lines(void)
{
	struct cgi_table *holders = cgi_table_read("holders");
	struct cgi_set ours = { 0 }, want = { 0 };
	int row;

	for (row = 0; row < holders->nr_rows; row++) {
		char *detail = cgi_fmt("%s", cgi_get(holders, row, "detail"));

		if (!strcmp(cgi_get(holders, row, "object"), compared->css) &&
		    is_of_kind(cgi_get(holders, row, "kind"), detail))
			cgi_set_add(&ours, "%s refs %s amount %s %s",
				    cgi_get(holders, row, "kind"),
				    cgi_get(holders, row, "refs"),
				    cgi_get(holders, row, "amount"), brief(compared, detail));
		free(detail);
	}
	cgi_table_free(holders);
	compared->want(&want);
	return cgi_set_compare(compared->css, &ours, &want);
}

/* All that is unaccounted of the css has a name. */
static int diff_unknown(void)
{
	struct cgi_table *holders = cgi_table_read("holders");
	struct cgi_set ours = { 0 }, none = { 0 };
	int row;

	for (row = 0; row < holders->nr_rows; row++)
		if (!strcmp(cgi_get(holders, row, "object"), compared->css) &&
		    !strcmp(cgi_get(holders, row, "kind"), "unknown"))
			cgi_set_add(&ours, "unknown refs %s", cgi_get(holders, row, "refs"));
	cgi_table_free(holders);
	return cgi_set_compare(compared->css, &ours, &none);
}

/* ---- cases ---- */

static void make_inside(void *arg)
{
	((struct kind *)arg)->make();
}

/* Returns what this kernel lacks for that kind, or NULL. */
static const char *what_is_lacking(const struct kind *k)
{
	if (k->make != make_huge_pages)
		return NULL;
	if (!huge)
		return "the kernel has no huge pages";
	/* Nothing else says how many there are in an area. */
	if (access("/proc/self/smaps", F_OK))
		return "the kernel has no CONFIG_PROC_PAGE_MONITOR";
	return NULL;
}

static bool pages_are_named(void *object)
{
	struct kind *k = object;
	const char *lacks = what_is_lacking(k);
	char *dir, *id;

	if (lacks)
		return cgi_skip("%s", lacks);
	dir = cgi_new_cgroup(memory.root);
	id = cgi_dir_id(memory.hier, dir);
	k->css = cgi_css_of(id, "memory", "online");
	cgi_run_inside(&memory, dir, make_inside, k);
	cgi_must_rmdir(dir);
	free(id);
	if (pages_move)
		return cgi_is_gone("csses", "css", k->css);
	compared = k;
	cgi_stock_replace();
	if (!cgi_settles(diff_lines) || !cgi_settles(diff_unknown))
		return false;
	if (k->make == make_huge_pages && !nr_huge_pages())
		return cgi_skip("the kernel gave no huge page");
	return true;
}

static bool they_go(void *object)
{
	struct kind *k = object;
	const char *lacks = what_is_lacking(k);

	if (lacks)
		return cgi_skip("%s", lacks);
	k->undo();
	return cgi_is_gone("csses", "css", k->css);
}

static const struct cgi_case kind_cases[] = {
	{ "what holds is named, and nothing is unknown", .run_on = pages_are_named },
	{ "without it the css is gone", .run_on = they_go },
};

/* ---- the end ---- */

/* Only where a css of memory is left is there anything to look at. */
static bool walk_is_counted(void)
{
	long pages = atol(cgi_value("stats", "holders_pages_max"));
	long rcu = atol(cgi_value("stats", "holders_pages_rcu_ns_max"));

	ksft_print_msg("%ld page frames in %s ns, longest section %ld ns\n", pages,
		       cgi_value("stats", "holders_pages_ns_max"), rcu);
	return pages_move ? !pages : pages >= sysconf(_SC_PHYS_PAGES) && rcu;
}

static const struct cgi_case cases[] = {
	{ "the walk over pages is in stats", walk_is_counted },
};

static void mount_tmpfs(void)
{
	char *dir = cgi_mkdir(cgi_mount_tmpfs(), "a b");
	int i;

	tmpfs = cgi_fmt("%s/file", dir);
	for (i = 0; i < NR_MANY; i++)
		many[i] = cgi_fmt("%s/file%d", dir, i);
}

int main(void)
{
	size_t i;

	cgi_begin();
	cgi_need_graph();
	page = sysconf(_SC_PAGESIZE);
	huge = cgi_huge_page_size();
	pages_move = cgi_kernel_has("lru_reparent_memcg");
	memory = cgi_place_of("memory");
	if (!memory.root)
		cgi_skip_all("the kernel has no CONFIG_MEMCG");
	mount_tmpfs();
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		cgi_add_cases_on(&kinds[i], kinds[i].name, kind_cases, ARRAY_SIZE(kind_cases));
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
