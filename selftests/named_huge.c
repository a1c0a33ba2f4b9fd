// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file holders names the files whose huge pages hold a css of hugetlb that was removed, by
 * descriptor, device and inode number, with as many pages as were reserved. When the file is
 * closed, line and css are gone. Huge pages that were taken without a reservation are counted.
 *
 *   hugetlb   a cgroup, removed with a file that has huge pages reserved, and one that was
 *             written to without
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

#define NR_HUGE		3

static int file = -1;
static size_t huge;
static int make_error;

static char *map_huge(int flags)
{
	size_t bytes = NR_HUGE * huge;
	void *at = MAP_FAILED;

	file = memfd_create("cgi", MFD_CLOEXEC | MFD_HUGETLB);
	if (file >= 0 && !ftruncate(file, bytes))
		at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | flags, file, 0);
	make_error = at == MAP_FAILED ? errno : 0;
	return make_error ? NULL : at;
}

static void make_reserved(void *unused)
{
	char *at = map_huge(0);

	(void)unused;
	if (at)
		munmap(at, NR_HUGE * huge);
}

/* A page that is not there when it is written to would end the test, with SIGBUS. */
static void make_unreserved(void *unused)
{
	char *at = map_huge(MAP_NORESERVE);
	int i;

	(void)unused;
	for (i = 0; at && i < NR_HUGE; i++)
		at[i * huge] = 'x';
	if (at)
		munmap(at, NR_HUGE * huge);
}

static struct cgi_place hugetlb;
static const char *huge_css;

static int diff_huge(void)
{
	struct cgi_set ours = { 0 }, want = { 0 };
	char *id = cgi_identity_of(file);

	cgi_holder_lines(&ours, huge_css);
	cgi_want_line(&want, "hugetlb", 1, file, "%s", id);
	free(id);
	return cgi_set_compare(huge_css, &ours, &want);
}

static bool huge_amount_is(size_t bytes)
{
	char *want = cgi_fmt("%zu", bytes / sysconf(_SC_PAGESIZE));
	bool ok = cgi_field_is("holders", "object", huge_css, "amount", want);

	free(want);
	return ok;
}

/* Returns the cgroup in which @make was called. */
static char *make_in_cgroup(void (*make)(void *unused))
{
	char *dir = cgi_new_cgroup(hugetlb.root), *id = cgi_dir_id(hugetlb.hier, dir);

	huge_css = cgi_css_of(id, "hugetlb", "online");
	cgi_run_inside(&hugetlb, dir, make, NULL);
	return dir;
}

static bool goes_with_file(void)
{
	close(file);
	return cgi_is_gone("csses", "css", huge_css) && cgi_is_not_named(huge_css);
}

static bool reserved_is_named(void)
{
	char *dir = make_in_cgroup(make_reserved);

	if (make_error)
		return cgi_skip("the guest has no huge pages: %s", strerror(make_error));
	cgi_must_rmdir(dir);
	return cgi_settles(diff_huge) && huge_amount_is(NR_HUGE * huge) && goes_with_file();
}

/* How many huge pages does the kernel say are reserved by, or taken without, in a cgroup? */
static long huge_pages_in(const char *dir)
{
	char *name = cgi_fmt("hugetlb.%zu%s.rsvd.%s", huge >> (huge < 1 << 30 ? 20 : 30),
			     huge < 1 << 30 ? "MB" : "GB",
			     hugetlb.version == 2 ? "current" : "usage_in_bytes");
	char *bytes = cgi_slurp_at(dir, name);
	long pages;

	if (!bytes)
		cgi_die("%s/%s: %s", dir, name, strerror(errno));
	pages = atoll(bytes) / huge;
	free(bytes);
	free(name);
	return pages;
}

static bool has_recipe(void)
{
	struct cgi_table *holders = cgi_table_read("holders");
	bool has = false;
	int row;

	for (row = 0; row < holders->nr_rows; row++)
		has |= !strcmp(cgi_get(holders, row, "object"), huge_css) &&
		       !strcmp(cgi_get(holders, row, "kind"), "unseen") &&
		       !strcmp(cgi_get(holders, row, "detail"), "howto:hugetlb");
	cgi_table_free(holders);
	return has;
}

/* Each of them has a reference of its own, and nothing that is found leads to it. */
static bool unreserved_is_counted(void)
{
	char *dir = make_in_cgroup(make_unreserved);
	struct cgi_set lines = { 0 };
	long nr;

	if (make_error)
		return cgi_skip("the guest has no huge pages: %s", strerror(make_error));
	nr = huge_pages_in(dir);
	cgi_must_rmdir(dir);
	cgi_set_add(&lines, "unknown refs %ld tid - fd - -", nr);
	return nr == NR_HUGE && cgi_is_named(huge_css, &lines) && has_recipe() &&
	       goes_with_file();
}

static const struct cgi_case cases[] = {
	{ "reserved huge pages are named, without them the css is gone", reserved_is_named },
	{ "those that were taken without are counted, without them the css is gone",
	  unreserved_is_counted },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	huge = cgi_huge_page_size();
	hugetlb = cgi_place_of("hugetlb");
	if (!hugetlb.root || !huge)
		cgi_skip_all("the kernel has no CONFIG_CGROUP_HUGETLB");
	cgi_restore("/proc/sys/vm", "nr_hugepages", "0");
	cgi_write("/proc/sys/vm", "nr_hugepages", CGI_TEXT(NR_HUGE));
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
