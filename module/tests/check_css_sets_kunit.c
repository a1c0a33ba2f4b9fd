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
	struct cgi_on_list *on_list = s->on_list.data;

	cgi_task_at(s, 1)->css_set_addr = AT(ELSEWHERE);
	on_list[1].css_set_addr = AT(ELSEWHERE);
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
	cgi_css_set_evidence_at(s, IX_CSET_A)->nr_on_list = 0;
}

static void doctor_too_large(struct cgi_snapshot *s)
{
	cgi_css_set_evidence_at(s, IX_CSET_A)->nr_on_list = 0;
	cgi_css_set_evidence_at(s, IX_CSET_A)->counted = false;
}

static void doctor_ancestor_css(struct cgi_snapshot *s)
{
	evidence_of_css(s, IX_CSS_ROOT)->nr_on_e_csets = 2;
	evidence_of_css(s, IX_CSS_A)->nr_on_e_csets = 0;
	cgi_effective_of(s, cgi_css_set_at(s, IX_CSET_A), 0)->css_addr = AT(CSS_ROOT);
}

static void doctor_not_enabled(struct cgi_snapshot *s)
{
	cgi_cgroup_evidence_at(s, IX_ROOT_0)->enabled = 0;
	cgi_cgroup_evidence_at(s, IX_ROOT_0)->needed = 0;
	cgi_cgroup_at(s, IX_A)->controllers = 0;
	cgi_cgroup_evidence_at(s, IX_A)->visible = 0;
}

static void doctor_effective_css(struct cgi_snapshot *s)
{
	doctor_ancestor_css(s);
	doctor_not_enabled(s);
}

/* pids was mounted on v1; the css_set of tasks on v2 still has its css of v2. */
static void doctor_left_behind(struct cgi_snapshot *s)
{
	cgi_hierarchy_at(s, 0)->controllers = 0;
	cgi_hierarchy_at(s, 1)->controllers = BIT(0);
	cgi_subsys_at(s, 0)->hierarchy_id = 1;
	cgi_subsys_at(s, 0)->flags |= CGI_SUBSYS_IMPLICIT_ON_DFL;
	doctor_not_enabled(s);
	cgi_cgroup_at(s, IX_ROOT_0)->controllers = 0;
	cgi_cgroup_at(s, IX_ROOT_1)->controllers = BIT(0);
	cgi_css_at(s, IX_CSS_ROOT)->cgroup_addr = AT(ROOT_1);
}

/* From 7.2 on the base reference goes with the last task. */
static void doctor_left_behind_draining(struct cgi_snapshot *s)
{
	doctor_left_behind(s);
	cgi_css_at(s, IX_CSS_A)->flags |= CGI_CSS_FLAG_DYING;
	cgi_css_at(s, IX_CSS_A)->flags &= ~CGI_CSS_FLAG_VISIBLE;
}

static void doctor_left_behind_killed(struct cgi_snapshot *s)
{
	doctor_left_behind_draining(s);
	cgi_css_at(s, IX_CSS_A)->killed = true;
}

/* Kernels before 6.5 without updates put its css_sets on the list of the new root. */
static void doctor_left_behind_moved(struct cgi_snapshot *s)
{
	doctor_left_behind_killed(s);
	evidence_of_css(s, IX_CSS_A)->nr_on_e_csets = 0;
}

static void doctor_unknown_css(struct cgi_snapshot *s)
{
	cgi_effective_of(s, cgi_css_set_at(s, IX_CSET_A), 0)->css_addr = AT(ELSEWHERE);
	evidence_of_css(s, IX_CSS_A)->nr_on_e_csets = 0;
}

static void doctor_default_cgroup(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_A)->default_addr = AT(ROOT_0);
}

static void doctor_domain(struct cgi_snapshot *s)
{
	cgi_cgroup_evidence_at(s, IX_A)->dom_addr = AT(ROOT_0);
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
	cgi_cgroup_evidence_at(s, IX_A)->dom_addr = AT(ROOT_0);
	cgi_cgroup_at(s, IX_A)->threaded = true;
	cgi_css_set_at(s, IX_CSET_A)->dom_addr = AT(CSET_ROOT);
	cgi_css_set_at(s, IX_CSET_ROOT)->refs.count++;
	cgi_css_set_evidence_at(s, IX_CSET_ROOT)->nr_on_threaded = 1;
	cgi_cgroup_at(s, IX_ROOT_0)->nr_threaded_children = 1;
}

static void doctor_threaded_ref(struct cgi_snapshot *s)
{
	doctor_threaded(s);
	cgi_css_set_at(s, IX_CSET_ROOT)->refs.count--;
}

