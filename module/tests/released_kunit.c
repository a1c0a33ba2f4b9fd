// SPDX-License-Identifier: GPL-2.0-only
/*
 * What may be held by something that was released is not called exact, nor does it make a
 * hierarchy look mounted.  The removed cgroup of the fixture has 7 references, none of them
 * explained.
 */
#include <linux/errno.h>

#include "../derive/derive.h"
#include "../take.h"
#include "fixture.h"

static struct cgi_snapshot *first_pass(struct kunit *test)
{
	struct cgi_snapshot *s = cgi_test_graph(test);

	s->want |= CGI_WANT_EXACT_TREES | CGI_WANT_EXACT_STATES;
	return s;
}

static int wait_ends(void)
{
	return 0;
}

static int wait_does_not_end(void)
{
	return -ETIMEDOUT;
}

/* The same graph once more, after a wait. */
static void next_pass(struct kunit *test, struct cgi_snapshot *s)
{
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	KUNIT_EXPECT_EQ(test, cgi_take_wait(s, true, wait_ends), 0);
	KUNIT_ASSERT_EQ(test, cgi_test_fill(s), 0);
}

static void expect_kind(struct kunit *test, struct cgi_snapshot *s, u8 kind)
{
	const struct cgi_cgroup *b = cgi_cgroup_at(s, IX_B);

	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	EXPECT_KIND(test, b->unaccounted, kind);
	KUNIT_EXPECT_EQ(test, !!(s->in_doubt & CGI_WANT_EXACT_TREES), kind == CGI_REFS_ABOUT);
	cgi_snapshot_destroy(s);
}

static void test_waited_for(struct kunit *test)
{
	struct cgi_snapshot *s = first_pass(test);

	expect_kind(test, s, CGI_REFS_ABOUT);

	s = first_pass(test);
	next_pass(test, s);
	expect_kind(test, s, CGI_REFS_EXACT);

	/* A third pass, for the sake of others, still knows it. */
	s = first_pass(test);
	next_pass(test, s);
	next_pass(test, s);
	expect_kind(test, s, CGI_REFS_EXACT);
}

/* As holders does, which takes a second snapshot whatever became of the wait of the first one. */
static void test_no_end(struct kunit *test)
{
	struct cgi_snapshot *s = first_pass(test);

	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	s->watch.complete = true;
	KUNIT_EXPECT_EQ(test, cgi_take_wait(s, true, wait_does_not_end), -ETIMEDOUT);
	KUNIT_EXPECT_FALSE(test, s->earlier.complete);
	KUNIT_ASSERT_EQ(test, cgi_test_fill(s), 0);
	expect_kind(test, s, CGI_REFS_ABOUT);
}

/* A wait for tasks that were reaped says nothing about cgroups. */
static void test_reaped_alone(struct kunit *test)
{
	struct cgi_snapshot *s = first_pass(test);

	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	s->watch.complete = true;
	KUNIT_EXPECT_EQ(test, cgi_take_wait(s, false, wait_ends), 0);
	KUNIT_EXPECT_TRUE(test, s->earlier.complete);
	KUNIT_ASSERT_EQ(test, cgi_test_fill(s), 0);
	expect_kind(test, s, CGI_REFS_ABOUT);
}

/* What left the graph between the passes may still hold the cgroup. */
static void test_released_since(struct kunit *test)
{
	struct cgi_snapshot *s = first_pass(test);

	cgi_css_at(s, IX_CSS_A)->cgroup_addr = AT(B);
	next_pass(test, s);
	expect_kind(test, s, CGI_REFS_ABOUT);

	s = first_pass(test);
	cgi_link_at(s, 2)->cgroup_addr = AT(B);
	next_pass(test, s);
	expect_kind(test, s, CGI_REFS_ABOUT);

	/* A css_set does not make up for a css. */
	s = first_pass(test);
	cgi_css_at(s, IX_CSS_A)->cgroup_addr = AT(B);
	next_pass(test, s);
	cgi_link_at(s, 2)->cgroup_addr = AT(B);
	expect_kind(test, s, CGI_REFS_ABOUT);

	s = first_pass(test);
	cgi_cgroup_at(s, IX_B)->bpf = true;
	next_pass(test, s);
	expect_kind(test, s, CGI_REFS_ABOUT);
}

/* An address is no identity by itself. */
static void test_another_object(struct kunit *test)
{
	struct cgi_snapshot *s = first_pass(test);

	cgi_cgroup_at(s, IX_B)->serial = 40;
	next_pass(test, s);
	cgi_cgroup_at(s, IX_B)->serial = 41;
	expect_kind(test, s, CGI_REFS_ABOUT);

	s = first_pass(test);
	cgi_cgroup_at(s, IX_B)->addr = AT(ELSEWHERE);
	next_pass(test, s);
	expect_kind(test, s, CGI_REFS_ABOUT);
}

