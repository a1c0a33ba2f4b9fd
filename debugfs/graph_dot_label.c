// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is written in the nodes of graph.dot.  Lines end with \n, which Graphviz takes for a
 * new line.
 */
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../module/snapshot/escape.h"
#include "graph_dot.h"
#include "view.h"

/* So many csses that hold a cgroup are named. */
#define CGI_DOT_CSSES	4

/* Identities of containers have 64 digits, and people know them by the first 12. */
#define CGI_DOT_ID	64
#define CGI_DOT_ID_PUT	12

/* What a label has no room for. */
#define CGI_DOT_MORE	"\xe2\x80\xa6"

/* To dot, & begins the name of a character. */
static void cgi_dot_putc(struct cgi_out *o, char c)
{
	if (c == '&')
		cgi_out_puts(o, "&amp;");
	else
		cgi_out_putc(o, c);
}

/* A backslash must be doubled for dot; so octal escapes come out as they are in the files. */
static void cgi_dot_quote(void *to, const char *bytes, size_t len)
{
	struct cgi_out *o = to;

	for (; len; len--, bytes++) {
		if (*bytes == '"' || *bytes == '\\')
			cgi_out_putc(o, '\\');
		cgi_dot_putc(o, *bytes);
	}
}

static size_t cgi_dot_count_digits(const char *name)
{
	size_t nr = 0;

	while (isdigit(name[nr]) || (name[nr] >= 'a' && name[nr] <= 'f'))
		nr++;
	return nr;
}

/* The identity of a container in @name, or NULL. */
static const char *cgi_dot_find_id(const char *name)
{
	size_t digits;

	for (; *name; name += digits ? digits : 1) {
		digits = cgi_dot_count_digits(name);
		if (digits == CGI_DOT_ID)
			return name;
	}
	return NULL;
}

/* Digits are never escaped, so what is before them can be escaped without what follows. */
static void cgi_dot_put_name(struct cgi_out *o, const char *name)
{
	const char *id = cgi_dot_find_id(name);
	char before[256];

	if (!id || id - name >= sizeof(before)) {
		cgi_escape(name, cgi_dot_quote, o);
		return;
	}
	memcpy(before, name, id - name);
	before[id - name] = '\0';
	cgi_escape(before, cgi_dot_quote, o);
	cgi_out_put(o, id, CGI_DOT_ID_PUT);
	cgi_out_puts(o, CGI_DOT_MORE);
	cgi_escape(id + CGI_DOT_ID, cgi_dot_quote, o);
}

static void cgi_dot_put_number(struct cgi_out *o, u64 nr, const char *one, const char *many)
{
	cgi_out_u64(o, nr);
	cgi_out_puts(o, nr == 1 ? one : many);
}

/* The first thing that holds something is introduced, the others follow. */
static void cgi_dot_begin_kind(struct cgi_out *o, unsigned int *nr)
{
	cgi_out_puts(o, (*nr)++ ? "\\nand " : "\\nheld by ");
}

static void cgi_dot_put_kind(struct cgi_out *o, unsigned int *nr, u64 count, const char *one,
			     const char *many)
{
	if (!count)
		return;
	cgi_dot_begin_kind(o, nr);
	cgi_dot_put_number(o, count, one, many);
}

/* References that were not counted can be any number. */
static void cgi_dot_put_refs(struct cgi_out *o, const struct cgi_refs *refs)
{
	if (refs->kind == CGI_REFS_UNKNOWN) {
		cgi_out_puts(o, "maybe other references");
		return;
	}
	cgi_put_refs(o, refs);
	cgi_out_puts(o, refs->count == 1 ? " other reference" : " other references");
}

static bool cgi_dot_is_none(const struct cgi_refs *refs)
{
	return refs->kind != CGI_REFS_UNKNOWN && refs->count <= 0;
}

static void cgi_dot_put_kind_refs(struct cgi_out *o, unsigned int *nr,
				  const struct cgi_refs *refs)
{
	if (cgi_dot_is_none(refs))
		return;
	cgi_dot_begin_kind(o, nr);
	cgi_dot_put_refs(o, refs);
}

