// SPDX-License-Identifier: GPL-2.0-only
/*
 * The check against doctored snapshots: each invariant violated at least once,
 * and a sound graph.
 */
#include "check.h"
#include "graph_test.h"

/* The doctors: each spoils one thing. */

static void doctor_nothing(struct cgi_snapshot *s)
{
}

static void doctor_no_name(struct cgi_snapshot *s)
{
	cgi_hierarchy_at(s, 1)->name[0] = 0;
}

static void doctor_unknown_controller(struct cgi_snapshot *s)
{
	cgi_hierarchy_at(s, 0)->controllers |= BIT(5);
}

static void doctor_two_hierarchies(struct cgi_snapshot *s)
{
	cgi_hierarchy_at(s, 1)->controllers = BIT(0);
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

/* A cycle must end in blame, not in an endless walk. */
static void doctor_cycle(struct cgi_snapshot *s)
{
	cgi_cgroup_at(s, IX_A)->parent_addr = AT(B);
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

static void doctor_died(struct cgi_snapshot *s)
{
	s->back_links.count = 2;
}

static void doctor_nr_tasks(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_A)->listed = 0;
}

static void doctor_too_large(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_A)->listed = 0;
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

static void doctor_populated_csets(struct cgi_snapshot *s)
{
	cgi_cgroup_at(s, IX_A)->populated_csets.counter = 0;
}

static void doctor_populated_children(struct cgi_snapshot *s)
{
	cgi_cgroup_at(s, IX_ROOT_1)->populated_children.counter = 2;
}

static void doctor_descendants(struct cgi_snapshot *s)
{
	cgi_cgroup_at(s, IX_ROOT_1)->nr_descendants = 2;
}

static void doctor_dying_descendants(struct cgi_snapshot *s)
{
	cgi_cgroup_at(s, IX_A)->nr_dying_descendants = 0;
}

static void doctor_level(struct cgi_snapshot *s)
{
	cgi_cgroup_at(s, IX_X)->level = 3;
}

static void doctor_root_level(struct cgi_snapshot *s)
{
	cgi_cgroup_at(s, IX_ROOT_1)->level = 1;
	cgi_cgroup_at(s, IX_X)->level = 2;
}

static void doctor_parent(struct cgi_snapshot *s)
{
	cgi_cgroup_at(s, IX_X)->parent_addr = AT(ELSEWHERE);
}

static void doctor_serial(struct cgi_snapshot *s)
{
	cgi_css_at(s, IX_CSS_A)->order = 0;
}

static void doctor_css_parent(struct cgi_snapshot *s)
{
	cgi_css_at(s, IX_CSS_A)->parent_addr = AT(ELSEWHERE);
}

static void doctor_css_set_refs(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_A)->refs = 0;
}

static void doctor_cgroup_refs(struct cgi_snapshot *s)
{
	cgi_cgroup_at(s, IX_A)->refs.count = 3;
}

static void doctor_css_refs(struct cgi_snapshot *s)
{
	cgi_css_at(s, IX_CSS_A)->refs.count = 1;
}

static void doctor_hash(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_A)->hash = 6;
}

static void doctor_hash_next_died(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_ROOT)->hash_next_addr = AT(ELSEWHERE);
}

#define RULE_1		BIT(CGI_CHECK_HIERARCHY_CONTROLLERS)
#define RULE_2		BIT(CGI_CHECK_CONTROLLER_HIERARCHY)
#define RULE_3		BIT(CGI_CHECK_TASK_CGROUPS)
#define RULE_4		BIT(CGI_CHECK_TASK_CSS_SET)
#define SYMMETRIC	BIT(CGI_CHECK_LINKS_SYMMETRIC)
#define UNIQUE		BIT(CGI_CHECK_LINKS_UNIQUE)
#define NR_TASKS	BIT(CGI_CHECK_NR_TASKS)
#define EFFECTIVE	BIT(CGI_CHECK_EFFECTIVE_CSS)
#define DEFAULT		BIT(CGI_CHECK_DEFAULT_CGROUP)
#define DOMAIN		BIT(CGI_CHECK_DOMAIN)
#define POPULATED	BIT(CGI_CHECK_POPULATED)
#define DESCENDANTS	BIT(CGI_CHECK_DESCENDANTS)
#define LEVELS		BIT(CGI_CHECK_LEVELS)
#define CSS_TREE	BIT(CGI_CHECK_CSS_TREE)
#define REFS		BIT(CGI_CHECK_REFS)
#define HASH		BIT(CGI_CHECK_HASH)

