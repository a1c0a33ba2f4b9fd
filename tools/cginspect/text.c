// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pieces of text, and the escapes that the files have in names.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "text.h"

/* An escape is a backslash and three octal digits. */
#define ESCAPE_LENGTH	4

bool slice_is(struct slice slice, const char *string)
{
	return slice.length == strlen(string) && !memcmp(slice.at, string, slice.length);
}

bool slice_equal(struct slice a, struct slice b)
{
	return a.length == b.length && !memcmp(a.at, b.at, a.length);
}

bool slice_begins(struct slice slice, const char *string)
{
	size_t length = strlen(string);

	return slice.length >= length && !memcmp(slice.at, string, length);
}

bool slice_lists(struct slice list, struct slice wanted)
{
	struct slice item;

	while (slice_next(&list, ',', &item))
		if (slice_equal(item, wanted))
			return true;
	return false;
}

bool slice_absent(struct slice slice)
{
	return slice.length == 1 && *slice.at == '-';
}

struct slice slice_of(const char *string)
{
	return (struct slice){ string, strlen(string) };
}

char *slice_copy(struct slice slice)
{
	char *copy = allocate(slice.length, 1);

	memcpy(copy, slice.at, slice.length);
	return copy;
}

char *text_format(const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = need_memory(NULL);
	va_end(args);
	return text;
}

struct slice text_last_part(struct slice path)
{
	const char *slash = memrchr(path.at, '/', path.length);
	size_t before = slash ? slash + 1 - path.at : 0;

	if (before == path.length)
		return path;
	return (struct slice){ path.at + before, path.length - before };
}

bool text_number(struct slice slice, uint64_t *number)
{
	uint64_t value = 0;
	size_t i;

	if (!slice.length || slice.length > 20 || (*slice.at == '0' && slice.length > 1))
		return false;
	for (i = 0; i < slice.length; i++) {
		unsigned int digit = (unsigned char)slice.at[i] - '0';

		/* Only the last one of 20 digits can be too much. */
		if (digit > 9 || (i == 19 && value > (UINT64_MAX - digit) / 10))
			return false;
		value = value * 10 + digit;
	}
	if (number)
		*number = value;
	return true;
}

bool text_counts_none(struct slice count)
{
	if (slice_absent(count))
		return false;
	if (slice_begins(count, "~"))
		count = (struct slice){ count.at + 1, count.length - 1 };
	return slice_is(count, "0") || slice_begins(count, "-");
}

