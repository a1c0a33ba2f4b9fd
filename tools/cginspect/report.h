/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_REPORT_H
#define _CGINSPECT_REPORT_H

#include "json.h"
#include "picture.h"

/*
 * What a page about a snapshot needs beside the snapshot itself: which tables and columns there
 * are, what was removed and by what it is held, the verdict of check (null if there is none), and
 * of @picture what it leaves out. @lacking says why the picture was not drawn, or is NULL.
 */
struct json *report_json(struct context *context, const struct picture *picture,
			 const char *lacking);

#endif /* _CGINSPECT_REPORT_H */
