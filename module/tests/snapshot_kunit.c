// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plain containers: arrays that only count when they are full.
 */
#include <kunit/test.h>

#include "../snapshot/array.h"

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

static struct kunit_case cases[] = {
	KUNIT_CASE(test_array),
	KUNIT_CASE(test_array_again),
	KUNIT_CASE(test_array_grow),
	{}
};

static struct kunit_suite suite = {
	.name = "cgroup_inspect_snapshot",
	.test_cases = cases,
};

kunit_test_suite(suite);
