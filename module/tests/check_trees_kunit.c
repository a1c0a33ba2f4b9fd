// SPDX-License-Identifier: GPL-2.0-only
/*
 * The judges of hierarchies, controllers, cgroups and csses against doctored snapshots.
 * Each doctor spoils one thing of a sound graph.
 */
#include <linux/string.h>

#include "fixture.h"

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

static void doctor_on_no_hierarchy(struct cgi_snapshot *s)
{
	cgi_hierarchy_at(s, 0)->controllers = 0;
}

/* As cgroup_disable= leaves it. */
static void doctor_disabled(struct cgi_snapshot *s)
{
	doctor_on_no_hierarchy(s);
	cgi_cgroup_evidence_at(s, IX_ROOT_0)->enabled = 0;
	cgi_cgroup_evidence_at(s, IX_ROOT_0)->needed = 0;
	cgi_cgroup_at(s, IX_A)->controllers = 0;
	cgi_cgroup_evidence_at(s, IX_A)->visible = 0;
	cgi_effective_of(s, cgi_css_set_at(s, IX_CSET_A), 0)->css_addr = AT(CSS_ROOT);
	cgi_css_at(s, IX_CSS_ROOT)->flags = CGI_CSS_FLAG_ONLINE | CGI_CSS_FLAG_NO_REF;
	cgi_css_at(s, IX_CSS_ROOT)->online_count = 1;
	evidence_of_css(s, IX_CSS_ROOT)->nr_on_e_csets = 2;
	s->csses.count--;
}

static void doctor_disabled_visible(struct cgi_snapshot *s)
{
	doctor_disabled(s);
	cgi_css_at(s, IX_CSS_ROOT)->flags |= CGI_CSS_FLAG_VISIBLE;
}

static void doctor_disabled_with_child(struct cgi_snapshot *s)
{
	doctor_on_no_hierarchy(s);
	cgi_css_at(s, IX_CSS_ROOT)->flags = CGI_CSS_FLAG_ONLINE | CGI_CSS_FLAG_NO_REF;
}

static void doctor_disabled_on_v1(struct cgi_snapshot *s)
{
	doctor_disabled(s);
	cgi_subsys_at(s, 0)->hierarchy_id = 1;
	cgi_cgroup_at(s, IX_ROOT_0)->controllers = 0;
	cgi_cgroup_at(s, IX_ROOT_1)->controllers = BIT(0);
	cgi_css_at(s, IX_CSS_ROOT)->cgroup_addr = AT(ROOT_1);
}

/* What it names is its own child. */
static void doctor_cycle(struct cgi_snapshot *s)
{
	cgi_cgroup_evidence_at(s, IX_A)->parent_addr = AT(B);
}

static void doctor_populated_csets(struct cgi_snapshot *s)
{
	cgi_cgroup_evidence_at(s, IX_A)->populated_csets.counter = 0;
}

static void doctor_populated_children(struct cgi_snapshot *s)
{
	cgi_cgroup_evidence_at(s, IX_ROOT_1)->populated_children.counter = 2;
}

static void doctor_descendants(struct cgi_snapshot *s)
{
	cgi_cgroup_evidence_at(s, IX_ROOT_1)->nr_descendants = 2;
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
	cgi_cgroup_evidence_at(s, IX_X)->parent_addr = AT(ELSEWHERE);
}

static void doctor_serial(struct cgi_snapshot *s)
{
	cgi_css_at(s, IX_CSS_A)->order = 0;
}

static void doctor_css_parent(struct cgi_snapshot *s)
{
	evidence_of_css(s, IX_CSS_A)->parent_addr = AT(ELSEWHERE);
}

/* A killed one. */
static struct cgi_css *add_css(struct cgi_snapshot *s, int at, int parent, int cgroup)
{
	struct cgi_css_evidence *evidence = cgi_array_add(&s->css_evidence, 1);
	struct cgi_css *css = cgi_array_add(&s->csses, 1);

	evidence->parent_addr = AT(parent);
	evidence->e_csets_known = true;
	css->evidence = s->css_evidence.count - 1;
	css->addr = AT(at);
	css->found_addr = AT(parent);
	css->cgroup_addr = AT(cgroup);
	css->serial = s->csses.count;
	css->order = s->csses.count;
	css->id = s->csses.count;
	css->flags = CGI_CSS_FLAG_DYING;
	css->killed = true;
	return css;
}

/* The younger child stands before the older one. */
static void doctor_css_siblings(struct cgi_snapshot *s)
{
	cgi_css_at(s, IX_CSS_A)->order++;
	add_css(s, CSS_NEW, CSS_ROOT, B)->order--;
}

