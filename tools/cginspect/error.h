/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_ERROR_H
#define _CGINSPECT_ERROR_H

#include <stddef.h>

/* What the program ends with; the man page and --help have the same list. */
enum status {
	STATUS_OK,
	/* The answer is no: check found something, or there is no such task or cgroup. */
	STATUS_NO,
	STATUS_USAGE,
	/* The input can not be had or is no snapshot, or the output can not be written. */
	STATUS_INPUT,
};

/* Print a message for people on standard error, and end. */
void die(enum status status, const char *fmt, ...) __noreturn __printf(2, 3);
/* Print a message for people on standard error, and go on. */
void note(const char *fmt, ...) __printf(1, 2);

/* Write what was printed. Ends the program if that fails, or has failed before. */
void output_end(void);

/* These never return NULL: the program ends if there is no memory. */
void *need_memory(void *memory);
void *allocate(size_t count, size_t size);

#endif /* _CGINSPECT_ERROR_H */
