// SPDX-License-Identifier: GPL-2.0-only
/*
 * The plain data below the check: accounting, text, arrays.
 */
#include "fixture.h"

/**
 * cgi_test_audit() - all that is held from outside is what the graph was given
 * @test: the test
 *
 * Context: Process, may sleep.
 */
void cgi_test_audit(struct kunit *test)
{
	struct cgi_snapshot *s = cgi_test_graph(test);

	KUNIT_EXPECT_EQ(test, cgi_snapshot_finish(s), 0);
	KUNIT_EXPECT_EQ(test, cgi_css_set_at(s, IX_CSET_ROOT)->unaccounted, 0);
	KUNIT_EXPECT_EQ(test, cgi_css_set_at(s, IX_CSET_A)->unaccounted, 0);
	KUNIT_EXPECT_EQ(test, cgi_cgroup_at(s, IX_A)->unaccounted, 0);
	KUNIT_EXPECT_EQ(test, cgi_cgroup_at(s, IX_B)->unaccounted, 7);
	KUNIT_EXPECT_EQ(test, cgi_cgroup_at(s, IX_X)->unaccounted, 0);
	KUNIT_EXPECT_EQ(test, cgi_css_at(s, IX_CSS_A)->unaccounted, 0);
	KUNIT_EXPECT_EQ(test, cgi_hierarchy_at(s, 1)->state, CGI_HIERARCHY_MOUNTED);
	KUNIT_EXPECT_EQ(test, cgi_task_at(s, 2)->list, CGI_LIST_DYING_TASKS);
	cgi_snapshot_destroy(s);
}

static void add_reread(struct cgi_snapshot *s, u32 index)
{
	const struct cgi_css_set *cset = cgi_css_set_at(s, index);
	struct cgi_sample *sample = cgi_array_add(&s->samples, 1);

	*sample = (struct cgi_sample){ .css_set_addr = cset->addr, .refs = cset->refs,
				       .nr_tasks = cset->nr_tasks };
}

/* The first css_set has a task, the second only exited ones. */
static struct cgi_snapshot *counted_graph(struct kunit *test)
{
	struct cgi_snapshot *s = cgi_test_graph(test);

	cgi_css_set_at(s, IX_CSET_A)->nr_tasks = 0;
	cgi_task_at(s, 1)->state = CGI_TASK_ZOMBIE;
	cgi_task_at(s, 1)->list = CGI_LIST_NONE;
	s->watch = (struct cgi_task_watch){ .cursor = 9, .nr_tasks = 3 };
	return s;
}

/* One reference more than there are tasks. */
static struct cgi_snapshot *leaking_graph(struct kunit *test)
{
	struct cgi_snapshot *s = counted_graph(test);

	cgi_css_set_at(s, IX_CSET_ROOT)->refs++;
	cgi_css_set_at(s, IX_CSET_A)->refs++;
	add_reread(s, IX_CSET_ROOT);
	add_reread(s, IX_CSET_A);
	return s;
}

static void expect_exact(struct kunit *test, struct cgi_snapshot *s, bool exact)
{
	KUNIT_EXPECT_EQ(test, cgi_snapshot_finish(s), 0);
	KUNIT_EXPECT_EQ(test, cgi_css_set_at(s, IX_CSET_ROOT)->unaccounted, 1);
	KUNIT_EXPECT_EQ(test, cgi_css_set_at(s, IX_CSET_A)->unaccounted, 1);
	KUNIT_EXPECT_EQ(test, cgi_css_set_at(s, IX_CSET_ROOT)->exact, exact);
	KUNIT_EXPECT_EQ(test, cgi_css_set_at(s, IX_CSET_A)->exact, exact);
	KUNIT_EXPECT_EQ(test, cgi_snapshot_is_doubtful(s), !exact);
	cgi_snapshot_destroy(s);
}

/**
 * cgi_test_exact() - what a task that was reaped may hold is not called exact
 * @test: the test
 *
 * Context: Process, may sleep.
 */
void cgi_test_exact(struct kunit *test)
{
	struct cgi_snapshot *s = leaking_graph(test);

	expect_exact(test, s, false);

	s = leaking_graph(test);
	s->earlier = s->watch;
	expect_exact(test, s, true);

	s = leaking_graph(test);
	s->earlier = s->watch;
	s->earlier.nr_tasks++;
	expect_exact(test, s, false);

	s = leaking_graph(test);
	s->earlier = s->watch;
	s->earlier.cursor--;
	expect_exact(test, s, false);

	s = leaking_graph(test);
	s->earlier = s->watch;
	s->earlier.forked = true;
	expect_exact(test, s, false);

	s = leaking_graph(test);
	s->earlier = s->watch;
	s->watch.forked = true;
	expect_exact(test, s, false);

	s = leaking_graph(test);
	s->earlier = s->watch;
	s->earlier.hidden = true;
	expect_exact(test, s, false);
}

