// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keys: each record is found, however their hashes meet, and nothing else.
 */
#include <kunit/test.h>

#include "../snapshot/array.h"
#include "../snapshot/keys.h"
#include "../snapshot/snapshot.h"

#define NR_RECORDS	1000

struct record {
	const void *addr;
	int number;
};

/* Neighbours in memory and objects in one page each: a weak hash would make them meet. */
static const void *addr_of(size_t i, size_t distance)
{
	return (void *)(PAGE_OFFSET + i * distance);
}

static void fill(struct kunit *test, struct cgi_array *records, size_t count, size_t distance)
{
	struct record *record;
	size_t i;

	*records = (struct cgi_array){ .size = sizeof(struct record) };
	KUNIT_ASSERT_EQ(test, cgi_array_grow(records, count), 0);
	for (i = 0; i < count; i++) {
		record = cgi_array_add(records, 1);
		record->addr = addr_of(i, distance);
		record->number = i;
	}
}

static void expect_all(struct kunit *test, size_t count, size_t distance)
{
	struct cgi_array records;
	struct cgi_keys k = {};
	size_t i, wrong = 0;

	fill(test, &records, count, distance);
	KUNIT_ASSERT_EQ(test, cgi_keys_init(&k, &records), 0);
	for (i = 0; i < count; i++)
		wrong += cgi_keys_find(&k, addr_of(i, distance)) != i;
	KUNIT_EXPECT_EQ(test, wrong, (size_t)0);
	KUNIT_EXPECT_EQ(test, cgi_keys_find(&k, addr_of(count, distance)), CGI_NONE);
	KUNIT_EXPECT_EQ(test, cgi_keys_find(&k, NULL), CGI_NONE);
	cgi_keys_deinit(&k);
	cgi_array_free(&records);
}

static void test_found(struct kunit *test)
{
	expect_all(test, NR_RECORDS, 8);
	expect_all(test, NR_RECORDS, PAGE_SIZE);
	expect_all(test, 1, PAGE_SIZE);
}

static void test_empty(struct kunit *test)
{
	expect_all(test, 0, PAGE_SIZE);
}

/* On a broken list a task can be met twice. */
static void test_twice(struct kunit *test)
{
	struct cgi_array records;
	struct cgi_keys k = {};

	fill(test, &records, 3, 0);
	KUNIT_ASSERT_EQ(test, cgi_keys_init(&k, &records), 0);
	KUNIT_EXPECT_EQ(test, cgi_keys_find(&k, addr_of(0, 0)), 0U);
	cgi_keys_deinit(&k);
	cgi_array_free(&records);
}

/* While records are still being collected, only those are found that were added. */
static void test_added(struct kunit *test)
{
	struct cgi_array records;
	struct cgi_keys k = {};
	size_t i, wrong = 0;

	fill(test, &records, NR_RECORDS, PAGE_SIZE);
	KUNIT_ASSERT_EQ(test, cgi_keys_reserve(&k, &records), 0);
	for (i = 0; i < NR_RECORDS; i++) {
		wrong += cgi_keys_find(&k, addr_of(i, PAGE_SIZE)) != CGI_NONE;
		cgi_keys_add(&k, i);
		wrong += cgi_keys_find(&k, addr_of(i, PAGE_SIZE)) != i;
		wrong += cgi_keys_find(&k, addr_of(i / 2, PAGE_SIZE)) != i / 2;
	}
	KUNIT_EXPECT_EQ(test, wrong, (size_t)0);
	cgi_keys_deinit(&k);
	cgi_array_free(&records);
}

/* The memory of an object is used for another one: that is found, with more room, too. */
static void test_put(struct kunit *test)
{
	struct cgi_array records;
	struct cgi_keys k = {};
	struct record *record;

	fill(test, &records, 3, PAGE_SIZE);
	KUNIT_ASSERT_EQ(test, cgi_keys_init(&k, &records), 0);
	KUNIT_ASSERT_EQ(test, cgi_array_grow(&records, NR_RECORDS), 0);
	record = cgi_array_add(&records, 1);
	record->addr = addr_of(1, PAGE_SIZE);
	cgi_keys_put(&k, 3);
	KUNIT_EXPECT_EQ(test, cgi_keys_find(&k, addr_of(1, PAGE_SIZE)), 3U);
	KUNIT_ASSERT_EQ(test, cgi_keys_grow(&k, &records), 0);
	KUNIT_EXPECT_EQ(test, cgi_keys_find(&k, addr_of(0, PAGE_SIZE)), 0U);
	KUNIT_EXPECT_EQ(test, cgi_keys_find(&k, addr_of(1, PAGE_SIZE)), 3U);
	KUNIT_EXPECT_EQ(test, cgi_keys_find(&k, addr_of(2, PAGE_SIZE)), 2U);
	KUNIT_EXPECT_EQ(test, cgi_keys_find(&k, addr_of(3, PAGE_SIZE)), CGI_NONE);
	KUNIT_EXPECT_GT(test, 1U << k.bits, (unsigned int)NR_RECORDS);
	cgi_keys_deinit(&k);
	cgi_array_free(&records);
}

/* Another pass begins: nothing of the one before is found, with the same room or with more. */
static void test_reserved_again(struct kunit *test)
{
	struct cgi_array few, many;
	struct cgi_keys k = {};
	size_t i, found = 0;

	fill(test, &few, 10, PAGE_SIZE);
	fill(test, &many, NR_RECORDS, PAGE_SIZE);
	KUNIT_ASSERT_EQ(test, cgi_keys_init(&k, &few), 0);
	KUNIT_ASSERT_EQ(test, cgi_keys_reserve(&k, &few), 0);
	for (i = 0; i < 10; i++)
		found += cgi_keys_find(&k, addr_of(i, PAGE_SIZE)) != CGI_NONE;
	KUNIT_ASSERT_EQ(test, cgi_keys_init(&k, &few), 0);
	KUNIT_ASSERT_EQ(test, cgi_keys_reserve(&k, &many), 0);
	for (i = 0; i < NR_RECORDS; i++)
		found += cgi_keys_find(&k, addr_of(i, PAGE_SIZE)) != CGI_NONE;
	KUNIT_EXPECT_EQ(test, found, (size_t)0);
	cgi_keys_deinit(&k);
	cgi_array_free(&few);
	cgi_array_free(&many);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(test_found),
	KUNIT_CASE(test_empty),
	KUNIT_CASE(test_twice),
	KUNIT_CASE(test_added),
	KUNIT_CASE(test_put),
	KUNIT_CASE(test_reserved_again),
	{}
};

static struct kunit_suite suite = {
	.name = "cgroup_inspect_keys",
	.test_cases = cases,
};

kunit_test_suite(suite);
