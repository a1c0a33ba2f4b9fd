// SPDX-License-Identifier: GPL-2.0-only
/*
 * The judges of css_sets, links and tasks against doctored snapshots.  Each doctor
 * spoils one thing of a sound graph.
 */
#include <linux/string.h>

#include "fixture.h"

static void doctor_nothing(struct cgi_snapshot *s)
{
}

static void doctor_no_link(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_A)->nr_links--;
	s->links.count--;
	s->back_links.count--;
}

/* No link into the hierarchy of a controller that a running task uses. */
static void doctor_no_default_link(struct cgi_snapshot *s)
{
	*cgi_link_at(s, 2) = *cgi_link_at(s, 3);
	doctor_no_link(s);
}

static void doctor_two_links(struct cgi_snapshot *s)
{
	cgi_link_at(s, 3)->cgroup_addr = AT(ROOT_0);
	cgi_back_link_at(s, 3)->cgroup_addr = AT(ROOT_0);
}

static void doctor_lost_css_set(struct cgi_snapshot *s)
{
	cgi_task_at(s, 1)->css_set_addr = AT(ELSEWHERE);
}

static void doctor_no_back_link(struct cgi_snapshot *s)
{
	s->back_links.count--;
}

static void doctor_only_back_link(struct cgi_snapshot *s)
{
	struct cgi_back_link *back = cgi_array_add(&s->back_links, 1);

	back->cgroup_addr = AT(X);
	back->css_set_addr = AT(CSET_ROOT);
}

static void doctor_unknown_back_link(struct cgi_snapshot *s)
{
	cgi_back_link_at(s, 3)->css_set_addr = AT(ELSEWHERE);
}

static void doctor_unknown_cgroup(struct cgi_snapshot *s)
{
	cgi_link_at(s, 3)->cgroup_addr = AT(ELSEWHERE);
	s->back_links.count--;
}

static void doctor_died(struct cgi_snapshot *s)
{
	s->back_links.count = 2;
}

static void doctor_nr_tasks(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_A)->nr_on_list = 0;
}

static void doctor_too_large(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_A)->nr_on_list = 0;
	cgi_css_set_at(s, IX_CSET_A)->counted = false;
}

static void doctor_ancestor_css(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_A)->css_addr[0] = AT(CSS_ROOT);
}

static void doctor_effective_css(struct cgi_snapshot *s)
{
	doctor_ancestor_css(s);
	cgi_cgroup_at(s, IX_A)->controllers = 0;
}

/* pids was mounted on v1; the css_set of tasks on v2 still has its css of v2. */
static void doctor_left_behind(struct cgi_snapshot *s)
{
	cgi_hierarchy_at(s, 0)->controllers = 0;
	cgi_hierarchy_at(s, 1)->controllers = BIT(0);
	cgi_subsys_at(s, 0)->hierarchy_id = 1;
	cgi_subsys_at(s, 0)->flags |= CGI_SUBSYS_IMPLICIT_ON_DFL;
	cgi_cgroup_at(s, IX_ROOT_0)->controllers = 0;
	cgi_cgroup_at(s, IX_A)->controllers = 0;
	cgi_cgroup_at(s, IX_ROOT_1)->controllers = BIT(0);
	cgi_css_at(s, IX_CSS_ROOT)->cgroup_addr = AT(ROOT_1);
}

static void doctor_left_behind_killed(struct cgi_snapshot *s)
{
	doctor_left_behind(s);
	cgi_css_at(s, IX_CSS_A)->killed = true;
}

/* From 7.2 on the base reference goes with the last task. */
static void doctor_left_behind_draining(struct cgi_snapshot *s)
{
	doctor_left_behind(s);
	cgi_css_at(s, IX_CSS_A)->flags |= CGI_CSS_FLAG_DYING;
}

static void doctor_unknown_css(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_A)->css_addr[0] = AT(ELSEWHERE);
}

static void doctor_default_cgroup(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_A)->default_addr = AT(ROOT_0);
	cgi_css_set_at(s, IX_CSET_A)->dead = true;
}

static void doctor_domain(struct cgi_snapshot *s)
{
	cgi_cgroup_at(s, IX_A)->dom_addr = AT(ROOT_0);
}

static void doctor_unknown_domain(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_A)->dom_addr = AT(ELSEWHERE);
}

static void doctor_css_set_refs(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_A)->refs.count = 0;
}

static void doctor_initial_ref(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_ROOT)->refs.count--;
}

