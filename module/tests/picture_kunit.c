// SPDX-License-Identifier: GPL-2.0-only
/*
 * What graph.dot draws as one, where it draws a css_set whole, how it tells css_sets apart, and
 * what it says of references that are not known exactly.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "../../debugfs/graph_dot.h"
#include "../../debugfs/out.h"
#include "../derive/picture.h"
#include "fixture.h"

/* Removed children of X, behind all that the graph has. */
static void add_removed(struct kunit *test, struct cgi_snapshot *s, u32 nr, s64 refs)
{
	struct cgi_cgroup *cgrp;
	u32 i;

	KUNIT_ASSERT_EQ(test, cgi_array_grow(&s->cgroups, nr), 0);
	for (i = 0; i < nr; i++) {
		cgrp = cgi_array_add(&s->cgroups, 1);
		*cgrp = (struct cgi_cgroup){ .parent = IX_X, .state = CGI_CGROUP_DYING,
					     .holder = CGI_NONE, .hierarchy = 1,
					     .name = cgi_cgroup_at(s, IX_X)->name };
		cgrp->unaccounted.count = refs;
		cgrp->unaccounted.kind = CGI_REFS_EXACT;
	}
}

static struct cgi_snapshot *graph_of(struct kunit *test)
{
	struct cgi_snapshot *s = cgi_test_graph(test);

	s->want |= CGI_WANT_PICTURE;
	return s;
}

static void test_bunch(struct kunit *test)
{
	struct cgi_snapshot *s = graph_of(test);
	size_t first = s->cgroups.count;

	add_removed(test, s, 3, 5);
	KUNIT_ASSERT_EQ(test, cgi_picture_derive(s), 0);
	KUNIT_EXPECT_EQ(test, cgi_bunch_at(s, IX_X)->nr, 3U);
	KUNIT_EXPECT_EQ(test, (size_t)cgi_bunch_at(s, IX_X)->first, first);
	EXPECT_COUNT(test, cgi_bunch_at(s, IX_X)->refs, 15);
	EXPECT_KIND(test, cgi_bunch_at(s, IX_X)->refs, CGI_REFS_EXACT);
	EXPECT_COUNT(test, cgi_bunch_at(s, IX_X)->css_refs, 0);
	EXPECT_KIND(test, cgi_bunch_at(s, IX_X)->css_refs, CGI_REFS_EXACT);
	KUNIT_EXPECT_EQ(test, cgi_bunch_at(s, IX_X)->controllers, 0U);
	KUNIT_EXPECT_FALSE(test, cgi_bunch_at(s, IX_X)->unknown);
	KUNIT_EXPECT_EQ(test, cgi_bunch_at(s, IX_ROOT_1)->nr, 0U);
	cgi_snapshot_destroy(s);
}

/* One that is linked to a css_set, has a child, or is live, is drawn by itself. */
static void test_no_bunch(struct kunit *test)
{
	struct cgi_snapshot *s = graph_of(test);
	size_t first = s->cgroups.count;

	add_removed(test, s, 4, 1);
	cgi_cgroup_at(s, first)->nr_css_sets = 1;
	cgi_cgroup_at(s, first + 1)->nr_children = 1;
	cgi_cgroup_at(s, first + 2)->state = CGI_CGROUP_LIVE;
	KUNIT_ASSERT_EQ(test, cgi_picture_derive(s), 0);
	KUNIT_EXPECT_EQ(test, cgi_bunch_at(s, IX_X)->nr, 1U);
	KUNIT_EXPECT_EQ(test, (size_t)cgi_bunch_at(s, IX_X)->first, first + 3);
	cgi_snapshot_destroy(s);
}

