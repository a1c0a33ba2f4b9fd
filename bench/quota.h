/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cgroup whose tasks get hardly any time of a processor.
 */
#ifndef BENCH_QUOTA_H
#define BENCH_QUOTA_H

/* What its tasks get of one processor, all together: the least that the kernel allows. */
#define BENCH_QUOTA_PERCENT	1

/* Makes it, without a limit yet. It is for one task at a time. */
void bench_quota_make(void);
/* The file to which a task writes its number to go there. */
const char *bench_quota_procs(void);
void bench_quota_set(void);
void bench_quota_lift(void);
/* No task may be left in it. */
void bench_quota_remove(void);

#endif
