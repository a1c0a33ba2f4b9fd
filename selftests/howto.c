// SPDX-License-Identifier: GPL-2.0-only
/*
 * The commands in howto.rst and README.md do what these say. They are read
 * from the documents and run by sh as they are printed there. Only the path or
 * tid that a recipe is about is replaced, by those of cgroups and tasks with
 * odd names, and the answer is compared with what this test has made.
 *
 *   cgroup2   top: a cgroup for each odd name, with a task
 *     gone    removed, with a zombie
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_howto.h"
#include "lib/cgi_pin.h"

#define PATH_LINE	"C='/b'"
#define SEL_COLUMNS	"cgroup\tpath\tstate\tpopulated\tcss_sets\ttasks\tchildren\n"
#define TASK_COLUMNS	"tid\ttgid\tcomm\tstate\tkthread\tlist\n"

static const char * const odd[] = {
	"plain", "two words", "tab\there", "back\\slash", "\\040", "\\\\", "\\134",
	"'", "\"", "a\"b\"", "`id`", "$(id)", "$HOME", "*", "?", "[a-z]", ".*", "^a$",
	"(a|b)", "{1,2}", "a+", "-", "-rf", "--", "~", "!", "#", ";", "&", "a&b", "|",
	"<>", "%s", "%", "colon:and,comma", "=", "~5", "0", "1e1", "name=x:y",
	"\x01\x1f\x7f", "\x9b[31m", "\xc2\x9b", "\xff\xfe", "cut\xe6\xbc",
	"d\xc3\xa9j\xc3\xa0", "gone (deleted)",
};

static char *top;

/* ---- every command, as it is ---- */

/*
 * Is it a command on the files, which need nothing that the text has made before? Those on other
 * files have cases of their own.
 */
static const char *command_of(const char *line)
{
	static const char * const first[] = { "sel ", "awk -F", "grep " };
	size_t i;

	line += strspn(line, " ");
	line += strncmp(line, "# ", 2) ? 0 : 2;
	for (i = 0; i < ARRAY_SIZE(first); i++)
		if (!strncmp(line, first[i], strlen(first[i])))
			return strstr(line, " /proc/") ? NULL : line;
	return NULL;
}

/* A recipe of several lines has a case of its own. */
static bool is_whole(const char *command)
{
	int quotes = 0;

	for (; *command; command++)
		quotes += *command == '\'';
	return quotes % 2 == 0;
}

static bool every_command_runs(void)
{
	char *copy = cgi_fmt("%s", cgi_howto), *line, *script, *save = NULL;
	const char *command;
	int nr = 0, good = 0;

	for (line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		/* Prose is not indented. */
		command = *line == ' ' ? command_of(line) : NULL;
		if (!command || !is_whole(command) || strstr(command, " ... "))
			continue;
		nr++;
		/* A grep that finds nothing fails. */
		script = cgi_fmt("%s%s", command, *command == 'g' ? " || [ $? = 1 ]" : "");
		good += cgi_script_prints(script, NULL);
		free(script);
	}
	free(copy);
	ksft_print_msg("%d of %d commands\n", good, nr);
	return nr && good == nr;
}

/* ---- the recipes, on odd names ---- */

struct place {
	char *dir;
	char *id;
	char *shown;	/* the path as the files print it */
	pid_t pid;
};

static struct place place_of(const char *name)
{
	struct place place = { .dir = cgi_mkdir(top, name), .pid = cgi_park() };

	place.id = cgi_dir_id(0, place.dir);
	place.shown = cgi_escape(place.dir + strlen(cgi_v2()));
	cgi_must_move(place.dir, place.pid);
	return place;
}

static void leave(struct place *place)
{
	int err;

	cgi_kill(place->pid);
	err = cgi_rmtree(place->dir);
	if (err)
		cgi_die("rmdir %s: %s", place->dir, strerror(-err));
	free(place->dir);
	free(place->id);
	free(place->shown);
}

static bool busy_is_found(const struct place *place)
{
	char *recipe = cgi_commands(cgi_howto, PATH_LINE, "sel tasks 'is_in(P)'");
	char *word = cgi_quote(place->shown), *line = cgi_fmt("C=%s", word);
	char *script = cgi_replace(recipe, PATH_LINE, line);
	char *want = cgi_fmt(SEL_COLUMNS "%s\t%s\tlive\t1\t1\t1\t0\n" TASK_COLUMNS
			     "%d\t%d\thowto\trunning\tno\ttasks\n",
			     place->id, place->shown, place->pid, place->pid);
	bool ok = cgi_script_prints(script, want);

	free(want);
	free(script);
	free(line);
	free(word);
	free(recipe);
	return ok;
}

