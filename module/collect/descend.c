// SPDX-License-Identifier: GPL-2.0-only
/*
 * The walk over a tree of csses, those of cgroups included.
 *
 * css_for_each_descendant_pre() climbs by css->parent, and with a wrong parent it may never end.
 * This walk remembers its ancestors, and relies only on the lists of children.  It visits no css
 * twice, whatever is wrong with the lists: from each node the prev pointers lead to one head,
 * which belongs to one parent, and the root of the tree is on no list that is walked.
 */
#include <linux/cgroup.h>
#include <linux/minmax.h>

#include "css_sets.h"
#include "descend.h"
#include "list.h"
#include "locks.h"

/*
 * If two lists have become one, a list leads to a head, which is no css.  The head is in a
 * css, too, right behind the node of that css.  So what seems to be css->ss is its
 * refcnt.data, which is no controller, and not NULL as long as there are children.
 */
static bool cgi_is_css(const struct cgroup_subsys_state *css, const struct cgroup_subsys *ss)
{
	int ssid;

	BUILD_BUG_ON(offsetof(struct cgroup_subsys_state, children) -
		     offsetof(struct cgroup_subsys_state, sibling) !=
		     offsetof(struct cgroup_subsys_state, refcnt.data) -
		     offsetof(struct cgroup_subsys_state, ss));
	if (css->ss == ss)
		return true;
	for (ssid = 0; ssid < CGROUP_SUBSYS_COUNT; ssid++)
		if (css->ss == cgi_init_css_set()->subsys[ssid]->ss)
			return true;
	return false;
}

static void cgi_descent_blame(struct cgi_descent *d, struct cgroup_subsys_state *parent)
{
	if (d->again)
		return;
	if (d->ss)
		cgi_list_is_broken(d->s, CGI_LIST_OF_CSSES, parent);
	else
		cgi_list_is_broken(d->s, CGI_LIST_OF_CHILDREN,
				   container_of(parent, struct cgroup, self));
}

/* @at is the head, or the node of a child. */
static struct cgroup_subsys_state *cgi_child_after(struct cgi_descent *d,
						   struct cgroup_subsys_state *parent,
						   struct list_head *at)
{
	struct list_head *next = at->next;
	struct cgroup_subsys_state *css;

	if (next->prev != at) {
		cgi_descent_blame(d, parent);
		next = cgi_list_resume(&parent->children);
	}
	if (next == &parent->children)
		return NULL;
	css = list_entry(next, struct cgroup_subsys_state, sibling);
	if (cgi_is_css(css, d->ss))
		return css;
	cgi_descent_blame(d, parent);
	return NULL;
}

/*
 * Csses deeper than there is room for ancestors are still counted, for the next pass.  There the
 * walk climbs by css->parent.  So it enters such a css only if css->parent is the css on whose
 * list of children it was found.
 */
static bool cgi_descent_may_enter(const struct cgi_descent *d,
				  const struct cgroup_subsys_state *css,
				  const struct cgroup_subsys_state *parent, u32 depth)
{
	return depth <= d->s->ancestors.capacity || css->parent == parent;
}

static void cgi_descent_remember(struct cgi_descent *d)
{
	struct cgi_array *ancestors = &d->s->ancestors;
	struct cgi_ancestor *ancestor;

	ancestors->count = max_t(size_t, ancestors->count, d->depth + 1);
	if (d->depth >= ancestors->capacity)
		return;
	ancestor = cgi_ancestor_at(d->s, d->depth);
	ancestor->addr = d->css;
	ancestor->index = d->index;
}

static struct cgroup_subsys_state *cgi_descent_parent_css(const struct cgi_descent *d)
{
	const struct cgi_ancestor *ancestor = cgi_descent_parent(d);

	return ancestor ? cgi_ancestor_css(ancestor) : d->css->parent;
}

/* @at is the head, or the node of a child; @depth is that of the children. */
static struct cgroup_subsys_state *cgi_descent_enter(struct cgi_descent *d,
						     struct cgroup_subsys_state *parent,
						     struct list_head *at, u32 depth)
{
	struct cgroup_subsys_state *css = cgi_child_after(d, parent, at);

	return css && cgi_descent_may_enter(d, css, parent, depth) ? css : NULL;
}

/**
 * cgi_descent_next() - the next css in pre-order
 * @d: the walk; it begins with @css as the root of the tree
 *
 * Relies on init_and_link_css() and cgroup_create(): only a css of a controller has an ss.
 *
 * Context: cgroup_mutex held since the walk began.
 * Return: the css, which is @d->css now, or NULL if there is none.
 */
struct cgroup_subsys_state *cgi_descent_next(struct cgi_descent *d)
{
	struct cgroup_subsys_state *css, *parent;

	lockdep_assert_held(cgi_cgroup_mutex);
	cgi_descent_remember(d);
	css = cgi_descent_enter(d, d->css, &d->css->children, d->depth + 1);
	d->depth += !!css;
	while (!css && d->depth) {
		parent = cgi_descent_parent_css(d);
		css = cgi_descent_enter(d, parent, &d->css->sibling, d->depth);
		if (!css) {
			d->css = parent;
			d->depth--;
		}
	}
	d->css = css;
	return css;
}