bool text_counts_exactly(struct slice count)
{
	return !slice_absent(count) && !slice_begins(count, "~");
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* The byte that an escape at the beginning of @from stands for, or -1 if there is none. */
static int escaped_byte(const char *from, size_t length)
{
	if (length < ESCAPE_LENGTH || from[0] != '\\' || from[1] < '0' || from[1] > '3' ||
	    !is_octal(from[2]) || !is_octal(from[3]))
		return -1;
	return (from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0');
}

bool text_escapes_are_whole(struct slice slice)
{
	const char *at = slice.at, *end = slice.at + slice.length;

	while (at < end) {
		bool escape = *at == '\\';

		if (escape && escaped_byte(at, end - at) < 0)
			return false;
		at += escape ? ESCAPE_LENGTH : 1;
	}
	return true;
}

size_t text_decode(struct slice from, char *to)
{
	size_t length = 0, i = 0;

	while (i < from.length) {
		int byte = escaped_byte(from.at + i, from.length - i);

		to[length++] = byte < 0 ? from.at[i] : byte;
		i += byte < 0 ? 1 : ESCAPE_LENGTH;
	}
	to[length] = '\0';
	return length;
}

/*
 * The length of the well-formed sequence at the beginning of @bytes, 0 if there is none;
 * *@code is its code point. Overlong forms and surrogates are not well-formed.
 */
static size_t utf8_sequence(const unsigned char *bytes, size_t length, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t i, wanted;

	if (bytes[0] < 0x80) {
		*code = bytes[0];
		return 1;
	}
	wanted = bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : 2;
	if (bytes[0] < 0xc2 || bytes[0] > 0xf4 || wanted > length)
		return 0;
	*code = bytes[0] & (0x7f >> wanted);
	for (i = 1; i < wanted; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (bytes[i] & 0x3f);
	}
	if (*code < least[wanted] || *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return wanted;
}

bool text_is_utf8(const char *bytes, size_t length)
{
	uint32_t code;
	size_t step;

	for (; length; bytes += step, length -= step) {
		step = utf8_sequence((const unsigned char *)bytes, length, &code);
		if (!step)
			return false;
	}
	return true;
}

/*
 * Control characters and noncharacters, and those that are not seen, change the direction of
 * letters or break lines, with which a name could look like another one: what Unicode calls Cc,
 * Bidi_Control, Default_Ignorable_Code_Point, Zl and Zp; marks of annotations; and all from
 * U+E0000 on, where there are tags and no letters. In the order of their numbers; the
 * noncharacters at the end of each plane are in is_unsafe().
 */
static const struct range {
	uint32_t first, last;
} unsafe_ranges[] = {
	{ 0x0, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x34f, 0x34f }, { 0x61c, 0x61c },
	{ 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x200b, 0x200f },
	{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 }, { 0xfdd0, 0xfdef },
	{ 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb },
	{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0x10ffff },
};

static bool is_unsafe(uint32_t code)
{
	const struct range *range = unsafe_ranges;

	/* The last one ends with the last code point that there is. */
	while (range->last < code)
		range++;
	return range->first <= code || (code & 0xfffe) == 0xfffe;
}

size_t text_character(const char *at, size_t length, uint32_t *unsafe)
{
	uint32_t code;
	size_t step = utf8_sequence((const unsigned char *)at, length, &code);

	if (!step) {
		*unsafe = 0xfffd;
		return 1;
	}
	*unsafe = is_unsafe(code) ? code : 0;
	return step;
}

static char *put_escape(char *to, unsigned char byte)
{
	*to++ = '\\';
	*to++ = '0' + (byte >> 6);
	*to++ = '0' + (byte >> 3 & 7);
	*to++ = '0' + (byte & 7);
	return to;
}

/*
 * A backslash that is shown as it is must not look like the beginning of an escape: of ours,
 * nor of libsmartcols, which would write "\x5cx" for "\x".
 */
static bool looks_like_escape(const char *after, const char *end)
{
	if (end - after >= 3 && is_octal(after[0]) && is_octal(after[1]) && is_octal(after[2]))
		return true;
	return after < end && *after == 'x';
}

/* The character that is shown for an escape, or 0 if the escape stays. */
static char shown_for(const char *at, const char *end, bool keep_spaces)
{
	int byte = escaped_byte(at, end - at);

	if (byte == ' ' && !keep_spaces)
		return ' ';
	if (byte == '\\' && !looks_like_escape(at + ESCAPE_LENGTH, end))
		return '\\';
	return 0;
}

/* Show what is at *@at, and move it behind that. */
static char *show_one(char *to, const char **at, const char *end, bool keep_spaces)
{
	uint32_t unsafe;
	size_t length;
	char shown;

	shown = **at == '\\' ? shown_for(*at, end, keep_spaces) : 0;
	if (shown) {
		*at += ESCAPE_LENGTH;
		*to++ = shown;
		return to;
	}
	length = text_character(*at, end - *at, &unsafe);
	if (!unsafe) {
		memcpy(to, *at, length);
		*at += length;
		return to + length;
	}
	return put_escape(to, *(*at)++);
}

bool text_is_plain(struct slice slice)
{
	size_t i;

	for (i = 0; i < slice.length; i++) {
		unsigned char c = slice.at[i];

		if (c < 0x20 || c >= 0x7f || c == '\\')
			return false;
	}
	return true;
}

void text_show_to(char *to, struct slice from, bool keep_spaces)
{
	const char *at = from.at, *end = from.at + from.length;

	while (at < end)
		to = show_one(to, &at, end, keep_spaces);
	*to = '\0';
}

char *text_show(struct slice from, bool keep_spaces)
{
	char *shown;

	if (text_is_plain(from))
		return slice_copy(from);
	shown = allocate(from.length, TEXT_GROWS);
	text_show_to(shown, from, keep_spaces);
	return shown;
}

static bool decodes_to(struct slice field, const char *string)
{
	char *decoded = allocate(field.length, 1);
	bool same = text_decode(field, decoded) == strlen(string) && !strcmp(decoded, string);

	free(decoded);
	return same;
}

static bool is_shown_as(struct slice field, const char *string)
{
	char *shown = text_show(field, false);
	bool same = !strcmp(shown, string);

	free(shown);
	return same;
}

bool text_means(struct slice field, const char *string)
{
	if (slice_is(field, string) || text_is_plain(field))
		return slice_is(field, string);
	return decodes_to(field, string) || is_shown_as(field, string);
}
