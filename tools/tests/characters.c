// SPDX-License-Identifier: GPL-2.0-only
/*
 * Print which code points cginspect escapes in a name, the first and the last of each range. A
 * file with a NUL is refused, so that one is left out.
 */
#include <stdio.h>

#include "text.h"

#define LAST	0x10ffff

/* Surrogates are no characters, and have no bytes in UTF-8. */
static bool is_surrogate(uint32_t code)
{
	return code >= 0xd800 && code <= 0xdfff;
}

static struct slice encode(uint32_t code, char *to)
{
	int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3, i;

	to[0] = more ? (0xff00 >> (more + 1) & 0xff) | code >> 6 * more : code;
	for (i = 1; i <= more; i++)
		to[i] = 0x80 | (code >> 6 * (more - i) & 0x3f);
	return (struct slice){ to, more + 1 };
}

static bool is_escaped(uint32_t code)
{
	uint32_t unsafe;
	struct slice bytes;
	char to[4];

	if (is_surrogate(code))
		return false;
	bytes = encode(code, to);
	return text_character(bytes.at, bytes.length, &unsafe) != bytes.length || unsafe;
}

int main(void)
{
	bool before = false, now;
	uint32_t code;

	for (code = 1; code <= LAST; code++) {
		now = is_escaped(code);
		if (now && !before)
			printf("%x", code);
		if (before && !now)
			printf("\t%x\n", code - 1);
		before = now;
	}
	if (before)
		printf("\t%x\n", LAST);
	return 0;
}
