// SPDX-License-Identifier: GPL-2.0-only
/*
 * No loop over a large snapshot goes on for long without a look at signals, and what was
 * killed does not go on at all.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "../check/check.h"
#include "../collect/locks.h"
#include "../derive/derive.h"
#include "../snapshot/pause.h"
#include "../snapshot/sort.h"
#include "fixture.h"

#define NR_OBJECTS	6000
#define NR_BETWEEN	4096

/* A chain of cgroups, each below the one before, with a css, a css_set and a task each. */
static void add_level(struct cgi_snapshot *s, u32 i)
{
	struct cgi_cgroup *cgrp = cgi_array_add(&s->cgroups, 1);
	struct cgi_cgroup_evidence *evidence = cgi_array_add(&s->cgroup_evidence, 1);
	struct cgi_css *css = cgi_array_add(&s->csses, 1);
	struct cgi_css_set *cset = cgi_array_add(&s->css_sets, 1);
	struct cgi_effective *effective = cgi_array_add(&s->effective, 1);
	struct cgi_link *link = cgi_array_add(&s->links, 1);
	struct cgi_back_link *back = cgi_array_add(&s->back_links, 1);
	struct cgi_task *task = cgi_array_add(&s->tasks, 1);
	struct cgi_on_list *on_list = cgi_array_add(&s->on_list, 1);
	struct cgi_sample *sample = cgi_array_add(&s->samples, 1);
	struct cgi_namespace *ns = cgi_array_add(&s->namespaces, 1);

	cgi_array_add(&s->css_evidence, 1);
	cgi_array_add(&s->css_set_evidence, 1);
	cgrp->addr = AT(4 * i);
	cgrp->parent = i ? i - 1 : CGI_NONE;
	evidence->parent_addr = i ? AT(4 * (i - 1)) : NULL;
	cgrp->level = i;
	cgrp->controllers = i ? 0 : BIT(0);
	evidence->wrong_ancestor = CGI_NONE;
	css->addr = AT(4 * i + 1);
	css->cgroup_addr = cgrp->addr;
	css->serial = NR_OBJECTS - i;
	css->evidence = i;
	cset->addr = AT(4 * i + 2);
	cset->default_addr = cgrp->addr;
	cset->first_effective = i;
	effective->css_addr = AT(1);
	cset->first_link = i;
	cset->nr_links = 1;
	link->cgroup_addr = cgrp->addr;
	link->css_set = i;
	back->cgroup_addr = cgrp->addr;
	back->css_set_addr = cset->addr;
	task->addr = AT(4 * i + 3);
	task->css_set_addr = cset->addr;
	task->tid = i + 1;
	task->tgid = 1;
	on_list->task_addr = task->addr;
	on_list->css_set_addr = cset->addr;
	sample->css_set_addr = cset->addr;
	ns->addr = AT(4 * (NR_OBJECTS - i));
	ns->css_set_addr = cset->addr;
}

static struct cgi_snapshot *chain(struct kunit *test)
{
	struct cgi_snapshot *s = cgi_snapshot_create(CGI_WANT_ALL | CGI_WANT_CHECK |
						     CGI_WANT_PICTURE);
	struct cgi_array *const arrays[] = {
		&s->cgroups, &s->csses, &s->css_sets, &s->links, &s->back_links, &s->tasks,
		&s->effective, &s->on_list, &s->samples, &s->namespaces, &s->hierarchies,
		&s->subsystems, &s->names, &s->css_evidence, &s->css_set_evidence,
		&s->cgroup_evidence,
	};
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, s);
	for (i = 0; i < ARRAY_SIZE(arrays); i++)
		KUNIT_ASSERT_EQ(test, cgi_array_reserve(arrays[i], NR_OBJECTS), 0);
	((struct cgi_hierarchy *)cgi_array_add(&s->hierarchies, 1))->version = 2;
	cgi_array_add(&s->subsystems, 1);
	cgi_array_add(&s->names, 1);
	for (i = 0; i < NR_OBJECTS; i++)
		add_level(s, i);
	return s;
}

/* Also of what was looked at since the last pause. */
static size_t most_touched(void)
{
	cgi_pause(0);
	return cgi_pause_most;
}

static void begin(void)
{
	cgi_pause(0);
	cgi_pause_most = 0;
}