/**
 * cgi_test_hidden() - a task that is counted, but can't be found, is noticed
 * @test: the test
 *
 * Context: Process, may sleep.
 */
void cgi_test_hidden(struct kunit *test)
{
	struct cgi_snapshot *s = leaking_graph(test);

	s->earlier = s->watch;
	cgi_css_set_at(s, IX_CSET_ROOT)->refs++;
	cgi_css_set_at(s, IX_CSET_ROOT)->nr_tasks++;
	cgi_sample_at(s, 0)->refs++;
	cgi_sample_at(s, 0)->nr_tasks++;
	expect_exact(test, s, false);
}

/**
 * cgi_test_forked() - a fork can hide that a task has left, if there was one to fork
 * @test: the test
 *
 * Context: Process, may sleep.
 */
void cgi_test_forked(struct kunit *test)
{
	struct cgi_snapshot *s = counted_graph(test);
	struct cgi_css_set *a = cgi_css_set_at(s, IX_CSET_A);

	add_reread(s, IX_CSET_ROOT);
	add_reread(s, IX_CSET_A);
	s->watch.forked = true;
	KUNIT_EXPECT_EQ(test, cgi_snapshot_finish(s), 0);
	KUNIT_EXPECT_EQ(test, cgi_css_set_at(s, IX_CSET_ROOT)->unaccounted, 0);
	KUNIT_EXPECT_EQ(test, a->unaccounted, 0);
	KUNIT_EXPECT_FALSE(test, cgi_css_set_at(s, IX_CSET_ROOT)->exact);
	KUNIT_EXPECT_TRUE(test, a->exact);
	KUNIT_EXPECT_FALSE(test, cgi_snapshot_is_doubtful(s));
	cgi_snapshot_destroy(s);
}

/**
 * cgi_test_text() - what the file shows of a task, its path escaped
 * @test: the test
 *
 * Context: Process, may sleep.
 */
void cgi_test_text(struct kunit *test)
{
	struct cgi_snapshot *s = cgi_test_graph(test);
	char *name = (char *)s->names.data + cgi_cgroup_at(s, IX_A)->name;

	name[0] = ' ';
	KUNIT_EXPECT_EQ(test, cgi_snapshot_finish(s), 0);
	KUNIT_EXPECT_STREQ(test, cgi_text_at(&s->text, cgi_task_at(s, 0)->cgroups),
			   "1:name=n:/ 0::/");
	KUNIT_EXPECT_STREQ(test, cgi_text_at(&s->text, cgi_task_at(s, 1)->cgroups),
			   "1:name=n:/f 0::/\\040");
	KUNIT_EXPECT_STREQ(test, cgi_text_at(&s->text, cgi_cgroup_at(s, IX_B)->path),
			   "/\\040/d");
	cgi_snapshot_destroy(s);
}

/**
 * cgi_test_array() - adding past the end only counts, and the next round has room
 * @test: the test
 *
 * Context: Process, may sleep.
 */
void cgi_test_array(struct kunit *test)
{
	struct cgi_array a = { .size = sizeof(u32) };
	size_t capacity, i;

	KUNIT_ASSERT_EQ(test, cgi_array_reserve(&a), 0);
	capacity = a.capacity;
	for (i = 0; i < capacity; i++)
		KUNIT_EXPECT_NOT_NULL(test, cgi_array_add(&a, 1));
	KUNIT_EXPECT_TRUE(test, cgi_array_fits(&a));
	KUNIT_EXPECT_NULL(test, cgi_array_add(&a, 1));
	KUNIT_EXPECT_FALSE(test, cgi_array_fits(&a));
	KUNIT_ASSERT_EQ(test, cgi_array_reserve(&a), 0);
	KUNIT_EXPECT_GT(test, a.capacity, capacity);
	KUNIT_EXPECT_EQ(test, a.count, (size_t)0);
	cgi_array_free(&a);
}

/**
 * cgi_test_array_again() - a walk that starts again takes back what it added, without a trace
 * @test: the test
 *
 * Context: Process, may sleep.
 */
void cgi_test_array_again(struct kunit *test)
{
	struct cgi_array a = { .size = sizeof(u32) };
	u32 *record;

	KUNIT_ASSERT_EQ(test, cgi_array_reserve(&a), 0);
	record = cgi_array_add(&a, 1);
	KUNIT_ASSERT_NOT_NULL(test, record);
	*record = 14;
	a.count = 0;
	record = cgi_array_add(&a, 1);
	KUNIT_ASSERT_NOT_NULL(test, record);
	KUNIT_EXPECT_EQ(test, *record, 0U);
	cgi_array_free(&a);
}
