/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands of the documents, run by sh as they are printed there, in the folder of the files
 * and with the function that howto.rst begins with.
 */
#ifndef CGI_HOWTO_H
#define CGI_HOWTO_H

#include <stdbool.h>

extern char *cgi_howto, *cgi_readme;

/* Reads the documents. The program is skipped if they are not beside it. */
void cgi_read_documents(void);
/*
 * Returns the commands of @text that begin with @first and end with the line that has @last,
 * without what they are indented by.
 */
char *cgi_commands(const char *text, const char *first, const char *last);
/* Returns the command of howto.rst that begins so and is printed within a sentence. */
char *cgi_command_within(const char *first);
/*
 * Returns the command of howto.rst that begins with @first, in a line of its own, with @to in
 * place of @from, which it must have.
 */
char *cgi_recipe(const char *first, const char *from, const char *to);
/* Does the same with the escaped path of a cgroup in place of "$C". */
char *cgi_recipe_for(const char *first, const char *path);
/* Returns @text with @to in place of each @from. */
char *cgi_replace(const char *text, const char *from, const char *to);
/* Returns a word that the shell takes for this text. */
char *cgi_quote(const char *text);

struct cgi_answer {
	int code;
	char *out;
	char *err;
};

struct cgi_answer cgi_run_script(const char *script);
void cgi_free_answer(struct cgi_answer *answer);
/* Does a script succeed, without a word on stderr, and print @want if that is given? */
bool cgi_script_prints(const char *script, const char *want);
/* Does it print that soon? */
bool cgi_script_comes_to(const char *script, const char *want);
/* Does one of the lines that it prints soon begin so? */
bool cgi_script_shows(const char *script, const char *begin);
/*
 * Returns what is behind the last TAB of the first line that begins with @key and a TAB, or
 * NULL if there is none.
 */
char *cgi_script_last(const char *script, const char *key);

#endif
