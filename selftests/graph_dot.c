// SPDX-License-Identifier: GPL-2.0-only
/*
 * graph.dot: it is whole, and has each hierarchy as a cluster, each cgroup and
 * css_set as a node and each link as an edge, once, with what the tables say:
 * no more and no less. Names keep their quotes and backslashes. Whether
 * Graphviz takes it, scripts/dot.sh finds out on the host: in a guest of the VM
 * runner the file is left in /cgi/out for it.
 *
 *   named     a "quoted\" name: a task whose command has quotes, too
 *     gone    removed with a zombie
 *   cgroup2   domain: a process   t: one of its threads
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"

#define OUT_DIR		"/cgi/out"
/* The last bytes of both are no UTF-8: a C1 control, and a character that is cut. */
#define ODD_NAME	"a \"quoted\\\" &lt; name\x9b"
#define ODD_COMM	"odd \"\\ &#42;\xe6\xbc"

/* ---- as Graphviz reads it ---- */

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

/*
 * Returns how many braces and brackets outside of strings are still open at the
 * end, or -1 if a string has no end or more are closed than were open.
 */
static int depth_of(const char *text)
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

struct graph {
	struct cgi_set cgroups, css_sets, links, children, doms;
	struct cgi_set clusters;
};

static void add_statement(struct graph *g, const struct statement *st)
{
	if (!st->to)
		cgi_set_add(is_cgroup(st->from) ? &g->cgroups : &g->css_sets,
			    "%s", st->from);
	else if (!is_cgroup(st->from))
		cgi_set_add(&g->doms, "%s > %s", st->from, st->to);
	else if (is_cgroup(st->to))
		cgi_set_add(&g->children, "%s > %s", st->from, st->to);
	else
		cgi_set_add(&g->links, "%s > %s", st->to, st->from);
}

static void read_graph(struct graph *g, const char *text)
{
	char *copy = cgi_fmt("%s", text), *line, *save = NULL;
	struct statement st;
	int hier;

	memset(g, 0, sizeof(*g));
	for (line = strtok_r(copy, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "subgraph cluster_%d {", &hier) == 1)
			cgi_set_add(&g->clusters, "%d", hier);
		if (parse_line(line, &st))
			add_statement(g, &st);
		free(st.from);
		free(st.to);
	}
	free(copy);
}

static void add_pairs(struct cgi_set *set, const char *file, const char *from,
		      const char *to)
{
	struct cgi_table *table = cgi_table_read(file);
	int row;

	for (row = 0; row < table->nr_rows; row++)
		if (strcmp(cgi_get(table, row, from), "-") &&
		    strcmp(cgi_get(table, row, to), "-"))
			cgi_set_add(set, strcmp(from, to) ? "%s > %s" : "%s",
				    cgi_get(table, row, from),
				    cgi_get(table, row, to));
	cgi_table_free(table);
}

static int diff_pairs(struct cgi_set *ours, const char *file, const char *from,
		      const char *to)
{
	struct cgi_set want = { 0 };

	add_pairs(&want, file, from, to);
	return cgi_set_compare(file, ours, &want);
}

