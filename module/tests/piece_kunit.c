// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parts of lines that are printed once and copied then: whole and right, or not at all.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "../../debugfs/out.h"
#include "../../debugfs/piece.h"
#include "../../debugfs/view.h"
#include "../derive/derive.h"
#include "../snapshot/memory.h"
#include "fixture.h"

#define WINDOW		4096
#define NR_SLOTS	2
#define ROOM		8

static const struct cgi_piece_key first = { .slot = 0 };
static const struct cgi_piece_key second = { .slot = 1 };
static const struct cgi_piece_key variant = { .slot = 0, .variant = 1 };
static const struct cgi_piece_key none = { .slot = CGI_NONE };

static struct cgi_out out;

static void begin(struct kunit *test, size_t slots, u64 bytes)
{
	KUNIT_ASSERT_EQ(test, cgi_out_init(&out, WINDOW), 0);
	KUNIT_ASSERT_EQ(test, cgi_pieces_init(&out.pieces, slots, bytes), 0);
	cgi_out_move(&out, 0, WINDOW);
}

static void keep(struct cgi_piece_key key, const char *part)
{
	u64 from = out.at;

	cgi_out_put(&out, part, strlen(part));
	cgi_piece_keep(&out.pieces, key, &out, from);
}

static bool is_kept(struct cgi_piece_key key)
{
	u64 at = out.at;
	bool kept = cgi_piece_put(&out.pieces, key, &out);

	out.at = at;
	return kept;
}

static void expect_copy(struct kunit *test, struct cgi_piece_key key, const char *part)
{
	u64 at = out.at;

	memset(out.buf + at, 0, WINDOW - at);
	KUNIT_ASSERT_TRUE(test, cgi_piece_put(&out.pieces, key, &out));
	KUNIT_EXPECT_EQ(test, out.at, at + strlen(part));
	KUNIT_EXPECT_STREQ(test, (const char *)out.buf + at, part);
}

static void test_copied(struct kunit *test)
{
	begin(test, NR_SLOTS, ROOM);
	KUNIT_EXPECT_FALSE(test, is_kept(first));
	keep(first, "abc");
	keep(second, "defgh");
	expect_copy(test, first, "abc");
	expect_copy(test, second, "defgh");
	cgi_out_deinit(&out);
}

/* The first variant stays, whatever comes after it. */
static void test_variant(struct kunit *test)
{
	begin(test, NR_SLOTS, ROOM);
	keep(first, "abc");
	KUNIT_EXPECT_FALSE(test, is_kept(variant));
	keep(variant, "xyz");
	KUNIT_EXPECT_FALSE(test, is_kept(variant));
	expect_copy(test, first, "abc");
	cgi_out_deinit(&out);
}

/* What ends where the window ends may have been left off there. */
static void test_cut(struct kunit *test)
{
	begin(test, NR_SLOTS, ROOM);
	cgi_out_move(&out, 2, 4);
	keep(first, "abcd");
	KUNIT_EXPECT_FALSE(test, is_kept(first));
	keep(first, "abcd");
	KUNIT_EXPECT_FALSE(test, is_kept(first));
	out.at = 2;
	keep(first, "abcd");
	KUNIT_EXPECT_FALSE(test, is_kept(first));
	out.at = 2;
	keep(first, "abc");
	KUNIT_EXPECT_TRUE(test, is_kept(first));
	cgi_out_deinit(&out);
}

static void test_too_large(struct kunit *test)
{
	begin(test, NR_SLOTS, ROOM);
	keep(first, "abcdefghi");
	KUNIT_EXPECT_FALSE(test, is_kept(first));
	keep(first, "abcdef");
	keep(second, "ghi");
	KUNIT_EXPECT_FALSE(test, is_kept(second));
	keep(second, "gh");
	expect_copy(test, first, "abcdef");
	expect_copy(test, second, "gh");
	cgi_out_deinit(&out);
}

static void test_no_slot(struct kunit *test)
{
	begin(test, NR_SLOTS, ROOM);
	keep(none, "abc");
	KUNIT_EXPECT_FALSE(test, is_kept(none));
	KUNIT_EXPECT_EQ(test, out.pieces.used, (size_t)0);
	cgi_out_deinit(&out);
	/* A file none of whose columns is shared makes no room for parts. */
	KUNIT_ASSERT_EQ(test, cgi_out_init(&out, WINDOW), 0);
	cgi_out_move(&out, 0, WINDOW);
	keep(first, "abc");
	KUNIT_EXPECT_FALSE(test, is_kept(first));
	cgi_out_deinit(&out);
}

