/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_TEXT_H
#define _CGINSPECT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * A piece of the text that was read. It is not terminated and owns nothing, so it is good
 * for as long as the input is.
 */
struct slice {
	const char *at;
	size_t length;
};

bool slice_is(struct slice slice, const char *string);
bool slice_equal(struct slice a, struct slice b);
bool slice_begins(struct slice slice, const char *string);
/* "-": the file has nothing there. */
bool slice_absent(struct slice slice);
struct slice slice_of(const char *string);
char *slice_copy(struct slice slice);
/* A string as printf() makes it, to be freed. */
char *text_format(const char *fmt, ...) __printf(1, 2);
/* Of /a/b/c this is c; of the root it is "/". */
struct slice text_last_part(struct slice path);

/* Whether a list with commas has this item. */
bool slice_lists(struct slice list, struct slice wanted);

/*
 * Where the first @c is, or @end. Pieces are short, so this is faster than to call memchr()
 * for each: 8 bytes at a time, of which those that are @c get their highest bit. A byte
 * behind the first of these may get it wrongly, so where that counts as the lower one the
 * first is looked for byte by byte.
 */
static inline const char *slice_find(const char *at, const char *end, char c)
{
	const uint64_t ones = 0x0101010101010101, highest = 0x8080808080808080;
	uint64_t word, found;

	for (; end - at >= (ptrdiff_t)sizeof(word); at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		word ^= ones * (unsigned char)c;
		found = (word - ones) & ~word & highest;
		if (!found)
			continue;
		if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
			return at + __builtin_ctzll(found) / 8;
		break;
	}
	while (at < end && *at != c)
		at++;
	return at;
}

/* What comes before the next @separator, or all; *@rest is what follows. False at the end. */
static inline bool slice_next(struct slice *rest, char separator, struct slice *piece)
{
	const char *at = rest->at, *end;

	if (!at)
		return false;
	end = at + rest->length;
	at = slice_find(at, end, separator);
	*piece = (struct slice){ rest->at, at - rest->at };
	*rest = at == end ? (struct slice){ NULL, 0 } : (struct slice){ at + 1, end - at - 1 };
	return true;
}

/* Digits as the module prints them: no sign, no leading zero, below 2^64. */
bool text_number(struct slice slice, uint64_t *number);
/*
 * Whether a count says that there is none: 0, or below 0, as one can be that is not exact. One
 * that is not known ("-") does not say so.
 */
bool text_counts_none(struct slice count);
/* Whether it is known, and without a "~". */
bool text_counts_exactly(struct slice count);

bool text_escapes_are_whole(struct slice slice);
/*
 * Undo the escapes into @to, which has room for @from.length + 1 bytes. The result can have
 * any byte but is terminated. Returns its length.
 */
size_t text_decode(struct slice from, char *to);
/* Whether an escaped field is this string: as it is, escaped as in the field, or as it is shown. */
bool text_means(struct slice field, const char *string);
bool text_is_utf8(const char *bytes, size_t length);
/*
 * The length of the character at the beginning of @at, which has @length bytes and not 0, none of
 * them NUL; *@unsafe is its code point if text_show() escapes it, else 0. What is no UTF-8 is
 * U+FFFD, of one byte.
 */
size_t text_character(const char *at, size_t length, uint32_t *unsafe);
/* Whether it is shown as it is, each byte of it as one character: most fields are like that. */
bool text_is_plain(struct slice slice);
/*
 * For people: a string in which blanks and backslashes are as they are, and in which
 * nothing can change a terminal's state or the order of its letters; such bytes are escaped.
 * To be freed.
 */
char *text_show(struct slice from, bool keep_spaces);
/* The same into @to, which has room for TEXT_GROWS times the length, and one byte. */
#define TEXT_GROWS	4
void text_show_to(char *to, struct slice from, bool keep_spaces);

#endif /* _CGINSPECT_TEXT_H */
