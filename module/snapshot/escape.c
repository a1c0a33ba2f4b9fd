// SPDX-License-Identifier: GPL-2.0-only
/*
 * Strings that others have chosen, as the files print them.
 *
 * Names of tasks, cgroups and hierarchies are any bytes.  Blanks and backslashes would
 * break a line into wrong fields or items, as in /proc/self/mounts.  Control characters
 * can command a terminal, those of C1 too, whether as UTF-8 or as single bytes.
 * Characters that break a line or change its direction can show what is not there.  What is
 * no UTF-8, and code points that are no characters, make a reader of text or XML refuse
 * the whole file.  All of these become \ooo, byte by byte.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "escape.h"

/* A code point below the least one of its length could be encoded shorter: it is ill-formed. */
static const u32 cgi_utf8_least[] = { [2] = 0x80, [3] = 0x800, [4] = 0x10000 };

/*
 * Separators of lines and paragraphs, where some programs split a text, and all that Unicode
 * calls Bidi_Control: a terminal that obeys these shows the fields behind a name in another
 * order.
 */
static bool cgi_utf8_is_layout(u32 point)
{
	return point == 0x061c || point == 0x200e || point == 0x200f ||
	       (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

/* C1 controls end at U+009F.  The last two code points of each plane are no characters. */
static bool cgi_utf8_is_shown(u32 point)
{
	if (point < 0xa0 || point > 0x10ffff)
		return false;
	if (point >= 0xd800 && point <= 0xdfff)
		return false;
	if (point >= 0xfdd0 && point <= 0xfdef)
		return false;
	return (point & 0xfffe) != 0xfffe && !cgi_utf8_is_layout(point);
}

/* The bytes of the character that @s begins with, which is not ASCII; 0 if it is not shown. */
static unsigned int cgi_utf8_bytes(const u8 *s)
{
	unsigned int len, i;
	u32 point;

	if ((s[0] & 0xe0) == 0xc0)
		len = 2;
	else if ((s[0] & 0xf0) == 0xe0)
		len = 3;
	else if ((s[0] & 0xf8) == 0xf0)
		len = 4;
	else
		return 0;
	point = s[0] & (0x7f >> len);
	/* The NUL at the end does not continue a sequence, so nothing past it is read. */
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (s[i] & 0x3f);
	}
	return point >= cgi_utf8_least[len] && cgi_utf8_is_shown(point) ? len : 0;
}

/**
 * cgi_escape_plain() - how many bytes of a string are printed as they are
 * @string: the string
 *
 * Context: Any.
 * Return: bytes up to the first one that must be escaped, or up to the end.
 */
size_t cgi_escape_plain(const char *string)
{
	const u8 *at = (const u8 *)string;
	unsigned int len;

	for (;;) {
		while (cgi_escape_is_plain(*at))
			at++;
		len = *at >= 0x80 ? cgi_utf8_bytes(at) : 0;
		if (!len)
			return at - (const u8 *)string;
		at += len;
	}
}

/**
 * cgi_escape() - have a string put, with \ooo for what is not printed as it is
 * @string: the string
 * @put: puts some bytes of it, as they are or as an escape
 * @to: where to
 *
 * No byte of a sequence that is escaped can begin another one, so it does not matter that
 * the next byte is looked at by itself.
 *
 * Context: That of @put.
 */
void cgi_escape(const char *string, void (*put)(void *to, const char *bytes, size_t len),
		void *to)
{
	char octal[] = "\\ooo";
	size_t plain;
	u8 byte;

	for (; *string; string++) {
		plain = cgi_escape_plain(string);
		if (plain)
			put(to, string, plain);
		string += plain;
		byte = *string;
		if (!byte)
			return;
		octal[1] = '0' + (byte >> 6);
		octal[2] = '0' + (byte >> 3 & 7);
		octal[3] = '0' + (byte & 7);
		put(to, octal, strlen(octal));
	}
}
