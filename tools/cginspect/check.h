/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_CHECK_H
#define _CGINSPECT_CHECK_H

#include "json.h"
#include "table.h"

/* One invariant: "ok 1 NAME" or "not ok 1 NAME", and what the lines before it say. */
struct verdict {
	bool ok;
	struct slice number;
	struct slice name;
	uint32_t first_remark;
	uint32_t row;
};

/*
 * All of them, to be freed. Ends the program if one is missing, or is there twice.
 */
struct verdict *check_read(const struct table *table, size_t *nr);
/* Whether a row between a verdict's first remark and its own is a remark; that is *@remark. */
bool check_is_remark(const struct table *table, uint32_t row, struct slice *remark);
/* An array of them. */
struct json *check_json(const struct table *table, const struct verdict *verdicts, size_t nr);

#endif /* _CGINSPECT_CHECK_H */