static void doctor_threaded_uncounted(struct cgi_snapshot *s)
{
	doctor_threaded(s);
	cgi_css_set_evidence_at(s, IX_CSET_ROOT)->counted = false;
	cgi_css_set_at(s, IX_CSET_ROOT)->refs.count = 1;
}

static void doctor_hash(struct cgi_snapshot *s)
{
	cgi_css_set_evidence_at(s, IX_CSET_A)->hash = 6;
}

static void doctor_hash_next_died(struct cgi_snapshot *s)
{
	cgi_css_set_evidence_at(s, IX_CSET_ROOT)->hash_next_addr = AT(ELSEWHERE);
}

static void doctor_migrating(struct cgi_snapshot *s)
{
	cgi_css_set_evidence_at(s, IX_CSET_A)->has_mg_tasks = true;
}

static void doctor_listed_elsewhere(struct cgi_snapshot *s)
{
	struct cgi_on_list *on_list = s->on_list.data;

	on_list[1].css_set_addr = AT(CSET_ROOT);
}

static void doctor_unlisted(struct cgi_snapshot *s)
{
	s->on_list.count = 1;
	cgi_task_at(s, 1)->unlisted = true;
}

static void doctor_unlisted_exiting(struct cgi_snapshot *s)
{
	doctor_unlisted(s);
	cgi_task_at(s, 1)->state = CGI_TASK_EXITING;
}

/* The cgroup has another one, which is not killed. */
static void doctor_killed_css(struct cgi_snapshot *s)
{
	struct cgi_css *css = cgi_css_at(s, IX_CSS_A);

	css->killed = true;
	css->flags = CGI_CSS_FLAG_DYING;
	css->online_count = 0;
	evidence_of_css(s, IX_CSS_A)->current_of_cgroup = false;
	cgi_css_at(s, IX_CSS_ROOT)->online_count--;
}

static void doctor_dead(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_A)->dead = true;
}

static void doctor_not_dead(struct cgi_snapshot *s)
{
	cgi_cgroup_at(s, IX_X)->state = CGI_CGROUP_DYING;
	cgi_cgroup_evidence_at(s, IX_ROOT_1)->nr_descendants = 0;
	cgi_cgroup_at(s, IX_ROOT_1)->nr_dying_descendants = 1;
}

static void doctor_removed(struct cgi_snapshot *s)
{
	doctor_not_dead(s);
	doctor_dead(s);
}

/* As refcount_t is when it has overflown, or was taken from 0. */
static void doctor_saturated(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_A)->refs.count = 0xc0000000;
}

static void doctor_threaded_unlisted(struct cgi_snapshot *s)
{
	doctor_threaded(s);
	cgi_css_set_evidence_at(s, IX_CSET_ROOT)->nr_on_threaded = 0;
}

static const struct cgi_test_doctored doctored[] = {
	{ "sound", doctor_nothing, 0 },
	{ "link missing on both sides", doctor_no_link, UNIQUE, "has 1 links" },
	{ "no link into the default hierarchy", doctor_no_default_link,
	  UNIQUE | SYMMETRIC | DEFAULT, "css_set" },
	{ "two links into one hierarchy", doctor_two_links, UNIQUE, "into 1 of 2" },
	{ "task of no css_set", doctor_lost_css_set, RULE_4, "task 2" },
	{ "link missing on a cgroup's list", doctor_no_back_link, SYMMETRIC, "1:15" },
	{ "link missing on a css_set's list", doctor_only_back_link, SYMMETRIC, "1:15" },
	{ "link to an unknown css_set", doctor_unknown_back_link, SYMMETRIC, "default hierarchy" },
	{ "link to an unknown cgroup", doctor_unknown_cgroup, UNIQUE | SYMMETRIC,
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
	{ "css left behind by a mount, without a list", doctor_left_behind_moved, 0 },
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
	{ "task on another css_set's list", doctor_listed_elsewhere, RULE_3, "task 2 points" },
	{ "running task on no list", doctor_unlisted, RULE_3, "task 2 runs" },
	{ "exiting task on no list", doctor_unlisted_exiting, 0 },
	{ "killed css of its own cgroup", doctor_killed_css, EFFECTIVE, "pids:2" },
	{ "dead, but no cgroup was removed", doctor_dead, DEAD, "is dead" },
	{ "not dead, but a cgroup was removed", doctor_not_dead, DEAD, "its cgroup 1:15" },
	{ "dead, and a cgroup was removed", doctor_removed, 0 },
	{ "saturated references", doctor_saturated, REFS, "saturated" },
	{ "threaded css_set on no list", doctor_threaded_unlisted, THREADED, "its list 0" },
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
	KUNIT_EXPECT_EQ(test, failed, (u32)((CGI_TEST_ALL & ~CGI_TEST_TREES) | REFS | THREADED));
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
