/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_TEXT_H
#define _CGINSPECT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
/* What comes before the next @separator, or all; *@rest is what follows. False at the end. */
bool slice_next(struct slice *rest, char separator, struct slice *piece);
char *slice_copy(struct slice slice);

/* Digits as the module prints them: no sign, no leading zero, below 2^64. */
bool text_number(struct slice slice, uint64_t *number);

bool text_escapes_are_whole(struct slice slice);
/*
 * Undo the escapes into @to, which has room for @from.length + 1 bytes. The result can have
 * any byte but is terminated. Returns its length.
 */
size_t text_decode(struct slice from, char *to);
/* Whether an escaped field is this string, which may be escaped too, as it is shown. */
bool text_means(struct slice field, const char *string);
bool text_is_utf8(const char *bytes, size_t length);
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
