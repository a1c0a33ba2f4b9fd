// SPDX-License-Identifier: GPL-2.0-only
/*
 * Printing fields.
 */
#include <linux/string.h>

#include "../module/snapshot/path.h"
#include "../module/snapshot/snapshot.h"
#include "column.h"
#include "out.h"

/**
 * cgi_put_string() - print a name of the kernel's or a user's, with its odd bytes escaped
 * @o: where to
 * @string: the name
 *
 * A name that could be taken for none, or would leave its field empty, is escaped whole.
 *
 * Context: Any.
 */
void cgi_put_string(struct cgi_out *o, const char *string)
{
	if (!*string)
		cgi_out_puts(o, "\\000");
	else if (string[0] == '-' && !string[1])
		cgi_out_puts(o, "\\055");
	else
		cgi_out_escaped(o, string);
}

static void cgi_put_name(struct cgi_out *o, const char *name)
{
	if (*name)
		cgi_put_string(o, name);
	else
		cgi_out_putc(o, '-');
}

/**
 * cgi_put_cgroup() - print a cgroup as `hierarchy:id`; `-` for none
 * @o: where to
 * @s: the snapshot
 * @cgroup: index of the cgroup, or CGI_NONE
 *
 * Context: Any.
 */
void cgi_put_cgroup(struct cgi_out *o, const struct cgi_snapshot *s, u32 cgroup)
{
	if (cgroup == CGI_NONE) {
		cgi_out_putc(o, '-');
		return;
	}
	cgi_out_s64(o, cgi_hierarchy_of(s, cgroup)->id);
	cgi_out_putc(o, ':');
	cgi_out_u64(o, cgi_cgroup_at(s, cgroup)->id);
}

/**
 * cgi_put_css() - print a css as `controller:id`; `-` for none
 * @o: where to
 * @s: the snapshot
 * @css: index of the css, or CGI_NONE
 *
 * Context: Any.
 */
void cgi_put_css(struct cgi_out *o, const struct cgi_snapshot *s, u32 css)
{
	const struct cgi_css *record;

	if (css == CGI_NONE) {
		cgi_out_putc(o, '-');
		return;
	}
	record = cgi_css_at(s, css);
	cgi_out_puts(o, cgi_subsys_at(s, record->subsys)->name);
	cgi_out_putc(o, ':');
	cgi_out_s64(o, record->id);
}

/**
 * cgi_put_controllers() - print a set of controllers; `-` for none
 * @o: where to
 * @s: the snapshot
 * @mask: the controllers
 *
 * Context: Any.
 */
void cgi_put_controllers(struct cgi_out *o, const struct cgi_snapshot *s, u32 mask)
{
	bool some = false;
	size_t i;

	for (i = 0; i < s->subsystems.count; i++) {
		if (!(mask & BIT(cgi_subsys_at(s, i)->id)))
			continue;
		if (some)
			cgi_out_putc(o, ',');
		cgi_out_puts(o, cgi_subsys_at(s, i)->name);
		some = true;
	}
	if (!some)
		cgi_out_putc(o, '-');
}

static void cgi_put_flags(struct cgi_out *o, u32 flags, const char *const *words)
{
	bool some = false;
	unsigned int bit;

	for (bit = 0; words[bit]; bit++) {
		if (!(flags & BIT(bit)))
			continue;
		if (some)
			cgi_out_putc(o, ',');
		cgi_out_puts(o, words[bit]);
		some = true;
	}
	if (!some)
		cgi_out_putc(o, '-');
}

/**
 * cgi_put_refs() - print a number of references, and how sure it is
 * @o: where to
 * @refs: the number
 *
 * Context: Any.
 */
void cgi_put_refs(struct cgi_out *o, const struct cgi_refs *refs)
{
	if (refs->kind == CGI_REFS_UNKNOWN) {
		cgi_out_putc(o, '-');
		return;
	}
	if (refs->kind == CGI_REFS_ABOUT)
		cgi_out_putc(o, '~');
	cgi_out_s64(o, refs->count);
}

static void cgi_put_at(void *to, u64 at, const char *bytes, size_t len)
{
	struct cgi_out *o = to;

	o->at = at;
	cgi_out_put(o, bytes, len);
}

static struct cgi_sink cgi_sink_to(struct cgi_out *o)
{
	return (struct cgi_sink){
		.put = cgi_put_at, .to = o, .from = o->from, .end = o->from + o->size,
	};
}

/**
 * cgi_put_path() - print the path of a cgroup; `-` for none
 * @o: where to
 * @s: the snapshot
 * @cgroup: index of the cgroup, or CGI_NONE
 *
 * Context: Process, may sleep.
 */
