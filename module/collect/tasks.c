// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every thread, zombies included.  As /proc does it, the walk goes by number, so that
 * it can be resumed after each RCU read section.
 */
#include <linux/cgroup.h>
#include <linux/idr.h>
#include <linux/nsproxy.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/radix-tree.h>
#include <linux/sched/signal.h>

#include "../compat.h"
#include "../snapshot/snapshot.h"
#include "locks.h"
#include "memberships.h"
#include "task_more.h"
#include "tasks.h"

/* So many numbers, and links of css_sets, are looked at in one RCU read section. */
#define CGI_TASKS_BATCH	128

static enum cgi_task_state cgi_task_state(const struct task_struct *task)
{
	if (READ_ONCE(task->exit_state))
		return CGI_TASK_ZOMBIE;
	if (READ_ONCE(task->flags) & PF_EXITING)
		return CGI_TASK_EXITING;
	return CGI_TASK_RUNNING;
}

/*
 * fork() makes a task visible by number before cgroup_post_fork() puts it where
 * it belongs; until then it points at init_css_set.  It stays TASK_NEW until
 * after that.
 */
static bool cgi_task_is_new(const struct task_struct *task)
{
	bool is_new = cgi_task_raw_state(task) == TASK_NEW;

	/*
	 * Pairs with the locks that are taken between cgroup_post_fork() and
	 * wake_up_new_task(): whoever sees the later state sees the css_set, too.
	 */
	smp_rmb();
	return is_new;
}

/* alloc_pid() gives a number out before a task can be found by it. */
static bool cgi_pid_is_new(struct pid *pid)
{
	enum pid_type type;

	for (type = 0; type < PIDTYPE_MAX; type++)
		if (pid_has_task(pid, type))
			return false;
	return true;
}

static inline struct task_struct *cgi_task_of_pid(struct pid *pid, bool *forked)
{
	struct task_struct *task = pid_task(pid, PIDTYPE_PID);

	if (task && !cgi_task_is_new(task))
		return task;
	if (task || cgi_pid_is_new(pid))
		*forked = true;
	return NULL;
}

/**
 * cgi_task_at_or_after() - the task with the lowest number from here on
 * @tid: where to begin, in the initial pid namespace; then the task's number
 * @forked: set if the number is that of a task which is being forked
 *
 * Looks at one number that is in use; the rest of a walk needs several calls.
 *
 * Context: In an RCU read section.
 * Return: the task; NULL if the number belongs to none (@tid says which), or if
 *         no number is left (@tid is negative).
 */
struct task_struct *cgi_task_at_or_after(int *tid, bool *forked)
{
	struct pid *pid = idr_get_next(&init_pid_ns.idr, tid);

	if (!pid) {
		*tid = -1;
		return NULL;
	}
	return cgi_task_of_pid(pid, forked);
}

/*
 * A task joins css_set->tasks before it runs for the first time, and leaves that list after
 * it has set PF_EXITING.  So a task whose state was running is there, even if its cg_list,
 * which is read later, says something else by then.  A task that is exiting may be there or on
 * dying_tasks; cgi_collect_exits() and the lists of dying_tasks tell.
 */
static enum cgi_task_list cgi_task_list(enum cgi_task_state state, bool unlisted)
{
	if (state == CGI_TASK_RUNNING)
		return CGI_LIST_TASKS;
	return unlisted ? CGI_LIST_NONE : CGI_LIST_UNKNOWN;
}

/*
 * Exited threads stay in the thread group until they are reaped.  If a thread has taken over @tid
 * in execve() and the old leader was released, the group has one thread left.  But before that,
 * de_thread() in fs/exec.c has given the old leader another pid.
 */
static bool cgi_task_has_threads(struct task_struct *task, int tid)
{
	bool has_threads = !thread_group_empty(task);

	/* Pairs with the locks that are taken between exchange_tids() and release_task(). */
	smp_rmb();
	return has_threads || READ_ONCE(task->pid) != tid;
}

static void cgi_task_copy_comm(struct cgi_task *record, const struct task_struct *task)
{
	/*
	 * Without task_lock(), as get_task_comm() of 6.13 and newer has it.  A task that is given a
	 * new name just now may be shown with parts of both.
	 */
	data_race(memcpy(record->comm, task->comm, TASK_COMM_LEN));
	record->comm[TASK_COMM_LEN - 1] = '\0';
}

