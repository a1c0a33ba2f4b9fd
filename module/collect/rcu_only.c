// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks and their memberships with no lock but RCU, for kernels on which the two locks
 * can't be found.  No css leads to a hierarchy without controllers, so named
 * hierarchies of that kind are missing.
 *
 * There is no graph to resolve here: a task's memberships are copied and written as
 * text one task after the other, which is why this collector writes text itself.
 */
#include <linux/bits.h>
#include <linux/cgroup.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "../derive/paths.h"
#include "../snapshot/memory.h"
#include "../snapshot/path.h"
#include "../snapshot/snapshot.h"
#include "rcu_only.h"
#include "task_more.h"
#include "tasks.h"
#include "trees.h"

/* The default hierarchy and, at most, one for each controller. */
#define CGI_MEMBERSHIPS	(CGROUP_SUBSYS_COUNT + 1)

/* All paths of one task; the maximum is far above what a sane system needs. */
#define CGI_PATHS_MIN	(2 * PATH_MAX)
#define CGI_PATHS_MAX	(16 << 20)

struct cgi_membership {
	int hierarchy_id;
	u32 controllers;
	bool deleted;
	size_t path;
	char name[CGI_HIERARCHY_NAME_LEN];
};

/*
 * What one task is a member of, copied in one RCU read section.  Its memory is
 * allocated before that section begins; @full says that more is needed.
 */
struct cgi_memberships {
	struct cgi_membership list[CGI_MEMBERSHIPS];
	unsigned int count;
	char *paths;
	size_t length;
	size_t capacity;
	bool full;
};

static int cgi_memberships_reserve(struct cgi_memberships *m)
{
	size_t capacity = max_t(size_t, 2 * m->capacity, CGI_PATHS_MIN);

	if (m->paths && !m->full)
		return 0;
	if (capacity > CGI_PATHS_MAX)
		return -ENAMETOOLONG;
	kvfree(m->paths);
	m->paths = cgi_alloc(capacity, 1);
	m->capacity = m->paths ? capacity : 0;
	return m->paths ? 0 : -ENOMEM;
}

/*
 * The node of a root cgroup may be freed without a grace period, so it is not touched;
 * its path is known.  The node of any other cgroup lives as long as the cgroup.
 *
 * For a path that is too long, kernels return an error or what they had room for.  A path
 * that just fits can't be told from one that was cut, so it counts as too long, too.
 */
static void cgi_path_copy(struct cgi_memberships *m, struct cgroup *cgrp)
{
	size_t room = m->capacity - m->length;
	char *path = m->paths + m->length;
	int len;

	m->full = room < 2;
	if (m->full)
		return;
	len = cgroup_parent(cgrp) ? cgroup_path(cgrp, path, room) : strscpy(path, "/", room);
	m->full = len < 0 || len + 1 >= room;
	if (!m->full)
		m->length += len + 1;
}

/*
 * A hierarchy has the controllers by which it was found.  Its own mask would not do:
 * rebind_subsystems() changes that before or after the css moves, with waits in between.
 */
static void cgi_membership_copy(struct cgi_memberships *m, struct cgroup *cgrp, u32 controller)
{
	const struct cgroup_root *root = cgrp->root;
	struct cgi_membership *ms;
	unsigned int i;

	if (m->full)
		return;
	for (i = 0; i < m->count; i++) {
		if (m->list[i].hierarchy_id != root->hierarchy_id)
			continue;
		m->list[i].controllers |= controller;
		return;
	}
	ms = &m->list[m->count++];
	ms->hierarchy_id = root->hierarchy_id;
	ms->controllers = controller;
	ms->deleted = !(READ_ONCE(cgrp->self.flags) & CSS_ONLINE);
	ms->path = m->length;
	strscpy(ms->name, root->name, sizeof(ms->name));
	cgi_path_copy(m, cgrp);
}

