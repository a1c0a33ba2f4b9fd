// SPDX-License-Identifier: GPL-2.0-only
/*
 * One fault of each kind that the debug kernel must report, on demand: if it
 * does not, a clean log proves nothing.  No part of cgroup_inspect.
 */
#include <linux/cgroup.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

/* One object can survive a scan by a stale copy of its address on some stack. */
#define PLANTED_LEAKS	20
#define PLANTED_BYTES	96

/* Two objects take no more than so many allocations. */
#define PLANTED_ALLOCATIONS	8

/* A file on the disk of the guest, and a cgroup of cgroup2, which expect() removes. */
#define PLANTED_FILE	"/var/tmp/planted"
#define PLANTED_CGROUP	"/planted"

static char *fault = "none";
module_param(fault, charp, 0400);
MODULE_PARM_DESC(fault, "one of the names in the table at the end");

static DEFINE_MUTEX(planted_first);
static DEFINE_MUTEX(planted_second);
static DEFINE_SPINLOCK(planted_lock);

static void planted_none(void)
{
}

static void planted_use_after_free(void)
{
	char *p = kzalloc(PLANTED_BYTES, GFP_KERNEL);

	kfree(p);
	pr_info("planted: read %d\n", READ_ONCE(*p));
}

static void planted_lock_both(struct mutex *outer, struct mutex *inner)
{
	mutex_lock(outer);
	mutex_lock(inner);
	mutex_unlock(inner);
	mutex_unlock(outer);
}

/* No other task is needed: lockdep judges the order, not the deadlock. */
static void planted_lock_order(void)
{
	planted_lock_both(&planted_first, &planted_second);
	planted_lock_both(&planted_second, &planted_first);
}

static void planted_sleep_in_atomic(void)
{
	void *p;

	spin_lock(&planted_lock);
	p = kmalloc(PLANTED_BYTES, GFP_KERNEL);
	spin_unlock(&planted_lock);
	kfree(p);
}

static void planted_leak(void)
{
	int i;

	for (i = 0; i < PLANTED_LEAKS; i++)
		pr_info("planted: leaked at %p\n", kzalloc(PLANTED_BYTES, GFP_KERNEL));
}

/* Frees what it has, unless the second allocation fails. */
static void planted_forget_on_error(void)
{
	void *first = kzalloc(PLANTED_BYTES, GFP_NOWAIT);
	void *second = kzalloc(PLANTED_BYTES, GFP_NOWAIT);

	if (second)
		kfree(first);
	kfree(second);
}

/* kmemleak, too, allocates for each object, so the second one is not the second of all. */
static void planted_error_path(void)
{
	int i;

	for (i = 0; i < PLANTED_LEAKS * PLANTED_ALLOCATIONS; i++) {
		current->fail_nth = 1 + i % PLANTED_ALLOCATIONS;
		planted_forget_on_error();
		current->fail_nth = 0;
	}
}

static struct file *planted_open(void)
{
	return filp_open(PLANTED_FILE, O_RDWR | O_CREAT, 0600);
}

/* This is a leak to kmemleak, too. */
static void planted_file(void)
{
	int i;

	for (i = 0; i < PLANTED_LEAKS; i++)
		pr_info("planted: opened %p\n", planted_open());
}

/* The kernel has the inode on a list of the file system's, so this is none. */
static void planted_inode(void)
{
	struct file *file = planted_open();

	if (IS_ERR(file))
		return;
	ihold(file_inode(file));
	filp_close(file, NULL);
}

/* Nor is this: a cgroup stays on its parent's list until nobody holds it. */
static void planted_cgroup(void)
{
	pr_info("planted: holds %p\n", cgroup_get_from_path(PLANTED_CGROUP));
}

static const struct {
	const char *name;
	void (*plant)(void);
} planted[] = {
	{ "none", planted_none },
	{ "use_after_free", planted_use_after_free },
	{ "lock_order", planted_lock_order },
	{ "sleep_in_atomic", planted_sleep_in_atomic },
	{ "leak", planted_leak },
	{ "error_path", planted_error_path },
	{ "file", planted_file },
	{ "inode", planted_inode },
	{ "cgroup", planted_cgroup },
};

static int __init planted_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(planted); i++) {
		if (strcmp(planted[i].name, fault))
			continue;
		planted[i].plant();
		return 0;
	}
	pr_err("planted: no fault '%s'\n", fault);
	return -EINVAL;
}
module_init(planted_init);

static void __exit planted_exit(void)
{
}
module_exit(planted_exit);

MODULE_DESCRIPTION("Faults that a debug kernel must report");
MODULE_LICENSE("GPL");
