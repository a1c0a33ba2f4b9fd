// SPDX-License-Identifier: GPL-2.0-only
/*
 * The check against doctored snapshots: each invariant violated at least once,
 * and a sound graph; then how it is repeated, and what the file says of it.
 */
#include <linux/string.h>

#include "../check/check.h"
#include "fixture.h"

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

static void doctor_on_no_hierarchy(struct cgi_snapshot *s)
{
	cgi_hierarchy_at(s, 0)->controllers = 0;
}

/* As cgroup_disable= leaves it. */
static void doctor_disabled(struct cgi_snapshot *s)
{
	doctor_on_no_hierarchy(s);
	cgi_cgroup_at(s, IX_A)->controllers = 0;
	cgi_css_set_at(s, IX_CSET_A)->css_addr[0] = AT(CSS_ROOT);
	cgi_css_at(s, IX_CSS_ROOT)->flags = CGI_CSS_FLAG_ONLINE;
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
	cgi_css_at(s, IX_CSS_ROOT)->flags = CGI_CSS_FLAG_ONLINE;
}

static void doctor_disabled_on_v1(struct cgi_snapshot *s)
{
	doctor_disabled(s);
	cgi_subsys_at(s, 0)->hierarchy_id = 1;
	cgi_cgroup_at(s, IX_ROOT_0)->controllers = 0;
	cgi_cgroup_at(s, IX_ROOT_1)->controllers = BIT(0);
	cgi_css_at(s, IX_CSS_ROOT)->cgroup_addr = AT(ROOT_1);
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

static struct cgi_css *add_css(struct cgi_snapshot *s, int at, int parent, int cgroup)
{
	struct cgi_css *css = cgi_array_add(&s->csses, 1);

	css->addr = AT(at);
	css->parent_addr = parent ? AT(parent) : NULL;
	css->cgroup_addr = AT(cgroup);
	css->serial = s->csses.count;
	css->order = s->csses.count;
	css->id = s->csses.count;
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

static void add_misc(struct cgi_snapshot *s)
{
	struct cgi_subsys *misc = cgi_array_add(&s->subsystems, 1);

	*misc = (struct cgi_subsys){ .id = 1, .name = "misc", .legacy_name = "misc" };
	cgi_hierarchy_at(s, 0)->controllers |= BIT(1);
	cgi_cgroup_at(s, IX_ROOT_0)->controllers |= BIT(1);
	cgi_css_set_at(s, IX_CSET_ROOT)->css_addr[1] = AT(CSS_MISC);
	cgi_css_set_at(s, IX_CSET_A)->css_addr[1] = AT(CSS_MISC);
	add_css(s, CSS_MISC, 0, ROOT_0)->subsys = 1;
}

static void doctor_css_foreign_parent(struct cgi_snapshot *s)
{
	add_misc(s);
	add_css(s, CSS_NEW, CSS_ROOT, B)->subsys = 1;
}

static void doctor_css_set_refs(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_A)->refs = 0;
}

static void doctor_initial_ref(struct cgi_snapshot *s)
{
	cgi_css_set_at(s, IX_CSET_ROOT)->refs--;
}

/* The css_set of a threaded cgroup, whose domain is the root. */
static void doctor_threaded(struct cgi_snapshot *s)
{
	cgi_cgroup_at(s, IX_A)->dom_addr = AT(ROOT_0);
	cgi_cgroup_at(s, IX_A)->threaded = true;
	cgi_css_set_at(s, IX_CSET_A)->dom_addr = AT(CSET_ROOT);
	cgi_css_set_at(s, IX_CSET_ROOT)->refs++;
}

static void doctor_threaded_ref(struct cgi_snapshot *s)
{
	doctor_threaded(s);
	cgi_css_set_at(s, IX_CSET_ROOT)->refs--;
}

static void doctor_threaded_uncounted(struct cgi_snapshot *s)
{
	doctor_threaded(s);
	cgi_css_set_at(s, IX_CSET_ROOT)->counted = false;
	cgi_css_set_at(s, IX_CSET_ROOT)->refs = 1;
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

/* @offender is named by the first invariant of @failed, unless @named says by which. */
struct doctored {
	const char *name;
	void (*doctor)(struct cgi_snapshot *s);
	u32 failed;
	const char *offender;
	u32 named;
};

static const struct doctored doctored[] = {
	{ "sound", doctor_nothing, 0 },
	{ "no controller, no name", doctor_no_name, RULE_1, "hierarchy 1" },
	{ "unknown controller", doctor_unknown_controller, RULE_1, "0x20" },
	{ "controller on two hierarchies", doctor_two_hierarchies, RULE_2, "pids" },
	{ "controller on no hierarchy", doctor_on_no_hierarchy, RULE_2, "pids is on 0" },
	{ "disabled controller", doctor_disabled, 0 },
	{ "disabled controller with files", doctor_disabled_visible, RULE_2, "pids is on 0" },
	{ "disabled controller with a child", doctor_disabled_with_child, RULE_2, "pids is on 0" },
	{ "disabled controller on v1", doctor_disabled_on_v1, RULE_2, "pids is on 0" },
	{ "link missing on both sides", doctor_no_link, RULE_3 | UNIQUE, "task 2" },
	{ "no link into the default hierarchy", doctor_no_default_link,
	  RULE_3 | UNIQUE | SYMMETRIC | DEFAULT, "task 2" },
	{ "a cycle of parents", doctor_cycle, LEVELS, "0:12" },
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
	{ "css whose parent is of another controller", doctor_css_foreign_parent, CSS_TREE,
	  "misc:4: its parent is of another controller" },
	{ "initial reference of init_css_set", doctor_initial_ref, REFS,
	  "1 references, 1 too few" },
	{ "threaded css_set", doctor_threaded, 0 },
	{ "reference of a threaded css_set", doctor_threaded_ref, REFS, "2 references, 1 too few" },
	{ "the same, with too many tasks to count", doctor_threaded_uncounted, REFS,
	  "1 references, 1 too few" },
	{ "references of a css_set", doctor_css_set_refs, REFS, "0 references" },
	{ "references of a cgroup", doctor_cgroup_refs, REFS, "0:12" },
	{ "references of a css", doctor_css_refs, REFS, "pids:2" },
	{ "hash chain", doctor_hash, HASH, "hashed to 5" },
	{ "next of a hash chain died", doctor_hash_next_died, 0 },
};

/* Only the blame of the expected invariant, not of one that tags along. */
static const char *blame_of(const struct cgi_check *c, const struct doctored *d)
{
	return cgi_text_at(&c->blame, c->first[__ffs(d->named ? d->named : d->failed)]);
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
	if (d->offender)
		KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(blame_of(c, d), d->offender),
					  "%s: %s", d->name, blame_of(c, d));
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

static void test_all_violated(struct kunit *test)
{
	u32 failed = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(doctored); i++)
		failed |= doctored[i].failed;
	KUNIT_EXPECT_EQ(test, failed, (u32)GENMASK(CGI_CHECK_COUNT - 1, 0));
}

/* The file: what show() makes of a check. */

static struct cgi_snapshot *checked(struct kunit *test, void (*doctor)(struct cgi_snapshot *s))
{
	struct cgi_snapshot *s = cgi_test_graph(test);

	doctor(s);
	s->check = cgi_check_create();
	KUNIT_ASSERT_NOT_NULL(test, s->check);
	KUNIT_EXPECT_EQ(test, cgi_snapshot_finish(s), 0);
	KUNIT_EXPECT_EQ(test, cgi_check_run(s->check, s), 0);
	return s;
}

static void expect_shown(struct kunit *test, void (*doctor)(struct cgi_snapshot *s), size_t i,
			 const char *text)
{
	struct cgi_snapshot *s = checked(test, doctor);

	KUNIT_EXPECT_STREQ(test, cgi_test_shown(test, s, i), text);
	cgi_snapshot_destroy(s);
}

static void test_shown(struct kunit *test)
{
	expect_shown(test, doctor_level, 0, "KTAP version 1\n1..16\n");
	expect_shown(test, doctor_level, 12,
		     "ok 12 nr_descendants and nr_dying_descendants equal the tree\n");
	expect_shown(test, doctor_level, 13,
		     "# cgroup 1:15 has level 3, its parent 0\n"
		     "not ok 13 a cgroup is one level below its parent\n");
	expect_shown(test, doctor_died, 5,
		     "# in motion or too large for one instant: 1\n"
		     "ok 5 links are on the lists of both ends\n");
}

static void add_lost_tasks(struct cgi_snapshot *s, unsigned int count)
{
	struct cgi_task *task = cgi_array_add(&s->tasks, count);

	while (count--)
		task[count].css_set_addr = AT(ELSEWHERE);
}

static void doctor_just_named(struct cgi_snapshot *s)
{
	add_lost_tasks(s, CGI_CHECK_NAMED);
}

static void doctor_not_all_named(struct cgi_snapshot *s)
{
	add_lost_tasks(s, CGI_CHECK_NAMED + 2);
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
	const char *text = cgi_test_shown(test, s, CGI_CHECK_TASK_CSS_SET + 1);

	KUNIT_EXPECT_EQ(test, s->check->violations[CGI_CHECK_TASK_CSS_SET], violations);
	KUNIT_EXPECT_TRUE(test, strstarts(after_lines(text, CGI_CHECK_NAMED - 1), "# task "));
	KUNIT_EXPECT_STREQ(test, after_lines(text, CGI_CHECK_NAMED), end);
	cgi_snapshot_destroy(s);
}

static void test_named(struct kunit *test)
{
	expect_named(test, doctor_just_named, 16,
		     "not ok 4 rule 4: a task has a css_set of the graph\n");
	expect_named(test, doctor_not_all_named, 18,
		     "# and 2 more\nnot ok 4 rule 4: a task has a css_set of the graph\n");
}

/* Several tries: only what is violated in all of them is a fault. */

static void doctor_level_and_hash(struct cgi_snapshot *s)
{
	doctor_level(s);
	doctor_hash(s);
}

struct repeated {
	const char *name;
	void (*doctors[CGI_CHECK_TRIES])(struct cgi_snapshot *s);
	unsigned int tries;
	u32 failed;
};

static const struct repeated repeated[] = {
	{ "sound at once", { doctor_nothing }, 1, 0 },
	{ "sound after a race", { doctor_level, doctor_nothing }, 2, 0 },
	{ "one race after the other", { doctor_level, doctor_hash }, 2, 0 },
	{ "sound the last time", { doctor_level, doctor_level, doctor_level, doctor_level,
				   doctor_nothing }, 5, 0 },
	{ "violated in all tries", { doctor_level, doctor_level, doctor_level, doctor_level,
				     doctor_level }, 5, LEVELS },
	{ "violated in all tries, and races", { doctor_level_and_hash, doctor_level, doctor_level,
						doctor_level, doctor_level_and_hash }, 5, LEVELS },
};

/* The collector has no argument for them; the suite's tests run one by one. */
static const struct repeated *repeating;
static unsigned int tried;

static int collect_doctored(struct cgi_snapshot *s)
{
	int err = cgi_test_fill(s);

	if (err)
		return err;
	if (tried == ARRAY_SIZE(repeating->doctors) || !repeating->doctors[tried])
		return -ERANGE;
	repeating->doctors[tried++](s);
	return cgi_snapshot_finish(s);
}

static void test_repeat(struct kunit *test)
{
	struct cgi_snapshot *s = cgi_test_graph(test);

	repeating = test->param_value;
	tried = 0;
	KUNIT_ASSERT_EQ(test, cgi_check_repeat(s, collect_doctored), 0);
	KUNIT_EXPECT_EQ(test, tried, repeating->tries);
	KUNIT_EXPECT_EQ(test, s->check->failed, repeating->failed);
	KUNIT_EXPECT_STREQ(test, cgi_test_shown(test, s, 13), repeating->failed & LEVELS ?
			   "# cgroup 1:15 has level 3, its parent 0\n"
			   "not ok 13 a cgroup is one level below its parent\n" :
			   "ok 13 a cgroup is one level below its parent\n");
	KUNIT_EXPECT_TRUE(test, strstarts(cgi_test_shown(test, s, 16), "ok 16 "));
	cgi_snapshot_destroy(s);
}

static void repeated_name(const struct repeated *r, char *description)
{
	strscpy(description, r->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(repeated, repeated, repeated_name);

static int collect_nothing(struct cgi_snapshot *s)
{
	return -ENAMETOOLONG;
}

static void test_repeat_error(struct kunit *test)
{
	struct cgi_snapshot *s = cgi_test_graph(test);

	KUNIT_EXPECT_EQ(test, cgi_check_repeat(s, collect_nothing), -ENAMETOOLONG);
	cgi_snapshot_destroy(s);
}

static struct kunit_case cgi_cases[] = {
	KUNIT_CASE_PARAM(test_check, doctored_gen_params),
	KUNIT_CASE(test_all_violated),
	KUNIT_CASE(test_shown),
	KUNIT_CASE(test_named),
	KUNIT_CASE_PARAM(test_repeat, repeated_gen_params),
	KUNIT_CASE(test_repeat_error),
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
