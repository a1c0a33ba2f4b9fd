// SPDX-License-Identifier: GPL-2.0-only
/*
 * Escapes: which bytes of a name are printed as they are.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "../snapshot/text.h"

struct escape_row {
	const char *what;
	const char *in;
	const char *out;
};

static const struct escape_row rows[] = {
	{ "nothing", "", "" },
	{ "plain ASCII", "!kworker/0:1-[mm]~", "!kworker/0:1-[mm]~" },
	{ "a hyphen", "-", "-" },
	{ "blanks", " a\tb\nc", "\\040a\\011b\\012c" },
	{ "a backslash before digits", "\\040", "\\134040" },
	{ "first and last control characters", "\x01\x1f\x7f", "\\001\\037\\177" },
	{ "every length of UTF-8", "d\xc3\xa9 \xe6\xbc\xa2\xf0\x9f\x90\xa7",
	  "d\xc3\xa9\\040\xe6\xbc\xa2\xf0\x9f\x90\xa7" },
	{ "a lone byte of C1", "\x9b[31m", "\\233[31m" },
	{ "C1 as UTF-8", "\xc2\x80\xc2\x9b\xc2\x9f", "\\302\\200\\302\\233\\302\\237" },
	{ "the first character after C1", "\xc2\xa0", "\xc2\xa0" },
	{ "cut after one of two bytes", "\xc3", "\\303" },
	{ "cut after two of three bytes", "a\xe6\xbc", "a\\346\\274" },
	{ "cut after three of four bytes", "\xf0\x9f\x90", "\\360\\237\\220" },
	{ "cut, and a character follows", "\xf0\x9f\x90\xc3\xa9", "\\360\\237\\220\xc3\xa9" },
	{ "cut, and ASCII follows", "\xe6\xbcZ", "\\346\\274Z" },
	{ "continuations alone", "\x80\xbf", "\\200\\277" },
	{ "one continuation too many", "\xc3\xa9\xa9", "\xc3\xa9\\251" },
	{ "overlong, two bytes", "\xc0\xaf\xc1\xbf", "\\300\\257\\301\\277" },
	{ "overlong, three bytes", "\xe0\x80\xaf\xe0\x9f\xbf",
	  "\\340\\200\\257\\340\\237\\277" },
	{ "overlong, four bytes", "\xf0\x80\x80\xaf\xf0\x8f\xbf\xbf",
	  "\\360\\200\\200\\257\\360\\217\\277\\277" },
	{ "least of three and four bytes", "\xe0\xa0\x80\xf0\x90\x80\x80",
	  "\xe0\xa0\x80\xf0\x90\x80\x80" },
	{ "first and last surrogate", "\xed\xa0\x80\xed\xbf\xbf",
	  "\\355\\240\\200\\355\\277\\277" },
	{ "neighbours of surrogates", "\xed\x9f\xbf\xee\x80\x80", "\xed\x9f\xbf\xee\x80\x80" },
	{ "noncharacters in the middle", "\xef\xb7\x90\xef\xb7\xaf",
	  "\\357\\267\\220\\357\\267\\257" },
	{ "their neighbours", "\xef\xb7\x8f\xef\xb7\xb0", "\xef\xb7\x8f\xef\xb7\xb0" },
	{ "noncharacters at the end of a plane", "\xef\xbf\xbe\xef\xbf\xbf",
	  "\\357\\277\\276\\357\\277\\277" },
	{ "of the last plane", "\xf4\x8f\xbf\xbe\xf4\x8f\xbf\xbf",
	  "\\364\\217\\277\\276\\364\\217\\277\\277" },
	{ "marks of direction", "\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f",
	  "\\330\\234\\342\\200\\216\\342\\200\\217" },
	{ "separators, and what overrides a direction", "\xe2\x80\xa8\xe2\x80\xae",
	  "\\342\\200\\250\\342\\200\\256" },
	{ "isolates", "\xe2\x81\xa6\xe2\x81\xa9", "\\342\\201\\246\\342\\201\\251" },
	{ "neighbours of the first of these", "\xd8\x9b\xd8\x9d\xe2\x80\x8d\xe2\x80\x90",
	  "\xd8\x9b\xd8\x9d\xe2\x80\x8d\xe2\x80\x90" },
	{ "neighbours of the others", "\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa",
	  "\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa" },
	{ "the last character", "\xf4\x8f\xbf\xbd", "\xf4\x8f\xbf\xbd" },
	{ "past the last plane", "\xf4\x90\x80\x80\xf7\xbf\xbf\xbf",
	  "\\364\\220\\200\\200\\367\\277\\277\\277" },
	{ "bytes that are in no UTF-8", "\xf8\x88\x80\x80\x80\xfe\xff",
	  "\\370\\210\\200\\200\\200\\376\\377" },
};

static void row_describe(const struct escape_row *row, char *desc)
{
	strscpy(desc, row->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(row, rows, row_describe);

/* The first time there is no room, and what is wanted is only counted. */
static void put_twice(struct kunit *test, struct cgi_text *t, const char *string)
{
	size_t wanted;

	t->length = 0;
	cgi_text_put_escaped(t, string);
	cgi_text_end(t);
	wanted = t->length;
	t->length = 0;
	KUNIT_ASSERT_EQ(test, cgi_text_reserve(t, wanted), 0);
	cgi_text_put_escaped(t, string);
	cgi_text_end(t);
	KUNIT_EXPECT_EQ(test, t->length, wanted);
}

