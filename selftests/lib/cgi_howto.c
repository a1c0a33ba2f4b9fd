// SPDX-License-Identifier: GPL-2.0-only
/*
 * The commands of the documents; see cgi_howto.h. selftests/build.sh puts the documents beside
 * the programs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "cgi.h"
#include "cgi_case.h"
#include "cgi_howto.h"

char *cgi_howto, *cgi_readme;
static char *sel;

static char *document(const char *name)
{
	char exe[4096] = "", *path, *text;

	if (readlink("/proc/self/exe", exe, sizeof(exe) - 1) < 0)
		cgi_die("/proc/self/exe: %s", strerror(errno));
	*strrchr(exe, '/') = '\0';
	path = cgi_fmt("%s/%s", exe, name);
	text = cgi_slurp(path, NULL);
	free(path);
	return text;
}

void cgi_read_documents(void)
{
	cgi_howto = document("howto.rst");
	cgi_readme = document("README.md");
	if (!cgi_howto || !cgi_readme)
		cgi_skip_all("howto.rst and README.md are not beside this program");
	sel = cgi_commands(cgi_howto, "sel() { P=$4", "}' \"$1\"; }");
}

/* ---- text ---- */

char *cgi_commands(const char *text, const char *first, const char *last)
{
	const char *at = strstr(text, first), *end = at ? strstr(at, last) : NULL;
	char *out, *to;

	if (!end)
		cgi_die("no document has \"%s\" to \"%s\"", first, last);
	end = strchr(end, '\n') + 1;
	out = cgi_alloc(end - at + 1);
	for (to = out; at < end; at++) {
		*to++ = *at;
		if (*at == '\n')
			at += strspn(at + 1, " ");
	}
	return out;
}

/* A sentence can be wrapped within the command. */
char *cgi_command_within(const char *first)
{
	char *quoted = cgi_fmt("``%s", first);
	const char *at = strstr(cgi_howto, quoted), *end = at ? strstr(at + 2, "``") : NULL;
	char *out, *to;

	if (!end)
		cgi_die("howto.rst has no ``%s", first);
	free(quoted);
	out = cgi_alloc(end - at);
	for (to = out, at += 2; at < end; at++) {
		*to++ = *at == '\n' ? ' ' : *at;
		if (*at == '\n')
			at += strspn(at + 1, " ");
	}
	return out;
}

char *cgi_recipe(const char *first, const char *from, const char *to)
{
	char *command = cgi_commands(cgi_howto, first, "\n"), *script;

	if (!strstr(command, from))
		cgi_die("there is no \"%s\" in \"%s\"", from, command);
	script = cgi_replace(command, from, to);
	free(command);
	return script;
}

char *cgi_recipe_for(const char *first, const char *path)
{
	char *shown = cgi_escape(path), *word = cgi_quote(shown);
	char *script = cgi_recipe(first, "\"$C\"", word);

	free(word);
	free(shown);
	return script;
}

char *cgi_replace(const char *text, const char *from, const char *to)
{
	char *out = cgi_fmt("%s", ""), *more;
	const char *at;

	while ((at = strstr(text, from))) {
		more = cgi_fmt("%s%.*s%s", out, (int)(at - text), text, to);
		free(out);
		out = more;
		text = at + strlen(from);
	}
	more = cgi_fmt("%s%s", out, text);
	free(out);
	return more;
}

char *cgi_quote(const char *text)
{
	char *inner = cgi_replace(text, "'", "'\\''"), *word = cgi_fmt("'%s'", inner);

	free(inner);
	return word;
}

/* ---- running it ---- */

struct cgi_answer cgi_run_script(const char *script)
{
	const char *dir = cgi_tmp();
	char *out = cgi_fmt("%s/out", dir), *err = cgi_fmt("%s/err", dir);
	char *all = cgi_fmt("cd " CGI_DIR "\n%s\n{ %s\n} >%s 2>%s", sel, script, out, err);
	struct cgi_answer answer;
	pid_t pid = fork();
	int status;

	if (pid < 0)
		cgi_die("fork: %s", strerror(errno));
	if (!pid) {
		execl("/bin/sh", "sh", "-c", all, NULL);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid)
		cgi_die("waitpid: %s", strerror(errno));
	answer.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	answer.out = cgi_slurp(out, NULL);
	answer.err = cgi_slurp(err, NULL);
	if (!answer.out || !answer.err || unlink(out) || unlink(err))
		cgi_die("%s leaves no output", script);
	free(all);
	free(err);
	free(out);
	return answer;
}

void cgi_free_answer(struct cgi_answer *answer)
{
	free(answer->out);
	free(answer->err);
}

static void report(const char *script, const struct cgi_answer *answer, const char *want)
{
	ksft_print_msg("%s\n# ends with %d\n# %s\n# %s\n# instead of\n# %s\n", script,
		       answer->code, answer->err, answer->out, want);
}

static bool is_whole(const struct cgi_answer *answer, const char *want)
{
	return !answer->code && !*answer->err && (!want || !strcmp(answer->out, want));
}

/* Returns the line that begins so, or NULL. */
static const char *line_of(const char *text, const char *begin)
{
	while (text && strncmp(text, begin, strlen(begin))) {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	return text;
}

static bool has_line(const struct cgi_answer *answer, const char *begin)
{
	return line_of(answer->out, begin);
}

/* Runs a script until its answer passes, at most for so many seconds. */
static bool passes(const char *script, const char *want, double seconds,
		   bool (*test)(const struct cgi_answer *answer, const char *want))
{
	double end = cgi_now() + seconds;
	struct cgi_answer answer;
	bool ok, late;

	do {
		answer = cgi_run_script(script);
		ok = test(&answer, want);
		late = cgi_now() >= end;
		if (!ok && late)
			report(script, &answer, want);
		cgi_free_answer(&answer);
		if (!ok && !late)
			cgi_sleep_ms(CGI_PATIENCE_MS);
	} while (!ok && !late);
	return ok;
}

bool cgi_script_prints(const char *script, const char *want)
{
	return passes(script, want, 0, is_whole);
}

bool cgi_script_comes_to(const char *script, const char *want)
{
	return passes(script, want, CGI_PATIENCE_S, is_whole);
}

bool cgi_script_shows(const char *script, const char *begin)
{
	return passes(script, begin, CGI_PATIENCE_S, has_line);
}

char *cgi_script_last(const char *script, const char *key)
{
	struct cgi_answer answer = cgi_run_script(script);
	char *begin = cgi_fmt("%s\t", key), *last = NULL;
	const char *line = line_of(answer.out, begin), *at;

	if (line) {
		last = cgi_fmt("%.*s", (int)strcspn(line, "\n"), line);
		at = strrchr(last, '\t') + 1;
		memmove(last, at, strlen(at) + 1);
	} else {
		report(script, &answer, begin);
	}
	free(begin);
	cgi_free_answer(&answer);
	return last;
}