/*
 * The graph is one for the check, which wants no origins: now all tasks have one and the same.
 * Parents and start times belong to one task each, and must not be copied to another one.
 */
static void give_origin(struct kunit *test, struct cgi_snapshot *s)
{
	size_t i;

	KUNIT_ASSERT_EQ(test, cgi_array_grow(&s->origins, 1), 0);
	KUNIT_ASSERT_NOT_NULL(test, cgi_array_add(&s->origins, 1));
	for (i = 0; i < s->tasks.count; i++) {
		cgi_task_at(s, i)->ppid = i + 1;
		cgi_task_at(s, i)->started = 100 + i;
		cgi_task_at(s, i)->origin = 0;
	}
}

/*
 * Two tasks share all columns that can be shared, one only the css_set, and one has a css_set of
 * its own.
 */
static struct cgi_snapshot *tasks(struct kunit *test)
{
	struct cgi_snapshot *s = cgi_test_graph(test);
	struct cgi_task *task = cgi_array_add(&s->tasks, 1);

	KUNIT_ASSERT_NOT_NULL(test, task);
	*task = *cgi_task_at(s, 1);
	task->addr = AT(ELSEWHERE);
	task->tid = 4;
	task->tgid = 4;
	KUNIT_ASSERT_EQ(test, cgi_derive(s), 0);
	give_origin(test, s);
	return s;
}

static const struct cgi_view *const views[] = { &cgi_tasks_view, &cgi_tasks_rcu_view };

static void show_window(const struct cgi_view *view, const struct cgi_snapshot *s, u64 from,
			size_t size)
{
	size_t line;

	cgi_out_move(&out, from, size);
	out.at = 0;
	for (line = 0; line < cgi_view_lines(view, s); line++)
		cgi_view_show(&out, view, s, line);
}

/* All of it in one window, in which nothing is copied. */
static char *show_whole(struct kunit *test, const struct cgi_view *view,
			const struct cgi_snapshot *s, size_t *length)
{
	char *text;

	KUNIT_ASSERT_EQ(test, cgi_out_init(&out, WINDOW), 0);
	show_window(view, s, 0, WINDOW);
	*length = cgi_out_length(&out);
	KUNIT_ASSERT_LT(test, *length, (size_t)WINDOW);
	text = cgi_alloc(*length, 1);
	KUNIT_ASSERT_NOT_NULL(test, text);
	memcpy(text, out.buf, *length);
	cgi_out_deinit(&out);
	return text;
}

/* A line is printed again for each window that it reaches into, and parts stay from one on. */
static size_t wrong_windows(struct kunit *test, const struct cgi_view *view,
			    const struct cgi_snapshot *s, const char *text, size_t length,
			    size_t size)
{
	size_t from, wrong = 0;

	begin(test, s->css_sets.count, WINDOW);
	for (from = 0; from < length; from += size) {
		show_window(view, s, from, size);
		wrong += cgi_out_length(&out) != min(size, length - from) ||
			 memcmp(out.buf, text + from, cgi_out_length(&out));
	}
	return wrong;
}

static void test_windows(struct kunit *test)
{
	const struct cgi_view *view = *(const struct cgi_view *const *)test->param_value;
	struct cgi_snapshot *s = tasks(test);
	size_t length, size, used = 0, wrong = 0;
	char *text = show_whole(test, view, s, &length);

	for (size = 1; size <= length + 1; size++) {
		wrong += wrong_windows(test, view, s, text, length, size);
		used = out.pieces.used;
		cgi_out_deinit(&out);
	}
	KUNIT_EXPECT_EQ(test, wrong, (size_t)0);
	KUNIT_EXPECT_GT(test, used, (size_t)0);
	kvfree(text);
	cgi_snapshot_destroy(s);
}

static void view_name(const struct cgi_view *const *view, char *description)
{
	strscpy(description, (*view)->want & CGI_WANT_GRAPH ? "tasks" : "tasks from RCU alone",
		KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(views, views, view_name);

static struct kunit_case cases[] = {
	KUNIT_CASE(test_copied),
	KUNIT_CASE(test_variant),
	KUNIT_CASE(test_cut),
	KUNIT_CASE(test_too_large),
	KUNIT_CASE(test_no_slot),
	KUNIT_CASE_PARAM(test_windows, views_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "cgroup_inspect_pieces",
	.test_cases = cases,
};

kunit_test_suite(suite);