static void doctor_css_elsewhere(struct cgi_snapshot *s)
{
	add_css(s, CSS_NEW, CSS_A, ROOT_1);
	cgi_css_at(s, IX_CSS_A)->refs.count++;
}

static void doctor_css_strange(struct cgi_snapshot *s)
{
	evidence_of_css(s, IX_CSS_A)->strange = true;
}

static void doctor_cgroup_strange(struct cgi_snapshot *s)
{
	cgi_cgroup_evidence_at(s, IX_X)->strange = true;
}

static void doctor_populated_domain(struct cgi_snapshot *s)
{
	cgi_cgroup_evidence_at(s, IX_ROOT_0)->populated_domain.counter = 0;
}

static void doctor_populated_threaded(struct cgi_snapshot *s)
{
	cgi_cgroup_evidence_at(s, IX_ROOT_0)->populated_threaded.counter = 1;
}

static void doctor_ancestor(struct cgi_snapshot *s)
{
	cgi_cgroup_evidence_at(s, IX_A)->wrong_ancestor = 0;
}

static void doctor_enabled_only(struct cgi_snapshot *s)
{
	cgi_cgroup_evidence_at(s, IX_A)->enabled = BIT(0);
}

static void doctor_enabled_nothing(struct cgi_snapshot *s)
{
	cgi_cgroup_evidence_at(s, IX_A)->enabled = BIT(20);
}

static void doctor_needed_only(struct cgi_snapshot *s)
{
	cgi_cgroup_evidence_at(s, IX_ROOT_1)->needed = BIT(0);
}

static void doctor_css_not_needed(struct cgi_snapshot *s)
{
	cgi_cgroup_at(s, IX_X)->controllers = BIT(0);
}

/* Of a removed cgroup csses go one by one. */
static void doctor_css_removed(struct cgi_snapshot *s)
{
	cgi_cgroup_at(s, IX_B)->controllers = BIT(0);
}

static void doctor_no_files(struct cgi_snapshot *s)
{
	cgi_cgroup_evidence_at(s, IX_A)->visible = 0;
}

static void doctor_files(struct cgi_snapshot *s)
{
	cgi_cgroup_evidence_at(s, IX_X)->visible = BIT(0);
}

static void doctor_implicit(struct cgi_snapshot *s)
{
	cgi_subsys_at(s, 0)->flags |= CGI_SUBSYS_IMPLICIT_ON_DFL;
	cgi_cgroup_evidence_at(s, IX_ROOT_0)->enabled = 0;
}

/* A threaded cgroup does not get the css of a controller that is not threaded. */
static void doctor_threaded_no_css(struct cgi_snapshot *s)
{
	cgi_subsys_at(s, 0)->flags = 0;
	cgi_cgroup_evidence_at(s, IX_ROOT_1)->enabled = BIT(0);
	cgi_cgroup_evidence_at(s, IX_ROOT_1)->needed = BIT(0);
	cgi_cgroup_at(s, IX_ROOT_1)->nr_threaded_children = 1;
	cgi_cgroup_at(s, IX_X)->threaded = true;
}

static void doctor_foreign_css(struct cgi_snapshot *s)
{
	cgi_cgroup_evidence_at(s, IX_A)->foreign = BIT(0);
}

static void doctor_no_ref(struct cgi_snapshot *s)
{
	cgi_css_at(s, IX_CSS_A)->flags |= CGI_CSS_FLAG_NO_REF;
}

static void doctor_root_ref(struct cgi_snapshot *s)
{
	cgi_css_at(s, IX_CSS_ROOT)->flags &= ~CGI_CSS_FLAG_NO_REF;
}

static void doctor_released(struct cgi_snapshot *s)
{
	cgi_css_at(s, IX_CSS_A)->flags |= CGI_CSS_FLAG_RELEASED;
}

static void doctor_killed_only(struct cgi_snapshot *s)
{
	add_css(s, CSS_NEW, CSS_ROOT, B)->flags = 0;
}

static void doctor_dying_visible(struct cgi_snapshot *s)
{
	add_css(s, CSS_NEW, CSS_ROOT, B)->flags |= CGI_CSS_FLAG_VISIBLE;
}

static void doctor_offline(struct cgi_snapshot *s)
{
	add_css(s, CSS_NEW, CSS_ROOT, B)->killed = false;
}

static void doctor_not_named(struct cgi_snapshot *s)
{
	evidence_of_css(s, IX_CSS_A)->current_of_cgroup = false;
}

static void doctor_still_named(struct cgi_snapshot *s)
{
	const struct cgi_css *css = add_css(s, CSS_NEW, CSS_ROOT, B);

	cgi_css_evidence_of(s, css)->current_of_cgroup = true;
}

static void doctor_online_high(struct cgi_snapshot *s)
{
	cgi_css_at(s, IX_CSS_ROOT)->online_count = 3;
}

