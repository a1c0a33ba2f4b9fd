// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any part of a text, whatever was read before it, and how many lines are printed for that;
 * numbers and addresses against those of printf().
 */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "../../debugfs/pager.h"
#include "../../debugfs/view.h"
#include "../snapshot/memory.h"
#include "fixture.h"

#define NR_LINES	1000

/* Some lines are empty, and some do not fit into one window. */
static size_t length_of(size_t line)
{
	return line % 97 == 13 ? 2 * CGI_WINDOW_MAX + line : line * 7 % 50;
}

static char byte_of(size_t line, size_t i)
{
	return 'a' + (line + i) % 26;
}

static size_t shown;

static size_t count(const struct cgi_snapshot *s)
{
	return NR_LINES;
}

/* In pieces, so that some of them lie across each end of a window. */
static void show(struct cgi_out *o, const struct cgi_snapshot *s, size_t line)
{
	char piece[100];
	size_t i, len = length_of(line);

	shown++;
	for (i = 0; i < len; i++) {
		piece[i % sizeof(piece)] = byte_of(line, i);
		if ((i + 1) % sizeof(piece) == 0)
			cgi_out_put(o, piece, sizeof(piece));
	}
	cgi_out_put(o, piece, len % sizeof(piece));
}

static const struct cgi_view view = { .name = "lines", .count = count, .show = show };

static struct cgi_snapshot snapshot;
static struct cgi_pager pager;
static char *text;
static size_t length;

static int begin(struct kunit *test)
{
	size_t line, i;

	length = 0;
	for (line = 0; line < NR_LINES; line++)
		length += length_of(line);
	text = cgi_alloc(length, 1);
	KUNIT_ASSERT_NOT_NULL(test, text);
	length = 0;
	for (line = 0; line < NR_LINES; line++)
		for (i = 0; i < length_of(line); i++)
			text[length++] = byte_of(line, i);
	pager = (struct cgi_pager){};
	shown = 0;
	return cgi_pager_init(&pager, &view, &snapshot);
}

static void end(struct kunit *test)
{
	cgi_pager_deinit(&pager);
	kvfree(text);
}

/* Returns how many bytes came. */
static size_t get(struct kunit *test, u64 pos, size_t want)
{
	const char *got = NULL;
	ssize_t len = cgi_pager_get(&pager, pos, want, &got);

	KUNIT_ASSERT_GE(test, len, (ssize_t)0);
	KUNIT_ASSERT_LE(test, (size_t)len, want);
	KUNIT_ASSERT_EQ(test, !len, pos >= length);
	if (len)
		KUNIT_ASSERT_EQ(test, memcmp(got, text + pos, len), 0);
	return len;
}

static void read_on(struct kunit *test, size_t want)
{
	size_t pos = 0, len, windows = 0, window = clamp_t(size_t, want, CGI_WINDOW_MIN,
							   CGI_WINDOW_MAX);

	shown = 0;
	do {
		len = get(test, pos, want);
		pos += len;
	} while (len);
	KUNIT_EXPECT_EQ(test, pos, length);
	/* A window begins with a line that the one before it has begun, and so does the end. */
	windows = length / window + 2;
	KUNIT_EXPECT_LE(test, shown, NR_LINES + windows);
}

static void test_in_order(struct kunit *test)
{
	read_on(test, 7);
	read_on(test, CGI_WINDOW_MIN);
	read_on(test, 4096);
	read_on(test, SIZE_MAX);
}

static void test_by_turns(struct kunit *test)
{
	size_t first, second, turns = 0;

	for (first = 0, second = length / 2; second < length; turns++) {
		first += get(test, first, CGI_WINDOW_MIN);
		second += get(test, second, CGI_WINDOW_MIN);
	}
	/* Once to learn the offsets, once to be read, and up to a mark before each window. */
	KUNIT_EXPECT_LE(test, shown, 2 * NR_LINES + 2 * turns * CGI_LINES_A_MARK);
}

static void test_backwards(struct kunit *test)
{
	size_t pos, pieces = 0;

	for (pos = length; pos > CGI_WINDOW_MIN; pieces++) {
		pos -= CGI_WINDOW_MIN;
		KUNIT_ASSERT_GE(test, get(test, pos, CGI_WINDOW_MIN), (size_t)1);
	}
	KUNIT_EXPECT_LE(test, shown, 2 * NR_LINES + pieces * CGI_LINES_A_MARK);
}

