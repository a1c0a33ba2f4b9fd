// SPDX-License-Identifier: GPL-2.0-only
/*
 * Noting that somebody holds an object of the snapshot.
 */
#include <linux/build_bug.h>
#include <linux/cgroup-defs.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "../../snapshot/snapshot.h"
#include "finder.h"

/**
 * cgi_finder_init() - begin a search
 * @f: the search; give it back also if this fails
 * @s: a derived snapshot, which stays as it is until the end of the search, but for what is
 *     found
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_finder_init(struct cgi_finder *f, struct cgi_snapshot *s)
{
	int err;

	BUILD_BUG_ON(offsetof(struct cgi_cgroup, addr));
	BUILD_BUG_ON(offsetof(struct cgi_css, addr));
	BUILD_BUG_ON(offsetof(struct cgi_css_set, addr));
	memset(f, 0, sizeof(*f));
	f->s = s;
	s->holders.count = 0;
	s->holders_missed = false;
	s->paths.length = 0;
	err = cgi_keys_init(&f->cgroups, &s->cgroups);
	if (!err)
		err = cgi_keys_init(&f->csses, &s->csses);
	if (!err)
		err = cgi_keys_init(&f->css_sets, &s->css_sets);
	if (!err)
		err = cgi_tables_init(&f->tables, s->tasks.count);
	return err;
}

/**
 * cgi_finder_deinit() - give the memory back
 * @f: the search
 *
 * Context: Process, may sleep.
 */
void cgi_finder_deinit(struct cgi_finder *f)
{
	cgi_tables_deinit(&f->tables);
	cgi_keys_deinit(&f->css_sets);
	cgi_keys_deinit(&f->csses);
	cgi_keys_deinit(&f->cgroups);
}

/**
 * cgi_finder_reserve() - make sure that all that one hold can find has room
 * @f: the search
 *
 * Called before each hold, so it also reschedules and sees whether the caller was killed.
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_finder_reserve(struct cgi_finder *f)
{
	cond_resched();
	if (fatal_signal_pending(current))
		return -EINTR;
	f->steps = CGI_FINDER_STEPS;
	return cgi_array_grow(&f->s->holders, CGI_FINDER_ROOM);
}

/* What is stored is what was found, with whose descriptor it was and what it holds. */
static void cgi_finder_note(struct cgi_finder *f, const struct cgi_holder *what,
			    enum cgi_held_kind held_kind, const void *addr, u64 number)
{
	struct cgi_holder *holder = cgi_array_add(&f->s->holders, 1);

	/* cgi_finder_reserve() has made room for all that can come. */
	if (!holder) {
		f->s->holders.count--;
		return;
	}
	*holder = *what;
	holder->held_kind = held_kind;
	holder->held_addr = addr;
	holder->held_number = number;
	if (!holder->amount)
		holder->amount = CGI_NOT_COUNTED;
	holder->tid = f->at.tid;
	holder->fd = f->at.fd;
	memcpy(holder->comm, f->at.comm, sizeof(holder->comm));
}

/*
 * Roots have no reference count that a holder could explain, and most sockets and files refer to a
 * root only because their task is in no other cgroup.  Holders that a user has attached to a
 * cgroup on purpose are noted for roots, too.
 */
static bool cgi_finder_wants(const struct cgi_finder *f, const struct cgi_holder *what,
			     const struct cgi_refs *refs, bool live)
{
	if (live && f->removed_only)
		return false;
	switch (what->kind) {
	case CGI_HOLDER_PERF_EVENT:
	case CGI_HOLDER_BPF_LINK:
	case CGI_HOLDER_BPF_MAP:
	case CGI_HOLDER_BPF_ITER:
		return true;
	}
	return !live || (what->refs.count && refs->kind != CGI_REFS_UNKNOWN);
}

/**
 * cgi_find_cgroup() - a holder of a cgroup was found
 * @f: the search
 * @cgrp: the cgroup, or NULL
 * @what: the holder
 *
 * Context: In an RCU read section in which @cgrp was seen to be held.
 */
void cgi_find_cgroup(struct cgi_finder *f, const struct cgroup *cgrp,
		     const struct cgi_holder *what)
{
	u32 i = cgrp ? cgi_keys_find(&f->cgroups, cgrp) : CGI_NONE;
	const struct cgi_cgroup *record;

	if (i == CGI_NONE)
		return;
	record = cgi_cgroup_at(f->s, i);
	if (record->serial != cgrp->self.serial_nr ||
	    !cgi_finder_wants(f, what, &record->refs, record->state == CGI_CGROUP_LIVE))
		return;
	cgi_finder_note(f, what, CGI_HELD_CGROUP, cgrp, record->serial);
}

/**
 * cgi_find_css() - a holder of a css was found
 * @f: the search
 * @css: the css of a controller, or NULL
 * @what: the holder
 *
 * Context: In an RCU read section in which @css was seen to be held.
 */
void cgi_find_css(struct cgi_finder *f, const struct cgroup_subsys_state *css,
		  const struct cgi_holder *what)
{
	u32 i = css ? cgi_keys_find(&f->csses, css) : CGI_NONE;
	const struct cgi_css *record;
	bool live;

	if (i == CGI_NONE)
		return;
	record = cgi_css_at(f->s, i);
	live = record->state == CGI_CSS_ONLINE || record->state == CGI_CSS_OFFLINE;
	if (record->serial != css->serial_nr || !cgi_finder_wants(f, what, &record->refs, live))
		return;
	cgi_finder_note(f, what, CGI_HELD_CSS, css, record->serial);
}

/**
 * cgi_find_css_set() - a holder of a css_set was found
 * @f: the search
 * @cset: the css_set, or NULL
 * @what: the holder
 *
 * A css_set has no number of its own.  What another one at its address is most likely to
 * differ in is its cgroup in the default hierarchy.
 *
 * Context: In an RCU read section in which @cset was seen to be held.
 */
void cgi_find_css_set(struct cgi_finder *f, const struct css_set *cset,
		      const struct cgi_holder *what)
{
	u32 i = cset ? cgi_keys_find(&f->css_sets, cset) : CGI_NONE;
	const struct cgi_css_set *record;

	if (i == CGI_NONE)
		return;
	record = cgi_css_set_at(f->s, i);
	if (record->default_addr != cset->dfl_cgrp)
		return;
	cgi_finder_note(f, what, CGI_HELD_CSS_SET, cset, cset->dfl_cgrp->self.serial_nr);
}
