// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plain containers: arrays that only count when they are full.  And how large their records
 * may be.
 */
#include <kunit/test.h>

#include "../snapshot/array.h"
#include "../snapshot/snapshot.h"

/* Adding past the end only counts, and the next round has room. */
static void test_array(struct kunit *test)
{
	struct cgi_array a = { .size = sizeof(u32) };
	size_t capacity, i;

	KUNIT_ASSERT_EQ(test, cgi_array_reserve(&a, a.count), 0);
	capacity = a.capacity;
	for (i = 0; i < capacity; i++)
		KUNIT_EXPECT_NOT_NULL(test, cgi_array_add(&a, 1));
	KUNIT_EXPECT_TRUE(test, cgi_array_fits(&a));
	KUNIT_EXPECT_NULL(test, cgi_array_add(&a, 1));
	KUNIT_EXPECT_FALSE(test, cgi_array_fits(&a));
	KUNIT_ASSERT_EQ(test, cgi_array_reserve(&a, a.count), 0);
	KUNIT_EXPECT_GT(test, a.capacity, capacity);
	KUNIT_EXPECT_EQ(test, a.count, (size_t)0);
	cgi_array_free(&a);
}

/* A walk that starts again takes back what it added, without a trace. */
static void test_array_again(struct kunit *test)
{
	struct cgi_array a = { .size = sizeof(u32) };
	u32 *record;

	KUNIT_ASSERT_EQ(test, cgi_array_reserve(&a, a.count), 0);
	record = cgi_array_add(&a, 1);
	KUNIT_ASSERT_NOT_NULL(test, record);
	*record = 14;
	a.count = 0;
	record = cgi_array_add(&a, 1);
	KUNIT_ASSERT_NOT_NULL(test, record);
	KUNIT_EXPECT_EQ(test, *record, 0U);
	cgi_array_free(&a);
}

/* Growing keeps what is there. */
static void test_array_grow(struct kunit *test)
{
	struct cgi_array a = { .size = sizeof(u32) };
	u32 i, *record;

	for (i = 0; i < 1000; i++) {
		KUNIT_ASSERT_EQ(test, cgi_array_grow(&a, 1), 0);
		record = cgi_array_add(&a, 1);
		KUNIT_ASSERT_NOT_NULL(test, record);
		*record = i;
	}
	for (i = 0; i < 1000; i++)
		KUNIT_EXPECT_EQ(test, ((u32 *)a.data)[i], i);
	cgi_array_free(&a);
}

/* No kernel has more, that of 7.3 has so many with the debug controller. */
#define MOST_CONTROLLERS	16

/* Documentation/design.rst promises these sizes; on 32 bit they are smaller. */
static const struct {
	const char *name;
	size_t size;
	size_t most;
} record_sizes[] = {
	{ "task", sizeof(struct cgi_task), 64 },
	{ "css_set", sizeof(struct cgi_css_set), 112 },
	{ "css_set with its csses", sizeof(struct cgi_css_set) +
	  MOST_CONTROLLERS * sizeof(struct cgi_effective), 256 },
	{ "link", sizeof(struct cgi_link), 16 },
	{ "cgroup", sizeof(struct cgi_cgroup), 112 },
	{ "css", sizeof(struct cgi_css), 96 },
	{ "charge of a css of memory", sizeof(struct cgi_charge), 40 },
	{ "what is drawn as one below a cgroup", sizeof(struct cgi_bunch), 40 },
	{ "back link", sizeof(struct cgi_back_link), 24 },
	{ "evidence of a css_set", sizeof(struct cgi_css_set_evidence), 40 },
	{ "evidence of a cgroup", sizeof(struct cgi_cgroup_evidence), 96 },
	{ "evidence of a css", sizeof(struct cgi_css_evidence), 32 },
};

static void test_record_sizes(struct kunit *test)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(record_sizes); i++)
		KUNIT_EXPECT_LE_MSG(test, record_sizes[i].size, record_sizes[i].most, "%s",
				    record_sizes[i].name);
}

static bool has_room_for_check(struct kunit *test, unsigned int want)
{
	struct cgi_snapshot *s = cgi_snapshot_create(want);
	bool has_room;

	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_EXPECT_EQ(test, cgi_snapshot_reserve(s), 0);
	KUNIT_EXPECT_NOT_NULL(test, s->cgroups.data);
	has_room = s->cgroup_evidence.data || s->css_evidence.data || s->css_set_evidence.data ||
		   s->on_list.data || s->back_links.data;
	cgi_snapshot_destroy(s);
	return has_room;
}

/* What only the check fills takes no memory of other files. */
static void test_room_for_check(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, has_room_for_check(test, CGI_WANT_GRAPH | CGI_WANT_TASKS));
	KUNIT_EXPECT_TRUE(test, has_room_for_check(test, CGI_WANT_GRAPH | CGI_WANT_TASKS |
							 CGI_WANT_CHECK));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(test_array),
	KUNIT_CASE(test_array_again),
	KUNIT_CASE(test_array_grow),
	KUNIT_CASE(test_record_sizes),
	KUNIT_CASE(test_room_for_check),
	{}
};

static struct kunit_suite suite = {
	.name = "cgroup_inspect_snapshot",
	.test_cases = cases,
};

kunit_test_suite(suite);
