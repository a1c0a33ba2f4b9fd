// SPDX-License-Identifier: GPL-2.0-only
/*
 * Printing fields.
 */
#include <linux/seq_file.h>
#include <linux/string.h>

#include "../module/snapshot/escape.h"
#include "../module/snapshot/snapshot.h"
#include "column.h"

static void cgi_put_piece(void *to, const char *bytes, size_t len)
{
	seq_write(to, bytes, len);
}

/**
 * cgi_put_string() - print a name of the kernel's or a user's, with its odd bytes escaped
 * @m: the file
 * @string: the name
 *
 * A name that could be taken for none, or would leave its field empty, is escaped whole.
 *
 * Context: Any.
 */
void cgi_put_string(struct seq_file *m, const char *string)
{
	if (!*string)
		seq_puts(m, "\\000");
	else if (!strcmp(string, "-"))
		seq_puts(m, "\\055");
	else
		cgi_escape(string, cgi_put_piece, m);
}

static void cgi_put_name(struct seq_file *m, const char *name)
{
	if (*name)
		cgi_put_string(m, name);
	else
		seq_putc(m, '-');
}

/**
 * cgi_put_cgroup() - print a cgroup as `hierarchy:id`; `-` for none
 * @m: the file
 * @s: the snapshot
 * @cgroup: index of the cgroup, or CGI_NONE
 *
 * Context: Any.
 */
void cgi_put_cgroup(struct seq_file *m, const struct cgi_snapshot *s, u32 cgroup)
{
	if (cgroup == CGI_NONE)
		seq_putc(m, '-');
	else
		seq_printf(m, "%d:%llu", cgi_hierarchy_of(s, cgroup)->id,
			   cgi_cgroup_at(s, cgroup)->id);
}

/**
 * cgi_put_css() - print a css as `controller:id`; `-` for none
 * @m: the file
 * @s: the snapshot
 * @css: index of the css, or CGI_NONE
 *
 * Context: Any.
 */
void cgi_put_css(struct seq_file *m, const struct cgi_snapshot *s, u32 css)
{
	const struct cgi_css *record;

	if (css == CGI_NONE) {
		seq_putc(m, '-');
		return;
	}
	record = cgi_css_at(s, css);
	seq_printf(m, "%s:%d", cgi_subsys_at(s, record->subsys)->name, record->id);
}

/**
 * cgi_put_controllers() - print a set of controllers; `-` for none
 * @m: the file
 * @s: the snapshot
 * @mask: the controllers
 *
 * Context: Any.
 */
void cgi_put_controllers(struct seq_file *m, const struct cgi_snapshot *s, u32 mask)
{
	const char *separator = "";
	size_t i;

	for (i = 0; i < s->subsystems.count; i++) {
		if (!(mask & BIT(cgi_subsys_at(s, i)->id)))
			continue;
		seq_printf(m, "%s%s", separator, cgi_subsys_at(s, i)->name);
		separator = ",";
	}
	if (!*separator)
		seq_putc(m, '-');
}

static void cgi_put_flags(struct seq_file *m, u32 flags, const char *const *words)
{
	const char *separator = "";
	unsigned int bit;

	for (bit = 0; words[bit]; bit++) {
		if (!(flags & BIT(bit)))
			continue;
		seq_printf(m, "%s%s", separator, words[bit]);
		separator = ",";
	}
	if (!*separator)
		seq_putc(m, '-');
}

/**
 * cgi_put_refs() - print a number of references, and how sure it is
 * @m: the file
 * @refs: the number
 *
 * Context: Any.
 */
void cgi_put_refs(struct seq_file *m, const struct cgi_refs *refs)
{
	if (refs->kind == CGI_REFS_UNKNOWN)
		seq_putc(m, '-');
	else
		seq_printf(m, "%s%ld", refs->kind == CGI_REFS_ABOUT ? "~" : "", refs->count);
}

/* One word of our own for each value; a bool has two. */
static void cgi_put_word(struct seq_file *m, const struct cgi_column *column, const void *field)
{
	bool is_bool = column->how == CGI_AS_BOOL;

	cgi_escape(column->words[is_bool ? *(const bool *)field : *(const u8 *)field],
		   cgi_put_piece, m);
}

/* Only a count knows a value that stands for none. */
static void cgi_put_u64(struct seq_file *m, enum cgi_column_how how, u64 value)
{
	if (how == CGI_AS_COUNT && value == CGI_NOT_COUNTED)
		seq_putc(m, '-');
	else
		seq_printf(m, "%llu", value);
}

/**
 * cgi_column_put() - print one field of a record
 * @m: the file
 * @s: the snapshot
 * @column: which field, and how
 * @record: the record
 *
 * Context: Any.
 */
void cgi_column_put(struct seq_file *m, const struct cgi_snapshot *s,
		    const struct cgi_column *column, const void *record)
{
	const void *field = record + column->offset;

	switch (column->how) {
	case CGI_AS_INT:
		seq_printf(m, "%d", *(const int *)field);
		break;
	case CGI_AS_U32:
		seq_printf(m, "%u", *(const u32 *)field);
		break;
	case CGI_AS_U64:
	case CGI_AS_COUNT:
		cgi_put_u64(m, column->how, *(const u64 *)field);
		break;
	case CGI_AS_REFS:
		cgi_put_refs(m, field);
		break;
	case CGI_AS_ENUM:
	case CGI_AS_BOOL:
		cgi_put_word(m, column, field);
		break;
	case CGI_AS_FLAGS:
		cgi_put_flags(m, *(const u32 *)field, column->words);
		break;
	case CGI_AS_CONTROLLERS:
		cgi_put_controllers(m, s, *(const u32 *)field);
		break;
	case CGI_AS_STRING:
		cgi_put_string(m, field);
		break;
	case CGI_AS_NAME:
		cgi_put_name(m, field);
		break;
	case CGI_AS_TEXT:
		seq_puts(m, cgi_text_at(&s->text, *(const size_t *)field));
		break;
	case CGI_AS_PHRASE:
		seq_puts(m, *(const char *const *)field);
		break;
	case CGI_AS_CGROUP:
		cgi_put_cgroup(m, s, *(const u32 *)field);
		break;
	case CGI_AS_CSS:
		cgi_put_css(m, s, *(const u32 *)field);
		break;
	case CGI_AS_ADDR:
		seq_printf(m, "%p", *(const void *const *)field);
		break;
	case CGI_AS_PUT_SAYS:
		column->put(m, s, record);
		break;
	}
}
