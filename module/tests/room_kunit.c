// SPDX-License-Identifier: GPL-2.0-only
/*
 * Room for a snapshot: remembered, counted, or too much.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "../collect/task_more.h"
#include "../snapshot/room.h"
#include "../snapshot/snapshot.h"
#include "../take.h"

/* No file wants these, so nothing else remembers under them. */
#define WANT		CGI_WANT_CHECK
#define WANT_OTHER	(CGI_WANT_CHECK | CGI_WANT_GRAPH)

/* Many more of them than there are rooms, and no file wants these either. */
#define KIND		BIT(31)
#define KINDS		1000

/* As many as take.c makes. */
#define TRIES		8

/* A system of so many tasks, which grows after each pass. */
static size_t system_tasks, system_growth;
static int system_error;

static int collect(struct cgi_snapshot *s)
{
	size_t i;

	for (i = 0; i < system_tasks; i++)
		cgi_array_add(&s->tasks, 1);
	system_tasks *= system_growth;
	return system_error;
}

static int take(struct cgi_snapshot *s)
{
	return cgi_take_fitting(s, collect);
}

/* Return: passes, or an error; and how much room there was for tasks. */
static int passes(struct kunit *test, unsigned int want, size_t tasks, size_t *capacity)
{
	struct cgi_snapshot *s = cgi_snapshot_create(want);
	int err, passes;

	KUNIT_ASSERT_NOT_NULL(test, s);
	system_tasks = tasks;
	err = cgi_take_affordable(s, take);
	passes = s->cost.passes;
	*capacity = s->tasks.capacity;
	cgi_snapshot_destroy(s);
	return err ? err : passes;
}

static void forget(unsigned int want)
{
	unsigned int i;

	for (i = 0; i < CGI_ROOM_ARRAYS; i++)
		cgi_room_remember(want, i, 0);
}

static int set_up(struct kunit *test)
{
	system_growth = 1;
	system_error = 0;
	forget(WANT);
	forget(WANT_OTHER);
	return 0;
}

/* What one snapshot has counted the next one has room for, and a little more. */
static void test_remembers(struct kunit *test)
{
	size_t capacity;

	KUNIT_EXPECT_EQ(test, passes(test, WANT, 1000, &capacity), 2);
	KUNIT_EXPECT_EQ(test, passes(test, WANT, 1000, &capacity), 1);
	KUNIT_EXPECT_EQ(test, passes(test, WANT, 1100, &capacity), 1);
	KUNIT_EXPECT_EQ(test, passes(test, WANT, 11000, &capacity), 2);
	KUNIT_EXPECT_EQ(test, passes(test, WANT, 11000, &capacity), 1);
}

static void test_shrinks(struct kunit *test)
{
	size_t capacity;

	KUNIT_EXPECT_EQ(test, passes(test, WANT, 1000, &capacity), 2);
	KUNIT_EXPECT_EQ(test, passes(test, WANT, 10, &capacity), 1);
	KUNIT_EXPECT_GE(test, capacity, (size_t)1000);
	KUNIT_EXPECT_EQ(test, passes(test, WANT, 10, &capacity), 1);
	KUNIT_EXPECT_LT(test, capacity, (size_t)1000);
}

/* What a file does not collect it neither forgets nor reserves. */
static void test_kinds(struct kunit *test)
{
	size_t capacity;

	KUNIT_EXPECT_EQ(test, passes(test, WANT, 1000, &capacity), 2);
	KUNIT_EXPECT_EQ(test, passes(test, WANT_OTHER, 0, &capacity), 1);
	KUNIT_EXPECT_LT(test, capacity, (size_t)1000);
	KUNIT_EXPECT_EQ(test, passes(test, WANT, 1000, &capacity), 1);
}

/* Room for what was there once can't be had, and then no more is taken than is needed. */
static void test_too_much(struct kunit *test)
{
	size_t capacity;

	cgi_room_remember(WANT, 0, INT_MAX);
	KUNIT_EXPECT_EQ(test, passes(test, WANT, 1000, &capacity), 2);
	KUNIT_EXPECT_LT(test, capacity, (size_t)2000);
	KUNIT_EXPECT_EQ(test, passes(test, WANT, 1000, &capacity), 1);
}

/* If what is needed can't be had either, that is the end of it. */
static void test_no_memory(struct kunit *test)
{
	size_t capacity;

	system_error = -ENOMEM;
	KUNIT_EXPECT_EQ(test, passes(test, WANT, 10, &capacity), -ENOMEM);
}

static void test_grows_for_ever(struct kunit *test)
{
	size_t capacity;

	system_growth = 2;
	KUNIT_EXPECT_EQ(test, passes(test, WANT, 100, &capacity), -EAGAIN);
	KUNIT_EXPECT_EQ(test, system_tasks, (size_t)100 << TRIES);
}

static void test_error(struct kunit *test)
{
	size_t capacity;

	system_error = -EINTR;
	system_growth = 2;
	KUNIT_EXPECT_EQ(test, passes(test, WANT, 1000, &capacity), -EINTR);
	KUNIT_EXPECT_EQ(test, system_tasks, (size_t)2000);
}

/*
 * No room is given back, so this comes last; what files need is not remembered from then on,
 * unless they had a room before.
 */
static void test_too_many_kinds(struct kunit *test)
{
	unsigned int kind;

	for (kind = 0; kind < KINDS; kind++)
		cgi_room_remember(KIND | kind, 0, 7);
	KUNIT_EXPECT_EQ(test, cgi_room_recall(KIND, 0), (size_t)7);
	KUNIT_EXPECT_EQ(test, cgi_room_recall(KIND | (KINDS - 1), 0), (size_t)0);
}

/* Tasks share origins, so a pass that only counts must not count one for each of them. */
static void test_counts_origins(struct kunit *test)
{
	struct cgi_snapshot *s = cgi_snapshot_create(CGI_WANT_TASKS | CGI_WANT_ORIGINS);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_ASSERT_EQ(test, cgi_snapshot_reserve(s), 0);
	cgi_snapshot_count_only(s);
	rcu_read_lock();
	for (i = 0; i < 100; i++)
		cgi_task_note_origin(s, NULL, current);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, s->origins.count, (size_t)1);
	cgi_snapshot_destroy(s);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(test_remembers),
	KUNIT_CASE(test_shrinks),
	KUNIT_CASE(test_kinds),
	KUNIT_CASE(test_too_much),
	KUNIT_CASE(test_no_memory),
	KUNIT_CASE(test_grows_for_ever),
	KUNIT_CASE(test_error),
	KUNIT_CASE(test_too_many_kinds),
	KUNIT_CASE(test_counts_origins),
	{}
};

static struct kunit_suite suite = {
	.name = "cgroup_inspect_room",
	.init = set_up,
	.test_cases = cases,
};

kunit_test_suite(suite);
