// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text of the file check, for the unit tests.
 */
#include <linux/seq_file.h>

#include "fixture.h"
#include "../../debugfs/view.h"

/**
 * cgi_test_shown() - what the file says of an invariant
 * @test: which frees the text, and ends here if there is no memory
 * @s: a snapshot that was checked
 * @i: the line: 0 for the plan, then the invariants
 *
 * All that show() knows of a seq_file is its buffer.
 *
 * Context: Process, may sleep.
 * Return: the text.
 */
const char *cgi_test_shown(struct kunit *test, const struct cgi_snapshot *s, size_t i)
{
	struct seq_file m = { .size = PAGE_SIZE };

	m.buf = kunit_kzalloc(test, m.size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m.buf);
	cgi_check_view.show(&m, s, i);
	KUNIT_ASSERT_FALSE(test, seq_has_overflowed(&m));
	return m.buf;
}
