// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults in the cgroup graph, on demand: "check" must name each of them, and no file may
 * come to harm by it.  No part of cgroup_inspect.
 *
 * A name written to the parameter "plant" puts right what was planted before, and then
 * plants the fault of that name.  All objects are those that unsound.sh has made for this.
 * They are idle, so what was there before is right afterwards, too.
 */
#include <linux/cgroup.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "unsound.h"

#define UNSOUND_POKES		16
#define UNSOUND_POKE_BYTES	sizeof(long)

/* Memory that was changed, and what was there before. */
static struct {
	void *at;
	size_t size;
	char old[UNSOUND_POKE_BYTES];
} pokes[UNSOUND_POKES];
static unsigned int nr_pokes;

void poke(void *at, const void *value, size_t size)
{
	if (WARN_ON(nr_pokes == UNSOUND_POKES || size > UNSOUND_POKE_BYTES))
		return;
	pokes[nr_pokes].at = at;
	pokes[nr_pokes].size = size;
	memcpy(pokes[nr_pokes].old, at, size);
	nr_pokes++;
	memcpy(at, value, size);
}

void put_right(void)
{
	while (nr_pokes) {
		nr_pokes--;
		memcpy(pokes[nr_pokes].at, pokes[nr_pokes].old, pokes[nr_pokes].size);
	}
}

static const char * const paths[CGROUPS] = {
	[TOP] = "/unsound", [A] = "/unsound/a", [A_C] = "/unsound/a/c", [A_D] = "/unsound/a/d",
	[B] = "/unsound/b", [B_E] = "/unsound/b/e", [T] = "/unsound/t", [T_W] = "/unsound/t/w",
};

struct cgroup *cgroups[CGROUPS];
struct cgroup_subsys_state *held;

struct cgroup_subsys_state *pids_of(int i)
{
	return rcu_dereference_protected(cgroups[i]->subsys[pids_cgrp_id],
					 lockdep_is_held(&cgroup_mutex));
}

static int plant_set(const char *value, const struct kernel_param *unused)
{
	unsigned int i;

	for (i = 0; i < nr_faults; i++)
		if (sysfs_streq(faults[i].name, value))
			break;
	if (i == nr_faults && !sysfs_streq("none", value))
		return -EINVAL;
	mutex_lock(&cgroup_mutex);
	if (!held) {
		held = pids_of(A);
		css_get(held);
	}
	spin_lock_irq(&css_set_lock);
	put_right();
	if (i < nr_faults)
		faults[i].plant();
	spin_unlock_irq(&css_set_lock);
	mutex_unlock(&cgroup_mutex);
	return 0;
}

/* One name a line. */
static int plant_get(char *buffer, const struct kernel_param *unused)
{
	unsigned int i;
	int len = 0;

	for (i = 0; i < nr_faults; i++)
		len += scnprintf(buffer + len, PAGE_SIZE - len, "%s\n", faults[i].name);
	return len;
}

static const struct kernel_param_ops plant_ops = { .set = plant_set, .get = plant_get };

module_param_cb(plant, &plant_ops, NULL, 0600);
MODULE_PARM_DESC(plant, "none, or the name of a fault");

static void put_cgroups(void)
{
	int i;

	for (i = 0; i < CGROUPS; i++)
		if (!IS_ERR_OR_NULL(cgroups[i]))
			cgroup_put(cgroups[i]);
	if (held)
		css_put(held);
}

static int __init unsound_init(void)
{
	int i;

	for (i = 0; i < CGROUPS; i++) {
		cgroups[i] = cgroup_get_from_path(paths[i]);
		if (IS_ERR(cgroups[i])) {
			pr_err("unsound: no cgroup %s\n", paths[i]);
			put_cgroups();
			return PTR_ERR(cgroups[i]);
		}
	}
	return 0;
}
module_init(unsound_init);

static void __exit unsound_exit(void)
{
	plant_set("none", NULL);
	put_cgroups();
}
module_exit(unsound_exit);

MODULE_DESCRIPTION("Faults that cgroup_inspect must find in the cgroup graph");
MODULE_LICENSE("GPL");