/* Known holders of a css of memory; they do not add up to its unaccounted references. */
static void cgi_dot_put_charge(struct cgi_out *o, const struct cgi_snapshot *s,
			       const struct cgi_charge *charge)
{
	if (charge->pages.count > 0) {
		cgi_out_puts(o, ", ");
		cgi_put_refs(o, &charge->pages);
		cgi_out_puts(o, charge->pages.count == 1 ? " page" : " pages");
	}
	if (charge->swap) {
		cgi_out_puts(o, ", ");
		cgi_dot_put_number(o, charge->swap, " page in swap", " pages in swap");
	}
	if (charge->nr_writeback && s->writeback_known) {
		cgi_out_puts(o, ", ");
		cgi_dot_put_number(o, charge->nr_writeback, " writeback structure",
				   " writeback structures");
	}
}

static void cgi_dot_put_css(struct cgi_out *o, const struct cgi_snapshot *s, u32 index)
{
	const struct cgi_css *css = cgi_css_at(s, index);
	const struct cgi_charge *charge = cgi_charge_of(s, css);

	cgi_out_puts(o, "css ");
	cgi_put_css(o, s, index);
	cgi_out_puts(o, ": ");
	cgi_dot_put_refs(o, &css->unaccounted);
	if (charge)
		cgi_dot_put_charge(o, s, charge);
}

/* The csses that something else holds: first the one with the most references. */
static void cgi_dot_put_csses(struct cgi_out *o, const struct cgi_snapshot *s, u32 cgroup,
			      unsigned int *nr)
{
	u32 css = cgi_cgroup_at(s, cgroup)->holder, next = cgi_bunch_at(s, cgroup)->others;
	unsigned int nr_csses = 0;

	while (css != CGI_NONE && nr_csses++ < CGI_DOT_CSSES) {
		cgi_dot_begin_kind(o, nr);
		cgi_dot_put_css(o, s, css);
		css = next;
		next = css == CGI_NONE ? CGI_NONE : cgi_next_holder(s, css);
	}
	if (css != CGI_NONE)
		cgi_out_puts(o, "\\nand other csses");
}

/* Each kind of thing that holds a removed cgroup. */
static void cgi_dot_put_removed(struct cgi_out *o, const struct cgi_snapshot *s, u32 cgroup)
{
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, cgroup);
	unsigned int nr = 0;

	cgi_out_puts(o, "  ");
	cgi_put_cgroup(o, s, cgroup);
	cgi_out_puts(o, cgrp->state == CGI_CGROUP_DYING ? ", dying" : ", draining");
	cgi_dot_put_kind(o, &nr, cgrp->nr_css_sets, " css_set", " css_sets");
	cgi_dot_put_kind(o, &nr, cgrp->nr_children, " child", " children");
	cgi_dot_put_kind_refs(o, &nr, &cgrp->unaccounted);
	cgi_dot_put_csses(o, s, cgroup, &nr);
}

/**
 * cgi_dot_put_cgroup() - print what is written in the box of a cgroup
 * @o: where to
 * @s: the snapshot, with %CGI_WANT_PICTURE
 * @cgroup: index of the cgroup
 *
 * How many tasks a css_set has, its ellipse says; the box says it if there are several.
 *
 * Context: Any.
 */
void cgi_dot_put_cgroup(struct cgi_out *o, const struct cgi_snapshot *s, u32 cgroup)
{
	const struct cgi_cgroup *cgrp = cgi_cgroup_at(s, cgroup);

	if (cgrp->parent == CGI_NONE)
		cgi_out_putc(o, '/');
	else
		cgi_dot_put_name(o, cgi_name_of(s, cgroup));
	if (cgrp->state != CGI_CGROUP_LIVE) {
		cgi_dot_put_removed(o, s, cgroup);
	} else if (cgrp->nr_css_sets > 1) {
		cgi_out_puts(o, "\\n");
		cgi_dot_put_number(o, cgrp->nr_tasks, " task in ", " tasks in ");
		cgi_out_u64(o, cgrp->nr_css_sets);
		cgi_out_puts(o, " css_sets");
	}
}