/* Roots have no serial number; the id of the hierarchy tells them apart. */
static void test_another_root(struct kunit *test)
{
	struct cgi_snapshot *s = first_pass(test);

	next_pass(test, s);
	cgi_hierarchy_at(s, 1)->id = 2;
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	EXPECT_KIND(test, cgi_cgroup_at(s, IX_ROOT_1)->unaccounted, CGI_REFS_ABOUT);
	EXPECT_KIND(test, cgi_cgroup_at(s, IX_B)->unaccounted, CGI_REFS_EXACT);
	cgi_snapshot_destroy(s);
}

static void test_no_doubt(struct kunit *test)
{
	struct cgi_snapshot *s = first_pass(test);

	/* Nothing is left over. */
	cgi_cgroup_at(s, IX_B)->refs.count = 0;
	cgi_cgroup_at(s, IX_ROOT_1)->refs.count = 2;
	expect_kind(test, s, CGI_REFS_EXACT);

	/* Nobody asks. */
	s = first_pass(test);
	s->want &= ~CGI_WANT_EXACT_TREES;
	expect_kind(test, s, CGI_REFS_EXACT);
}

static void leave_one(struct cgi_snapshot *s)
{
	struct cgi_css *css = cgi_css_at(s, IX_CSS_A);

	css->killed = true;
	css->flags = CGI_CSS_FLAG_DYING;
	css->serial = 30;
}

static void leave_online(struct cgi_snapshot *s)
{
	leave_one(s);
	cgi_css_at(s, IX_CSS_A)->flags |= CGI_CSS_FLAG_ONLINE;
	cgi_css_at(s, IX_CSS_A)->refs.count++;
}

static void test_css(struct kunit *test)
{
	struct cgi_snapshot *s = first_pass(test);

	leave_one(s);
	next_pass(test, s);
	leave_one(s);
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	EXPECT_COUNT(test, cgi_css_at(s, IX_CSS_A)->unaccounted, 1);
	EXPECT_KIND(test, cgi_css_at(s, IX_CSS_A)->unaccounted, CGI_REFS_EXACT);
	cgi_snapshot_destroy(s);

	/* In the earlier pass it was not offline yet. */
	s = first_pass(test);
	leave_online(s);
	next_pass(test, s);
	leave_one(s);
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	EXPECT_KIND(test, cgi_css_at(s, IX_CSS_A)->unaccounted, CGI_REFS_ABOUT);
	cgi_snapshot_destroy(s);

	/* It is not offline in either pass. */
	s = first_pass(test);
	leave_online(s);
	next_pass(test, s);
	leave_online(s);
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	EXPECT_COUNT(test, cgi_css_at(s, IX_CSS_A)->unaccounted, 1);
	EXPECT_KIND(test, cgi_css_at(s, IX_CSS_A)->unaccounted, CGI_REFS_ABOUT);
	cgi_snapshot_destroy(s);
}

/* What the kernel counts above the two cgroups that were found may hold the root. */
static void test_state(struct kunit *test)
{
	static const struct {
		u32 counted;
		long refs;
		u8 state;
	} rows[] = {
		{ 2, 3, CGI_HIERARCHY_MOUNTED },
		{ 2, 2, CGI_HIERARCHY_LINGERING },
		{ 3, 2, CGI_HIERARCHY_LINGERING },
		{ 3, 3, CGI_HIERARCHY_UNKNOWN },
		{ 3, 4, CGI_HIERARCHY_MOUNTED },
		{ 5, 5, CGI_HIERARCHY_UNKNOWN },
	};
	struct cgi_snapshot *s;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		s = first_pass(test);
		cgi_hierarchy_at(s, 1)->nr_counted = rows[i].counted;
		cgi_cgroup_at(s, IX_ROOT_1)->refs.count = rows[i].refs;
		KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
		KUNIT_EXPECT_EQ_MSG(test, cgi_hierarchy_at(s, 1)->state, rows[i].state,
				    "row %zu", i);
		KUNIT_EXPECT_EQ_MSG(test, !!(s->in_doubt & CGI_WANT_EXACT_STATES),
				    rows[i].state == CGI_HIERARCHY_UNKNOWN, "row %zu", i);
		cgi_snapshot_destroy(s);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(test_waited_for),
	KUNIT_CASE(test_no_end),
	KUNIT_CASE(test_reaped_alone),
	KUNIT_CASE(test_released_since),
	KUNIT_CASE(test_another_object),
	KUNIT_CASE(test_another_root),
	KUNIT_CASE(test_no_doubt),
	KUNIT_CASE(test_css),
	KUNIT_CASE(test_state),
	{}
};

static struct kunit_suite suite = {
	.name = "cgroup_inspect_released",
	.test_cases = cases,
};

kunit_test_suite(suite);
