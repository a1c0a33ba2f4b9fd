/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A column is one line of a table: its name, how it is printed, and which field of the
 * record.  The header of a file and its rows are made from the same table.
 */
#ifndef _CGI_COLUMN_H
#define _CGI_COLUMN_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/stddef.h>
#include <linux/types.h>

#include "../module/snapshot/refs.h"

struct cgi_snapshot;
struct cgi_out;

/* How a field is printed. */
enum cgi_column_how {
	CGI_AS_INT,
	CGI_AS_U32,
	CGI_AS_U64,
	CGI_AS_COUNT,		/* a u64, `-` for %CGI_NOT_COUNTED */
	CGI_AS_REFS,
	CGI_AS_ENUM,		/* a u8: the word for its value, printed as it is */
	CGI_AS_BOOL,		/* the word for its value */
	CGI_AS_FLAGS,		/* a u32: the words for its bits */
	CGI_AS_CONTROLLERS,	/* a u32: the names for its bits */
	CGI_AS_STRING,		/* an array of char, to be escaped */
	CGI_AS_NAME,		/* the same, `-` if it is empty */
	CGI_AS_PHRASE,		/* a pointer to words of our own, printed as they are */
	CGI_AS_CGROUP,		/* a u32: index of the cgroup, printed as H:ID */
	CGI_AS_CSS,		/* a u32: index of the css, printed as controller:ID */
	CGI_AS_ADDR,		/* an identity, hashed */
	CGI_AS_PUT_SAYS,
};

/**
 * struct cgi_column - a column of a table, or a key of `key: value` lines
 * @name: its name
 * @how: &enum cgi_column_how
 * @offset: where the field is in the record
 * @words: words for the values, or bits, of the field; those for bits end with a NULL
 * @put: with %CGI_AS_PUT_SAYS, makes of the whole record what is printed
 */
struct cgi_column {
	const char *name;
	enum cgi_column_how how;
	size_t offset;
	const char *const *words;
	void (*put)(struct cgi_out *o, const struct cgi_snapshot *s, const void *record);
};

/* The build fails if the field is not of the type that is printed. */
#define CGI_COLUMN(_name, _how, _type, _record, _field, _words) {			\
	.name	= _name,								\
	.how	= _how,									\
	.offset	= offsetof(_record, _field) +						\
		  BUILD_BUG_ON_ZERO(!__same_type(_type, ((_record *)NULL)->_field)),	\
	.words	= _words,								\
}

#define CGI_COLUMN_INT(name, record, field)						\
	CGI_COLUMN(name, CGI_AS_INT, int, record, field, NULL)
#define CGI_COLUMN_U32(name, record, field)						\
	CGI_COLUMN(name, CGI_AS_U32, u32, record, field, NULL)
#define CGI_COLUMN_U64(name, record, field)						\
	CGI_COLUMN(name, CGI_AS_U64, u64, record, field, NULL)
#define CGI_COLUMN_COUNT(name, record, field)						\
	CGI_COLUMN(name, CGI_AS_COUNT, u64, record, field, NULL)
#define CGI_COLUMN_REFS(name, record, field)						\
	CGI_COLUMN(name, CGI_AS_REFS, struct cgi_refs, record, field, NULL)
#define CGI_COLUMN_ENUM(name, record, field, words)					\
	CGI_COLUMN(name, CGI_AS_ENUM, u8, record, field, words)
#define CGI_COLUMN_BOOL(name, record, field, words)					\
	CGI_COLUMN(name, CGI_AS_BOOL, bool, record, field, words)
#define CGI_COLUMN_FLAGS(name, record, field, words)					\
	CGI_COLUMN(name, CGI_AS_FLAGS, u32, record, field, words)
#define CGI_COLUMN_CONTROLLERS(name, record, field)					\
	CGI_COLUMN(name, CGI_AS_CONTROLLERS, u32, record, field, NULL)
#define CGI_COLUMN_STRING(name, record, field)						\
	CGI_COLUMN(name, CGI_AS_STRING, char[sizeof(((record *)NULL)->field)], record,	\
		   field, NULL)
#define CGI_COLUMN_NAME(name, record, field)						\
	CGI_COLUMN(name, CGI_AS_NAME, char[sizeof(((record *)NULL)->field)], record,	\
		   field, NULL)
#define CGI_COLUMN_PHRASE(name, record, field)						\
	CGI_COLUMN(name, CGI_AS_PHRASE, const char *, record, field, NULL)
#define CGI_COLUMN_CGROUP(name, record, field)						\
	CGI_COLUMN(name, CGI_AS_CGROUP, u32, record, field, NULL)
#define CGI_COLUMN_CSS(name, record, field)						\
	CGI_COLUMN(name, CGI_AS_CSS, u32, record, field, NULL)
#define CGI_COLUMN_ADDR(name, record, field)						\
	CGI_COLUMN(name, CGI_AS_ADDR, const void *, record, field, NULL)
#define CGI_COLUMN_SPECIAL(_name, _put)							\
	{ .name = _name, .how = CGI_AS_PUT_SAYS, .put = _put }

void cgi_column_put(struct cgi_out *o, const struct cgi_snapshot *s,
		    const struct cgi_column *column, const void *record);

void cgi_columns_put(struct cgi_out *o, const struct cgi_snapshot *s,
		     const struct cgi_column *columns, size_t from, size_t to,
		     const void *record);
void cgi_put_string(struct cgi_out *o, const char *string);
void cgi_put_cgroup(struct cgi_out *o, const struct cgi_snapshot *s, u32 cgroup);
void cgi_put_css(struct cgi_out *o, const struct cgi_snapshot *s, u32 css);
void cgi_put_controllers(struct cgi_out *o, const struct cgi_snapshot *s, u32 mask);
void cgi_put_path(struct cgi_out *o, const struct cgi_snapshot *s, u32 cgroup);
void cgi_put_memberships(struct cgi_out *o, const struct cgi_snapshot *s, u32 css_set);
void cgi_put_refs(struct cgi_out *o, const struct cgi_refs *refs);

#endif /* _CGI_COLUMN_H */
