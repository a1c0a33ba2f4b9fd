// SPDX-License-Identifier: GPL-2.0-only
/*
 * From what was found of holders to the lines of a file, which add up.
 *
 *	earlier pass		search			this pass
 *	what is unaccounted	who holds it		what is unaccounted
 *
 * Holders are found one after the other, and hold and let go meanwhile.  So what no holder
 * explains is a number that is only about right, unless as much was unaccounted before and
 * after the search.
 */
#include <linux/bsearch.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "../snapshot/keys.h"
#include "../snapshot/snapshot.h"
#include "holder_order.h"
#include "holders.h"

/**
 * struct cgi_object - an object that can be held
 * @addr: identity
 * @number: as in &struct cgi_holder
 * @unaccounted: references that are to be explained
 * @index: of its record
 * @kind: &enum cgi_held_kind
 * @live: it was not removed
 */
struct cgi_object {
	const void *addr;
	u64 number;
	struct cgi_refs unaccounted;
	u32 index;
	u8 kind;
	bool live;
};

static struct cgi_object cgi_object_of_cgroup(const struct cgi_snapshot *s, u32 i)
{
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, i);

	return (struct cgi_object){
		.addr = cgrp->addr, .number = cgrp->serial, .unaccounted = cgrp->unaccounted,
		.index = i, .kind = CGI_HELD_CGROUP, .live = cgrp->state == CGI_CGROUP_LIVE,
	};
}

static struct cgi_object cgi_object_of_css(const struct cgi_snapshot *s, u32 i)
{
	const struct cgi_css *css = cgi_css_at(s, i);

	return (struct cgi_object){
		.addr = css->addr, .number = css->serial, .unaccounted = css->unaccounted,
		.index = i, .kind = CGI_HELD_CSS,
		.live = css->state == CGI_CSS_ONLINE || css->state == CGI_CSS_OFFLINE,
	};
}

static struct cgi_object cgi_object_of_css_set(const struct cgi_snapshot *s, u32 i)
{
	const struct cgi_css_set *cset = cgi_css_set_at(s, i);
	u32 cgroup = cset->default_cgroup;

	return (struct cgi_object){
		.addr = cset->addr, .unaccounted = cset->unaccounted,
		.number = cgroup == CGI_NONE ? 0 : cgi_cgroup_at(s, cgroup)->serial,
		.index = i, .kind = CGI_HELD_CSS_SET, .live = !cset->dead,
	};
}

/* In the order of the file; each record begins with its identity. */
static const struct {
	size_t records;
	struct cgi_object (*get)(const struct cgi_snapshot *s, u32 i);
} cgi_object_kinds[] = {
	[CGI_HELD_CGROUP]  = { offsetof(struct cgi_snapshot, cgroups), cgi_object_of_cgroup },
	[CGI_HELD_CSS]	   = { offsetof(struct cgi_snapshot, csses), cgi_object_of_css },
	[CGI_HELD_CSS_SET] = { offsetof(struct cgi_snapshot, css_sets), cgi_object_of_css_set },
};

static const struct cgi_array *cgi_objects(const struct cgi_snapshot *s, unsigned int kind)
{
	return (const void *)s + cgi_object_kinds[kind].records;
}

/* ---- before the search ---- */