/*
 * In a v1 hierarchy the css of a controller is that of the task's cgroup.  On the default
 * hierarchy it may be an ancestor's: there only dfl_cgrp tells the membership.
 *
 * A controller that is implicit on the default hierarchy can be mounted on v1 while cgroups
 * have csses of it.  Kernels before 7.3, and 7.2 without its updates, leave the css_sets of
 * these cgroups at such a css.  They are linked to the root of the controller's new hierarchy.
 */
static struct cgroup *cgi_cgroup_of_controller(const struct cgroup_subsys_state *css)
{
	struct cgroup *cgrp = READ_ONCE(css->cgroup);
	struct cgroup_root *root = READ_ONCE(css->ss->root);

	return cgrp->root == &cgrp_dfl_root ? &root->cgrp : cgrp;
}

static void cgi_memberships_copy(struct cgi_memberships *m, const struct css_set *cset)
{
	struct cgroup *cgrp;
	int ssid;

	m->length = 0;
	cgi_membership_copy(m, cset->dfl_cgrp, 0);
	for (ssid = 0; ssid < CGROUP_SUBSYS_COUNT; ssid++) {
		cgrp = cgi_cgroup_of_controller(cset->subsys[ssid]);
		if (cgrp->root != &cgrp_dfl_root)
			cgi_membership_copy(m, cgrp, BIT(ssid));
	}
}

static int cgi_membership_compare(const void *a, const void *b)
{
	const struct cgi_membership *x = a, *y = b;

	return x->hierarchy_id > y->hierarchy_id ? -1 : x->hierarchy_id < y->hierarchy_id;
}

static void cgi_memberships_write(struct cgi_snapshot *s, struct cgi_memberships *m)
{
	const struct cgi_membership *ms;
	unsigned int i;

	sort(m->list, m->count, sizeof(m->list[0]), cgi_membership_compare, NULL);
	for (i = 0; i < m->count; i++) {
		ms = &m->list[i];
		cgi_text_printf(&s->text, "%s%d:", i ? " " : "", ms->hierarchy_id);
		cgi_paths_put_controllers(s, ms->controllers, ms->name);
		cgi_text_put(&s->text, ":", 1);
		cgi_text_put_escaped(&s->text, m->paths + ms->path);
		if (ms->deleted)
			cgi_text_put(&s->text, CGI_PATH_DELETED, strlen(CGI_PATH_DELETED));
	}
	cgi_text_end(&s->text);
}

/* Room for the worst case: each byte of a path is escaped, every controller named. */
static size_t cgi_memberships_room(const struct cgi_memberships *m)
{
	return 4 * m->length + 2 * CGI_MEMBERSHIPS *
	       (CGI_SUBSYS_NAME_LEN + 4 * CGI_HIERARCHY_NAME_LEN);
}

/*
 * Tasks with neighbouring numbers mostly share their memberships, so they share the text.
 * @record is NULL if it did not fit.
 */
static int cgi_task_write(struct cgi_snapshot *s, struct cgi_memberships *m, size_t *previous,
			  struct cgi_task *record)
{
	size_t offset;

	if (cgi_text_reserve(&s->text, cgi_memberships_room(m)))
		return -ENOMEM;
	offset = cgi_text_begin(&s->text);
	cgi_memberships_write(s, m);
	if (strcmp(cgi_text_at(&s->text, *previous), cgi_text_at(&s->text, offset)))
		*previous = offset;
	else
		s->text.length = offset;
	if (record)
		record->cgroups = *previous;
	return 0;
}

/*
 * Without css_set_lock nobody can tell which list has the task.
 *
 * Return: the number after the task; the same number if more room for its memberships is
 * needed; negative if no task is left.
 */
static int cgi_task_read(struct cgi_snapshot *s, struct cgi_memberships *m, int tid,
			 struct cgi_task **record)
{
	struct task_struct *task;
	struct css_set *cset;
	bool forked;