static void cgi_dot_put_bunch_csses(struct cgi_out *o, const struct cgi_snapshot *s,
				    const struct cgi_bunch *bunch, unsigned int *nr)
{
	cgi_dot_begin_kind(o, nr);
	cgi_out_puts(o, "csses of ");
	cgi_put_controllers(o, s, bunch->controllers);
	cgi_out_puts(o, ": ");
	cgi_dot_put_refs(o, &bunch->css_refs);
}

/**
 * cgi_dot_put_bunch() - print what is written in the box of several removed cgroups
 * @o: where to
 * @s: the snapshot
 * @bunch: these
 *
 * Context: Any.
 */
void cgi_dot_put_bunch(struct cgi_out *o, const struct cgi_snapshot *s,
		       const struct cgi_bunch *bunch)
{
	const struct cgi_refs unknown = { .kind = CGI_REFS_UNKNOWN };
	unsigned int nr = 0;

	cgi_out_u64(o, bunch->nr);
	cgi_out_puts(o, " removed cgroups\\n");
	cgi_dot_put_name(o, cgi_name_of(s, bunch->first));
	cgi_out_puts(o, "  ");
	cgi_put_cgroup(o, s, bunch->first);
	cgi_out_puts(o, ", ...");
	cgi_dot_put_kind_refs(o, &nr, &bunch->refs);
	if (bunch->controllers)
		cgi_dot_put_bunch_csses(o, s, bunch, &nr);
	if (bunch->unknown)
		cgi_dot_put_kind_refs(o, &nr, &unknown);
}

static void cgi_dot_put_commands(struct cgi_out *o, const struct cgi_snapshot *s,
				 const struct cgi_css_set *cset)
{
	u32 i;

	for (i = 0; i < cset->nr_commands; i++) {
		cgi_out_puts(o, i ? ", " : ": ");
		cgi_escape(cgi_task_at(s, cset->commands[i])->comm, cgi_dot_quote, o);
	}
	if (cset->more_commands)
		cgi_out_puts(o, ", ...");
}

/**
 * cgi_dot_put_css_set() - print what is written in the ellipse of a css_set
 * @o: where to
 * @s: the snapshot, with %CGI_WANT_PICTURE
 * @cset: the css_set
 *
 * Context: Any.
 */
void cgi_dot_put_css_set(struct cgi_out *o, const struct cgi_snapshot *s,
			 const struct cgi_css_set *cset)
{
	unsigned int nr = 0;

	cgi_out_addr_end(o, cset->addr, s->addr_digits);
	cgi_out_puts(o, ": ");
	cgi_dot_put_number(o, cset->nr_tasks, " task", " tasks");
	if (cset->exiting.kind != CGI_REFS_UNKNOWN && cset->exiting.count) {
		cgi_out_puts(o, ", ");
		cgi_put_refs(o, &cset->exiting);
		cgi_out_puts(o, " exiting");
	}
	cgi_dot_put_commands(o, s, cset);
	cgi_dot_put_kind(o, &nr, cset->nr_namespaces, " cgroup namespace", " cgroup namespaces");
	cgi_dot_put_kind(o, &nr, cset->nr_threaded, " threaded css_set", " threaded css_sets");
	cgi_dot_put_kind_refs(o, &nr, &cset->unaccounted);
}

/**
 * cgi_dot_put_hierarchy() - print what a hierarchy is called in the picture
 * @o: where to
 * @s: the snapshot
 * @h: the hierarchy
 *
 * Context: Any.
 */
void cgi_dot_put_hierarchy(struct cgi_out *o, const struct cgi_snapshot *s,
			   const struct cgi_hierarchy *h)
{
	cgi_out_s64(o, h->id);
	cgi_out_puts(o, h->version == 2 ? ": v2" : ": v1");
	if (h->controllers) {
		cgi_out_putc(o, ' ');
		cgi_put_controllers(o, s, h->controllers);
	}
	if (h->name[0]) {
		cgi_out_puts(o, " name=");
		cgi_escape(h->name, cgi_dot_quote, o);
	}
}