/**
 * cgi_task_fill() - copy a task to a record
 * @record: where to
 * @task: the task
 * @tid: its number in the initial pid namespace
 * @cset: its css_set
 *
 * Context: In an RCU read section.
 */
void cgi_task_fill(struct cgi_task *record, struct task_struct *task, int tid,
		   const struct css_set *cset)
{
	enum cgi_task_state state = cgi_task_state(task);
	bool unlisted = list_empty(&task->cg_list);

	/* One by one, as an initialiser would clear the record first. */
	record->addr = task;
	record->css_set_addr = cset;
	record->started = READ_ONCE(task->start_boottime);
	record->listed_addr = NULL;
	record->tid = tid;
	record->tgid = task_tgid_nr(task);
	record->css_set = 0;
	record->state = state;
	record->list = cgi_task_list(state, unlisted);
	record->kthread = READ_ONCE(task->flags) & PF_KTHREAD;
	record->unlisted = unlisted;
	record->has_threads = cgi_task_has_threads(task, tid);
	record->superseded = false;
	cgi_task_copy_comm(record, task);
}

/**
 * cgi_task_copy() - add a task to a snapshot
 * @s: where to
 * @task: the task
 * @tid: its number in the initial pid namespace
 * @cset: its css_set
 *
 * Context: In an RCU read section.
 * Return: the record, or NULL if there was no room.
 */
struct cgi_task *cgi_task_copy(struct cgi_snapshot *s, struct task_struct *task, int tid,
			       const struct css_set *cset)
{
	struct cgi_task *record = cgi_array_take(&s->tasks, 1);

	if (record)
		cgi_task_fill(record, task, tid, cset);
	return record;
}

static struct task_struct *cgi_task_of(pid_t tid)
{
	return pid_task(find_pid_ns(tid, &init_pid_ns), PIDTYPE_PID);
}

/**
 * cgi_task_again() - the task of a record, if it is still there
 * @record: a task, as it was copied earlier
 *
 * Context: In an RCU read section.
 * Return: the task, or NULL if its number belongs to none, or to another task by now.
 */
struct task_struct *cgi_task_again(const struct cgi_task *record)
{
	struct task_struct *task = cgi_task_of(record->tid);

	if (!task || task != record->addr || READ_ONCE(task->start_boottime) != record->started)
		return NULL;
	return task;
}

/**
 * cgi_task_successor() - the thread that has taken over the number of a thread group leader
 * @record: a task, as it was copied earlier
 *
 * A thread that calls execve() and is not the leader takes the leader's number, in de_thread()
 * of fs/exec.c.  A walk that had passed the leader's number and had not come to that of the
 * thread has missed the thread.  But then there were two threads when it passed the leader, and
 * the thread is found by the leader's number now.
 *
 * Context: In an RCU read section.
 * Return: the task, or NULL if no other thread of the group has the number.
 */
struct task_struct *cgi_task_successor(const struct cgi_task *record)
{
	struct task_struct *task;

	if (!record->has_threads || record->tid != record->tgid)
		return NULL;
	task = cgi_task_of(record->tid);
	if (!task || task == record->addr || task_tgid_nr(task) != record->tgid)
		return NULL;
	return cgi_task_is_new(task) ? NULL : task;
}

/*
 * The initial namespace is left out: it holds no reference to init_css_set, which is older.
 * task_lock() keeps task->nsproxy, which an exiting task gives up under that lock.  Most tasks
 * share the nsproxy of init_task, which is never freed, so its address is compared without a lock.
 */
static struct cgi_namespace cgi_namespace_of(struct task_struct *task)
{
	const struct cgroup_namespace *initial = init_task.nsproxy->cgroup_ns;
	struct cgi_namespace found = { NULL };
	const struct cgroup_namespace *ns;

	if (READ_ONCE(task->nsproxy) == init_task.nsproxy)
		return found;
	task_lock(task);
	ns = task->nsproxy ? task->nsproxy->cgroup_ns : initial;
	if (ns != initial) {
		found.addr = ns;
		found.css_set_addr = ns->root_cset;
	}
	task_unlock(task);
	return found;
}

static void cgi_namespace_copy(struct cgi_snapshot *s, struct task_struct *task)
{
	struct cgi_namespace found = cgi_namespace_of(task), *record;

	if (!found.addr)
		return;
	record = cgi_array_add(&s->namespaces, 1);
	if (record)
		*record = found;
}