static void test_row(struct kunit *test)
{
	const struct escape_row *row = test->param_value;
	struct cgi_text t = {};

	put_twice(test, &t, row->in);
	KUNIT_EXPECT_STREQ(test, t.data, row->out);
	cgi_text_free(&t);
}

/* This encodes what may not be encoded as well: surrogates, and past the last plane. */
static void encode(u32 point, char *to)
{
	static const u8 first[] = { [2] = 0xc0, [3] = 0xe0, [4] = 0xf0 };
	unsigned int len = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4, i;

	to[len] = '\0';
	for (i = len - 1; i; i--, point >>= 6)
		to[i] = 0x80 | (point & 0x3f);
	to[0] = len == 1 ? point : first[len] | point;
}

/* How many code points of a range stay as they are. */
static u32 count_plain(u32 first, u32 last, struct cgi_text *t)
{
	u32 point, plain = 0;
	char string[5];

	for (point = first; point <= last; point++) {
		encode(point, string);
		t->length = 0;
		cgi_text_put_escaped(t, string);
		plain += t->length == strlen(string) && !memcmp(t->data, string, t->length);
		cond_resched();
	}
	return plain;
}

/* Every code point: only so many are escaped in each range, so none is that should stay. */
static void test_all(struct kunit *test)
{
	struct cgi_text t = {};
	u32 plane;

	KUNIT_ASSERT_EQ(test, cgi_text_reserve(&t, 64), 0);
	KUNIT_EXPECT_EQ(test, count_plain(0x01, 0x20, &t), 0U);
	/* The backslash is the only one. */
	KUNIT_EXPECT_EQ(test, count_plain(0x21, 0x7e, &t), 0x7eU - 0x20 - 1);
	KUNIT_EXPECT_EQ(test, count_plain(0x7f, 0x9f, &t), 0U);
	KUNIT_EXPECT_EQ(test, count_plain(0xa0, 0x61b, &t), 0x61cU - 0xa0);
	KUNIT_EXPECT_EQ(test, count_plain(0x61c, 0x61c, &t), 0U);
	KUNIT_EXPECT_EQ(test, count_plain(0x61d, 0x200d, &t), 0x200eU - 0x61d);
	KUNIT_EXPECT_EQ(test, count_plain(0x200e, 0x200f, &t), 0U);
	KUNIT_EXPECT_EQ(test, count_plain(0x2010, 0x2027, &t), 0x2028U - 0x2010);
	KUNIT_EXPECT_EQ(test, count_plain(0x2028, 0x202e, &t), 0U);
	KUNIT_EXPECT_EQ(test, count_plain(0x202f, 0x2065, &t), 0x2066U - 0x202f);
	KUNIT_EXPECT_EQ(test, count_plain(0x2066, 0x2069, &t), 0U);
	KUNIT_EXPECT_EQ(test, count_plain(0x206a, 0xd7ff, &t), 0xd800U - 0x206a);
	KUNIT_EXPECT_EQ(test, count_plain(0xd800, 0xdfff, &t), 0U);
	KUNIT_EXPECT_EQ(test, count_plain(0xe000, 0xfdcf, &t), 0xfdd0U - 0xe000);
	KUNIT_EXPECT_EQ(test, count_plain(0xfdd0, 0xfdef, &t), 0U);
	KUNIT_EXPECT_EQ(test, count_plain(0xfdf0, 0xfffd, &t), 0xfffeU - 0xfdf0);
	for (plane = 0; plane <= 0x10; plane++)
		KUNIT_EXPECT_EQ(test, count_plain(plane << 16 | 0xfffe,
						  plane << 16 | 0xffff, &t), 0U);
	for (plane = 1; plane <= 0x10; plane++)
		KUNIT_EXPECT_EQ(test, count_plain(plane << 16, plane << 16 | 0xfffd, &t),
				0xfffeU);
	KUNIT_EXPECT_EQ(test, count_plain(0x110000, 0x1fffff, &t), 0U);
	cgi_text_free(&t);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(test_row, row_gen_params),
	KUNIT_CASE(test_all),
	{}
};

static struct kunit_suite suite = {
	.name = "cgroup_inspect_escape",
	.test_cases = cases,
};

kunit_test_suite(suite);