static void test_derive(struct kunit *test)
{
	struct cgi_snapshot *s = chain(test);

	begin();
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	KUNIT_EXPECT_GT(test, most_touched(), (size_t)CGI_PAUSE_OBJECTS);
	KUNIT_EXPECT_LE(test, most_touched(), (size_t)NR_BETWEEN);
	cgi_snapshot_destroy(s);
}

static void test_check(struct kunit *test)
{
	struct cgi_snapshot *s = chain(test);

	KUNIT_ASSERT_EQ(test, cgi_derive(s), 0);
	begin();
	KUNIT_EXPECT_EQ(test, cgi_check_judge(s), 0);
	KUNIT_EXPECT_GT(test, most_touched(), (size_t)CGI_PAUSE_OBJECTS);
	KUNIT_EXPECT_LE(test, most_touched(), (size_t)NR_BETWEEN);
	cgi_snapshot_destroy(s);
}

/* A kernel thread ignores signals unless it asks for them. */
static void kill_me(bool killed)
{
	if (killed) {
		allow_signal(SIGKILL);
		send_sig(SIGKILL, current, 1);
	} else {
		flush_signals(current);
		disallow_signal(SIGKILL);
	}
}

static void test_killed(struct kunit *test)
{
	struct cgi_snapshot *s = chain(test);
	int derived, judged;

	KUNIT_ASSERT_EQ(test, cgi_derive(s), 0);
	kill_me(true);
	derived = cgi_derive(s);
	judged = cgi_check_judge(s);
	kill_me(false);
	KUNIT_EXPECT_EQ(test, derived, -EINTR);
	KUNIT_EXPECT_EQ(test, judged, -EINTR);
	KUNIT_EXPECT_EQ(test, s->findings.tries, 0U);
	cgi_snapshot_destroy(s);
}

/* Jiffies start again at 0 one day. */
static void test_hold(struct kunit *test)
{
	const unsigned long since = -1UL, least = msecs_to_jiffies(CGI_HOLD_MS);

	KUNIT_EXPECT_FALSE(test, cgi_hold_is_long(since, since));
	KUNIT_EXPECT_FALSE(test, cgi_hold_is_long(since, since + least));
	KUNIT_EXPECT_TRUE(test, cgi_hold_is_long(since, since + least + 1));
	KUNIT_EXPECT_TRUE(test, cgi_hold_is_long(since, since + 60UL * HZ));
}

static int compare(const void *a, const void *b)
{
	const u32 *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Every length up to 100, each number twice, in an order that is none. */
static void test_sort(struct kunit *test)
{
	u32 numbers[100], count, i;

	for (count = 0; count <= ARRAY_SIZE(numbers); count++) {
		for (i = 0; i < count; i++)
			numbers[i] = (i * 37 + 11) % 101 / 2;
		KUNIT_ASSERT_EQ(test, cgi_sort(numbers, count, sizeof(numbers[0]), compare), 0);
		for (i = 1; i < count; i++)
			KUNIT_EXPECT_LE(test, numbers[i - 1], numbers[i]);
	}
	for (i = 1; i < 100; i++)
		numbers[i] = 0;
	numbers[0] = 1;
	KUNIT_ASSERT_EQ(test, cgi_sort(numbers, 100, sizeof(numbers[0]), compare), 0);
	KUNIT_EXPECT_EQ(test, numbers[99], 1U);
	KUNIT_EXPECT_EQ(test, numbers[0], 0U);
}

/* Records that are no multiple of anything keep together. */
static void test_sort_sizes(struct kunit *test)
{
	static struct { u32 key; u8 bytes[71]; } records[50];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(records); i++) {
		records[i].key = (i * 13) % ARRAY_SIZE(records);
		memset(records[i].bytes, records[i].key, sizeof(records[i].bytes));
	}
	KUNIT_ASSERT_EQ(test, cgi_sort(records, ARRAY_SIZE(records), sizeof(records[0]), compare),
			0);
	for (i = 0; i < ARRAY_SIZE(records); i++) {
		KUNIT_EXPECT_EQ(test, records[i].key, i);
		KUNIT_EXPECT_NULL(test, memchr_inv(records[i].bytes, i, sizeof(records[i].bytes)));
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(test_derive),
	KUNIT_CASE(test_check),
	KUNIT_CASE(test_killed),
	KUNIT_CASE(test_hold),
	KUNIT_CASE(test_sort),
	KUNIT_CASE(test_sort_sizes),
	{}
};

static struct kunit_suite suite = {
	.name = "cgroup_inspect_pause",
	.test_cases = cases,
};

kunit_test_suite(suite);