/*
 * Tasks with numbers that follow one another are mostly of the same css_set, so the record before
 * is asked first.  While cgroup_mutex is held no css_set is made, so an address stays an identity.
 */
static u32 cgi_task_css_set(struct cgi_snapshot *s, const struct cgi_task *record,
			    const struct css_set *cset)
{
	if (record && record != s->tasks.data && record[-1].css_set_addr == cset &&
	    record[-1].css_set != CGI_NONE)
		return record[-1].css_set;
	return cgi_collect_css_set_of_task(s, cset);
}

/* What goes with a task: the css_set, unless all css_sets are there, and the namespaces. */
static inline void cgi_task_note(struct cgi_snapshot *s, struct cgi_task *record,
				 struct task_struct *task, const struct css_set *cset)
{
	u32 css_set = CGI_NONE;

	if (cgi_snapshot_is_of_tasks(s))
		css_set = cgi_task_css_set(s, record, cset);
	if (record) {
		record->css_set = css_set;
		s->watch.exits |= record->list == CGI_LIST_UNKNOWN;
	}
	cgi_task_note_origin(s, record, task);
	if (s->want & CGI_WANT_EXACT_CSS_SETS)
		cgi_namespace_copy(s, task);
}

static void cgi_collect_pid(struct cgi_snapshot *s, struct pid *pid, int tid)
{
	struct task_struct *task = cgi_task_of_pid(pid, &s->watch.forked);
	const struct css_set *cset;

	if (!task)
		return;
	cset = rcu_dereference(task->cgroups);
	cgi_task_note(s, cgi_task_copy(s, task, tid, cset), task, cset);
}

/*
 * The slot of the next number that is in use.  With NULL for @slot the walk begins, or goes on in
 * another node of the tree.
 */
static void __rcu **cgi_number_next(const struct radix_tree_root *numbers, void __rcu **slot,
				    struct radix_tree_iter *iter)
{
	if (slot) {
		/*
		 * A number can be given away or taken back meanwhile.  Here the kernel only looks
		 * whether a slot is empty, by a plain read; the caller reads the slot again, by
		 * rcu_dereference().
		 */
		slot = data_race(radix_tree_next_slot(slot, iter, 0));
	}
	return slot ?: radix_tree_next_chunk(numbers, iter, 0);
}

/*
 * The numbers that follow one another lie side by side in a node of the tree, so going from slot to
 * slot costs less than a search for each number does.  The idr of the initial pid namespace begins
 * at 0 (IDR_INIT() in kernel/pid.c), so the index of a slot is the number.
 *
 * Return: the first number that was not looked at; negative if none is left.
 */
static int cgi_collect_batch(struct cgi_snapshot *s, int tid)
{
	const struct radix_tree_root *numbers = &init_pid_ns.idr.idr_rt;
	size_t links = s->links.count, i = 0;
	struct radix_tree_iter iter;
	void __rcu **slot = radix_tree_iter_init(&iter, tid);
	struct pid *pid;

	rcu_read_lock();
	while ((slot = cgi_number_next(numbers, slot, &iter))) {
		if (i++ + (s->links.count - links) >= CGI_TASKS_BATCH)
			break;
		pid = radix_tree_deref_slot(slot);
		if (radix_tree_deref_retry(pid))
			slot = radix_tree_iter_retry(&iter);
		else if (pid)
			cgi_collect_pid(s, pid, iter.index);
	}
	rcu_read_unlock();
	return slot ? iter.index : -1;
}

/**
 * cgi_task_watch_begin() - from now on notice whether a task is forked
 * @s: the snapshot
 *
 * Relies on alloc_pid() in kernel/pid.c, which takes each number from
 * idr_alloc_cyclic() unless it is told which one to take.  So a fork moves the cursor.
 *
 * Context: Any.
 */
void cgi_task_watch_begin(struct cgi_snapshot *s)
{
	s->watch = (struct cgi_task_watch){ .cursor = idr_get_cursor(&init_pid_ns.idr) };
}

/**
 * cgi_task_watch_end() - note whether a task was forked since cgi_task_watch_begin()
 * @s: the snapshot, whose tasks were collected in between
 *
 * Context: Any.
 */
void cgi_task_watch_end(struct cgi_snapshot *s)
{
	s->watch.forked |= s->watch.cursor != idr_get_cursor(&init_pid_ns.idr);
}

/*
 * Look at records once more, and return the first one that is left.  A look may bring links of a
 * css_set, which count as much as records do.
 */
