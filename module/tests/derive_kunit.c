// SPDX-License-Identifier: GPL-2.0-only
/*
 * Deriving: what is unaccounted and how sure that is, and text.
 */
#include <linux/string.h>

#include "../derive/derive.h"
#include "../snapshot/path.h"
#include "fixture.h"

/* What was seen of cgroup2 decides, as references to its root are not counted. */
static void test_default_state(struct kunit *test)
{
	struct cgi_snapshot *s = cgi_test_graph(test);

	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	KUNIT_EXPECT_EQ(test, cgi_hierarchy_at(s, 0)->state, CGI_HIERARCHY_UNMOUNTED);
	cgi_snapshot_destroy(s);
	s = cgi_test_graph(test);
	cgi_hierarchy_at(s, 0)->mounted = true;
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	KUNIT_EXPECT_EQ(test, cgi_hierarchy_at(s, 0)->state, CGI_HIERARCHY_MOUNTED);
	cgi_snapshot_destroy(s);
}

/* All that is held from outside is what the graph was given. */
static void test_unaccounted(struct kunit *test)
{
	struct cgi_snapshot *s = cgi_test_graph(test);

	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	EXPECT_COUNT(test, cgi_css_set_at(s, IX_CSET_ROOT)->unaccounted, 0);
	EXPECT_COUNT(test, cgi_css_set_at(s, IX_CSET_A)->unaccounted, 0);
	EXPECT_COUNT(test, cgi_cgroup_at(s, IX_A)->unaccounted, 0);
	EXPECT_COUNT(test, cgi_cgroup_at(s, IX_B)->unaccounted, 7);
	EXPECT_COUNT(test, cgi_cgroup_at(s, IX_X)->unaccounted, 0);
	EXPECT_COUNT(test, cgi_css_at(s, IX_CSS_A)->unaccounted, 0);
	KUNIT_EXPECT_EQ(test, cgi_hierarchy_at(s, 1)->state, CGI_HIERARCHY_MOUNTED);
	KUNIT_EXPECT_EQ(test, cgi_task_at(s, 2)->list, CGI_LIST_DYING_TASKS);
	cgi_snapshot_destroy(s);
}