static void doctor_online_low(struct cgi_snapshot *s)
{
	cgi_css_at(s, IX_CSS_A)->online_count = 0;
}

/* Killed, but still online; the kill may be confirmed or not. */
static struct cgi_css *add_online_css(struct cgi_snapshot *s)
{
	struct cgi_css *css = add_css(s, CSS_NEW, CSS_ROOT, B);

	css->flags |= CGI_CSS_FLAG_ONLINE;
	cgi_css_evidence_of(s, css)->current_of_cgroup = true;
	cgi_css_at(s, IX_CSS_ROOT)->online_count++;
	return css;
}

static void doctor_confirmed(struct cgi_snapshot *s)
{
	add_online_css(s);
}

static void doctor_not_confirmed(struct cgi_snapshot *s)
{
	add_online_css(s)->online_count = 1;
}

static void doctor_confirmed_twice(struct cgi_snapshot *s)
{
	add_online_css(s)->online_count = -1;
}

static void doctor_e_csets_few(struct cgi_snapshot *s)
{
	evidence_of_css(s, IX_CSS_A)->nr_on_e_csets = 0;
}

static void doctor_e_csets_many(struct cgi_snapshot *s)
{
	evidence_of_css(s, IX_CSS_A)->nr_on_e_csets = 2;
}

static void doctor_e_csets_unknown(struct cgi_snapshot *s)
{
	doctor_e_csets_few(s);
	evidence_of_css(s, IX_CSS_A)->e_csets_known = false;
}

static void doctor_threaded_children(struct cgi_snapshot *s)
{
	cgi_cgroup_at(s, IX_ROOT_0)->nr_threaded_children = 1;
}

static void doctor_nr_cgrps(struct cgi_snapshot *s)
{
	cgi_hierarchy_at(s, 1)->nr_counted = 1;
}

/* Released, but not yet freed. */
static void doctor_nr_cgrps_more(struct cgi_snapshot *s)
{
	cgi_hierarchy_at(s, 1)->nr_counted = 9;
}

static void doctor_nr_cgrps_root(struct cgi_snapshot *s)
{
	cgi_hierarchy_at(s, 1)->nr_counted = 1;
	cgi_cgroup_at(s, IX_ROOT_1)->killed = true;
}

static void add_broken(struct cgi_snapshot *s, int owner, enum cgi_list list)
{
	struct cgi_broken *broken = cgi_array_add(&s->broken, 1);

	broken->owner_addr = AT(owner);
	broken->list = list;
}

static void doctor_children(struct cgi_snapshot *s)
{
	add_broken(s, A, CGI_LIST_OF_CHILDREN);
}

static void doctor_css_children(struct cgi_snapshot *s)
{
	add_broken(s, CSS_A, CGI_LIST_OF_CSSES);
}

static void doctor_tasks(struct cgi_snapshot *s)
{
	add_broken(s, CSET_A, CGI_LIST_OF_TASKS);
}

static void doctor_cgroup_refs(struct cgi_snapshot *s)
{
	cgi_cgroup_at(s, IX_A)->refs.count = 3;
}

static void doctor_css_refs(struct cgi_snapshot *s)
{
	cgi_css_at(s, IX_CSS_A)->refs.count = 1;
}

