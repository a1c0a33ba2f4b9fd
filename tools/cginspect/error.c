// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages for people, and the end of the program.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "text.h"

/* A message that is longer is cut: only who wants it has such names. */
#define MESSAGE_ROOM	8192

/*
 * A message can have names of files and what a file has, so it is made safe for a terminal
 * as a whole. There may be no memory, so nothing is allocated.
 */
static void say(const char *fmt, va_list args)
{
	static char message[MESSAGE_ROOM], shown[TEXT_GROWS * MESSAGE_ROOM + 1];

	fflush(stdout);
	vsnprintf(message, sizeof(message), fmt, args);
	text_show_to(shown, slice_of(message), true);
	fprintf(stderr, "cginspect: %s\n", shown);
}

/* The fuzzer has a die() of its own, which comes back to it. */
__weak void die(enum status status, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(fmt, args);
	va_end(args);
	exit(status);
}

__weak void note(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(fmt, args);
	va_end(args);
}

void *need_memory(void *memory)
{
	if (!memory)
		die(STATUS_INPUT, "there is not enough memory");
	return memory;
}

/* One element more than asked for, as calloc() may return NULL for none. */
void *allocate(size_t count, size_t size)
{
	return need_memory(calloc(count + 1, size));
}

void output_end(void)
{
	errno = 0;
	if (fflush(stdout) || ferror(stdout))
		die(STATUS_INPUT, "the output can not be written%s%s", errno ? ": " : "",
		    errno ? strerror(errno) : "");
}
