// SPDX-License-Identifier: GPL-2.0-only
/*
 * The id of the boot is shown only when the kernel has finished it.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "../collect/moment.h"
#include "../snapshot/moment.h"

/* All other bytes are random, and mean nothing. */
struct id {
	const char *name;
	u8 version;
	u8 variant;
	bool is_whole;
};

static const struct id ids[] = {
	{ "an id",				0x4c, 0xa1, true },
	{ "the lowest bytes of an id",		0x40, 0x80, true },
	{ "the highest bytes of an id",		0x4f, 0xbf, true },
	{ "nothing yet",			0x00, 0x00, false },
	{ "random bytes",			0xc4, 0x1a, false },
	{ "the version alone",			0x4c, 0x21, false },
	{ "the variant alone",			0x1c, 0xa1, false },
	{ "another variant",			0x4c, 0xc1, false },
};

static void test_whole(struct kunit *test)
{
	const struct id *row = test->param_value;
	u8 id[CGI_BOOT_ID_SIZE] = { [6] = row->version, [8] = row->variant };

	KUNIT_EXPECT_EQ(test, cgi_boot_id_is_whole(id), row->is_whole);
}

static void id_name(const struct id *row, char *description)
{
	strscpy(description, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(ids, ids, id_name);

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(test_whole, ids_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "cgroup_inspect_moment",
	.test_cases = cases,
};

kunit_test_suite(suite);
