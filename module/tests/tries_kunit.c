// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several tries of the check, and what the file says of them.
 */
#include <linux/string.h>

#include "../../debugfs/view.h"
#include "../check/check.h"
#include "../derive/derive.h"
#include "../take.h"
#include "fixture.h"

/* As many as take.c makes; a row below that is longer or shorter would tell. */
#define TRIES	5

/* The doctors: each spoils one thing. */

static void doctor_nothing(struct cgi_snapshot *s)
{
}

static void doctor_level(struct cgi_snapshot *s)
{
	cgi_cgroup_at(s, IX_X)->level = 3;
}

static void doctor_level_of_b(struct cgi_snapshot *s)
{
	cgi_cgroup_at(s, IX_B)->level = 7;
}

static void doctor_both_levels(struct cgi_snapshot *s)
{
	doctor_level(s);
	doctor_level_of_b(s);
}

/* The same address, but a later cgroup. */
static void doctor_level_of_later(struct cgi_snapshot *s)
{
	doctor_level(s);
	cgi_cgroup_at(s, IX_X)->serial = 99;
}

static void doctor_hash(struct cgi_snapshot *s)
{
	cgi_css_set_evidence_at(s, IX_CSET_A)->hash = 6;
}

static void doctor_refs_of_root(struct cgi_snapshot *s)
{
	cgi_cgroup_at(s, IX_ROOT_1)->refs.count = 0;
}

/* The same address, but the root of a later hierarchy. */
static void doctor_refs_of_later_root(struct cgi_snapshot *s)
{
	doctor_refs_of_root(s);
	cgi_hierarchy_at(s, 1)->id = 7;
}

static void doctor_task(struct cgi_snapshot *s)
{
	cgi_task_at(s, 1)->css_set_addr = AT(ELSEWHERE);
}

/* The same address and the same number, but a later task. */
static void doctor_later_task(struct cgi_snapshot *s)
{
	doctor_task(s);
	cgi_task_at(s, 1)->started = 99;
}

static void doctor_nr_tasks(struct cgi_snapshot *s)
{
	cgi_css_set_evidence_at(s, IX_CSET_A)->nr_on_list = 0;
}

/* The same address, but a css_set of another cgroup. */
static void doctor_nr_tasks_of_later(struct cgi_snapshot *s)
{
	doctor_nr_tasks(s);
	cgi_cgroup_at(s, IX_A)->serial = 99;
}

/* A css_set whose tasks could not be counted can't be judged. */
static void doctor_uncounted(struct cgi_snapshot *s)
{
	cgi_css_set_evidence_at(s, IX_CSET_A)->counted = false;
}

static void doctor_level_and_hash(struct cgi_snapshot *s)
{
	doctor_level(s);
	doctor_hash(s);
}

/* A css_set that died between the two walks can't be judged. */
static void doctor_died(struct cgi_snapshot *s)
{
	s->back_links.count = 2;
}

/* A cgroup with more children than one hold of the lock visits. */
static void doctor_too_large(struct cgi_snapshot *s)
{
	struct cgi_cgroup_evidence *evidence = cgi_cgroup_evidence_at(s, IX_ROOT_0);

	evidence->populated_children.known = false;
	evidence->populated_domain.known = false;
	evidence->populated_threaded.known = false;
}

static void add_lost_tasks(struct cgi_snapshot *s, unsigned int count)
{
	struct cgi_task *task = cgi_array_add(&s->tasks, count);

	while (count--)
		task[count].css_set_addr = AT(ELSEWHERE);
}

static void doctor_just_named(struct cgi_snapshot *s)
{
	add_lost_tasks(s, CGI_FINDINGS_NAMED);
}

static void doctor_not_all_named(struct cgi_snapshot *s)
{
	add_lost_tasks(s, CGI_FINDINGS_NAMED + 2);
}

/* The file.  It prints no address, so no place for one is needed. */

static const char *shown(struct kunit *test, const struct cgi_snapshot *s, size_t i)
{
	struct cgi_out o = { .size = PAGE_SIZE };

	o.buf = kunit_kzalloc(test, o.size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, o.buf);
	cgi_view_show(&o, &cgi_check_view, s, i);
	KUNIT_ASSERT_FALSE(test, cgi_out_is_full(&o));
	return o.buf;
}

static struct cgi_snapshot *checked(struct kunit *test, void (*doctor)(struct cgi_snapshot *s))
{
	struct cgi_snapshot *s = cgi_test_graph(test);

	doctor(s);
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	KUNIT_EXPECT_EQ(test, cgi_check_judge(s), 0);
	return s;
}

static void expect_shown(struct kunit *test, void (*doctor)(struct cgi_snapshot *s), size_t i,
			 const char *text)
{
	struct cgi_snapshot *s = checked(test, doctor);

	KUNIT_EXPECT_STREQ(test, shown(test, s, i), text);
	cgi_snapshot_destroy(s);
}

static void test_shown(struct kunit *test)
{
	expect_shown(test, doctor_level, 0, "KTAP version 1\n1..25\n");
	expect_shown(test, doctor_level, 12,
		     "ok 12 nr_descendants and nr_dying_descendants equal the tree\n");
	expect_shown(test, doctor_level, 13,
		     "# cgroup 1:15 has level 3, its parent 0\n"
		     "not ok 13 a cgroup is one level below its parent\n");
	expect_shown(test, doctor_died, 5,
		     "# in motion or too large for one instant: 1\n"
		     "ok 5 links are on the lists of both ends\n");
	expect_shown(test, doctor_too_large, 11,
		     "# in motion or too large for one instant: 1\n"
		     "ok 11 populated counters equal what is populated\n");
}

