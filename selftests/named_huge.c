// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file holders names the files whose huge pages hold a css of hugetlb that was removed, by
 * descriptor, device and inode number, with as many pages as were reserved. When the file is
 * closed, line and css are gone.
 *
 *   hugetlb   a cgroup, removed with a file that has huge pages reserved
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

static int file;
static size_t huge;
static int make_error;

static void make_huge(void *unused)
{
	size_t bytes = NR_HUGE * huge;
	void *at = MAP_FAILED;

	(void)unused;
	file = memfd_create("cgi", MFD_CLOEXEC | MFD_HUGETLB);
	if (file >= 0 && !ftruncate(file, bytes))
		at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	make_error = at == MAP_FAILED ? errno : 0;
	if (!make_error)
		munmap(at, bytes);
}

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

static bool huge_pages_are_named(void)
{
	struct cgi_place hugetlb = cgi_place_of("hugetlb");
	char *dir, *id;

	if (!hugetlb.root || !huge)
		return cgi_skip("the kernel has no CONFIG_CGROUP_HUGETLB");
	cgi_restore("/proc/sys/vm", "nr_hugepages", "0");
	cgi_write("/proc/sys/vm", "nr_hugepages", CGI_TEXT(NR_HUGE));
	dir = cgi_new_cgroup(hugetlb.root);
	id = cgi_dir_id(hugetlb.hier, dir);
	huge_css = cgi_css_of(id, "hugetlb", "online");
	cgi_run_inside(&hugetlb, dir, make_huge, NULL);
	if (make_error)
		return cgi_skip("the guest has no huge pages: %s", strerror(make_error));
	cgi_must_rmdir(dir);
	if (!cgi_settles(diff_huge) || !huge_amount_is(NR_HUGE * huge))
		return false;
	close(file);
	return cgi_is_gone("csses", "css", huge_css);
}

static const struct cgi_case cases[] = {
	{ "reserved huge pages are named, without them the css is gone", huge_pages_are_named },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	huge = cgi_huge_page_size();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