static void add_sample(struct cgi_snapshot *s, u32 index)
{
	const struct cgi_css_set *cset = cgi_css_set_at(s, index);
	struct cgi_sample *sample = cgi_array_add(&s->samples, 1);

	*sample = (struct cgi_sample){ .css_set_addr = cset->addr, .refs = cset->refs.count,
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

	cgi_css_set_at(s, IX_CSET_ROOT)->refs.count++;
	cgi_css_set_at(s, IX_CSET_A)->refs.count++;
	add_sample(s, IX_CSET_ROOT);
	add_sample(s, IX_CSET_A);
	return s;
}

/* The pass before this one found the same tasks. */
static void see_all_tasks(struct cgi_snapshot *s)
{
	s->earlier = s->watch;
	s->earlier.complete = true;
}

static void expect_exact(struct kunit *test, struct cgi_snapshot *s, bool exact)
{
	u8 kind = exact ? CGI_REFS_EXACT : CGI_REFS_ABOUT;

	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	EXPECT_COUNT(test, cgi_css_set_at(s, IX_CSET_ROOT)->unaccounted, 1);
	EXPECT_COUNT(test, cgi_css_set_at(s, IX_CSET_A)->unaccounted, 1);
	EXPECT_KIND(test, cgi_css_set_at(s, IX_CSET_ROOT)->unaccounted, kind);
	EXPECT_KIND(test, cgi_css_set_at(s, IX_CSET_A)->unaccounted, kind);
	KUNIT_EXPECT_EQ(test, !!(s->in_doubt & CGI_WANT_EXACT_CSS_SETS), !exact);
	cgi_snapshot_destroy(s);
}

/* What a task that was reaped may hold is not called exact. */
static void test_exact(struct kunit *test)
{
	struct cgi_snapshot *s = leaking_graph(test);

	expect_exact(test, s, false);

	s = leaking_graph(test);
	see_all_tasks(s);
	expect_exact(test, s, true);

	s = leaking_graph(test);
	see_all_tasks(s);
	s->earlier.nr_tasks++;
	expect_exact(test, s, false);

	s = leaking_graph(test);
	see_all_tasks(s);
	s->earlier.cursor--;
	expect_exact(test, s, false);

	s = leaking_graph(test);
	see_all_tasks(s);
	s->watch.forked = true;
	expect_exact(test, s, false);

	s = leaking_graph(test);
	see_all_tasks(s);
	s->earlier.complete = false;
	expect_exact(test, s, false);
}

/* A pass is complete if no task was forked, and all that css_sets count were found. */
static void test_complete(struct kunit *test)
{
	struct cgi_snapshot *s = counted_graph(test);

	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	KUNIT_EXPECT_TRUE(test, s->watch.complete);
	cgi_snapshot_destroy(s);

	s = counted_graph(test);
	s->watch.forked = true;
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	KUNIT_EXPECT_FALSE(test, s->watch.complete);
	cgi_snapshot_destroy(s);

	s = counted_graph(test);
	cgi_css_set_at(s, IX_CSET_ROOT)->nr_tasks++;
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	KUNIT_EXPECT_FALSE(test, s->watch.complete);
	cgi_snapshot_destroy(s);
}

/*
 * What is left over is not known if the list of exited tasks was not read to its end.  After a
 * wait for RCU it may be.
 */
static void test_unknown(struct kunit *test)
{
	struct cgi_snapshot *s = leaking_graph(test);

	cgi_css_set_at(s, IX_CSET_ROOT)->exiting.kind = CGI_REFS_UNKNOWN;
	cgi_css_set_at(s, IX_CSET_A)->exiting.kind = CGI_REFS_UNKNOWN;
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	EXPECT_KIND(test, cgi_css_set_at(s, IX_CSET_ROOT)->unaccounted, CGI_REFS_UNKNOWN);
	EXPECT_KIND(test, cgi_css_set_at(s, IX_CSET_A)->unaccounted, CGI_REFS_UNKNOWN);
	KUNIT_EXPECT_TRUE(test, s->in_doubt & CGI_WANT_EXACT_CSS_SETS);
	cgi_snapshot_destroy(s);
}

/* A task that is counted, but can't be found, is noticed. */
static void test_hidden(struct kunit *test)
{
	struct cgi_snapshot *s = leaking_graph(test);

	see_all_tasks(s);
	cgi_css_set_at(s, IX_CSET_ROOT)->refs.count++;
	cgi_css_set_at(s, IX_CSET_ROOT)->nr_tasks++;
	cgi_sample_at(s, 0)->refs++;
	cgi_sample_at(s, 0)->nr_tasks++;
	expect_exact(test, s, false);
}

/* A fork can hide that a task has left, if there was one to fork. */
static void test_forked(struct kunit *test)
{
	struct cgi_snapshot *s = counted_graph(test);
	struct cgi_css_set *a = cgi_css_set_at(s, IX_CSET_A);

	add_sample(s, IX_CSET_ROOT);
	add_sample(s, IX_CSET_A);
	s->watch.forked = true;
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	EXPECT_COUNT(test, cgi_css_set_at(s, IX_CSET_ROOT)->unaccounted, 0);
	EXPECT_COUNT(test, a->unaccounted, 0);
	EXPECT_KIND(test, cgi_css_set_at(s, IX_CSET_ROOT)->unaccounted, CGI_REFS_ABOUT);
	EXPECT_KIND(test, a->unaccounted, CGI_REFS_EXACT);
	KUNIT_EXPECT_FALSE(test, s->in_doubt & CGI_WANT_EXACT_CSS_SETS);
	cgi_snapshot_destroy(s);
}

/* So can a namespace that is made while another one goes, of any css_set. */
static void test_namespaces_changed(struct kunit *test)
{
	struct cgi_snapshot *s = counted_graph(test);
	struct cgi_css_set *a = cgi_css_set_at(s, IX_CSET_A);

	add_sample(s, IX_CSET_A);
	s->watch.namespaces_changed = true;
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	EXPECT_COUNT(test, a->unaccounted, 0);
	EXPECT_KIND(test, a->unaccounted, CGI_REFS_ABOUT);
	cgi_snapshot_destroy(s);
}

static u32 nr_namespaces(struct kunit *test, const struct cgi_namespace *list, size_t count)
{
	struct cgi_snapshot *s = cgi_test_graph(test);
	u32 nr;

	memcpy(cgi_array_add(&s->namespaces, count), list, count * sizeof(*list));
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	nr = cgi_css_set_at(s, IX_CSET_ROOT)->nr_namespaces +
	     10 * cgi_css_set_at(s, IX_CSET_A)->nr_namespaces;
	cgi_snapshot_destroy(s);
	return nr;
}

/* Tasks share a namespace; a later one at the same address is another one. */
static void test_namespaces(struct kunit *test)
{
	const struct cgi_namespace shared[] = { { AT(ELSEWHERE), AT(CSET_A) },
						{ AT(ELSEWHERE), AT(CSET_A) } };
	const struct cgi_namespace later[] = { { AT(ELSEWHERE), AT(CSET_A) },
					       { AT(ELSEWHERE), AT(CSET_ROOT) },
					       { AT(ELSEWHERE), AT(CSET_A) } };

	KUNIT_EXPECT_EQ(test, nr_namespaces(test, shared, ARRAY_SIZE(shared)), 10U);
	KUNIT_EXPECT_EQ(test, nr_namespaces(test, later, ARRAY_SIZE(later)), 11U);
}

#define MAX_TEXT	2048

static char put[MAX_TEXT];
static size_t nr_put;

static void put_at(void *to, u64 at, const char *bytes, size_t len)
{
	nr_put += len;
	if (at + len < sizeof(put))
		memcpy(put + at, bytes, len);
}

static const struct cgi_sink sink = { .put = put_at, .end = U64_MAX };

static const char *path_of(const struct cgi_snapshot *s, u32 cgroup)
{
	memset(put, 0, sizeof(put));
	cgi_path_put(s, cgroup, &sink, 0);
	return put;
}

static const char *memberships_of(const struct cgi_snapshot *s, u32 css_set)
{
	memset(put, 0, sizeof(put));
	cgi_memberships_put(s, cgi_css_set_at(s, css_set), &sink, 0);
	return put;
}

/* Returns how many bytes are put for the part of a text that has the path at its beginning. */
static size_t bytes_put(const struct cgi_snapshot *s, u32 cgroup, u64 from, u64 end)
{
	const struct cgi_sink part = { .put = put_at, .from = from, .end = end };

	nr_put = 0;
	memset(put, 0, sizeof(put));
	cgi_path_put(s, cgroup, &part, 0);
	return nr_put;
}

/* Of a long path, whoever reads a part pays for the names in it only. */
static void test_part(struct kunit *test)
{
	struct cgi_snapshot *s = cgi_test_graph(test);
	char *name = (char *)s->names.data + cgi_cgroup_at(s, IX_A)->name;

	name[0] = ' ';
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	KUNIT_EXPECT_EQ(test, bytes_put(s, IX_B, 0, 7), strlen("/\\040/d"));
	KUNIT_EXPECT_EQ(test, bytes_put(s, IX_B, 2, 3), strlen("/\\040"));
	KUNIT_EXPECT_STREQ(test, put, "/\\040");
	KUNIT_EXPECT_EQ(test, bytes_put(s, IX_B, 5, 6), strlen("/d"));
	KUNIT_EXPECT_STREQ(test, put + 5, "/d");
	KUNIT_EXPECT_EQ(test, bytes_put(s, IX_B, 7, 9), (size_t)0);
	KUNIT_EXPECT_EQ(test, bytes_put(s, IX_ROOT_0, 0, 1), (size_t)1);
	cgi_snapshot_destroy(s);
}

/* What the files show of cgroups and css_sets, names escaped, whether it was written or not. */
static void test_text(struct kunit *test)
{
	struct cgi_snapshot *s = cgi_test_graph(test);
	char *name = (char *)s->names.data + cgi_cgroup_at(s, IX_A)->name;

	name[0] = ' ';
	s->want |= CGI_WANT_TASKS;
	cgi_cgroup_at(s, IX_B)->state = CGI_CGROUP_DYING;
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	KUNIT_EXPECT_STREQ(test, memberships_of(s, IX_CSET_ROOT), "1:name=n:/ 0::/");
	KUNIT_EXPECT_STREQ(test, memberships_of(s, IX_CSET_A), "1:name=n:/f 0::/\\040");
	KUNIT_EXPECT_STREQ(test, path_of(s, IX_B), "/\\040/d");
	KUNIT_EXPECT_STREQ(test, path_of(s, IX_ROOT_0), "/");
	cgi_snapshot_destroy(s);
}

static void add_charge(struct cgi_snapshot *s, u32 css, s64 charged, s64 pages)
{
	struct cgi_charge *charge = cgi_array_add(&s->charges, 1);

	*charge = (struct cgi_charge){ .charged = charged, .pages.count = pages,
				       .counted_above = css != IX_CSS_ROOT };
	cgi_css_at(s, css)->charge = s->charges.count - 1;
}

/* What its child has is not its own; what is on no list leaves a doubt. */
static struct cgi_snapshot *charged_graph(struct kunit *test, s64 of_root, s64 of_child)
{
	struct cgi_snapshot *s = cgi_test_graph(test);
	struct cgi_writeback *wb;

	s->want |= CGI_WANT_CHARGES;
	KUNIT_ASSERT_EQ(test, cgi_array_reserve(&s->charges, 2), 0);
	KUNIT_ASSERT_EQ(test, cgi_array_reserve(&s->writebacks, 2), 0);
	add_charge(s, IX_CSS_ROOT, of_root, 5);
	add_charge(s, IX_CSS_A, of_child, 40);
	wb = cgi_array_add(&s->writebacks, 1);
	wb->css_addr = AT(CSS_A);
	wb = cgi_array_add(&s->writebacks, 1);
	wb->css_addr = AT(ELSEWHERE);
	KUNIT_EXPECT_EQ(test, cgi_derive(s), 0);
	return s;
}

static void test_charges(struct kunit *test)
{
	struct cgi_snapshot *s = charged_graph(test, 46, 41);

	EXPECT_KIND(test, cgi_charge_of(s, cgi_css_at(s, IX_CSS_ROOT))->pages, CGI_REFS_EXACT);
	EXPECT_KIND(test, cgi_charge_of(s, cgi_css_at(s, IX_CSS_A))->pages, CGI_REFS_ABOUT);
	KUNIT_EXPECT_EQ(test, cgi_charge_of(s, cgi_css_at(s, IX_CSS_ROOT))->nr_writeback, 0U);
	KUNIT_EXPECT_EQ(test, cgi_charge_of(s, cgi_css_at(s, IX_CSS_A))->nr_writeback, 1U);
	cgi_snapshot_destroy(s);
	s = charged_graph(test, 46, 40);
	EXPECT_KIND(test, cgi_charge_of(s, cgi_css_at(s, IX_CSS_ROOT))->pages, CGI_REFS_ABOUT);
	EXPECT_KIND(test, cgi_charge_of(s, cgi_css_at(s, IX_CSS_A))->pages, CGI_REFS_EXACT);
	cgi_snapshot_destroy(s);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(test_default_state),
	KUNIT_CASE(test_unaccounted),
	KUNIT_CASE(test_exact),
	KUNIT_CASE(test_complete),
	KUNIT_CASE(test_unknown),
	KUNIT_CASE(test_hidden),
	KUNIT_CASE(test_forked),
	KUNIT_CASE(test_namespaces_changed),
	KUNIT_CASE(test_namespaces),
	KUNIT_CASE(test_text),
	KUNIT_CASE(test_part),
	KUNIT_CASE(test_charges),
	{}
};

static struct kunit_suite suite = {
	.name = "cgroup_inspect_derive",
	.test_cases = cases,
};

kunit_test_suite(suite);
