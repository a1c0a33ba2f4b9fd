// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sound graph for the unit tests.
 *
 *	0: v2, pids		1: name=n
 *	/	root css_set	/
 *	`-a	css_set 1	`-x
 *	  `-b (removed)
 */
#include <linux/string.h>

#include "../check/check.h"
#include "../derive/derive.h"
#include "fixture.h"

static void add_hierarchies(struct cgi_snapshot *s)
{
	struct cgi_hierarchy *h = cgi_array_add(&s->hierarchies, 2);
	struct cgi_subsys *subsys = cgi_array_add(&s->subsystems, 1);

	h[0] = (struct cgi_hierarchy){ .id = 0, .version = 2, .controllers = BIT(0),
				       .nr_counted = 3 };
	h[1] = (struct cgi_hierarchy){ .id = 1, .version = 1, .name = "n", .nr_counted = 2 };
	*subsys = (struct cgi_subsys){ .name = "pids", .legacy_name = "pids",
				       .flags = CGI_SUBSYS_THREADED };
}

static struct cgi_cgroup *add_cgroup(struct cgi_snapshot *s, int at, int parent, u32 hierarchy,
				     u32 level)
{
	struct cgi_cgroup *cgrp = cgi_array_add(&s->cgroups, 1);
	struct cgi_cgroup_evidence *evidence = cgi_array_add(&s->cgroup_evidence, 1);
	char *name = cgi_array_add(&s->names, 2);

	name[0] = level ? 'a' + at : 0;
	cgrp->addr = AT(at);
	evidence->dom_addr = AT(at);
	evidence->parent_addr = parent ? AT(parent) : NULL;
	cgrp->parent = parent ? parent - ROOT_0 + IX_ROOT_0 : CGI_NONE;
	evidence->wrong_ancestor = CGI_NONE;
	cgrp->name = name - (char *)s->names.data;
	cgrp->id = 10 + at;
	cgrp->hierarchy = hierarchy;
	cgrp->level = level;
	cgrp->refs = (struct cgi_refs){ .count = 1, .kind = CGI_REFS_EXACT };
	evidence->populated_csets.known = true;
	evidence->populated_children.known = true;
	evidence->populated_domain.known = true;
	evidence->populated_threaded.known = true;
	return cgrp;
}

static void set_populated(struct cgi_populated *p, u32 count)
{
	p->counter = count;
	p->counted = count;
}

static void add_cgroup_evidence(struct cgi_snapshot *s)
{
	struct cgi_cgroup_evidence *root = cgi_cgroup_evidence_at(s, IX_ROOT_0);
	struct cgi_cgroup_evidence *a = cgi_cgroup_evidence_at(s, IX_A);
	struct cgi_cgroup_evidence *root_1 = cgi_cgroup_evidence_at(s, IX_ROOT_1);
	struct cgi_cgroup_evidence *x = cgi_cgroup_evidence_at(s, IX_X);

	root->enabled = BIT(0);
	root->needed = BIT(0);
	root->nr_descendants = 1;
	a->visible = BIT(0);
	root_1->nr_descendants = 1;
	set_populated(&root->populated_csets, 1);
	set_populated(&root->populated_children, 1);
	set_populated(&root->populated_domain, 1);
	set_populated(&a->populated_csets, 1);
	set_populated(&root_1->populated_csets, 1);
	set_populated(&root_1->populated_children, 1);
	set_populated(&root_1->populated_domain, 1);
	set_populated(&x->populated_csets, 1);
}

static void add_cgroups(struct cgi_snapshot *s)
{
	struct cgi_cgroup *root = add_cgroup(s, ROOT_0, 0, 0, 0);
	struct cgi_cgroup *a = add_cgroup(s, A, ROOT_0, 0, 1);
	struct cgi_cgroup *b = add_cgroup(s, B, A, 0, 2);
	struct cgi_cgroup *root_1 = add_cgroup(s, ROOT_1, 0, 1, 0);
	struct cgi_cgroup *x = add_cgroup(s, X, ROOT_1, 1, 1);

	root->controllers = BIT(0);
	root->nr_dying_descendants = 1;
	root->refs.kind = CGI_REFS_UNKNOWN;
	a->controllers = BIT(0);
	a->nr_dying_descendants = 1;
	a->refs.count = 4;
	b->state = CGI_CGROUP_DYING;
	b->killed = true;
	b->refs.count = 7;
	root_1->refs.count = 3;
	x->refs.count = 2;
	add_cgroup_evidence(s);
}

static void add_csses(struct cgi_snapshot *s)
{
	struct cgi_css *css = cgi_array_add(&s->csses, 2);
	struct cgi_css_evidence *evidence = cgi_array_add(&s->css_evidence, 2);

	css[0] = (struct cgi_css){ .addr = AT(CSS_ROOT), .cgroup_addr = AT(ROOT_0), .serial = 1,
				   .order = 1, .id = 1, .online_count = 2,
				   .flags = CGI_CSS_FLAG_ONLINE | CGI_CSS_FLAG_VISIBLE |
					    CGI_CSS_FLAG_NO_REF };
	css[1] = (struct cgi_css){ .addr = AT(CSS_A), .cgroup_addr = AT(A),
				   .found_addr = AT(CSS_ROOT), .evidence = 1,
				   .serial = 2, .order = 2, .id = 2, .online_count = 1,
				   .flags = CGI_CSS_FLAG_ONLINE | CGI_CSS_FLAG_VISIBLE,
				   .refs = { .count = 2, .kind = CGI_REFS_EXACT } };
	css[0].charge = CGI_NONE;
	css[1].charge = CGI_NONE;
	evidence[0] = (struct cgi_css_evidence){ .current_of_cgroup = true,
						 .e_csets_known = true, .nr_on_e_csets = 1 };
	evidence[1] = evidence[0];
	evidence[1].parent_addr = AT(CSS_ROOT);
}

static void add_link(struct cgi_snapshot *s, struct cgi_css_set *cset, u32 index, int cgroup)
{
	struct cgi_link *link = cgi_array_add(&s->links, 1);
	struct cgi_back_link *back = cgi_array_add(&s->back_links, 1);

	link->cgroup_addr = AT(cgroup);
	link->css_set = index;
	back->cgroup_addr = AT(cgroup);
	back->css_set_addr = cset->addr;
	cset->nr_links++;
}

static void add_css_set(struct cgi_snapshot *s, int at, int css, int cgroup_0, int cgroup_1)
{
	u32 index = s->css_sets.count;
	struct cgi_css_set *cset = cgi_array_add(&s->css_sets, 1);
	struct cgi_css_set_evidence *evidence = cgi_array_add(&s->css_set_evidence, 1);

	cset->addr = AT(at);
	cset->dom_addr = AT(at);
	cset->default_addr = AT(cgroup_0);
	cset->first_effective = s->effective.count;
	((struct cgi_effective *)cgi_array_add(&s->effective, 1))->css_addr = AT(css);
	cset->first_link = s->links.count;
	cset->nr_tasks = 1;
	cset->exiting.kind = CGI_REFS_EXACT;
	evidence->counted = true;
	evidence->nr_on_list = 1;
	evidence->hash = 5;
	add_link(s, cset, index, cgroup_0);
	add_link(s, cset, index, cgroup_1);
}

static void add_css_sets(struct cgi_snapshot *s)
{
	struct cgi_css_set *cset;

	add_css_set(s, CSET_ROOT, CSS_ROOT, ROOT_0, ROOT_1);
	add_css_set(s, CSET_A, CSS_A, A, X);
	cset = cgi_css_set_at(s, IX_CSET_ROOT);
	cset->init = true;
	cset->refs = (struct cgi_refs){ .count = 2, .kind = CGI_REFS_EXACT };
	cset = cgi_css_set_at(s, IX_CSET_A);
	cset->refs = (struct cgi_refs){ .count = 2, .kind = CGI_REFS_EXACT };
	cset->exiting.count = 1;
	cgi_css_set_evidence_at(s, IX_CSET_ROOT)->hash_next_addr = AT(CSET_A);
}

static void add_tasks(struct cgi_snapshot *s)
{
	struct cgi_task *task = cgi_array_add(&s->tasks, 3);
	struct cgi_off_list *off_list = cgi_array_add(&s->off_list, 1);
	struct cgi_on_list *on_list = cgi_array_add(&s->on_list, 3);

	task[0] = (struct cgi_task){ .addr = AT(TASK_1), .css_set_addr = AT(CSET_ROOT),
				     .tid = 1, .tgid = 1, .comm = "init" };
	task[1] = (struct cgi_task){ .addr = AT(TASK_2), .css_set_addr = AT(CSET_A),
				     .tid = 2, .tgid = 2, .comm = "a" };
	task[2] = (struct cgi_task){ .addr = AT(TASK_3), .css_set_addr = AT(CSET_A),
				     .tid = 3, .tgid = 3, .state = CGI_TASK_ZOMBIE, .comm = "b" };
	*off_list = (struct cgi_off_list){ .task_addr = AT(TASK_3) };
	on_list[0] = (struct cgi_on_list){ .task_addr = AT(TASK_1), .css_set_addr = AT(CSET_ROOT) };
	on_list[1] = (struct cgi_on_list){ .task_addr = AT(TASK_2), .css_set_addr = AT(CSET_A) };
	on_list[2] = (struct cgi_on_list){ .task_addr = AT(TASK_3), .css_set_addr = AT(CSET_A) };
}

/**
 * cgi_test_fill() - put a sound graph where a collector would put that of the kernel
 * @s: where to; what is there goes
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int cgi_test_fill(struct cgi_snapshot *s)
{
	int err = cgi_snapshot_reserve(s);

	if (err)
		return err;
	add_hierarchies(s);
	add_cgroups(s);
	add_csses(s);
	add_css_sets(s);
	add_tasks(s);
	return 0;
}

/**
 * cgi_test_graph() - a sound graph, as the collectors would have left it
 * @test: which ends here if there is no memory
 *
 * Context: Process, may sleep.
 * Return: the snapshot; free it with cgi_snapshot_destroy().
 */
struct cgi_snapshot *cgi_test_graph(struct kunit *test)
{
	struct cgi_snapshot *s = cgi_snapshot_create(CGI_WANT_ALL | CGI_WANT_CHECK);

	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_ASSERT_EQ(test, cgi_test_fill(s), 0);
	return s;
}

/**
 * cgi_test_failed() - which invariants a snapshot violates
 * @s: the snapshot, judged
 *
 * Context: Any.
 * Return: a mask of them.
 */
u32 cgi_test_failed(const struct cgi_snapshot *s)
{
	u32 i, failed = 0;

	for (i = 0; i < CGI_INVARIANTS; i++)
		if (s->findings.verdicts[i].violations)
			failed |= BIT(i);
	return failed;
}

/**
 * cgi_test_check() - a doctored graph violates what it should, and nothing else
 * @test: the test
 * @d: the graph
 *
 * Context: Process, may sleep.
 */
void cgi_test_check(struct kunit *test, const struct cgi_test_doctored *d)
{
	struct cgi_snapshot *s = cgi_test_graph(test);
	const struct cgi_text *blame;

	d->doctor(s);
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	KUNIT_EXPECT_EQ(test, cgi_check_judge(s), 0);
	KUNIT_EXPECT_EQ_MSG(test, cgi_test_failed(s), d->failed, "%s", d->name);
	if (d->offender) {
		/* Not the blame of an invariant that is violated as a consequence. */
		blame = &s->findings.verdicts[__ffs(d->named ? d->named : d->failed)].blame;
		KUNIT_ASSERT_NE(test, blame->length, (size_t)0);
		KUNIT_EXPECT_NOT_NULL_MSG(test, strnstr(blame->data, d->offender, blame->length),
					  "%s: %.*s", d->name, (int)blame->length, blame->data);
	}
	cgi_snapshot_destroy(s);
}
