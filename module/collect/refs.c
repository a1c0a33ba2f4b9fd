// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reference counts of csses.
 */
#include <linux/cgroup-defs.h>
#include <linux/compiler.h>
#include <linux/percpu-refcount.h>

#include "refs.h"
#include "locks.h"

/* lib/percpu-refcount.c adds it to the atomic counter while per-CPU counters are in use. */
#define CGI_PERCPU_COUNT_BIAS	(1UL << (BITS_PER_LONG - 1))

static unsigned long cgi_percpu_sum(unsigned long __percpu *counts)
{
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(counts, cpu));
	return sum;
}

/*
 * An RCU callback of the switch to atomic mode frees the per-CPU counters, and no lock
 * of cgroups holds that callback off.  But if the switch has not begun when this RCU
 * read section looks, the callback comes after the section.
 */
static bool cgi_percpu_ref_sum(struct percpu_ref *ref, long *sum)
{
	unsigned long __percpu *counts;
	bool is_percpu;

	rcu_read_lock();
	is_percpu = __ref_is_percpu(ref, &counts);
	if (is_percpu)
		*sum = atomic_long_read(&ref->data->count) + cgi_percpu_sum(counts) -
		       CGI_PERCPU_COUNT_BIAS;
	rcu_read_unlock();
	return is_percpu;
}

/*
 * While the switch lasts the counter still has its bias, which puts may have lowered
 * somewhat, and what is missing from it is in per-CPU counters that may be freed.
 */
static struct cgi_refs cgi_atomic_ref_read(const struct percpu_ref *ref)
{
	unsigned long count = atomic_long_read(&ref->data->count);

	if (count >= CGI_PERCPU_COUNT_BIAS / 2)
		return (struct cgi_refs){ .kind = CGI_REFS_UNKNOWN };
	return (struct cgi_refs){ .count = count, .kind = CGI_REFS_EXACT };
}

/*
 * A sum is too low if a reference was taken on a CPU that had been read already and
 * dropped on one that had not; it is too high the other way round.  A reference
 * lasts longer than one reading, so the highest of a few sums misses none.
 */
static struct cgi_refs cgi_percpu_ref_read(struct percpu_ref *ref, int readings)
{
	long highest = LONG_MIN, sum;
	int i;

	for (i = 0; i < readings; i++) {
		if (!cgi_percpu_ref_sum(ref, &sum))
			return cgi_atomic_ref_read(ref);
		highest = max(highest, sum);
	}
	return (struct cgi_refs){ .count = highest, .kind = CGI_REFS_ABOUT };
}

/**
 * cgi_css_refs() - read the reference count of a css
 * @css: the css, a cgroup's own included
 * @readings: how often the per-CPU counters are summed; the highest sum is returned
 *
 * Relies on lib/percpu-refcount.c: until the switch to atomic mode has ended, one
 * grace period after percpu_ref_kill(), the atomic counter is biased.
 * percpu_ref_exit() comes after css_release_work_fn() has set CSS_RELEASED under
 * cgroup_mutex; the root of a hierarchy that is being destroyed can still be
 * reached then.
 *
 * Context: cgroup_mutex held.
 * Return: the count, and how sure it is; %CGI_REFS_UNKNOWN during the switch, and of a
 *         root css, which is not counted.
 */
struct cgi_refs cgi_css_refs(struct cgroup_subsys_state *css, int readings)
{
	lockdep_assert_held(cgi_cgroup_mutex);
	if (css->flags & CSS_NO_REF)
		return (struct cgi_refs){ .kind = CGI_REFS_UNKNOWN };
	if (css->flags & CSS_RELEASED)
		return (struct cgi_refs){ .kind = CGI_REFS_EXACT };
	return cgi_percpu_ref_read(&css->refcnt, readings);
}

/**
 * cgi_css_is_killed() - whether the base reference of a css is gone
 * @css: the css, a cgroup's own included
 *
 * Context: cgroup_mutex held.
 * Return: true once the reference count was killed: by rmdir, when a controller is disabled, or by
 *         the last umount of a v1 hierarchy.
 */
bool cgi_css_is_killed(struct cgroup_subsys_state *css)
{
	lockdep_assert_held(cgi_cgroup_mutex);
	if (css->flags & CSS_NO_REF)
		return false;
	/*
	 * The last umount of a v1 hierarchy kills its root, in cgroup_kill_sb(), and does not
	 * hold cgroup_mutex.  At that moment both answers are right.
	 */
	return data_race(percpu_ref_is_dying(&css->refcnt));
}
