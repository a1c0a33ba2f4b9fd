/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_FIXTURE_H
#define _CGI_FIXTURE_H

#include <kunit/test.h>

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

/* Indices in the order in which graph_test.c adds them. */
enum { IX_ROOT_0, IX_A, IX_B, IX_ROOT_1, IX_X };
enum { IX_CSS_ROOT, IX_CSS_A };
enum { IX_CSET_ROOT, IX_CSET_A };

int cgi_test_fill(struct cgi_snapshot *s);
struct cgi_snapshot *cgi_test_graph(struct kunit *test);

/* snapshot_test.c */
void cgi_test_audit(struct kunit *test);
void cgi_test_exact(struct kunit *test);
void cgi_test_hidden(struct kunit *test);
void cgi_test_forked(struct kunit *test);
void cgi_test_text(struct kunit *test);
void cgi_test_array(struct kunit *test);
void cgi_test_array_again(struct kunit *test);

/* debugfs/check_test.c */
const char *cgi_test_shown(struct kunit *test, const struct cgi_snapshot *s, size_t i);

#endif /* _CGI_FIXTURE_H */