void cgi_put_path(struct cgi_out *o, const struct cgi_snapshot *s, u32 cgroup)
{
	const struct cgi_sink sink = cgi_sink_to(o);

	if (cgroup == CGI_NONE)
		cgi_out_putc(o, '-');
	else
		o->at = cgi_path_put(s, cgroup, &sink, o->at);
}

/**
 * cgi_put_memberships() - print the memberships of a css_set; `-` for none
 * @o: where to
 * @s: the snapshot
 * @css_set: index of the css_set, or CGI_NONE
 *
 * Context: Process, may sleep.
 */
void cgi_put_memberships(struct cgi_out *o, const struct cgi_snapshot *s, u32 css_set)
{
	const struct cgi_sink sink = cgi_sink_to(o);

	if (css_set == CGI_NONE)
		cgi_out_putc(o, '-');
	else
		o->at = cgi_memberships_put(s, cgi_css_set_at(s, css_set), &sink, o->at);
}

/* One word of our own for each value; a bool has two. */
static void cgi_put_word(struct cgi_out *o, const struct cgi_column *column, const void *field)
{
	bool is_bool = column->how == CGI_AS_BOOL;

	cgi_out_puts(o, column->words[is_bool ? *(const bool *)field : *(const u8 *)field]);
}

/* Only a count knows a value that stands for none. */
static void cgi_put_u64(struct cgi_out *o, enum cgi_column_how how, u64 value)
{
	if (how == CGI_AS_COUNT && value == CGI_NOT_COUNTED)
		cgi_out_putc(o, '-');
	else
		cgi_out_u64(o, value);
}

/* Numbers come first, as there are most of them. */
static __always_inline void cgi_field_put(struct cgi_out *o, const struct cgi_snapshot *s,
					  const struct cgi_column *column, const void *record)
{
	const void *field = record + column->offset;

	switch (column->how) {
	case CGI_AS_INT:
		cgi_out_s64(o, *(const int *)field);
		break;
	case CGI_AS_U32:
		cgi_out_u64(o, *(const u32 *)field);
		break;
	case CGI_AS_U64:
	case CGI_AS_COUNT:
		cgi_put_u64(o, column->how, *(const u64 *)field);
		break;
	case CGI_AS_REFS:
		cgi_put_refs(o, field);
		break;
	case CGI_AS_ENUM:
	case CGI_AS_BOOL:
		cgi_put_word(o, column, field);
		break;
	case CGI_AS_FLAGS:
		cgi_put_flags(o, *(const u32 *)field, column->words);
		break;
	case CGI_AS_CONTROLLERS:
		cgi_put_controllers(o, s, *(const u32 *)field);
		break;
	case CGI_AS_STRING:
		cgi_put_string(o, field);
		break;
	case CGI_AS_NAME:
		cgi_put_name(o, field);
		break;
	case CGI_AS_PHRASE:
		cgi_out_puts(o, *(const char *const *)field);
		break;
	case CGI_AS_CGROUP:
		cgi_put_cgroup(o, s, *(const u32 *)field);
		break;
	case CGI_AS_CSS:
		cgi_put_css(o, s, *(const u32 *)field);
		break;
	case CGI_AS_ADDR:
		cgi_out_addr(o, *(const void *const *)field);
		break;
	case CGI_AS_PUT_SAYS:
		column->put(o, s, record);
		break;
	}
}

/**
 * cgi_column_put() - print one field of a record
 * @o: where to
 * @s: the snapshot
 * @column: which field, and how
 * @record: the record
 *
 * Context: Process, may sleep, as a path makes way for others.
 */
void cgi_column_put(struct cgi_out *o, const struct cgi_snapshot *s,
		    const struct cgi_column *column, const void *record)
{
	cgi_field_put(o, s, column, record);
}

/**
 * cgi_columns_put() - print some columns of a line of a table
 * @o: where to
 * @s: the snapshot
 * @columns: all columns of the table
 * @from: the first one to be printed
 * @to: the first one behind these
 * @record: the record that the line is about
 *
 * Nothing behind the window is kept, so printing stops there.
 *
 * Context: Process, may sleep, as a path makes way for others.
 */
void cgi_columns_put(struct cgi_out *o, const struct cgi_snapshot *s,
		     const struct cgi_column *columns, size_t from, size_t to,
		     const void *record)
{
	size_t i;

	for (i = from; i < to && !cgi_out_is_full(o); i++) {
		if (i)
			cgi_out_putc(o, '\t');
		cgi_field_put(o, s, &columns[i], record);
	}
}
