/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the iterator writes about a task in binary form.
 */
#ifndef BENCH_RECORD_H
#define BENCH_RECORD_H

/* No kernel has more controllers. */
#define BENCH_CONTROLLERS	16

/*
 * A controller that is on no v1 hierarchy, or on one that an earlier one is on too, has a
 * 0 there: its cgroup is known already.
 */
struct bench_record {
	unsigned int tid, tgid;
	char comm[16];
	unsigned long long css_set, default_cgroup;
	unsigned int hierarchy[BENCH_CONTROLLERS];
	unsigned long long cgroup[BENCH_CONTROLLERS];
};

#endif
