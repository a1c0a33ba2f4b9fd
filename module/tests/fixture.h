/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_FIXTURE_H
#define _CGI_FIXTURE_H

#include <kunit/test.h>
#include <linux/bits.h>

#include "../snapshot/snapshot.h"

/* Identities: all that matters is that they differ. */
#define AT(n)	((const void *)(0x1000UL + 16 * (n)))

enum {
	ROOT_0 = 1, A, B, ROOT_1, X,
	CSS_ROOT, CSS_A, CSS_MISC, CSS_NEW,
	CSET_ROOT, CSET_A,
	TASK_1, TASK_2, TASK_3,
	ELSEWHERE,
};

/* Indices in the order in which fixture.c adds them. */
enum { IX_ROOT_0, IX_A, IX_B, IX_ROOT_1, IX_X };
enum { IX_CSS_ROOT, IX_CSS_A };
enum { IX_CSET_ROOT, IX_CSET_A };

/* By the index of the css, before they are sorted. */
static inline struct cgi_css_evidence *evidence_of_css(struct cgi_snapshot *s, u32 css)
{
	return cgi_css_evidence_of(s, cgi_css_at(s, css));
}

/* A bit-field has no type that KUNIT_EXPECT_EQ() could ask for. */
#define EXPECT_COUNT(test, refs, n)	KUNIT_EXPECT_EQ(test, (s64)(refs).count, (s64)(n))
#define EXPECT_KIND(test, refs, k)	KUNIT_EXPECT_EQ(test, (int)(refs).kind, (int)(k))

/* Masks of invariants. */
#define RULE_1		BIT(CGI_INVARIANT_HIERARCHY_CONTROLLERS)
#define RULE_2		BIT(CGI_INVARIANT_CONTROLLER_HIERARCHY)
#define RULE_3		BIT(CGI_INVARIANT_TASK_CGROUPS)
#define RULE_4		BIT(CGI_INVARIANT_TASK_CSS_SET)
#define SYMMETRIC	BIT(CGI_INVARIANT_LINKS_SYMMETRIC)
#define UNIQUE		BIT(CGI_INVARIANT_LINKS_UNIQUE)
#define NR_TASKS	BIT(CGI_INVARIANT_NR_TASKS)
#define EFFECTIVE	BIT(CGI_INVARIANT_EFFECTIVE_CSS)
#define DEFAULT		BIT(CGI_INVARIANT_DEFAULT_CGROUP)
#define DOMAIN		BIT(CGI_INVARIANT_DOMAIN)
#define POPULATED	BIT(CGI_INVARIANT_POPULATED)
#define DESCENDANTS	BIT(CGI_INVARIANT_DESCENDANTS)
#define LEVELS		BIT(CGI_INVARIANT_LEVELS)
#define CSS_TREE	BIT(CGI_INVARIANT_CSS_TREE)
#define REFS		BIT(CGI_INVARIANT_REFS)
#define HASH		BIT(CGI_INVARIANT_HASH)
#define MIGRATION	BIT(CGI_INVARIANT_MIGRATION)
#define LISTS		BIT(CGI_INVARIANT_LISTS)
#define ANCESTORS	BIT(CGI_INVARIANT_ANCESTORS)
#define ENABLED		BIT(CGI_INVARIANT_ENABLED)
#define CSS_STATE	BIT(CGI_INVARIANT_CSS_STATE)
#define E_CSETS		BIT(CGI_INVARIANT_E_CSETS)
#define THREADED	BIT(CGI_INVARIANT_THREADED)
#define DEAD		BIT(CGI_INVARIANT_DEAD)
#define NR_CGROUPS	BIT(CGI_INVARIANT_NR_CGROUPS)

/*
 * Those of module/check/trees.c and csses.c; the others, and REFS and THREADED too, are of
 * css_sets.c there.
 */
#define CGI_TEST_ALL	GENMASK(CGI_INVARIANTS - 1, 0)
#define CGI_TEST_TREES	(RULE_1 | RULE_2 | POPULATED | DESCENDANTS | LEVELS | CSS_TREE |	\
			 REFS | LISTS | ANCESTORS | ENABLED | CSS_STATE | E_CSETS |	\
			 THREADED | NR_CGROUPS)

/**
 * struct cgi_test_doctored - a graph that is not sound
 * @name: what is wrong with it
 * @doctor: spoils one thing of a sound graph
 * @failed: invariants that are violated then
 * @offender: words in the blame
 * @named: invariant whose blame that is, if not the first one of @failed
 */
struct cgi_test_doctored {
	const char *name;
	void (*doctor)(struct cgi_snapshot *s);
	u32 failed;
	const char *offender;
	u32 named;
};

int cgi_test_fill(struct cgi_snapshot *s);
struct cgi_snapshot *cgi_test_graph(struct kunit *test);
u32 cgi_test_failed(const struct cgi_snapshot *s);
void cgi_test_check(struct kunit *test, const struct cgi_test_doctored *d);

#endif /* _CGI_FIXTURE_H */