static int diff_graph(void)
{
	char *text = cgi_text_read("graph.dot");
	struct graph g;
	int nr = 0;

	read_graph(&g, text);
	nr += diff_pairs(&g.clusters, "hierarchies", "id", "id");
	nr += diff_pairs(&g.cgroups, "cgroups", "cgroup", "cgroup");
	nr += diff_pairs(&g.css_sets, "css_sets", "css_set", "css_set");
	nr += diff_pairs(&g.links, "links", "css_set", "cgroup");
	nr += diff_pairs(&g.children, "cgroups", "parent", "cgroup");
	nr += diff_pairs(&g.doms, "css_sets", "css_set", "dom");
	free(text);
	return nr;
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

static char *label_of(const char *name)
{
	char *attributes = attributes_of(name), *label = NULL;
	const char *at = attributes ? strstr(attributes, "label=") : NULL;

	if (at)
		label = unquote(at + strlen("label="), &at);
	free(attributes);
	return label;
}

/* Labels have the octal escapes of the tables. */
static bool label_has(const char *name, const char *part)
{
	char *label = label_of(name), *plain = label ? cgi_unescape(label) : NULL;
	bool has = plain && strstr(plain, part);

	if (!has)
		ksft_print_msg("label of %s: %s without %s\n", name, label, part);
	free(plain);
	free(label);
	return has;
}

/* Is @want the first line of the node's label? */
static bool label_is(const char *name, const char *want)
{
	char *label = label_of(name), *end, *plain = NULL;
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

/* Only the nodes of removed objects are dashed. */
static bool is_marked(const char *name, bool want)
{
	char *attributes = attributes_of(name);
	bool marked = attributes && strstr(attributes, "dashed");

	if (!attributes || marked != want)
		ksft_print_msg("%s: %s\n", name, attributes);
	free(attributes);
	return attributes && marked == want;
}

/* A child has the command of its parent, so this process takes it for a moment. */
static pid_t park_as(const char *comm)
{
	char own[16];
	pid_t pid;

	prctl(PR_GET_NAME, own);
	prctl(PR_SET_NAME, comm);
	pid = cgi_park();
	prctl(PR_SET_NAME, own);
	return pid;
}

/* ---- the cases ---- */

static bool is_one_graph(void)
{
	char *text = cgi_text_read("graph.dot");
	bool ok;

	ok = !strncmp(text, "digraph cgroup_inspect {\n", 25) &&
	     !strcmp(text + strlen(text) - 2, "}\n") && !depth_of(text);
	free(text);
	return ok;
}

/* This is the hierarchy of this test, and the css_set of a task with odd names. */
static struct cgi_place place;
static char *odd_css_set;

static bool cgroup_has_its_name(void)
{
	char *odd, *id;
	pid_t pid = park_as(ODD_COMM);

	place = cgi_named_place("graph");
	odd = cgi_mkdir(cgi_new_cgroup(place.root), ODD_NAME);
	id = cgi_dir_id(place.hier, odd);
	cgi_must_move(odd, pid);
	odd_css_set = cgi_task_now(pid, "css_set");
	return label_is(id, ODD_NAME) && label_has(id, "\\n1 task") &&
	       is_marked(id, false);
}

static bool css_set_has_the_command(void)
{
	return label_has(odd_css_set, "1 task: ") && label_has(odd_css_set, ODD_COMM) &&
	       is_marked(odd_css_set, false);
}

static bool odd_is_whole(void)
{
	return !depth_of(cgi_text_read("graph.dot")) && cgi_settles(diff_graph);
}

static bool commands_are_there(void)
{
	static const char *const comms[] = { "one", "two", "three", "two", "four" };
	char *dir = cgi_new_cgroup(place.root), *css_set, *label;
	bool more[5], ok = true;
	pid_t pid;
	int i;

	for (i = 0; i < 5; i++) {
		pid = park_as(comms[i]);
		cgi_must_move(dir, pid);
		css_set = cgi_task_now(pid, "css_set");
		label = label_of(css_set);
		more[i] = label && strstr(label, ", ...");
		ok = label_has(css_set, comms[i < 4 ? i : 2]) && ok;
		free(label);
		free(css_set);
	}
	return ok && !more[0] && !more[1] && !more[2] && !more[3] && more[4];
}

static pid_t zombie;

static bool removed_is_marked(void)
{
	char *gone = cgi_new_cgroup(place.root), *id = cgi_dir_id(place.hier, gone);

	zombie = cgi_zombie_in_removed(&place, gone);
	/*
	 * While the zombie is being switched out for the last time, or rmdir
	 * still works, more than the css_set holds the cgroup.
	 */
	if (!cgi_field_becomes("cgroups", "cgroup", id, "state", "dying") ||
	    !cgi_field_becomes("cgroups", "cgroup", id, "unaccounted", "0"))
		cgi_die("%s is not just dying", id);
	return is_marked(id, true) && label_has(id, "\\ndying") &&
	       label_has(id, "held by 1 css_set");
}

static bool its_css_set_is_marked(void)
{
	char *css_set = cgi_task_now(zombie, "css_set");
	bool ok = is_marked(css_set, true) && label_has(css_set, "1 exiting");

	cgi_join(zombie);
	free(css_set);
	return ok;
}

/*
 * scripts/dot.sh gives this file to Graphviz. It has all the odd objects that this
 * test has made.
 */
static void leave_file(void)
{
	char *text = cgi_text_read("graph.dot");
	FILE *file;

	if (access(OUT_DIR, W_OK))
		return;
	file = fopen(OUT_DIR "/graph.dot", "w");
	if (!file || fputs(text, file) < 0 || fclose(file))
		cgi_die(OUT_DIR "/graph.dot: %s", strerror(errno));
	free(text);
}

static bool threaded_point_at_domain(void)
{
	bool ok;

	cgi_park_threaded();
	ok = cgi_settles(diff_graph);
	leave_file();
	return ok;
}

static const struct cgi_case cases[] = {
	{ "it is one graph, and whole", is_one_graph },
	{ "its nodes and edges are the lines of the tables", .diff = diff_graph },
	{ "a cgroup's label has its name and its task", cgroup_has_its_name },
	{ "a css_set's label has the command", css_set_has_the_command },
	{ "with such names, too, it is whole", odd_is_whole },
	{ "three commands are all there, a fourth is hinted at", commands_are_there },
	{ "a removed cgroup is marked, with what holds it", removed_is_marked },
	{ "so is its css_set, with the zombie", its_css_set_is_marked },
	{ "threaded css_sets point at that of their domain", threaded_point_at_domain },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
