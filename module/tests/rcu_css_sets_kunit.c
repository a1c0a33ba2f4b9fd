// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is found under RCU alone at an address that had belonged to something else before: the
 * record of the earlier object is made from that of the real one.
 */
#include <kunit/test.h>
#include <linux/cgroup.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../collect/rcu_css_sets.h"
#include "../collect/trees.h"
#include "../derive/derive.h"
#include "../snapshot/path.h"
#include "../snapshot/snapshot.h"
#include "fixture.h"

#define TEXT_BYTES	PAGE_SIZE

static struct cgi_memberships *memberships;

/* The css_set of the task that runs the tests. */
static u32 collect(struct kunit *test, struct cgi_snapshot *s)
{
	u32 css_set = CGI_NONE;
	int err;

	do {
		KUNIT_ASSERT_EQ(test, cgi_memberships_make_room(s), 0);
		rcu_read_lock();
		err = cgi_memberships_collect(s, memberships, rcu_dereference(current->cgroups),
					      &css_set);
		rcu_read_unlock();
	} while (err == -EAGAIN);
	KUNIT_EXPECT_EQ(test, err, 0);
	return css_set;
}

static struct cgi_snapshot *create(struct kunit *test)
{
	struct cgi_snapshot *s = cgi_snapshot_create(CGI_WANT_TASKS | CGI_WANT_NAMES);

	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_ASSERT_EQ(test, cgi_snapshot_reserve(s), 0);
	rcu_read_lock();
	cgi_collect_subsystems(s);
	rcu_read_unlock();
	return s;
}

static struct cgi_cgroup *cgroup_of(struct cgi_snapshot *s, u32 css_set, u32 link)
{
	return cgi_cgroup_at(s, cgi_link_at(s, cgi_css_set_at(s, css_set)->first_link +
					       link)->cgroup);
}

static void be_another_cgroup(struct cgi_snapshot *s)
{
	cgroup_of(s, 0, 0)->id++;
}

static void be_another_cgroup_of_v2(struct cgi_snapshot *s)
{
	cgroup_of(s, 0, cgi_css_set_at(s, 0)->nr_links - 1)->id++;
}

static void be_removed(struct cgi_snapshot *s)
{
	cgroup_of(s, 0, 0)->state = CGI_CGROUP_DYING;
}

static void be_in_another_hierarchy(struct cgi_snapshot *s)
{
	cgi_hierarchy_at(s, cgroup_of(s, 0, 0)->hierarchy)->id++;
}

static void have_another_controller(struct cgi_snapshot *s)
{
	cgi_hierarchy_at(s, cgroup_of(s, 0, 0)->hierarchy)->controllers ^= BIT(31);
}

static void be_at_another_address(struct cgi_snapshot *s)
{
	cgroup_of(s, 0, 0)->addr = s;
}

static void lack_a_membership(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, 0)->nr_links--;
}

/**
 * struct earlier - what was at the address of the css_set, or of one of its cgroups
 * @name: what it was
 * @become: makes it of the records
 * @same_cgroups: the cgroups are the same
 */
struct earlier {
	const char *name;
	void (*become)(struct cgi_snapshot *s);
	bool same_cgroups;
};

static const struct earlier earlier[] = {
	{ "another cgroup", be_another_cgroup },
	{ "another cgroup of v2", be_another_cgroup_of_v2 },
	{ "a removed cgroup", be_removed },
	{ "another hierarchy", be_in_another_hierarchy },
	{ "other controllers", have_another_controller },
	{ "a css_set of another cgroup", be_at_another_address },
	{ "a css_set of fewer cgroups", lack_a_membership, true },
};

static void put_at(void *to, u64 at, const char *bytes, size_t len)
{
	if (at + len < TEXT_BYTES)
		memcpy((char *)to + at, bytes, len);
}

static char *text_of(struct kunit *test, const struct cgi_snapshot *s, u32 css_set)
{
	char *text = kunit_kzalloc(test, TEXT_BYTES, GFP_KERNEL);
	const struct cgi_sink sink = { .put = put_at, .to = text, .end = TEXT_BYTES };

	KUNIT_ASSERT_NOT_NULL(test, text);
	cgi_memberships_put(s, cgi_css_set_at(s, css_set), &sink, 0);
	return text;
}

static char *text_alone(struct kunit *test)
{
	struct cgi_snapshot *s = create(test);
	char *text;

	KUNIT_EXPECT_EQ(test, collect(test, s), 0U);
	KUNIT_ASSERT_EQ(test, cgi_derive(s), 0);
	text = text_of(test, s, 0);
	cgi_snapshot_destroy(s);
	return text;
}

static void test_same(struct kunit *test)
{
	struct cgi_snapshot *s = create(test);
	size_t cgroups;

	KUNIT_EXPECT_EQ(test, collect(test, s), 0U);
	cgroups = s->cgroups.count;
	KUNIT_EXPECT_EQ(test, collect(test, s), 0U);
	KUNIT_EXPECT_EQ(test, s->css_sets.count, (size_t)1);
	KUNIT_EXPECT_EQ(test, s->cgroups.count, cgroups);
	KUNIT_EXPECT_NE(test, text_alone(test)[0], '-');
	cgi_snapshot_destroy(s);
}

static void test_earlier(struct kunit *test)
{
	const struct earlier *row = test->param_value;
	struct cgi_snapshot *s = create(test);
	size_t cgroups;

	KUNIT_EXPECT_EQ(test, collect(test, s), 0U);
	cgroups = s->cgroups.count;
	row->become(s);
	KUNIT_EXPECT_EQ(test, collect(test, s), 1U);
	KUNIT_EXPECT_EQ(test, s->cgroups.count > cgroups, !row->same_cgroups);
	/* From now on that is what is found. */
	cgroups = s->cgroups.count;
	KUNIT_EXPECT_EQ(test, collect(test, s), 1U);
	KUNIT_EXPECT_EQ(test, s->cgroups.count, cgroups);
	KUNIT_ASSERT_EQ(test, cgi_derive(s), 0);
	KUNIT_EXPECT_STREQ(test, text_of(test, s, 1), text_alone(test));
	cgi_snapshot_destroy(s);
}

static void earlier_name(const struct earlier *row, char *description)
{
	strscpy(description, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(earlier, earlier, earlier_name);

static int init(struct kunit *test)
{
	memberships = kvmalloc(sizeof(*memberships), GFP_KERNEL);
	return memberships ? 0 : -ENOMEM;
}

static void finish(struct kunit *test)
{
	kvfree(memberships);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(test_same),
	KUNIT_CASE_PARAM(test_earlier, earlier_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "cgroup_inspect_rcu_css_sets",
	.init = init,
	.exit = finish,
	.test_cases = cases,
};

kunit_test_suite(suite);