static int cgi_held_compare(const void *a, const void *b)
{
	const struct cgi_held *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

static int cgi_held_add(struct cgi_snapshot *s, const struct cgi_object *object)
{
	int err;

	if (object->unaccounted.kind == CGI_REFS_UNKNOWN || !object->unaccounted.count)
		return 0;
	err = cgi_array_grow(&s->held, 1);
	if (err)
		return err;
	*(struct cgi_held *)cgi_array_add(&s->held, 1) = (struct cgi_held){
		.addr = object->addr, .number = object->number,
		.unaccounted = object->unaccounted,
	};
	return 0;
}

/**
 * cgi_holders_expect() - note what is unaccounted before holders are looked for
 * @s: the snapshot, derived
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_holders_expect(struct cgi_snapshot *s)
{
	struct cgi_object object;
	unsigned int kind;
	int err;
	u32 i;

	s->held.count = 0;
	for (kind = 0; kind < ARRAY_SIZE(cgi_object_kinds); kind++) {
		for (i = 0; i < cgi_objects(s, kind)->count; i++) {
			err = cgi_pause(i);
			if (err)
				return err;
			object = cgi_object_kinds[kind].get(s, i);
			err = cgi_held_add(s, &object);
			if (err)
				return err;
		}
	}
	return cgi_array_sort(&s->held, cgi_held_compare);
}

/* ---- which object a holder holds ---- */

/* Return: false if the object has gone meanwhile. */
static bool cgi_holder_resolve(const struct cgi_snapshot *s, const struct cgi_keys *keys,
			       struct cgi_holder *holder)
{
	struct cgi_object object;

	holder->held = cgi_keys_find(&keys[holder->held_kind], holder->held_addr);
	if (holder->held == CGI_NONE)
		return false;
	object = cgi_object_kinds[holder->held_kind].get(s, holder->held);
	holder->live = object.live;
	return object.number == holder->held_number;
}

/* Drops holders of objects that are gone, and closes the gaps. */
static int cgi_holders_resolve_all(struct cgi_snapshot *s, const struct cgi_keys *keys)
{
	size_t count = s->holders.count, kept = 0, i;
	struct cgi_holder *holder;

	for (i = 0; i < count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		holder = cgi_holder_at(s, i);
		if (cgi_holder_resolve(s, keys, holder))
			*cgi_holder_at(s, kept++) = *holder;
	}
	s->holders.count = kept;
	return 0;
}

static int cgi_holders_resolve(struct cgi_snapshot *s)
{
	struct cgi_keys keys[ARRAY_SIZE(cgi_object_kinds)] = { };
	unsigned int kind;
	int err = 0;

	for (kind = 0; kind < ARRAY_SIZE(keys) && !err; kind++)
		err = cgi_keys_init(&keys[kind], cgi_objects(s, kind));
	if (!err)
		err = cgi_holders_resolve_all(s, keys);
	for (kind = 0; kind < ARRAY_SIZE(keys); kind++)
		cgi_keys_deinit(&keys[kind]);
	return err;
}

/* What was collected under cgroup_mutex has the form of holders already. */
static int cgi_holders_add_inside(struct cgi_snapshot *s)
{
	size_t count = s->inside.count;
	int err = cgi_array_grow(&s->holders, count);

	if (!err && count)
		memcpy(cgi_array_add(&s->holders, count), s->inside.data,
		       count * s->inside.size);
	return err;
}

/* ---- each reference once ---- */

/* Each descriptor of a holder has all of it, and one of them the references. */
static void cgi_holder_unite(struct cgi_holder *last, const struct cgi_holder *part)
{
	if (last->refs.count)
		last->refs.count += part->refs.count;
	if (last->amount != CGI_NOT_COUNTED)
		last->amount += part->amount;
}

/*
 * Of one holder the first record has the references.  Parts of it that hold the same object
 * become one record; other descriptors stay, to be shown; and what was found without a
 * descriptor says nothing new.
 *
 * Return: whether the record stays.
 */
static bool cgi_holder_is_new(struct cgi_holder *last, struct cgi_holder *holder)
{
	if (!last || !cgi_holder_is_same(last, holder))
		return true;
	if (!cgi_holder_compare_who(last, holder)) {
		if (last->part != holder->part)
			cgi_holder_unite(last, holder);
		last->part = holder->part;
		return false;
	}
	if (holder->fd < 0)
		return false;
	holder->refs.count = 0;
	return true;
}

static int cgi_holders_count_once(struct cgi_snapshot *s)
{
	struct cgi_holder *last = NULL, *holder;
	size_t kept = 0, i;

	for (i = 0; i < s->holders.count; i++) {
		if (cgi_pause(i))
			return -EINTR;
		holder = cgi_holder_at(s, i);
		if (!cgi_holder_is_new(last, holder))
			continue;
		last = cgi_holder_at(s, kept++);
		*last = *holder;
	}
	s->holders.count = kept;
	return 0;
}

/* References to css_sets that the graph has counted already must not be counted again. */
static int cgi_holders_forgive(struct cgi_snapshot *s, enum cgi_holder_kind kind,
			       const struct cgi_array *graph)
{
	struct cgi_keys keys = { };
	struct cgi_holder *holder;
	int err = cgi_keys_init(&keys, graph);
	size_t i;

	for (i = 0; i < s->holders.count && !err; i++) {
		err = cgi_pause(i);
		holder = cgi_holder_at(s, i);
		if (holder->kind == kind && holder->held_kind == CGI_HELD_CSS_SET &&
		    cgi_keys_find(&keys, holder->addr) != CGI_NONE)
			holder->refs.count = 0;
	}
	cgi_keys_deinit(&keys);
	return err;
}

/*
 * The graph has counted namespaces with a task in them.  From 7.2 on it has also counted a leader
 * that was reaped after its threads and that a perf event holds, as such a task stays on
 * dying_tasks until its task_struct is freed.
 */
static int cgi_holders_forgive_graph(struct cgi_snapshot *s)
{
	int err = cgi_holders_forgive(s, CGI_HOLDER_CGROUP_NS, &s->namespaces);

	return err ? err : cgi_holders_forgive(s, CGI_HOLDER_PERF_EVENT, &s->off_list);
}

/* ---- what is left over ---- */

static int cgi_holders_add(struct cgi_snapshot *s, const struct cgi_object *object,
			   enum cgi_holder_kind kind, struct cgi_refs refs, const char *phrase)
{
	int err = cgi_array_grow(&s->holders, 1);

	if (err)
		return err;
	*(struct cgi_holder *)cgi_array_add(&s->holders, 1) = (struct cgi_holder){
		.held_addr = object->addr, .held_number = object->number,
		.held = object->index, .held_kind = object->kind, .live = object->live,
		.kind = kind, .refs = refs, .amount = CGI_NOT_COUNTED, .fd = -1,
		.phrase = phrase,
	};
	return 0;
}

/*
 * Kinds of holders that no search finds, by what they hold.  howto.rst has a recipe of each
 * name.  A file that no task has open can hold a cgroup or a css, but no css_set.
 */
static const struct {
	u8 held_kind;
	const char *controller;
	const char *recipe;
} cgi_unseen[] = {
	{ CGI_HELD_CGROUP, NULL, "files" },
	{ CGI_HELD_CSS, NULL, "files" },
	{ CGI_HELD_CSS, "memory", "memory" },
	{ CGI_HELD_CSS, "io", "io" },
	{ CGI_HELD_CSS, "hugetlb", "hugetlb" },
	{ CGI_HELD_CSS, "rdma", "charges" },
	{ CGI_HELD_CSS, "misc", "charges" },
	{ CGI_HELD_CSS, "dmem", "charges" },
	{ CGI_HELD_CSS_SET, NULL, "namespaces" },
};

static bool cgi_object_is_of(const struct cgi_snapshot *s, const struct cgi_object *object,
			     const char *controller)
{
	const struct cgi_css *css;

	if (!controller)
		return true;
	css = cgi_css_at(s, object->index);
	return !strcmp(cgi_subsys_at(s, css->subsys)->name, controller);
}

static int cgi_holders_add_unseen(struct cgi_snapshot *s, const struct cgi_object *object)
{
	const struct cgi_refs none = { .kind = CGI_REFS_EXACT };
	unsigned int i;
	int err = 0;

	if (object->kind == CGI_HELD_CGROUP &&
	    cgi_cgroup_at(s, object->index)->parent == CGI_NONE)
		err = cgi_holders_add(s, object, CGI_HOLDER_UNSEEN, none, "mounts");
	for (i = 0; i < ARRAY_SIZE(cgi_unseen) && !err; i++)
		if (cgi_unseen[i].held_kind == object->kind &&
		    cgi_object_is_of(s, object, cgi_unseen[i].controller))
			err = cgi_holders_add(s, object, CGI_HOLDER_UNSEEN, none,
					      cgi_unseen[i].recipe);
	return err;
}

static bool cgi_object_has_moved(const struct cgi_snapshot *s, const struct cgi_object *object)
{
	const struct cgi_held key = { .addr = object->addr };
	const struct cgi_held *held = bsearch(&key, s->held.data, s->held.count, s->held.size,
					      cgi_held_compare);

	if (!held || held->number != object->number)
		return object->unaccounted.count;
	return held->unaccounted.count != object->unaccounted.count;
}

/* What the holders of an object explain together. */
struct cgi_explained {
	long refs;
	bool mapped;
};

/* Of pages that are mapped it is known how many there are, but not who has mapped them. */
static int cgi_holders_add_mapped(struct cgi_snapshot *s, const struct cgi_object *object)
{
	const struct cgi_refs none = { .kind = CGI_REFS_EXACT };

	return cgi_holders_add(s, object, CGI_HOLDER_UNSEEN, none, "memory");
}

static int cgi_holders_add_rest(struct cgi_snapshot *s, const struct cgi_object *object,
				const struct cgi_explained *found)
{
	struct cgi_refs rest = object->unaccounted;
	int err;

	if (rest.kind == CGI_REFS_UNKNOWN || rest.count == found->refs ||
	    (rest.count < 0 && !found->refs))
		return found->mapped ? cgi_holders_add_mapped(s, object) : 0;
	rest.count -= found->refs;
	if (rest.count < 0 || s->holders_missed || cgi_object_has_moved(s, object))
		rest.kind = CGI_REFS_ABOUT;
	rest.count = max_t(long, rest.count, 0);
	err = cgi_holders_add(s, object, CGI_HOLDER_UNKNOWN, rest, NULL);
	return err ? err : cgi_holders_add_unseen(s, object);
}

/* Goes along the holders of an object; @at goes on to those of the next one. */
static struct cgi_explained cgi_holders_sum(const struct cgi_snapshot *s,
					    const struct cgi_object *object, size_t *at,
					    size_t count)
{
	struct cgi_explained found = { 0 };
	const struct cgi_holder *holder;

	for (; *at < count; (*at)++) {
		holder = cgi_holder_at(s, *at);
		if (holder->held_kind != object->kind || holder->held != object->index)
			break;
		found.refs += holder->refs.count;
		found.mapped |= holder->mapped;
	}
	return found;
}

/* Holders are in the order of objects, those that are added here excepted. */
static int cgi_holders_add_rests(struct cgi_snapshot *s)
{
	size_t count = s->holders.count, at = 0;
	struct cgi_explained found;
	struct cgi_object object;
	unsigned int kind;
	int err;
	u32 i;

	for (kind = 0; kind < ARRAY_SIZE(cgi_object_kinds); kind++) {
		for (i = 0; i < cgi_objects(s, kind)->count; i++) {
			err = cgi_pause(i);
			if (err)
				return err;
			object = cgi_object_kinds[kind].get(s, i);
			found = cgi_holders_sum(s, &object, &at, count);
			err = cgi_holders_add_rest(s, &object, &found);
			if (err)
				return err;
		}
	}
	return 0;
}

/* ---- all of it ---- */

/**
 * cgi_holders_account() - make of what was found what is shown
 * @s: the snapshot, derived once more after holders were looked for
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_holders_account(struct cgi_snapshot *s)
{
	int err = cgi_holders_add_inside(s);

	if (!err)
		err = cgi_holders_resolve(s);
	if (!err)
		err = cgi_array_sort(&s->holders, cgi_holder_compare_once);
	if (!err)
		err = cgi_holders_count_once(s);
	if (!err)
		err = cgi_holders_forgive_graph(s);
	if (!err)
		err = cgi_holders_add_rests(s);
	return err ? err : cgi_array_sort(&s->holders, cgi_holder_compare);
}
