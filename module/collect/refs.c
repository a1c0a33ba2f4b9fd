// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reference counts of csses.
 */
#include <linux/cgroup-defs.h>
#include <linux/percpu-refcount.h>

#include "refs.h"
#include "locks.h"

/*
 * Added to the atomic counter while the per-CPU ones are in use, as
 * lib/percpu-refcount.c does it.
 */
#define CGI_PERCPU_COUNT_BIAS	(1UL << (BITS_PER_LONG - 1))

/* Puts during the switch to atomic mode may take it somewhat below the bias. */
static bool cgi_count_is_biased(unsigned long count)
{
	return count >= CGI_PERCPU_COUNT_BIAS / 2;
}

static unsigned long cgi_percpu_sum(unsigned long __percpu *counts)
{
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(counts, cpu));
	return sum;
}

/*
 * The per-CPU counters are freed by an RCU callback of the switch to atomic mode,
 * which no lock of cgroups holds off.  If the switch has not begun in an RCU read
 * section, the callback comes after it.
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

/* Biased still: what is missing is in counters that may be freed already. */
static struct cgi_refs cgi_atomic_ref_read(const struct percpu_ref *ref)
{
	unsigned long count = atomic_long_read(&ref->data->count);

	if (cgi_count_is_biased(count))
		return (struct cgi_refs){ .kind = CGI_REFS_NONE };
	return (struct cgi_refs){ .count = count, .kind = CGI_REFS_EXACT };
}

/*
 * A get on a CPU that was read already and a put on one that was not make the
 * sum too low, the other way round too high.  References last longer than one
 * reading, so the highest of a few misses none of them.
 */
#define CGI_PERCPU_READINGS	3

static struct cgi_refs cgi_percpu_ref_read(struct percpu_ref *ref)
{
	struct cgi_refs refs = { .count = LONG_MIN, .kind = CGI_REFS_ABOUT };
	long sum;
	int i;

	for (i = 0; i < CGI_PERCPU_READINGS; i++) {
		if (!cgi_percpu_ref_sum(ref, &sum))
			return cgi_atomic_ref_read(ref);
		refs.count = max(refs.count, sum);
	}
	return refs;
}

/**
 * cgi_css_refs() - read the reference count of a css
 * @css: the css, a cgroup's own included
 *
 * Relies on lib/percpu-refcount.c: until the switch to atomic mode has ended, one
 * grace period after rmdir or kill_css(), the atomic counter is biased.
 * percpu_ref_exit() comes after css_release_work_fn() has set CSS_RELEASED under
 * cgroup_mutex; the root of a hierarchy that is being destroyed can still be
 * reached then.
 *
 * Context: cgroup_mutex held.
 * Return: the count, and whether it is exact; CGI_REFS_NONE during the switch.
 */
struct cgi_refs cgi_css_refs(struct cgroup_subsys_state *css)
{
	lockdep_assert_held(cgi_cgroup_mutex);
	if (css->flags & CSS_NO_REF)
		return (struct cgi_refs){ .kind = CGI_REFS_NONE };
	if (css->flags & CSS_RELEASED)
		return (struct cgi_refs){ .kind = CGI_REFS_EXACT };
	return cgi_percpu_ref_read(&css->refcnt);
}

/**
 * cgi_css_is_killed() - whether the base reference of a css is gone
 * @css: the css, a cgroup's own included
 *
 * Context: cgroup_mutex held.
 * Return: true from kill_css() or rmdir on.
 */
bool cgi_css_is_killed(struct cgroup_subsys_state *css)
{
	lockdep_assert_held(cgi_cgroup_mutex);
	return !(css->flags & CSS_NO_REF) && percpu_ref_is_dying(&css->refcnt);
}
