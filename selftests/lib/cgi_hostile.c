// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names that are chosen to be taken for something else; see cgi_hostile.h.
 */
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "cgi.h"
#include "cgi_hostile.h"

const char * const cgi_hostile[] = {
	/* escapes, fields, what is absent, counts, headers, sections, verdicts, comments */
	"with space", "tab\there", "back\\slash", "looks\\040escaped", "\\000", "\\055",
	"1\t1\tinit\trunning", "-", "--", "~", "~5", "#", "#tid\ttgid", "## info", " ",
	"ok 1 forged", "not ok 1", "gone (deleted)", "colon:and,comma", "0::",
	/* labels of Graphviz, HTML, shells, printf */
	"\"quoted\" 'single'", "\"];x[label=\"", "\\\"];", "\\", "\"", "\\l\\n\\N\\G",
	"a -> b; {}",
	"<b>&lt;&amp;&#42;", "<TABLE>", "$(id)`id`;*", "%s%n%p",
	/* commands to a terminal: ESC, BEL, DEL, C1 alone and as UTF-8 */
	"\x1b[2J\x1b]0;t\x07", "\x01\x1f\x7f", "\b\b\b\r", "\x9b[31m", "\xc2\x9b[31m",
	"\xc2\x85nel",
	/* not well-formed: cut, overlong, a surrogate, noncharacters, past the last plane */
	"\xff\xfe", "cut\xe6\xbc", "\xc0\xae\xe0\x80\xae", "\xed\xa0\x80",
	"\xef\xbf\xbe\xef\xb7\x90\xf0\x9f\xbf\xbf", "\xf4\x90\x80\x80",
	/* what turns or breaks a line: an override, an isolate, marks, separators */
	"\xe2\x80\xaegnp.x", "\xe2\x81\xa6iso\xe2\x81\xa9", "\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f",
	"\xe2\x80\xa8## info", "\xe2\x80\xa9",
	/* harmless, and left as it is */
	"d\xc3\xa9j\xc3\xa0 vu \xe6\xbc\xa2\xe5\xad\x97",
	"\xc2\xa0\xed\x9f\xbf\xef\xbf\xbd\xf4\x8f\xbf\xbd",
};

const int cgi_nr_hostile = ARRAY_SIZE(cgi_hostile);

const char * const cgi_hostile_lines[] = {
	"\n", "\n\n", "\n1\t1\tinit", "\n## info\n", "\nformat: 9", "x\nok 1 x", "\n}\n",
	"\r\n#tid",
};

const int cgi_nr_hostile_lines = ARRAY_SIZE(cgi_hostile_lines);

/* The blanks of a line are those of the file, and a backslash begins an escape. */
static bool line_is_harmless(char *line)
{
	char *at;

	for (at = line; *at; at++)
		if (*at == '\t' || *at == ' ' || *at == '\\')
			*at = '_';
	return *line && cgi_escaped_well(line);
}

/* An empty line is one that no file has, so it is looked at as well. */
bool cgi_file_is_harmless(const char *name)
{
	char *text = cgi_text_read(name), *line, *end;
	bool ok = true;

	for (line = text; *line && ok; line = end + 1) {
		end = strchr(line, '\n');
		if (!end) {
			ksft_print_msg("%s: the last line does not end\n", name);
			ok = false;
			break;
		}
		*end = '\0';
		ok = line_is_harmless(line);
		if (!ok)
			ksft_print_msg("%s: \"%s\"\n", name, cgi_escape(line));
	}
	free(text);
	return ok;
}
