// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "cgi_dot.h"

/* ---- nodes and edges ---- */

/*
 * Returns what stands between the quotes at @str, with one character for each
 * \" and \\, and leaves in *@end what follows. Returns NULL if there is no
 * quote.
 */
static char *unquote(const char *str, const char **end)
{
	char *out, *to;

	if (*str++ != '"')
		return NULL;
	out = cgi_alloc(strlen(str) + 1);
	for (to = out; *str && *str != '"'; str++) {
		if (*str == '\\' && (str[1] == '"' || str[1] == '\\'))
			str++;
		*to++ = *str;
		/*
		 * Graphviz takes any other & for the beginning of the name of a
		 * character.
		 */
		if (*str == '&' && !strncmp(str, "&amp;", 5))
			str += 4;
		else if (*str == '&')
			to--;
	}
	*to = '\0';
	*end = *str ? str + 1 : str;
	return out;
}

int cgi_dot_depth(const char *text)
{
	int depth = 0;
	char *str;

	while (*text) {
		if (*text == '"') {
			str = unquote(text, &text);
			free(str);
			if (text[-1] != '"')
				return -1;
			continue;
		}
		depth += *text == '{' || *text == '[';
		depth -= *text == '}' || *text == ']';
		if (depth < 0)
			return -1;
		text++;
	}
	return depth;
}

static const char *skip_blanks(const char *str)
{
	return str + strspn(str, " \t");
}

/* A line states a node, or an edge between two nodes, and its attributes. */
struct statement {
	char *from;
	char *to;
	const char *attributes;
};

static bool parse_line(const char *line, struct statement *st)
{
	memset(st, 0, sizeof(*st));
	line = skip_blanks(line);
	st->from = unquote(line, &line);
	if (!st->from)
		return false;
	line = skip_blanks(line);
	if (!strncmp(line, "->", 2)) {
		line = skip_blanks(line + 2);
		st->to = unquote(line, &line);
		line = skip_blanks(line);
	}
	st->attributes = line;
	return *line == '[';
}

/* The name of a cgroup is H:ID, that of a css_set an address. */
static bool is_cgroup(const char *name)
{
	return strchr(name, ':');
}

/* Returns the text of the label, or NULL if there is none. */
static char *label_in(const char *attributes)
{
	const char *at = strstr(attributes, "label=");

	return at ? unquote(at + strlen("label="), &at) : NULL;
}

/* What the label of a css_set begins with: the end of the css_set's identity. */
static char *called_in(const char *attributes)
{
	char *label = label_in(attributes);

	if (label)
		label[strcspn(label, ":")] = '\0';
	return label;
}

static void add_css_set(struct cgi_dot *g, const struct statement *st)
{
	char *called = called_in(st->attributes);

	cgi_set_add(strchr(st->from, '@') ? &g->copies : &g->css_sets, "%s in %d, called %s",
		    st->from, g->cluster, called);
	free(called);
}

/* A css_set is called ADDRESS@H where it is drawn once more, in the cluster H. */
static void add_link(struct cgi_dot *g, const char *cgroup, const char *css_set)
{
	const char *copy = strchr(css_set, '@');
	int len = copy ? copy - css_set : (int)strlen(css_set);

	if (copy && atoi(copy + 1) != atoi(cgroup))
		ksft_print_msg("%s is linked to %s\n", css_set, cgroup);
	else
		cgi_set_add(&g->links, "%.*s > %s", len, css_set, cgroup);
}

static void add_statement(struct cgi_dot *g, const struct statement *st)
{
	if (!st->to && is_cgroup(st->from))
		cgi_set_add(&g->cgroups, "%s", st->from);
	else if (!st->to)
		add_css_set(g, st);
	else if (!is_cgroup(st->from))
		cgi_set_add(&g->doms, "%s > %s", st->from, st->to);
	else if (is_cgroup(st->to))
		cgi_set_add(&g->children, "%s > %s", st->from, st->to);
	else
		add_link(g, st->from, st->to);
}

/* Each line of the box begins with the id of a hierarchy. */
static void add_roots(struct cgi_dot *g, const char *line)
{
	while ((line = strstr(line, "\\l"))) {
		line += strlen("\\l");
		if (*line != '"')
			cgi_set_add(&g->roots, "%d", atoi(line));
	}
}

/* Only the first mention of a cluster has its label. */
static void add_line(struct cgi_dot *g, const char *line)
{
	struct statement st;
	int hier;

	if (sscanf(line, "subgraph cluster_%d {", &hier) == 1)
		g->cluster = hier;
	if (*line == '}')
		g->cluster = -1;
	if (sscanf(line, "\tlabel=\"%d:", &hier) == 1)
		cgi_set_add(&g->clusters, "%d", hier);
	if (!strncmp(line, "roots [", strlen("roots [")))
		add_roots(g, line);
	if (parse_line(line, &st))
		add_statement(g, &st);
	free(st.from);
	free(st.to);
}

void cgi_dot_read(struct cgi_dot *g, const char *text)
{
	char *copy = cgi_fmt("%s", text), *line, *save = NULL;

	memset(g, 0, sizeof(*g));
	g->cluster = -1;
	for (line = strtok_r(copy, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		add_line(g, line);
	free(copy);
}

/* ---- labels ---- */

/* Returns the attributes of the node @name, or NULL if there is no such node. */
static char *attributes_of(const char *name)
{
	char *text = cgi_text_read("graph.dot"), *line, *save = NULL, *found = NULL;
	struct statement st;

	for (line = strtok_r(text, "\n", &save); line && !found;
	     line = strtok_r(NULL, "\n", &save)) {
		if (parse_line(line, &st) && !st.to && !strcmp(st.from, name))
			found = cgi_fmt("%s", st.attributes);
		free(st.from);
		free(st.to);
	}
	free(text);
	return found;
}

char *cgi_dot_label(const char *name)
{
	char *attributes = attributes_of(name);
	char *label = attributes ? label_in(attributes) : NULL;

	free(attributes);
	return label;
}

bool cgi_dot_label_has(const char *name, const char *part)
{
	char *label = cgi_dot_label(name), *plain = label ? cgi_unescape(label) : NULL;
	bool has = plain && strstr(plain, part);

	if (!has)
		ksft_print_msg("label of %s: %s without %s\n", name, label, part);
	free(plain);
	free(label);
	return has;
}

bool cgi_dot_label_lacks(const char *name, const char *part)
{
	char *label = cgi_dot_label(name);
	bool lacks = label && !strstr(label, part);

	if (!lacks)
		ksft_print_msg("label of %s: %s with %s\n", name, label, part);
	free(label);
	return lacks;
}

bool cgi_dot_label_is(const char *name, const char *want)
{
	char *label = cgi_dot_label(name), *end, *plain = NULL;
	bool same;

	if (label) {
		end = strstr(label, "\\n");
		if (end)
			*end = '\0';
		plain = cgi_unescape(label);
	}
	same = cgi_same(plain, want);
	if (!same)
		ksft_print_msg("label of %s: %s instead of %s\n", name, plain, want);
	free(plain);
	free(label);
	return same;
}

bool cgi_dot_is_marked(const char *name, bool want)
{
	char *attributes = attributes_of(name);
	bool marked = attributes && strstr(attributes, "dashed");

	if (!attributes || marked != want)
		ksft_print_msg("%s: %s\n", name, attributes);
	free(attributes);
	return attributes && marked == want;
}