static const char *after_lines(const char *text, unsigned int lines)
{
	while (lines-- && *text)
		text = strchrnul(text, '\n') + 1;
	return text;
}

static void expect_named(struct kunit *test, void (*doctor)(struct cgi_snapshot *s),
			 u32 violations, const char *end)
{
	struct cgi_snapshot *s = checked(test, doctor);
	const struct cgi_verdict *verdict = &s->findings.verdicts[CGI_INVARIANT_TASK_CSS_SET];
	const char *text = shown(test, s, CGI_INVARIANT_TASK_CSS_SET + 1);

	KUNIT_EXPECT_EQ(test, verdict->violations, violations);
	KUNIT_EXPECT_TRUE(test, strstarts(after_lines(text, CGI_FINDINGS_NAMED - 1), "# task "));
	KUNIT_EXPECT_STREQ(test, after_lines(text, CGI_FINDINGS_NAMED), end);
	cgi_snapshot_destroy(s);
}

static void test_named(struct kunit *test)
{
	expect_named(test, doctor_just_named, 16,
		     "not ok 4 rule 4: a task has a css_set of the graph\n");
	expect_named(test, doctor_not_all_named, 18,
		     "# and 2 more\nnot ok 4 rule 4: a task has a css_set of the graph\n");
}

/* Several tries: only an object that fails in all of them has a fault. */

struct repeated {
	const char *name;
	void (*doctors[TRIES])(struct cgi_snapshot *s);
	unsigned int tries;
	u32 failed;
};

static const struct repeated repeated[] = {
	{ "sound at once", { doctor_nothing }, 1, 0 },
	{ "sound after a race", { doctor_level, doctor_nothing }, 2, 0 },
	{ "one race after the other", { doctor_level, doctor_hash }, 2, 0 },
	{ "races on two objects", { doctor_level, doctor_level_of_b }, 2, 0 },
	{ "races at one address", { doctor_level, doctor_level_of_later }, 2, 0 },
	{ "races on css_sets at one address", { doctor_nr_tasks, doctor_nr_tasks_of_later }, 2, 0 },
	{ "races on roots at one address", { doctor_refs_of_root, doctor_refs_of_later_root },
	  2, 0 },
	{ "races on tasks at one address", { doctor_task, doctor_later_task }, 2, 0 },
	{ "sound the last time", { doctor_level, doctor_level, doctor_level, doctor_level,
				   doctor_nothing }, 5, 0 },
	{ "violated in all tries", { doctor_level, doctor_level, doctor_level, doctor_level,
				     doctor_level }, 5, LEVELS },
	{ "violated in all tries, and races", { doctor_level_and_hash, doctor_level, doctor_level,
						doctor_level, doctor_level_and_hash }, 5, LEVELS },
	{ "a race on another object first", { doctor_both_levels, doctor_level, doctor_level,
					      doctor_level, doctor_level }, 5, LEVELS },
	{ "a race on another object last", { doctor_level, doctor_level, doctor_level,
					     doctor_level, doctor_both_levels }, 5, LEVELS },
	{ "not judged in between", { doctor_nr_tasks, doctor_uncounted, doctor_uncounted,
				     doctor_uncounted, doctor_nr_tasks }, 5, NR_TASKS },
	{ "not judged the last time", { doctor_nr_tasks, doctor_nr_tasks, doctor_nr_tasks,
					doctor_nr_tasks, doctor_uncounted }, 5, 0 },
	{ "not judged, then sound", { doctor_nr_tasks, doctor_uncounted, doctor_nothing }, 3, 0 },
};

/* take() has no argument for them; the suite's tests run one by one. */
static const struct repeated *repeating;
static unsigned int tried;

static int take_doctored(struct cgi_snapshot *s)
{
	int err = cgi_test_fill(s);

	if (err)
		return err;
	if (tried == ARRAY_SIZE(repeating->doctors) || !repeating->doctors[tried])
		return -ERANGE;
	repeating->doctors[tried++](s);
	return cgi_derive(s);
}

static void test_repeat(struct kunit *test)
{
	struct cgi_snapshot *s = cgi_test_graph(test);

	repeating = test->param_value;
	tried = 0;
	KUNIT_ASSERT_EQ(test, cgi_take_checked(s, take_doctored), 0);
	KUNIT_EXPECT_EQ(test, tried, repeating->tries);
	KUNIT_EXPECT_EQ(test, cgi_test_failed(s), repeating->failed);
	KUNIT_EXPECT_STREQ(test, shown(test, s, 13), repeating->failed & LEVELS ?
			   "# cgroup 1:15 has level 3, its parent 0\n"
			   "not ok 13 a cgroup is one level below its parent\n" :
			   "ok 13 a cgroup is one level below its parent\n");
	KUNIT_EXPECT_TRUE(test, strstarts(shown(test, s, 16), "ok 16 "));
	cgi_snapshot_destroy(s);
}

static void repeated_name(const struct repeated *r, char *description)
{
	strscpy(description, r->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(repeated, repeated, repeated_name);

static int take_nothing(struct cgi_snapshot *s)
{
	return -ENAMETOOLONG;
}

static void test_repeat_error(struct kunit *test)
{
	struct cgi_snapshot *s = cgi_test_graph(test);

	KUNIT_EXPECT_EQ(test, cgi_take_checked(s, take_nothing), -ENAMETOOLONG);
	cgi_snapshot_destroy(s);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(test_shown),
	KUNIT_CASE(test_named),
	KUNIT_CASE_PARAM(test_repeat, repeated_gen_params),
	KUNIT_CASE(test_repeat_error),
	{}
};

static struct kunit_suite suite = {
	.name = "cgroup_inspect_tries",
	.test_cases = cases,
};

kunit_test_suite(suite);
