// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages for people, and the end of the program.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "error.h"

static void say(const char *fmt, va_list args)
{
	fflush(stdout);
	fputs("cginspect: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
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
