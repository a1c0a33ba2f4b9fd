// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judges of what the csses of controllers are for: whether they are there because somebody
 * has enabled them, whether their state is what their flags say, and who uses them.
 */
#include <linux/bits.h>

#include "judge.h"

static u32 cgi_subsystems_with(const struct cgi_snapshot *s, u32 flag)
{
	u32 mask = 0;
	size_t i;

	for (i = 0; i < s->subsystems.count; i++)
		if (cgi_subsys_at(s, i)->flags & flag)
			mask |= BIT(i);
	return mask;
}

static void cgi_blame_controllers(struct cgi_judge *judge, u32 index, u32 mask, const char *what)
{
	const struct cgi_snapshot *s = judge->snapshot;
	u32 nr;

	if (!mask)
		return;
	nr = __ffs(mask);
	if (nr < s->subsystems.count)
		cgi_blame(judge, CGI_INVARIANT_ENABLED, "cgroup %d:%llu: %s: %s",
			  cgi_hierarchy_of(s, index)->id, cgi_cgroup_at(s, index)->id,
			  cgi_subsys_at(s, nr)->name, what);
	else
		cgi_blame(judge, CGI_INVARIANT_ENABLED, "cgroup %d:%llu: no controller %u: %s",
			  cgi_hierarchy_of(s, index)->id, cgi_cgroup_at(s, index)->id, nr, what);
}

/**
 * cgi_judge_enabled() - judge the csses that a cgroup has
 * @judge: the judge
 * @index: index of the cgroup
 *
 * What is compared are the masks of the parent, which include what a controller depends
 * on, and what is always there on v2.  A threaded cgroup has threaded controllers only.
 *
 * Relies on kernel/cgroup/cgroup.c: mkdir, a write to subtree_control, and a mount change
 * masks and csses in one hold of cgroup_mutex.  If that fails they put both back, or remove
 * the cgroup.  Of a removed one the csses go one by one.
 *
 * Context: Process, may sleep.
 */
void cgi_judge_enabled(struct cgi_judge *judge, u32 index)
{
	const struct cgi_snapshot *s = judge->snapshot;
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, index);
	const struct cgi_cgroup_evidence *evidence = cgi_cgroup_evidence_at(s, index), *parent;
	u32 implicit = cgi_subsystems_with(s, CGI_SUBSYS_IMPLICIT_ON_DFL);
	u32 possible = BIT_ULL(s->subsystems.count) - 1, needed, visible;

	cgi_blame_controllers(judge, index, evidence->foreign, "its css is another one's");
	if (cgrp->state != CGI_CGROUP_LIVE)
		return;
	cgi_blame_controllers(judge, index, evidence->enabled & ~evidence->needed,
			      "enabled for children, which get no css");
	if (cgrp->parent == CGI_NONE)
		return;
	parent = cgi_cgroup_evidence_at(s, cgrp->parent);
	if (cgrp->threaded)
		possible = cgi_subsystems_with(s, CGI_SUBSYS_THREADED);
	if (cgi_hierarchy_of(s, index)->version == 1)
		implicit = 0;
	needed = parent->needed & possible;
	visible = (parent->enabled & possible) | (needed & implicit);
	cgi_blame_controllers(judge, index, needed & ~cgrp->controllers,
			      "enabled by its parent, but there is no css");
	cgi_blame_controllers(judge, index, cgrp->controllers & ~needed,
			      "not enabled by its parent, but there is a css");
	cgi_blame_controllers(judge, index, visible & ~evidence->visible,
			      "enabled by its parent, but there are no files");
	cgi_blame_controllers(judge, index, evidence->visible & ~visible,
			      "not enabled by its parent, but there are files");
}

/* The first thing that is wrong with the flags of a css, or NULL. */
static const char *cgi_css_wrong_flags(const struct cgi_css *css, bool current_of_cgroup)
{
	bool online = css->flags & CGI_CSS_FLAG_ONLINE, dying = css->flags & CGI_CSS_FLAG_DYING;
	bool root = css->parent == CGI_NONE;

	if (root != !!(css->flags & CGI_CSS_FLAG_NO_REF))
		return root ? "is a root, but counted" : "is not counted, but no root";
	if (css->flags & CGI_CSS_FLAG_RELEASED)
		return "is released, but still on a list";
	if (css->killed && !dying)
		return "is killed, but not dying";
	if (dying && (css->flags & CGI_CSS_FLAG_VISIBLE))
		return "is dying, but visible";
	if (!online && !css->killed)
		return "is not online, but was not killed";
	if (online != current_of_cgroup)
		return online ? "is online, but its cgroup does not name it" :
				"is not online, but its cgroup names it";
	return NULL;
}