static void test_behind_end(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, get(test, S64_MAX, 1), (size_t)0);
	KUNIT_EXPECT_EQ(test, shown, (size_t)NR_LINES);
	shown = 0;
	KUNIT_EXPECT_EQ(test, get(test, length, CGI_WINDOW_MIN), (size_t)0);
	KUNIT_EXPECT_LE(test, shown, (size_t)CGI_LINES_A_MARK);
	KUNIT_EXPECT_EQ(test, get(test, length - 1, CGI_WINDOW_MIN), (size_t)1);
}

static const char *put_in(struct kunit *test)
{
	struct cgi_out *o = &pager.out;

	KUNIT_ASSERT_LT(test, cgi_out_length(o), (size_t)CGI_WINDOW_MAX);
	o->buf[cgi_out_length(o)] = '\0';
	o->at = 0;
	return o->buf;
}

static void test_numbers(struct kunit *test)
{
	static const s64 numbers[] = {
		0, 1, 9, 10, 99, 100, 12345678, 99999999, 100000000, U32_MAX, S64_MAX, -1, -10,
		-99999999, -100000000, S64_MIN,
	};
	struct cgi_out *o = &pager.out;
	char want[32];
	size_t i;

	cgi_out_move(o, 0, CGI_WINDOW_MAX);
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		snprintf(want, sizeof(want), "%lld", numbers[i]);
		cgi_out_s64(o, numbers[i]);
		KUNIT_EXPECT_STREQ(test, put_in(test), want);
		snprintf(want, sizeof(want), "%llu", numbers[i]);
		cgi_out_u64(o, numbers[i]);
		KUNIT_EXPECT_STREQ(test, put_in(test), want);
	}
}

static void put_number(struct cgi_out *o)
{
	cgi_out_u64(o, 12345678);
}

static void put_large(struct cgi_out *o)
{
	cgi_out_u64(o, U64_MAX);
}

static void put_plain(struct cgi_out *o)
{
	cgi_out_escaped(o, "plain");
}

static void put_odd(struct cgi_out *o)
{
	cgi_out_escaped(o, "a b\\\n");
}

/* In a window that begins and ends anywhere there is what of the whole lies in it, and no more. */
static void expect_cut(struct kunit *test, void (*put)(struct cgi_out *o), const char *whole)
{
	size_t len = strlen(whole), from, size;
	struct cgi_out *o = &pager.out;

	for (from = 0; from <= len; from++) {
		for (size = 1; size <= len + 1; size++) {
			memset(o->buf, '.', CGI_WINDOW_MAX);
			o->at = 0;
			cgi_out_move(o, from, size);
			put(o);
			KUNIT_EXPECT_EQ(test, o->at, (u64)len);
			KUNIT_ASSERT_EQ(test, cgi_out_length(o), min(size, len - from));
			KUNIT_EXPECT_EQ(test, memcmp(o->buf, whole + from, cgi_out_length(o)), 0);
			KUNIT_EXPECT_EQ(test, o->buf[size], '.');
		}
	}
}

static void test_cut(struct kunit *test)
{
	expect_cut(test, put_number, "12345678");
	expect_cut(test, put_large, "18446744073709551615");
	expect_cut(test, put_plain, "plain");
	expect_cut(test, put_odd, "a\\040b\\134\\012");
}

/* More of them than there are places, each of them twice, and none. */
static void test_addresses(struct kunit *test)
{
	struct cgi_out *o = &pager.out;
	char want[32];
	size_t i;

	cgi_out_move(o, 0, CGI_WINDOW_MAX);
	for (i = 0; i < 1000; i++) {
		const void *addr = i % 10 ? AT(i / 2) : NULL;

		snprintf(want, sizeof(want), "%p", addr);
		cgi_out_addr(o, addr);
		KUNIT_EXPECT_STREQ(test, put_in(test), want);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(test_in_order),
	KUNIT_CASE(test_by_turns),
	KUNIT_CASE(test_backwards),
	KUNIT_CASE(test_behind_end),
	KUNIT_CASE(test_numbers),
	KUNIT_CASE(test_cut),
	KUNIT_CASE(test_addresses),
	{}
};

static struct kunit_suite suite = {
	.name = "cgroup_inspect_pager",
	.init = begin,
	.exit = end,
	.test_cases = cases,
};

kunit_test_suite(suite);