/* The css_set of a threaded cgroup, whose domain is the root. */
static void doctor_threaded(struct cgi_snapshot *s)
{
	cgi_cgroup_at(s, IX_A)->dom_addr = AT(ROOT_0);
	cgi_cgroup_at(s, IX_A)->threaded = true;
	cgi_css_set_at(s, IX_CSET_A)->dom_addr = AT(CSET_ROOT);
	cgi_css_set_at(s, IX_CSET_ROOT)->refs.count++;
}

static void doctor_threaded_ref(struct cgi_snapshot *s)
{
	doctor_threaded(s);
	cgi_css_set_at(s, IX_CSET_ROOT)->refs.count--;
}

static void doctor_threaded_uncounted(struct cgi_snapshot *s)
{
	doctor_threaded(s);
	cgi_css_set_at(s, IX_CSET_ROOT)->counted = false;
	cgi_css_set_at(s, IX_CSET_ROOT)->refs.count = 1;
}

static void doctor_hash(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_A)->hash = 6;
}

static void doctor_hash_next_died(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_ROOT)->hash_next_addr = AT(ELSEWHERE);
}

static void doctor_migrating(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_A)->has_mg_tasks = true;
}

static const struct cgi_test_doctored doctored[] = {
	{ "sound", doctor_nothing, 0 },
	{ "link missing on both sides", doctor_no_link, RULE_3 | UNIQUE, "task 2" },
	{ "no link into the default hierarchy", doctor_no_default_link,
	  RULE_3 | UNIQUE | SYMMETRIC | DEFAULT, "task 2" },
	{ "two links into one hierarchy", doctor_two_links, RULE_3 | UNIQUE, "task 2" },
	{ "task of no css_set", doctor_lost_css_set, RULE_4, "task 2" },
	{ "link missing on a cgroup's list", doctor_no_back_link, SYMMETRIC, "1:15" },
	{ "link missing on a css_set's list", doctor_only_back_link, SYMMETRIC, "1:15" },
	{ "link to an unknown css_set", doctor_unknown_back_link, SYMMETRIC, "default hierarchy" },
	{ "link to an unknown cgroup", doctor_unknown_cgroup, RULE_3 | UNIQUE | SYMMETRIC,
	  "link to an unknown cgroup", SYMMETRIC },
	{ "css_set died between the walks", doctor_died, 0 },
	{ "nr_tasks", doctor_nr_tasks, NR_TASKS, "counts 1 tasks" },
	{ "too many tasks to count", doctor_too_large, 0 },
	{ "css of an ancestor, though there is a nearer one", doctor_ancestor_css, EFFECTIVE,
	  "pids:1" },
	{ "css of an ancestor, the nearest", doctor_effective_css, 0 },
	{ "css of v2, but the controller is on v1", doctor_left_behind, EFFECTIVE, "pids:2" },
	{ "css left behind by a mount, killed", doctor_left_behind_killed, 0 },
	{ "css left behind by a mount, draining", doctor_left_behind_draining, 0 },
	{ "unknown css", doctor_unknown_css, EFFECTIVE, "pids" },
	{ "default cgroup", doctor_default_cgroup, DEFAULT, "css_set" },
	{ "domain", doctor_domain, DOMAIN, "0:12" },
	{ "unknown domain", doctor_unknown_domain, DOMAIN, "css_set" },
	{ "initial reference of init_css_set", doctor_initial_ref, REFS,
	  "1 references, 1 too few" },
	{ "threaded css_set", doctor_threaded, 0 },
	{ "reference of a threaded css_set", doctor_threaded_ref, REFS, "2 references, 1 too few" },
	{ "the same, with too many tasks to count", doctor_threaded_uncounted, REFS,
	  "1 references, 1 too few" },
	{ "references of a css_set", doctor_css_set_refs, REFS, "0 references" },
	{ "hash chain", doctor_hash, HASH, "hashed to 5" },
	{ "next of a hash chain died", doctor_hash_next_died, 0 },
	{ "a migration", doctor_migrating, MIGRATION, "mg_tasks" },
};

static void doctored_name(const struct cgi_test_doctored *d, char *description)
{
	strscpy(description, d->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(doctored, doctored, doctored_name);

static void test_check(struct kunit *test)
{
	cgi_test_check(test, test->param_value);
}

/* Every invariant that this file is about must be violated at least once. */
static void test_all_violated(struct kunit *test)
{
	u32 failed = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(doctored); i++)
		failed |= doctored[i].failed;
	KUNIT_EXPECT_EQ(test, failed, (u32)((CGI_TEST_ALL & ~CGI_TEST_TREES) | REFS));
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(test_check, doctored_gen_params),
	KUNIT_CASE(test_all_violated),
	{}
};

static struct kunit_suite suite = {
	.name = "cgroup_inspect_check_css_sets",
	.test_cases = cases,
};

kunit_test_suite(suite);