/**
 * cgi_judge_css_state() - judge the state of a css
 * @judge: the judge
 * @css: the css
 *
 * A css counts itself in online_cnt until its kill is confirmed, and each child until that is
 * offline.  Only the confirmation comes without cgroup_mutex, so it may have come or not.
 *
 * Relies on online_css(), kill_css_sync() and kill_css_finish() (before 7.2: kill_css()),
 * css_killed_ref_fn(), css_killed_work_fn() and css_release_work_fn() in
 * kernel/cgroup/cgroup.c.
 *
 * Context: Process, may sleep.
 */
void cgi_judge_css_state(struct cgi_judge *judge, const struct cgi_css *css)
{
	const char *name = cgi_subsys_at(judge->snapshot, css->subsys)->name;
	const struct cgi_css_evidence *evidence = cgi_css_evidence_of(judge->snapshot, css);
	const char *wrong = cgi_css_wrong_flags(css, evidence->current_of_cgroup);
	int most = evidence->nr_online + (css->flags & CGI_CSS_FLAG_ONLINE ? 1 : 0);
	int least = css->killed ? evidence->nr_online : most;

	if (wrong)
		cgi_blame(judge, CGI_INVARIANT_CSS_STATE, "%s:%d %s", name, css->id, wrong);
	if (css->online_count < least || css->online_count > most)
		cgi_blame(judge, CGI_INVARIANT_CSS_STATE,
			  "%s:%d has online_cnt %d, but %u children are online", name, css->id,
			  css->online_count, evidence->nr_online);
}

/**
 * cgi_css_is_left_behind() - whether css_sets use a css though its controller has gone to v1
 * @s: the snapshot
 * @css: the css
 *
 * When an implicit controller is mounted on v1, kernels before 7.2, and 7.2 without its
 * updates, leave the css_sets of v2 at the csses that they had, until their tasks migrate.
 *
 * Context: Any.
 * Return: true if that may be so.
 */
bool cgi_css_is_left_behind(const struct cgi_snapshot *s, const struct cgi_css *css)
{
	const struct cgi_subsys *subsys = cgi_subsys_at(s, css->subsys);

	return cgi_css_is_removed(css) && subsys->hierarchy_id &&
	       subsys->flags & CGI_SUBSYS_IMPLICIT_ON_DFL;
}

/**
 * cgi_judge_e_csets() - judge the list of the css_sets that use a css
 * @judge: the judge
 * @css: the css
 *
 * Css_sets die meanwhile and none is made.  So those that were still there at the end were
 * on the list, and nothing is on it that was not there in the beginning.
 *
 * Without "cgroup: Do not corrupt task iteration when rebinding subsystem" (6.5 at the latest,
 * and updates of older series) rebind_subsystems() puts all css_sets on the list of the new
 * root, those that it leaves behind among them.
 *
 * Context: Process, may sleep.
 */
void cgi_judge_e_csets(struct cgi_judge *judge, const struct cgi_css *css)
{
	const struct cgi_css_evidence *evidence = cgi_css_evidence_of(judge->snapshot, css);
	u32 found = evidence->nr_on_e_csets;
	bool wrong = found < evidence->nr_alive || found > css->nr_css_sets;

	if (!evidence->e_csets_known ||
	    (wrong && cgi_css_is_left_behind(judge->snapshot, css)))
		cgi_skip(judge, CGI_INVARIANT_E_CSETS);
	else if (wrong)
		cgi_blame(judge, CGI_INVARIANT_E_CSETS,
			  "%s:%d is used by %u css_sets, on its list are %u",
			  cgi_subsys_at(judge->snapshot, css->subsys)->name, css->id,
			  css->nr_css_sets, found);
}