/* The path is in the condition itself, if awk's strings and the shell allow that. */
static bool literal_is_found(const struct place *place)
{
	char *script = cgi_fmt("sel cgroups 's(\"path\") == \"%s\"' cgroup\n"
			       "sel tasks 'is_in(\"%s\", 0)' tid", place->shown, place->shown);
	char *want = cgi_fmt("cgroup\n%s\ntid\n%d\n", place->id, place->pid);
	bool ok = strpbrk(place->shown, "\"'") || cgi_script_prints(script, want);

	free(want);
	free(script);
	return ok;
}

static bool each_name(bool (*test)(const struct place *place))
{
	bool ok = true;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(odd); i++) {
		struct place place = place_of(odd[i]);

		ok = test(&place) && ok;
		leave(&place);
	}
	return ok;
}

static bool busy_is_found_everywhere(void)
{
	return each_name(busy_is_found);
}

static bool literal_is_found_everywhere(void)
{
	return each_name(literal_is_found);
}

/* A kernel may refuse the newline, and a shell or awk sees only its escape anyway. */
static bool every_byte_is_found(void)
{
	char name[66] = "x", *to = name + 1;
	bool ok = true;
	int byte;

	for (byte = 1; byte < 256; byte++) {
		struct place place;

		if (byte != '/' && byte != '\n')
			*to++ = byte;
		if (byte % 64 != 63)
			continue;
		*to = '\0';
		place = place_of(name);
		ok = busy_is_found(&place) && ok;
		leave(&place);
		to = name + 1;
	}
	return ok;
}

/* The tasks that share a css_set are those of a cgroup that only this test knows. */
static bool sharers_are_found(void)
{
	char *recipe = cgi_commands(cgi_readme, "awk -F'\\t' -v tid=151", "print line[t] }' tasks");
	struct place place = place_of("share\t\"it\"");
	pid_t other = cgi_park();
	char *tid = cgi_fmt("tid=%d", place.pid), *script;
	char *want = cgi_fmt("%d\n%d\n", place.pid, other);
	bool ok;

	cgi_must_move(place.dir, other);
	script = cgi_replace(recipe, "tid=151", tid);
	free(recipe);
	recipe = script;
	recipe[strlen(recipe) - 1] = '\0';
	script = cgi_fmt("%s | cut -f 1 | sort -n", recipe);
	ok = cgi_script_prints(script, want);
	cgi_kill(other);
	leave(&place);
	free(want);
	free(script);
	free(tid);
	free(recipe);
	return ok;
}

/* An awk that takes such an address for a number finds it infinite, and unlike itself. */
static bool address_is_no_number(void)
{
	char *recipe = cgi_commands(cgi_readme, "awk -F'\\t' -v tid=151", "print line[t] }' tasks");
	char *script = cgi_fmt("cd \"$(mktemp -d)\" && printf '%s' >tasks && %s",
			       "#tid\\tcss_set\\n"
			       "151\\t000000005698e377\\n"
			       "152\\t000000005698e378\\n", recipe);
	bool ok = cgi_script_prints(script, "151\t000000005698e377\n");

	free(script);
	free(recipe);
	return ok;
}

/* ---- a removed cgroup, and the dump ---- */

static char *gone;
static pid_t zombie;

static bool removed_is_found(void)
{
	struct cgi_place v2 = { .root = cgi_v2(), .version = 2 };
	char *dir = cgi_mkdir(top, "gone\\ \"away\""), *want, *word, *script;
	bool ok;

	gone = cgi_escape(dir + strlen(cgi_v2()));
	zombie = cgi_zombie_in_removed(&v2, dir);
	word = cgi_quote(gone);
	script = cgi_fmt("sel tasks 'is_in(P)' tid,cgroups %s | cut -f 1", word);
	want = cgi_fmt("tid\n%d\n", zombie);
	ok = cgi_script_prints(script, want);
	free(script);
	free(word);
	free(want);
	return ok;
}