static size_t cgi_tasks_look_at_batch(struct cgi_snapshot *s, size_t i,
				      void (*look)(struct cgi_snapshot *s, struct cgi_task *record))
{
	size_t end = min_t(size_t, i + CGI_TASKS_BATCH, s->tasks.count);
	size_t links = s->links.count;

	rcu_read_lock();
	while (i + (s->links.count - links) < end)
		look(s, cgi_task_at(s, i++));
	rcu_read_unlock();
	return i;
}

static int cgi_tasks_look_again(struct cgi_snapshot *s,
				void (*look)(struct cgi_snapshot *s, struct cgi_task *record))
{
	size_t i = 0;

	while (i < s->tasks.count) {
		if (fatal_signal_pending(current))
			return -EINTR;
		i = cgi_tasks_look_at_batch(s, i, look);
		cgi_hold_pause();
	}
	return 0;
}

static void cgi_task_follow(struct cgi_snapshot *s, struct cgi_task *record)
{
	struct task_struct *task = cgi_task_successor(record);
	const struct css_set *cset;

	if (!task)
		return;
	cset = rcu_dereference(task->cgroups);
	cgi_task_fill(record, task, record->tid, cset);
	cgi_task_note(s, record, task, cset);
}

/**
 * cgi_collect_tasks() - collect every task
 * @s: where to; a task that has changed its number meanwhile may be there twice, until
 *     cgi_tasks_unite()
 *
 * Context: Process, cgroup_mutex held, so that no task migrates; sleeps.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_collect_tasks(struct cgi_snapshot *s)
{
	int tid = 1;

	while (tid > 0) {
		if (fatal_signal_pending(current))
			return -EINTR;
		tid = cgi_collect_batch(s, tid);
		cgi_hold_pause();
	}
	return cgi_array_fits(&s->tasks) ? cgi_tasks_look_again(s, cgi_task_follow) : 0;
}

/*
 * From dying_tasks a task goes to no other list.  So one that is on a list now, and was not
 * found on dying_tasks, has been on css_set->tasks all the time.
 */
static void cgi_task_look_at_exit(struct cgi_snapshot *s, struct cgi_task *record)
{
	const struct task_struct *task;

	if (record->list != CGI_LIST_UNKNOWN)
		return;
	task = cgi_task_again(record);
	if (task && !list_empty(&task->cg_list))
		record->list = CGI_LIST_TASKS;
}

/*
 * Namespaces of tasks were noted in the order of the tasks, and are met again in this order
 * unless one has changed.
 */
static void cgi_task_look_at_namespace(struct cgi_snapshot *s, struct cgi_task *record)
{
	struct task_struct *task = cgi_task_of(record->tid);
	struct cgi_namespace found = { NULL };
	const struct cgi_namespace *noted;

	if (task)
		found = cgi_namespace_of(task);
	if (!found.addr)
		return;
	noted = s->watch.nr_namespaces < s->namespaces.count ?
		cgi_namespace_at(s, s->watch.nr_namespaces) : NULL;
	if (!noted || noted->addr != found.addr || noted->css_set_addr != found.css_set_addr)
		s->watch.namespaces_changed = true;
	s->watch.nr_namespaces++;
}

/**
 * cgi_collect_namespaces() - see whether tasks still have the cgroup namespaces they had
 * @s: the snapshot, whose tasks and namespaces fit and are as they were collected
 *
 * Namespaces are made, left and freed without any lock of cgroups.  If each task has the same
 * one before and after the samples, that was the one it had when they were taken.
 *
 * Context: Process, cgroup_mutex held since the tasks were collected; sleeps; after
 *          cgi_collect_samples().
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_collect_namespaces(struct cgi_snapshot *s)
{
	int err = cgi_tasks_look_again(s, cgi_task_look_at_namespace);

	if (s->watch.nr_namespaces != s->namespaces.count)
		s->watch.namespaces_changed = true;
	return err;
}

/**
 * cgi_collect_exits() - see which exiting tasks are still on a list of their css_set
 * @s: the snapshot, whose tasks fit
 *
 * Such a task is on css_set->tasks unless dying_tasks, which was read just before, has it:
 * cgi_resolve() decides.
 *
 * Context: Process, cgroup_mutex held since the tasks were collected; sleeps; after
 *          cgi_collect_samples().
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_collect_exits(struct cgi_snapshot *s)
{
	return s->watch.exits ? cgi_tasks_look_again(s, cgi_task_look_at_exit) : 0;
}