struct doctored {
	const char *name;
	void (*doctor)(struct cgi_snapshot *s);
	u32 failed;
	const char *offender;
};

static const struct doctored doctored[] = {
	{ "sound", doctor_nothing, 0 },
	{ "no controller, no name", doctor_no_name, RULE_1, "hierarchy 1" },
	{ "unknown controller", doctor_unknown_controller, RULE_1, "0x20" },
	{ "controller on two hierarchies", doctor_two_hierarchies, RULE_2, "pids" },
	{ "link missing on both sides", doctor_no_link, RULE_3 | UNIQUE, "task 2" },
	{ "no link into the default hierarchy", doctor_no_default_link,
	  RULE_3 | UNIQUE | SYMMETRIC | DEFAULT, "task 2" },
	{ "a cycle of parents", doctor_cycle, LEVELS, "0:12" },
	{ "two links into one hierarchy", doctor_two_links, RULE_3 | UNIQUE, "task 2" },
	{ "task of no css_set", doctor_lost_css_set, RULE_4, "task 2" },
	{ "link missing on a cgroup's list", doctor_no_back_link, SYMMETRIC, "1:15" },
	{ "link missing on a css_set's list", doctor_only_back_link, SYMMETRIC, "1:15" },
	{ "link to an unknown css_set", doctor_unknown_back_link, SYMMETRIC, "default hierarchy" },
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
	{ "populated css_sets", doctor_populated_csets, POPULATED, "0:12" },
	{ "populated children", doctor_populated_children, POPULATED, "1:14" },
	{ "nr_descendants", doctor_descendants, DESCENDANTS, "1:14" },
	{ "nr_dying_descendants", doctor_dying_descendants, DESCENDANTS, "0:12" },
	{ "level", doctor_level, LEVELS, "1:15" },
	{ "level of a root", doctor_root_level, LEVELS, "1:14" },
	{ "unknown parent", doctor_parent, LEVELS, "1:15" },
	{ "css older than its parent", doctor_serial, CSS_TREE, "pids:2" },
	{ "unknown parent of a css", doctor_css_parent, CSS_TREE, "pids:2" },
	{ "references of a css_set", doctor_css_set_refs, REFS, "0 references" },
	{ "references of a cgroup", doctor_cgroup_refs, REFS, "0:12" },
	{ "references of a css", doctor_css_refs, REFS, "pids:2" },
	{ "hash chain", doctor_hash, HASH, "hashed to 5" },
	{ "next of a hash chain died", doctor_hash_next_died, 0 },
};

/* Only the blame of the expected invariant, not of one that tags along. */
static const char *blame_of(const struct cgi_check *c, u32 failed)
{
	return cgi_text_at(&c->blame, c->first[__ffs(failed)]);
}

static void check_doctored(struct kunit *test, const struct doctored *d)
{
	struct cgi_snapshot *s = cgi_test_graph(test);
	struct cgi_check *c = cgi_check_create();

	KUNIT_ASSERT_NOT_NULL(test, c);
	d->doctor(s);
	KUNIT_EXPECT_EQ(test, cgi_snapshot_finish(s), 0);
	KUNIT_EXPECT_EQ(test, cgi_check_run(c, s), 0);
	KUNIT_EXPECT_EQ_MSG(test, c->failed, d->failed, "%s", d->name);
	if (d->offender && c->failed)
		KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(blame_of(c, c->failed), d->offender),
					  "%s: %s", d->name, blame_of(c, c->failed));
	cgi_check_destroy(c);
	cgi_snapshot_destroy(s);
}

static void test_check(struct kunit *test)
{
	check_doctored(test, test->param_value);
}

static void doctored_name(const struct doctored *d, char *description)
{
	strscpy(description, d->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(doctored, doctored, doctored_name);

static struct kunit_case cgi_cases[] = {
	KUNIT_CASE_PARAM(test_check, doctored_gen_params),
	KUNIT_CASE(cgi_test_audit),
	KUNIT_CASE(cgi_test_exact),
	KUNIT_CASE(cgi_test_hidden),
	KUNIT_CASE(cgi_test_forked),
	KUNIT_CASE(cgi_test_text),
	KUNIT_CASE(cgi_test_array),
	KUNIT_CASE(cgi_test_array_again),
	{}
};

static struct kunit_suite cgi_suite = {
	.name = "cgroup_inspect",
	.test_cases = cgi_cases,
};

kunit_test_suite(cgi_suite);