/* A cgroup that could not be counted adds nothing, and one that came out below 0 nothing, too. */
static void test_bunch_unsure(struct kunit *test)
{
	struct cgi_snapshot *s = graph_of(test);
	size_t first = s->cgroups.count;

	add_removed(test, s, 3, 5);
	cgi_cgroup_at(s, first)->unaccounted.kind = CGI_REFS_UNKNOWN;
	KUNIT_ASSERT_EQ(test, cgi_picture_derive(s), 0);
	EXPECT_COUNT(test, cgi_bunch_at(s, IX_X)->refs, 10);
	EXPECT_KIND(test, cgi_bunch_at(s, IX_X)->refs, CGI_REFS_EXACT);
	KUNIT_EXPECT_TRUE(test, cgi_bunch_at(s, IX_X)->unknown);
	cgi_cgroup_at(s, first)->unaccounted.kind = CGI_REFS_ABOUT;
	cgi_cgroup_at(s, first)->unaccounted.count = -2;
	KUNIT_ASSERT_EQ(test, cgi_picture_derive(s), 0);
	EXPECT_COUNT(test, cgi_bunch_at(s, IX_X)->refs, 10);
	EXPECT_KIND(test, cgi_bunch_at(s, IX_X)->refs, CGI_REFS_ABOUT);
	EXPECT_KIND(test, cgi_bunch_at(s, IX_X)->css_refs, CGI_REFS_EXACT);
	KUNIT_EXPECT_FALSE(test, cgi_bunch_at(s, IX_X)->unknown);
	cgi_snapshot_destroy(s);
}

/* The second css gets a controller of its own. */
static void add_css_refs(struct kunit *test, struct cgi_snapshot *s, u32 cgroup)
{
	struct cgi_subsys *subsys;
	u32 css;

	KUNIT_ASSERT_EQ(test, cgi_array_grow(&s->subsystems, 1), 0);
	subsys = cgi_array_add(&s->subsystems, 1);
	*subsys = (struct cgi_subsys){ .name = "misc", .legacy_name = "misc", .id = 3 };
	for (css = IX_CSS_ROOT; css <= IX_CSS_A; css++) {
		cgi_css_at(s, css)->cgroup = cgroup;
		cgi_css_at(s, css)->unaccounted.count = 3;
		cgi_css_at(s, css)->unaccounted.kind = CGI_REFS_EXACT;
	}
	cgi_css_at(s, IX_CSS_A)->subsys = s->subsystems.count - 1;
}

static void test_bunch_csses(struct kunit *test)
{
	struct cgi_snapshot *s = graph_of(test);
	u32 first = s->cgroups.count;
	struct cgi_refs *refs;

	add_removed(test, s, 3, 5);
	add_css_refs(test, s, first);
	refs = &cgi_css_at(s, IX_CSS_A)->unaccounted;
	KUNIT_ASSERT_EQ(test, cgi_picture_derive(s), 0);
	EXPECT_COUNT(test, cgi_bunch_at(s, IX_X)->css_refs, 6);
	EXPECT_KIND(test, cgi_bunch_at(s, IX_X)->css_refs, CGI_REFS_EXACT);
	KUNIT_EXPECT_EQ(test, cgi_bunch_at(s, IX_X)->controllers, (u32)(BIT(0) | BIT(3)));
	refs->kind = CGI_REFS_ABOUT;
	refs->count = -2;
	KUNIT_ASSERT_EQ(test, cgi_picture_derive(s), 0);
	EXPECT_COUNT(test, cgi_bunch_at(s, IX_X)->css_refs, 3);
	EXPECT_KIND(test, cgi_bunch_at(s, IX_X)->css_refs, CGI_REFS_ABOUT);
	EXPECT_KIND(test, cgi_bunch_at(s, IX_X)->refs, CGI_REFS_EXACT);
	KUNIT_EXPECT_EQ(test, cgi_bunch_at(s, IX_X)->controllers, (u32)BIT(0));
	KUNIT_EXPECT_FALSE(test, cgi_bunch_at(s, IX_X)->unknown);
	refs->kind = CGI_REFS_UNKNOWN;
	refs->count = 0;
	KUNIT_ASSERT_EQ(test, cgi_picture_derive(s), 0);
	EXPECT_COUNT(test, cgi_bunch_at(s, IX_X)->css_refs, 3);
	EXPECT_KIND(test, cgi_bunch_at(s, IX_X)->css_refs, CGI_REFS_EXACT);
	KUNIT_EXPECT_TRUE(test, cgi_bunch_at(s, IX_X)->unknown);
	cgi_snapshot_destroy(s);
}

