// SPDX-License-Identifier: GPL-2.0-only
/*
 * Escapes of the module's files: how they are read, and which bytes must have
 * one. Which UTF-8 is well-formed is said by ranges of bytes, as in Unicode's
 * table 3-7, and not by decoding it as the module does.
 */
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "cgi.h"

/*
 * Characters of @len bytes: the first byte and the second one are in these
 * ranges, those after them are continuations.
 */
static const struct cgi_range {
	int len;
	unsigned char first[2], second[2];
} cgi_ranges[] = {
	/* U+0080 to U+009F are controls. */
	{ 2, { 0xc2, 0xc2 }, { 0xa0, 0xbf } },
	{ 2, { 0xc3, 0xdf }, { 0x80, 0xbf } },
	{ 3, { 0xe0, 0xe0 }, { 0xa0, 0xbf } },
	{ 3, { 0xe1, 0xec }, { 0x80, 0xbf } },
	{ 3, { 0xed, 0xed }, { 0x80, 0x9f } },
	{ 3, { 0xee, 0xef }, { 0x80, 0xbf } },
	{ 4, { 0xf0, 0xf0 }, { 0x90, 0xbf } },
	{ 4, { 0xf1, 0xf3 }, { 0x80, 0xbf } },
	{ 4, { 0xf4, 0xf4 }, { 0x80, 0x8f } },
};

static bool cgi_in(unsigned char byte, const unsigned char range[2])
{
	return byte >= range[0] && byte <= range[1];
}

/* The last two code points of a plane end in BF BE or BF BF. */
static bool cgi_is_noncharacter(const unsigned char *s, int len)
{
	static const unsigned char middle[] = { 0x90, 0xaf };

	if (len == 3 && !memcmp(s, "\xef\xb7", 2))
		return cgi_in(s[2], middle);
	if (len == 3)
		return !memcmp(s, "\xef\xbf", 2) && s[2] >= 0xbe;
	return len == 4 && (s[1] & 0x0f) == 0x0f && s[2] == 0xbf && s[3] >= 0xbe;
}

/*
 * Characters that break a line or change the direction of what follows: U+061C, U+200E, U+200F,
 * U+2028 to U+202E, U+2066 to U+2069.
 */
static bool cgi_is_layout(const unsigned char *s)
{
	static const unsigned char marks[] = { 0x8e, 0x8f }, breaks[] = { 0xa8, 0xae };
	static const unsigned char isolates[] = { 0xa6, 0xa9 };

	if (!memcmp(s, "\xd8\x9c", 2))
		return true;
	if (!memcmp(s, "\xe2\x80", 2))
		return cgi_in(s[2], marks) || cgi_in(s[2], breaks);
	return !memcmp(s, "\xe2\x81", 2) && cgi_in(s[2], isolates);
}

/* Returns how many bytes the character takes that @s begins with, or 0. */
static int cgi_character(const char *str)
{
	static const unsigned char more[] = { 0x80, 0xbf };
	const unsigned char *s = (const unsigned char *)str;
	size_t i;
	int at;

	for (i = 0; i < ARRAY_SIZE(cgi_ranges); i++) {
		const struct cgi_range *r = &cgi_ranges[i];

		if (!cgi_in(s[0], r->first) || !cgi_in(s[1], r->second))
			continue;
		for (at = 2; at < r->len; at++)
			if (!cgi_in(s[at], more))
				return 0;
		return cgi_is_noncharacter(s, r->len) || cgi_is_layout(s) ? 0 : r->len;
	}
	return 0;
}

static bool cgi_octal(const char *str)
{
	return str[0] >= '0' && str[0] <= '3' && str[1] >= '0' &&
	       str[1] <= '7' && str[2] >= '0' && str[2] <= '7';
}

char *cgi_unescape(const char *str)
{
	char *out = cgi_alloc(strlen(str) + 1);
	char *to = out;

	while (*str) {
		if (*str == '\\' && cgi_octal(str + 1)) {
			*to++ = (str[1] - '0') * 64 + (str[2] - '0') * 8 +
				str[3] - '0';
			str += 4;
		} else {
			*to++ = *str++;
		}
	}
	*to = '\0';
	return out;
}

char *cgi_escape(const char *str)
{
	char *out = cgi_alloc(4 * strlen(str) + 1), *to = out;
	int len;

	while (*str) {
		len = cgi_character(str);
		if (!len && *str > ' ' && *str < 0x7f && *str != '\\')
			len = 1;
		if (len) {
			memcpy(to, str, len);
			to += len;
			str += len;
		} else {
			to += sprintf(to, "\\%03o", (unsigned char)*str++);
		}
	}
	return out;
}

/* Some columns are lists with blanks between the items. */
static bool cgi_item_is_good(const char *item)
{
	char *plain = cgi_unescape(item), *again = cgi_escape(plain);
	bool good = !strcmp(item, again);

	free(again);
	free(plain);
	return good;
}

bool cgi_escaped_well(const char *str)
{
	struct cgi_set items = { 0 };
	bool good = true;
	int i;

	/* As a whole field these two stand for a name of one hyphen and of nothing. */
	if (!strcmp(str, "\\055") || !strcmp(str, "\\000"))
		return true;
	cgi_set_split(&items, str, " ");
	for (i = 0; i < items.nr; i++)
		good = cgi_item_is_good(items.str[i]) && good;
	cgi_set_free(&items);
	return good;
}

bool cgi_table_is_good(const struct cgi_table *table)
{
	int i;

	for (i = 0; i < table->nr_rows * table->nr_cols; i++) {
		if (*table->fields[i] && cgi_escaped_well(table->fields[i]))
			continue;
		ksft_print_msg("%s: line %d, column %s: \"%s\"\n", table->name,
			       i / table->nr_cols + 2,
			       table->cols[i % table->nr_cols], table->fields[i]);
		return false;
	}
	return true;
}
