// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many pages are of which file.
 */
#include <linux/string.h>

#include "../collect/holders/page_sums.h"
#include "../snapshot/snapshot.h"
#include "fixture.h"

#define NR_FILES	10000
#define MOST		(2 * NR_FILES)

static struct cgi_page_sums sums;

static void begin(size_t most)
{
	cgi_page_sums_init(&sums, most);
}

static u32 count(struct kunit *test, u32 css, const struct cgi_page *what)
{
	KUNIT_ASSERT_EQ(test, cgi_page_sums_reserve(&sums, 1), 0);
	return cgi_page_sums_count(&sums, css, what, 0);
}

static struct cgi_page file(u64 ino)
{
	return (struct cgi_page){ .type = CGI_PAGE_FILE, .ino = ino, .device = 1 };
}

/* The sums, in their order: "css type inode pages". */
static void expect(struct kunit *test, const char *want)
{
	const struct cgi_page_sum *sum;
	char got[256] = "";
	int len = 0;
	size_t i;

	KUNIT_EXPECT_EQ(test, cgi_page_sums_sort(&sums), 0);
	for (i = 0; i < sums.sums.count; i++) {
		sum = cgi_page_sum_at(&sums, i);
		len += scnprintf(got + len, sizeof(got) - len, "%u %d %llu %llu|", sum->css,
				 sum->what.type, sum->what.ino, sum->pages);
	}
	KUNIT_EXPECT_STREQ(test, got, want);
	cgi_page_sums_deinit(&sums);
}

static void test_what_is_the_same(struct kunit *test)
{
	struct cgi_page what = file(5), other = file(5);

	begin(MOST);
	count(test, 1, &what);
	count(test, 1, &what);
	count(test, 2, &what);
	other.device = 2;
	count(test, 1, &other);
	other = what;
	other.generation = 1;
	count(test, 1, &other);
	KUNIT_EXPECT_EQ(test, count(test, 1, &what), 0U);
	expect(test, "1 4 5 3|1 4 5 1|1 4 5 1|2 4 5 1|");
}

static void test_no_file_is_left_out(struct kunit *test)
{
	struct cgi_page what = { .type = CGI_PAGE_ANON };
	u64 ino;

	begin(2);
	for (ino = 1; ino <= 4; ino++) {
		struct cgi_page one = file(ino);

		count(test, 1, &one);
		count(test, ino % 2 ? 1 : 2, &one);
	}
	count(test, 1, &what);
	/* The first one, the second one of css 1, and what came after them. */
	expect(test, "1 0 0 1|1 4 1 2|1 4 2 1|1 5 0 3|2 5 0 2|");
}

/* The most slots that are taken in a row. */
static unsigned int longest_row(void)
{
	unsigned int row = 0, most = 0, i;

	for (i = 0; i < 1U << sums.bits; i++) {
		row = sums.slots[i] == CGI_NONE ? 0 : row + 1;
		most = max(most, row);
	}
	return most;
}

/* Each of these numbers is one that the files of a user's own file system can have. */
static void test_no_numbers_meet(struct kunit *test)
{
	struct cgi_page what = file(5);
	u32 i;

	begin(MOST);
	for (i = 0; i < NR_FILES; i++) {
		what.generation = i;
		KUNIT_ASSERT_EQ(test, count(test, 1, &what), i);
	}
	KUNIT_EXPECT_LT(test, longest_row(), 300U);
	cgi_page_sums_deinit(&sums);
}

static struct cgi_page_sum sum_of(u32 css, u8 type)
{
	return (struct cgi_page_sum){ .css = css, .what.type = type };
}

static void test_lines(struct kunit *test)
{
	const struct cgi_page_sum anon = sum_of(1, CGI_PAGE_ANON);
	const struct cgi_page_sum one = sum_of(1, CGI_PAGE_FILE), other = sum_of(2, CGI_PAGE_FILE);
	const struct cgi_page_sum rest = sum_of(1, CGI_PAGE_FILES);
	const struct cgi_page_sum rest2 = sum_of(2, CGI_PAGE_FILES);

	KUNIT_EXPECT_EQ(test, cgi_page_sum_nth(NULL, &anon, 0, 3), 0U);
	KUNIT_EXPECT_EQ(test, cgi_page_sum_nth(&anon, &one, 0, 3), 0U);
	KUNIT_EXPECT_EQ(test, cgi_page_sum_nth(&one, &one, 0, 3), 1U);
	KUNIT_EXPECT_EQ(test, cgi_page_sum_nth(&one, &one, 2, 3), 3U);
	KUNIT_EXPECT_EQ(test, cgi_page_sum_nth(&one, &other, 2, 3), 0U);
	/* The rest has a line already, or gets one. */
	KUNIT_EXPECT_EQ(test, cgi_page_sum_nth(&one, &rest, 3, 3), 4U);
	KUNIT_EXPECT_EQ(test, cgi_page_sum_nth(&one, &rest, 2, 3), 3U);
	KUNIT_EXPECT_EQ(test, cgi_page_sum_nth(&anon, &rest, 0, 3), 3U);
	KUNIT_EXPECT_EQ(test, cgi_page_sum_nth(&one, &rest2, 9, 3), 3U);
	KUNIT_EXPECT_EQ(test, cgi_page_sum_nth(NULL, &rest, 0, 3), 3U);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(test_what_is_the_same),
	KUNIT_CASE(test_no_file_is_left_out),
	KUNIT_CASE(test_no_numbers_meet),
	KUNIT_CASE(test_lines),
	{}
};

static struct kunit_suite suite = {
	.name = "cgroup_inspect_page_sums",
	.test_cases = cases,
};

kunit_test_suite(suite);