/* Each css with references that nothing explains is found from its cgroup, once. */
static void test_holders(struct kunit *test)
{
	struct cgi_snapshot *s = graph_of(test);
	u32 css;

	for (css = 0; css < s->csses.count; css++) {
		cgi_css_at(s, css)->cgroup = IX_A;
		cgi_css_at(s, css)->unaccounted.count = 1;
		cgi_css_at(s, css)->unaccounted.kind = CGI_REFS_EXACT;
	}
	cgi_cgroup_at(s, IX_A)->holder = IX_CSS_A;
	KUNIT_ASSERT_EQ(test, cgi_picture_derive(s), 0);
	KUNIT_EXPECT_EQ(test, cgi_bunch_at(s, IX_A)->others, (u32)IX_CSS_ROOT);
	KUNIT_EXPECT_EQ(test, cgi_next_holder(s, IX_CSS_ROOT), CGI_NONE);
	KUNIT_EXPECT_EQ(test, cgi_bunch_at(s, IX_B)->others, CGI_NONE);
	cgi_css_at(s, IX_CSS_ROOT)->unaccounted.count = 0;
	KUNIT_ASSERT_EQ(test, cgi_picture_derive(s), 0);
	KUNIT_EXPECT_EQ(test, cgi_bunch_at(s, IX_A)->others, CGI_NONE);
	cgi_snapshot_destroy(s);
}

static void test_first_tree(struct kunit *test)
{
	struct cgi_snapshot *s = graph_of(test);

	cgi_hierarchy_at(s, 0)->nr_cgroups = 1;
	cgi_hierarchy_at(s, 0)->nr_dying = 0;
	cgi_hierarchy_at(s, 1)->nr_cgroups = 1;
	cgi_hierarchy_at(s, 1)->nr_dying = 1;
	KUNIT_ASSERT_EQ(test, cgi_picture_derive(s), 0);
	KUNIT_EXPECT_EQ(test, s->first_tree, 1U);
	cgi_hierarchy_at(s, 1)->nr_dying = 0;
	KUNIT_ASSERT_EQ(test, cgi_picture_derive(s), 0);
	KUNIT_EXPECT_EQ(test, s->first_tree, 0U);
	cgi_snapshot_destroy(s);
}

/* The links of a css_set, the highest hierarchy first, lead to these cgroups. */
static void expect_home(struct kunit *test, struct cgi_snapshot *s, u32 cgroup_1, u32 cgroup_0,
			u32 home)
{
	u32 first = cgi_css_set_at(s, IX_CSET_A)->first_link;

	cgi_link_at(s, first)->cgroup = cgroup_1;
	cgi_link_at(s, first + 1)->cgroup = cgroup_0;
	KUNIT_ASSERT_EQ(test, cgi_picture_derive(s), 0);
	KUNIT_EXPECT_EQ(test, cgi_home_of(s, IX_CSET_A), home == CGI_NONE ? home : first + home);
}

static void test_homes(struct kunit *test)
{
	struct cgi_snapshot *s = graph_of(test);

	cgi_hierarchy_at(s, 0)->nr_cgroups = 2;
	cgi_hierarchy_at(s, 1)->nr_cgroups = 2;
	expect_home(test, s, IX_X, IX_A, 1);
	expect_home(test, s, IX_X, IX_ROOT_0, 0);
	expect_home(test, s, IX_ROOT_1, IX_ROOT_0, 1);
	expect_home(test, s, IX_X, CGI_NONE, 0);
	expect_home(test, s, CGI_NONE, CGI_NONE, CGI_NONE);
	cgi_hierarchy_at(s, 0)->nr_cgroups = 1;
	expect_home(test, s, IX_ROOT_1, IX_ROOT_0, 0);
	cgi_snapshot_destroy(s);
}

static void end_of(char *text, size_t room, const void *addr, unsigned int digits)
{
	char whole[24];
	size_t len = snprintf(whole, sizeof(whole), "%p", addr);

	strscpy(text, whole + (len > digits ? len - digits : 0), room);
}

