/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_OBJECTS_JSON_H
#define _CGINSPECT_OBJECTS_JSON_H

#include "cmd.h"
#include "json.h"

/* An array of all rows that lead to @to. */
struct json *object_json_rows(const struct table *table, const struct relation *relation,
			      uint32_t to);
/* An array of what holds @object, null without --holders. */
struct json *object_json_holders(struct context *context, struct slice object);
/* The row of a css with what holds it, and an array of those of a cgroup. */
struct json *object_json_css(struct context *context, uint32_t row);
struct json *object_json_csses(struct context *context, uint32_t cgroup);
/* The css_sets of a cgroup, with what holds them and with the rows of their tasks. */
struct json *object_json_css_sets(struct context *context, uint32_t cgroup);
/*
 * Print the whole snapshot as one object with a key for each section. The caller has called
 * snapshot_check().
 */
void object_json_print_all(FILE *to, struct context *context);

#endif /* _CGINSPECT_OBJECTS_JSON_H */
