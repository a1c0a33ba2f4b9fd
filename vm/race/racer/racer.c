// SPDX-License-Identifier: GPL-2.0-only
/*
 * A data race that KCSAN must report: if it does not, a log without a report proves nothing.
 * Two threads count, each on a processor of its own, without a lock or a mark.  No part of
 * cgroup_inspect.
 */
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>

static unsigned long racer_count;
static struct task_struct *racers[2];

/* No lock, no READ_ONCE(): that is the race. */
static noinline void racer_add(void)
{
	racer_count++;
}

static int racer_run(void *unused)
{
	while (!kthread_should_stop()) {
		racer_add();
		cond_resched();
	}
	return 0;
}

static void racer_stop(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(racers); i++)
		if (racers[i])
			kthread_stop(racers[i]);
}

static int __init racer_init(void)
{
	struct task_struct *task;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(racers); i++) {
		task = kthread_run_on_cpu(racer_run, NULL, i, "racer/%u");
		if (IS_ERR(task)) {
			racer_stop();
			return PTR_ERR(task);
		}
		racers[i] = task;
	}
	return 0;
}
module_init(racer_init);

static void __exit racer_exit(void)
{
	racer_stop();
	pr_info("racer: counted %lu\n", racer_count);
}
module_exit(racer_exit);

MODULE_DESCRIPTION("A data race that KCSAN must report");
MODULE_LICENSE("GPL");
