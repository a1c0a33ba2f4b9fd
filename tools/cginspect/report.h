/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_REPORT_H
#define _CGINSPECT_REPORT_H

#include "json.h"
#include "picture.h"

/*
 * What a page about a snapshot needs beside the snapshot itself: the format that this program
 * knows, which tables and columns there are, what was removed and by what it is held, the verdict
 * of check (null if there is none), why holders and check are not there if they are not, and of
 * @picture what it is of and what it leaves out. @lacking says why it was not drawn, or is NULL.
 */
struct json *report_json(struct context *context, const struct picture *picture,
			 const char *lacking);

#endif /* _CGINSPECT_REPORT_H */
