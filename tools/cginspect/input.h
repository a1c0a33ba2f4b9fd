/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_INPUT_H
#define _CGINSPECT_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

#define INPUT_DIR	"/sys/kernel/debug/cgroup_inspect"

/* The bytes that were read, followed by one NUL byte that does not count. */
struct input {
	char *name;
	char *text;
	size_t length;
};

/* Read a file that somebody has saved, "-" for standard input. Ends the program on errors. */
void input_read_saved(struct input *input, const char *path);
/* Read a file of the module. The message of an error says what to do about it. */
void input_read_live(struct input *input, const char *dir, const char *file);
/* Whether the module has this file. */
bool input_has_live(const char *dir, const char *file);
/*
 * The same for who tries again later. Returns NULL, or why there is nothing now: the system is
 * short of memory, or grows too fast.
 */
const char *input_try_live(struct input *input, const char *dir, const char *file);
/* The same for who can do without the file. Returns NULL, or why it can not be opened. */
const char *input_ask_live(struct input *input, const char *dir, const char *file);
void input_free(struct input *input);

/* End the program with a message that begins with the name and the line in which @at is. */
void input_die(const struct input *input, const char *at, const char *fmt, ...)
	__noreturn __printf(3, 4);
size_t input_line(const struct input *input, const char *at);

#endif /* _CGINSPECT_INPUT_H */