/* As many digits as it takes, and of more than four no more. */
static void test_digits(struct kunit *test)
{
	struct cgi_snapshot *s = graph_of(test);
	char a[24], b[24];
	size_t nr_alike = 0, i, j;
	unsigned int digits;

	KUNIT_ASSERT_EQ(test, cgi_array_grow(&s->css_sets, 500), 0);
	for (i = 0; i < 500; i++)
		*(struct cgi_css_set *)cgi_array_add(&s->css_sets, 1) =
			(struct cgi_css_set){ .addr = AT(1000 + i) };
	KUNIT_ASSERT_EQ(test, cgi_picture_derive(s), 0);
	digits = s->addr_digits;
	KUNIT_EXPECT_GE(test, digits, 4U);
	for (i = 0; i < s->css_sets.count; i++)
		for (j = 0; j < i; j++) {
			end_of(a, sizeof(a), cgi_css_set_at(s, i)->addr, digits);
			end_of(b, sizeof(b), cgi_css_set_at(s, j)->addr, digits);
			KUNIT_EXPECT_STRNEQ(test, a, b);
			nr_alike += !strcmp(a + 1, b + 1);
		}
	KUNIT_EXPECT_TRUE(test, digits == 4 || nr_alike);
	cgi_snapshot_destroy(s);
}

/* No number of digits tells two apart that are printed alike. */
static void test_digits_alike(struct kunit *test)
{
	struct cgi_snapshot *s = graph_of(test);

	KUNIT_ASSERT_EQ(test, s->css_sets.count, (size_t)2);
	cgi_css_set_at(s, IX_CSET_A)->addr = cgi_css_set_at(s, IX_CSET_ROOT)->addr;
	KUNIT_ASSERT_EQ(test, cgi_picture_derive(s), 0);
	KUNIT_EXPECT_EQ(test, s->addr_digits, 4U);
	cgi_snapshot_destroy(s);
}

/* ---- what is said ---- */

#define ROOM	1024

static struct cgi_out out;

static void begin(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, cgi_out_init(&out, ROOM), 0);
	cgi_out_move(&out, 0, ROOM - 1);
}

/* After @from, these lines were printed, and nothing else. */
static void expect_lines(struct kunit *test, const char *from, const char *const *lines)
{
	char *at;

	out.buf[out.at] = '\0';
	at = strstr(out.buf, from);
	at = at ? at + strlen(from) : out.buf;
	for (; *lines; lines++) {
		KUNIT_EXPECT_EQ_MSG(test, strncmp(at, *lines, strlen(*lines)), 0, "%s", at);
		at += min(strlen(at), strlen(*lines));
	}
	KUNIT_EXPECT_STREQ(test, at, "");
	cgi_out_deinit(&out);
}

static void test_say_bunch(struct kunit *test)
{
	static const char *const lines[] = {
		"\\nheld by ~45 other references",
		"\\nand csses of pids: 3 other references",
		"\\nand maybe other references",
		NULL,
	};
	struct cgi_snapshot *s = graph_of(test);
	u32 first = s->cgroups.count;

	add_removed(test, s, 9, 5);
	add_css_refs(test, s, first);
	cgi_cgroup_at(s, first)->unaccounted.kind = CGI_REFS_ABOUT;
	cgi_css_at(s, IX_CSS_A)->unaccounted.kind = CGI_REFS_UNKNOWN;
	cgi_css_at(s, IX_CSS_A)->unaccounted.count = 0;
	KUNIT_ASSERT_EQ(test, cgi_picture_derive(s), 0);
	begin(test);
	cgi_dot_put_bunch(&out, s, cgi_bunch_at(s, IX_X));
	expect_lines(test, ", ...", lines);
	cgi_snapshot_destroy(s);
}

static void test_say_unknown(struct kunit *test)
{
	static const char *const none[] = { NULL };
	static const char *const maybe[] = { "\\nheld by maybe other references", NULL };
	struct cgi_snapshot *s = graph_of(test);
	u32 first = s->cgroups.count;

	add_removed(test, s, 9, 0);
	KUNIT_ASSERT_EQ(test, cgi_picture_derive(s), 0);
	begin(test);
	cgi_dot_put_bunch(&out, s, cgi_bunch_at(s, IX_X));
	expect_lines(test, ", ...", none);
	cgi_cgroup_at(s, first)->unaccounted.kind = CGI_REFS_UNKNOWN;
	KUNIT_ASSERT_EQ(test, cgi_picture_derive(s), 0);
	begin(test);
	cgi_dot_put_bunch(&out, s, cgi_bunch_at(s, IX_X));
	expect_lines(test, ", ...", maybe);
	cgi_snapshot_destroy(s);
}

