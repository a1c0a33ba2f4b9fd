// SPDX-License-Identifier: GPL-2.0-only
/*
 * The least that a file about all tasks can cost: open() walks over the numbers of all
 * tasks in one RCU read section, reads number and command of each task, and copies a row
 * of row_bytes bytes for it; read() copies the rows to the reader.  No lock, no cgroup, no
 * text.  For measurements in a guest, and no part of cgroup_inspect: a section as long as
 * this must not be had anywhere else.
 *
 * A second file says how many nanoseconds it takes to look at each task, and at nothing else:
 * whoever keeps tasks from migrating while he looks at them can't do it for a shorter time.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#define FLOOR_ROW_MIN	(sizeof(u32) + TASK_COMM_LEN)

static unsigned int row_bytes = 128;
module_param(row_bytes, uint, 0600);
MODULE_PARM_DESC(row_bytes, "how long a row is; at most a page, at least 20 bytes");

/* What the last open() found, so that the next one has room at once. */
static size_t floor_tasks = 1024;
static struct dentry *floor_file, *floor_look_file;
/* The rest of each row is copied from here. */
static char floor_rest[PAGE_SIZE];

struct floor_rows {
	size_t bytes;
	char rows[];
};

static void floor_row(char *row, struct task_struct *task, size_t bytes)
{
	u32 tid = task->pid;

	memcpy(row, &tid, sizeof(tid));
	memcpy(row + sizeof(tid), task->comm, TASK_COMM_LEN);
	memcpy(row + FLOOR_ROW_MIN, floor_rest, bytes - FLOOR_ROW_MIN);
}

/* Returns how many tasks there are, be there room for them or not. */
static size_t floor_walk(struct floor_rows *all, size_t room, size_t bytes)
{
	struct task_struct *task;
	struct pid *pid;
	size_t nr = 0;
	int tid;

	rcu_read_lock();
	for (tid = 1; (pid = idr_get_next(&init_pid_ns.idr, &tid)); tid++) {
		task = pid_task(pid, PIDTYPE_PID);
		if (!task)
			continue;
		if (nr < room)
			floor_row(all->rows + nr * bytes, task, bytes);
		nr++;
	}
	rcu_read_unlock();
	return nr;
}

static int floor_open(struct inode *inode, struct file *file)
{
	size_t bytes = clamp_t(size_t, READ_ONCE(row_bytes), FLOOR_ROW_MIN, PAGE_SIZE);
	size_t nr = READ_ONCE(floor_tasks), room;
	struct floor_rows *all;

	/* kvmalloc() would look for contiguous pages first, which takes as long as all else. */
	for (;;) {
		room = nr + nr / 8;
		all = vmalloc(sizeof(*all) + room * bytes);
		if (!all)
			return -ENOMEM;
		nr = floor_walk(all, room, bytes);
		WRITE_ONCE(floor_tasks, nr);
		if (nr <= room)
			break;
		vfree(all);
	}
	all->bytes = nr * bytes;
	file->private_data = all;
	return 0;
}

static ssize_t floor_read(struct file *file, char __user *buffer, size_t size, loff_t *at)
{
	struct floor_rows *all = file->private_data;

	return simple_read_from_buffer(buffer, size, at, all->rows, all->bytes);
}

static int floor_release(struct inode *inode, struct file *file)
{
	vfree(file->private_data);
	return 0;
}

static const struct file_operations floor_fops = {
	.owner = THIS_MODULE,
	.open = floor_open,
	.read = floor_read,
	.release = floor_release,
};

/* What a task is, and which css_set it has: parts of it that are not far from each other. */
static unsigned long floor_look_at(const struct task_struct *task)
{
	return READ_ONCE(task->flags) + READ_ONCE(task->exit_state) +
	       (unsigned long)rcu_access_pointer(task->cgroups);
}

/* The sum is of no use, but what is not used would not be read. */
static int floor_look(void *unused, u64 *ns)
{
	u64 began = ktime_get_ns();
	struct task_struct *task;
	unsigned long sum = 0;
	struct pid *pid;
	int tid;

	rcu_read_lock();
	for (tid = 1; (pid = idr_get_next(&init_pid_ns.idr, &tid)); tid++) {
		task = pid_task(pid, PIDTYPE_PID);
		if (task)
			sum += floor_look_at(task);
	}
	rcu_read_unlock();
	OPTIMIZER_HIDE_VAR(sum);
	*ns = ktime_get_ns() - began;
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(floor_look_fops, floor_look, NULL, "%llu\n");

static int __init floor_init(void)
{
	memset(floor_rest, '.', sizeof(floor_rest));
	floor_file = debugfs_create_file("cgi_floor", 0400, NULL, NULL, &floor_fops);
	floor_look_file = debugfs_create_file_unsafe("cgi_floor_look", 0400, NULL, NULL,
						     &floor_look_fops);
	return PTR_ERR_OR_ZERO(floor_file);
}

static void __exit floor_exit(void)
{
	debugfs_remove(floor_look_file);
	debugfs_remove(floor_file);
}

module_init(floor_init);
module_exit(floor_exit);
MODULE_DESCRIPTION("The floor under the cost of a file about all tasks");
MODULE_LICENSE("GPL");