/* The recipe sorts what it finds, and shows the first three only. */
static bool its_css_is_found(void)
{
	char *recipe = cgi_commands(cgi_howto, "awk -F'\\t' 'NR == FNR {", " | sort");
	struct cgi_place place = cgi_place_of("perf_event");
	struct cgi_place v2 = { .root = cgi_v2(), .version = 2 };
	struct cgi_answer answer;
	char *dir, *css, *id, *script, *want;
	bool ok;

	if (!place.root)
		return cgi_skip("the kernel has no CONFIG_CGROUP_PERF");
	dir = cgi_mkdir(cgi_new_cgroup(place.root), "css\\ \"of\" `it`");
	id = cgi_dir_id(place.hier, dir);
	css = cgi_css_of(id, "perf_event", "online");
	script = cgi_escape(dir + strlen(place.root));
	want = cgi_fmt("%s %s\n", css, script);
	free(script);
	cgi_zombie_in_removed(place.version == 2 ? &v2 : &place, dir);
	*strstr(recipe, " | sort") = '\0';
	answer = cgi_run_script(recipe);
	ok = !answer.code && !*answer.err && strstr(answer.out, want);
	if (!ok)
		ksft_print_msg("%s without %s: %s\n", answer.out, want, answer.err);
	return ok;
}

static bool table_of_dump_is_the_same(void)
{
	char *dump = cgi_commands(cgi_howto, "cat snapshot >/tmp/snapshot", "/tmp/snapshot.gz");
	char *cut = cgi_commands(cgi_howto, "awk '/^## / {", "/tmp/snapshot >tasks");
	char *dir = cgi_fmt("%s/cut", cgi_tmp()), *word = cgi_quote(gone);
	char *script, *want;
	bool ok;

	script = cgi_fmt("%s\nmkdir -p %s && cd %s\n%s\nhead -c 5 tasks; echo\n"
			 "sel tasks 'is_in(P)' tid %s; rm -f tasks /tmp/snapshot*; rmdir %s",
			 dump, dir, dir, cut, word, dir);
	want = cgi_fmt("#tid\t\ntid\n%d\n", zombie);
	ok = cgi_script_prints(script, want);
	cgi_kill(zombie);
	free(want);
	free(script);
	free(dir);
	free(word);
	return ok;
}

static bool sound_graph_passes(void)
{
	char *recipe = cgi_commands(cgi_howto, "! grep '^not ok'", "check");
	bool ok = cgi_script_prints(recipe, "");

	free(recipe);
	return ok;
}

/* ---- what can't be answered ---- */

/* Does the script end with 2, print nothing but an error, and does this have @word? */
static bool is_refused(const char *script, const char *word)
{
	struct cgi_answer answer = cgi_run_script(script);
	bool ok = answer.code == 2 && !*answer.out && strstr(answer.err, word);

	if (!ok)
		ksft_print_msg("%s: ends with %d\n# %s\n# %s\n", script, answer.code,
			       answer.out, answer.err);
	cgi_free_answer(&answer);
	return ok;
}

static bool unknown_column_is_refused(void)
{
	return is_refused("sel tasks 'v(\"tid\") > 0' tid,nosuch", "nosuch") &&
	       is_refused("sel tasks 'v(\"nosuch\") > 0' tid", "nosuch") &&
	       is_refused("sel cgroups 's(\"nosuch\") == P' '' /", "nosuch") &&
	       is_refused("sel cgroups 'is_in(P)' cgroup /", "cgroups");
}

static bool no_table_is_refused(void)
{
	return is_refused("sel info 'v(\"format\") > 0' format", "info");
}

static const struct cgi_case cases[] = {
	{ "howto: each command runs", every_command_runs },
	{ "EBUSY: cgroup and task are found, whatever the path", busy_is_found_everywhere },
	{ "the same for names that have each byte", every_byte_is_found },
	{ "a path in the condition stands for what the file prints",
	  literal_is_found_everywhere },
	{ "README: who shares a css_set", sharers_are_found },
	{ "the same if its address looks like a number", address_is_no_number },
	{ "a task in a removed cgroup is found by its path", removed_is_found },
	{ "the css of a removed cgroup is found with its path", its_css_is_found },
	{ "a table that is cut from the dump is the file", table_of_dump_is_the_same },
	{ "the line for scripts finds nothing wrong", sound_graph_passes },
	{ "sel refuses columns that it does not know", unknown_column_is_refused },
	{ "and what is no table", no_table_is_refused },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	cgi_read_documents();
	prctl(PR_SET_NAME, "howto");
	top = cgi_new_cgroup(cgi_v2());
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
