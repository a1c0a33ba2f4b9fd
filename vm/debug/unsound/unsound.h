/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _UNSOUND_H
#define _UNSOUND_H

#include <linux/types.h>

struct cgroup;
struct cgroup_subsys_state;

/* The graph of unsound.sh.  a, b, t and t/w have a task each; a and b have a css of pids. */
enum { TOP, A, A_C, A_D, B, B_E, T, T_W, CGROUPS };

extern struct cgroup *cgroups[CGROUPS];

/* The css of pids that a had at first: held, so that it stays when it was killed. */
extern struct cgroup_subsys_state *held;

/* All under cgroup_mutex, and all but the last under css_set_lock. */
void poke(void *at, const void *value, size_t size);
void put_right(void);
struct cgroup_subsys_state *pids_of(int i);

#define POKE(place, value) do {					\
	typeof(place) _value = (value);				\
								\
	poke((void *)&(place), &_value, sizeof(_value));	\
} while (0)

struct fault {
	const char *name;
	void (*plant)(void);
};

extern const struct fault faults[];
extern const unsigned int nr_faults;

#endif /* _UNSOUND_H */