	m->count = 0;
	m->full = false;
	*record = NULL;
	rcu_read_lock();
	task = cgi_task_at_or_after(&tid, &forked);
	if (task) {
		/* Only one read of task->cgroups, as the task may migrate meanwhile. */
		cset = rcu_dereference(task->cgroups);
		cgi_memberships_copy(m, cset);
		if (!m->full)
			*record = cgi_task_copy(s, task, tid, cset);
		if (!m->full)
			cgi_task_note_origin(s, *record, task);
		if (*record)
			(*record)->list = CGI_LIST_UNKNOWN;
	}
	rcu_read_unlock();
	return tid < 0 || m->full ? tid : tid + 1;
}

/* If more room for the memberships is needed, the record stays as it was for the next time. */
static void cgi_task_follow_rcu(struct cgi_snapshot *s, struct cgi_memberships *m,
				struct cgi_task *record)
{
	struct task_struct *task;
	struct css_set *cset;

	m->count = 0;
	m->full = false;
	rcu_read_lock();
	task = cgi_task_successor(record);
	if (task) {
		cset = rcu_dereference(task->cgroups);
		cgi_memberships_copy(m, cset);
		if (!m->full) {
			cgi_task_fill(record, task, record->tid, cset);
			cgi_task_note_origin(s, record, task);
			record->list = CGI_LIST_UNKNOWN;
		}
	}
	rcu_read_unlock();
}

/* A thread that was not found by its number may have taken over that of its leader. */
static int cgi_follow_each_task(struct cgi_snapshot *s, struct cgi_memberships *m,
				size_t *previous)
{
	struct cgi_task *record;
	size_t i = 0;
	int err = 0;

	while (i < s->tasks.count && !err) {
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		err = cgi_memberships_reserve(m);
		if (err)
			break;
		record = cgi_task_at(s, i);
		cgi_task_follow_rcu(s, m, record);
		if (m->full)
			continue;
		if (m->count)
			err = cgi_task_write(s, m, previous, record);
		i++;
	}
	return err;
}

static int cgi_collect_each_task(struct cgi_snapshot *s, struct cgi_memberships *m)
{
	struct cgi_task *record;
	size_t previous = 0;
	int err = 0, tid = 1;

	while (tid > 0 && !err) {
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		err = cgi_memberships_reserve(m);
		if (err)
			break;
		tid = cgi_task_read(s, m, tid, &record);
		if (m->count && !m->full)
			err = cgi_task_write(s, m, &previous, record);
	}
	if (!err && cgi_array_fits(&s->tasks))
		err = cgi_follow_each_task(s, m, &previous);
	return err;
}

/**
 * cgi_collect_tasks_rcu() - collect every task with its memberships from RCU alone
 * @s: where to; named hierarchies without controllers are missing
 *
 * Relies on kernel/cgroup/cgroup.c.  A css_set is freed by kfree_rcu(), after it has put
 * its csses.  A css is freed, and lets go of its cgroup, an RCU grace period after its
 * last reference (css_release()).  So all that a task's css_set leads to can be read
 * in the RCU read section that found the task.
 *
 * Context: Process, no lock held; sleeps.
 * Return: 0, -EINTR if the caller was killed, -ENOMEM, or -ENAMETOOLONG if the
 *         paths of one task take more than 16 MiB.
 */
int cgi_collect_tasks_rcu(struct cgi_snapshot *s)
{
	struct cgi_memberships *m = kzalloc(sizeof(*m), CGI_GFP);
	int err;

	if (!m)
		return -ENOMEM;
	rcu_read_lock();
	cgi_collect_subsystems(s);
	rcu_read_unlock();
	s->text.length = 0;
	err = cgi_text_reserve(&s->text, 1);
	if (!err) {
		/* At offset 0 is the empty string, which no task has as its memberships. */
		cgi_text_end(&s->text);
		err = cgi_collect_each_task(s, m);
	}
	kvfree(m->paths);
	kfree(m);
	return err;
}
