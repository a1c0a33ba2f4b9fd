/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_TABLES_H
#define _CGI_TABLES_H

#include <linux/types.h>

struct task_struct;

/**
 * struct cgi_searched - a table of descriptors that was searched
 * @files: its address, or NULL
 * @task: the task by which it was found
 * @started: the second half of the identity of that task
 * @tid: its number in the initial pid namespace
 */
struct cgi_searched {
	const void *files;
	const void *task;
	u64 started;
	pid_t tid;
};

/**
 * struct cgi_tables - the tables that were searched
 * @slots: &struct cgi_searched by the hash of the table
 * @bits: there are two to the power of this many @slots
 * @free: slots that can still be taken
 */
struct cgi_tables {
	struct cgi_searched *slots;
	unsigned int bits;
	size_t free;
};

int cgi_tables_init(struct cgi_tables *t, size_t count);
void cgi_tables_deinit(struct cgi_tables *t);
bool cgi_tables_begin(struct cgi_tables *t, const struct task_struct *task, pid_t tid);

#endif /* _CGI_TABLES_H */