static const struct cgi_test_doctored doctored[] = {
	{ "sound", doctor_nothing, 0 },
	{ "no controller, no name", doctor_no_name, RULE_1, "hierarchy 1" },
	{ "unknown controller", doctor_unknown_controller, RULE_1, "0x20" },
	{ "controller on two hierarchies", doctor_two_hierarchies, RULE_2, "pids" },
	{ "controller on no hierarchy", doctor_on_no_hierarchy, RULE_2, "pids is on 0" },
	{ "disabled controller", doctor_disabled, 0 },
	{ "disabled controller with files", doctor_disabled_visible, RULE_2, "pids is on 0" },
	{ "disabled controller with a child", doctor_disabled_with_child, RULE_2, "pids is on 0" },
	{ "disabled controller on v1", doctor_disabled_on_v1, RULE_2, "pids is on 0" },
	{ "a cycle of parents", doctor_cycle, LEVELS, "0:12" },
	{ "populated css_sets", doctor_populated_csets, POPULATED, "0:12" },
	{ "populated children", doctor_populated_children, POPULATED, "1:14" },
	{ "nr_descendants", doctor_descendants, DESCENDANTS, "1:14" },
	{ "nr_dying_descendants", doctor_dying_descendants, DESCENDANTS, "0:12" },
	{ "level", doctor_level, LEVELS, "1:15" },
	{ "level of a root", doctor_root_level, LEVELS, "1:14" },
	{ "unknown parent", doctor_parent, LEVELS, "1:15" },
	{ "css older than its parent", doctor_serial, CSS_TREE, "pids:2" },
	{ "unknown parent of a css", doctor_css_parent, CSS_TREE, "pids:2" },
	{ "css before its older sibling", doctor_css_siblings, CSS_TREE,
	  "pids:3 stands before its older sibling pids:2" },
	{ "css of another hierarchy than its parent", doctor_css_elsewhere, CSS_TREE,
	  "pids:3 is not below its parent pids:2" },
	{ "css that names another controller", doctor_css_strange, CSS_TREE, "pids:2 names" },
	{ "cgroup that names another hierarchy", doctor_cgroup_strange, LEVELS, "1:15 names" },
	{ "populated domain children", doctor_populated_domain, POPULATED,
	  "0:11 counts 0 populated domain children" },
	{ "populated threaded children", doctor_populated_threaded, POPULATED,
	  "0:11 counts 1 populated threaded children" },
	{ "ancestor", doctor_ancestor, ANCESTORS, "0:12" },
	{ "enabled, but children get no css", doctor_enabled_only, ENABLED, "0:12: pids" },
	{ "enabled, but there is no such controller", doctor_enabled_nothing, ENABLED,
	  "0:12: no controller 20" },
	{ "enabled, but no css", doctor_needed_only, ENABLED, "1:15: pids" },
	{ "css of a controller that is not enabled", doctor_css_not_needed, ENABLED, "1:15: pids" },
	{ "the same, but the cgroup was removed", doctor_css_removed, 0 },
	{ "enabled, but no files", doctor_no_files, ENABLED, "0:12: pids" },
	{ "files of a controller that is not enabled", doctor_files, ENABLED, "1:15: pids" },
	{ "implicit controller", doctor_implicit, 0 },
	{ "threaded cgroup without a css", doctor_threaded_no_css, 0 },
	{ "css of another cgroup", doctor_foreign_css, ENABLED, "0:12: pids" },
	{ "css without references", doctor_no_ref, CSS_STATE, "pids:2 is not counted" },
	{ "root css with references", doctor_root_ref, CSS_STATE, "pids:1 is a root" },
	{ "released css", doctor_released, CSS_STATE, "pids:2 is released" },
	{ "killed css, not dying", doctor_killed_only, CSS_STATE, "pids:3 is killed" },
	{ "dying css with files", doctor_dying_visible, CSS_STATE, "pids:3 is dying" },
	{ "css neither online nor killed", doctor_offline, CSS_STATE, "pids:3 is not online" },
	{ "online css that its cgroup does not name", doctor_not_named, CSS_STATE, "pids:2" },
	{ "offline css that its cgroup names", doctor_still_named, CSS_STATE, "pids:3" },
	{ "online_cnt too high", doctor_online_high, CSS_STATE, "pids:1 has online_cnt 3" },
	{ "online_cnt too low", doctor_online_low, CSS_STATE, "pids:2 has online_cnt 0" },
	{ "killed css, confirmed", doctor_confirmed, 0 },
	{ "killed css, not yet confirmed", doctor_not_confirmed, 0 },
	{ "killed css, confirmed twice", doctor_confirmed_twice, CSS_STATE, "pids:3" },
	{ "css_set not on e_csets", doctor_e_csets_few, E_CSETS, "pids:2 is used by 1" },
	{ "too many on e_csets", doctor_e_csets_many, E_CSETS, "pids:2 is used by 1" },
	{ "e_csets not walked to the end", doctor_e_csets_unknown, 0 },
	{ "threaded children", doctor_threaded_children, THREADED, "0:11" },
	{ "nr_cgrps", doctor_nr_cgrps, NR_CGROUPS, "hierarchy 1 counts 1" },
	{ "nr_cgrps with some to be freed", doctor_nr_cgrps_more, 0 },
	{ "nr_cgrps of a root that is freed", doctor_nr_cgrps_root, 0 },
	{ "list of children", doctor_children, LISTS, "0:12: its children" },
	{ "list of the children of a css", doctor_css_children, LISTS, "pids:2: its children" },
	{ "list of tasks", doctor_tasks, LISTS, "its tasks" },
	{ "references of a cgroup", doctor_cgroup_refs, REFS, "0:12" },
	{ "references of a css", doctor_css_refs, REFS, "pids:2" },
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
	KUNIT_EXPECT_EQ(test, failed, (u32)(CGI_TEST_TREES));
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(test_check, doctored_gen_params),
	KUNIT_CASE(test_all_violated),
	{}
};

static struct kunit_suite suite = {
	.name = "cgroup_inspect_check_trees",
	.test_cases = cases,
};

kunit_test_suite(suite);