/* Five csses, each with one more reference than the one before. */
static void add_holders(struct kunit *test, struct cgi_snapshot *s)
{
	struct cgi_css *css;
	u32 i;

	KUNIT_ASSERT_EQ(test, cgi_array_grow(&s->csses, 5), 0);
	cgi_cgroup_at(s, IX_B)->unaccounted.kind = CGI_REFS_EXACT;
	for (i = 1; i <= 5; i++) {
		cgi_cgroup_at(s, IX_B)->holder = s->csses.count;
		css = cgi_array_add(&s->csses, 1);
		*css = (struct cgi_css){ .cgroup = IX_B, .charge = CGI_NONE, .id = 10 + i };
		css->unaccounted.count = i;
		css->unaccounted.kind = CGI_REFS_EXACT;
	}
}

static void test_say_csses(struct kunit *test)
{
	static const char *const four[] = {
		"css pids:15: 5 other references",
		"\\nand css pids:14: 4 other references",
		"\\nand css pids:13: 3 other references",
		"\\nand css pids:12: 2 other references",
		NULL,
	};
	static const char *const more[] = { "\\nand other csses", NULL };
	struct cgi_snapshot *s = graph_of(test);

	add_holders(test, s);
	KUNIT_ASSERT_EQ(test, cgi_picture_derive(s), 0);
	begin(test);
	cgi_dot_put_cgroup(&out, s, IX_B);
	expect_lines(test, "css pids:12: 2 other references", more);
	cgi_css_at(s, cgi_cgroup_at(s, IX_B)->holder - 4)->unaccounted.count = 0;
	KUNIT_ASSERT_EQ(test, cgi_picture_derive(s), 0);
	begin(test);
	cgi_dot_put_cgroup(&out, s, IX_B);
	expect_lines(test, "\\nheld by ", four);
	cgi_snapshot_destroy(s);
}

static void expect_exiting(struct kunit *test, struct cgi_snapshot *s, unsigned int kind, s64 count,
			   const char *want)
{
	struct cgi_css_set *cset = cgi_css_set_at(s, IX_CSET_A);
	const char *const lines[] = { want, NULL };

	cset->exiting.kind = kind;
	cset->exiting.count = count;
	begin(test);
	cgi_dot_put_css_set(&out, s, cset);
	expect_lines(test, ": 1 task", lines);
}

static void test_say_exiting(struct kunit *test)
{
	struct cgi_snapshot *s = graph_of(test);

	cgi_css_set_at(s, IX_CSET_A)->unaccounted.kind = CGI_REFS_EXACT;
	KUNIT_ASSERT_EQ(test, cgi_picture_derive(s), 0);
	expect_exiting(test, s, CGI_REFS_EXACT, 0, "");
	expect_exiting(test, s, CGI_REFS_EXACT, 2, ", 2 exiting");
	expect_exiting(test, s, CGI_REFS_ABOUT, 2, ", ~2 exiting");
	expect_exiting(test, s, CGI_REFS_UNKNOWN, 2, "");
	cgi_snapshot_destroy(s);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(test_bunch),
	KUNIT_CASE(test_no_bunch),
	KUNIT_CASE(test_bunch_unsure),
	KUNIT_CASE(test_bunch_csses),
	KUNIT_CASE(test_holders),
	KUNIT_CASE(test_first_tree),
	KUNIT_CASE(test_homes),
	KUNIT_CASE(test_digits),
	KUNIT_CASE(test_digits_alike),
	KUNIT_CASE(test_say_bunch),
	KUNIT_CASE(test_say_unknown),
	KUNIT_CASE(test_say_csses),
	KUNIT_CASE(test_say_exiting),
	{}
};

static struct kunit_suite suite = {
	.name = "cgroup_inspect_picture",
	.test_cases = cases,
};

kunit_test_suite(suite);
