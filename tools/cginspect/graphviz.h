/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_GRAPHVIZ_H
#define _CGINSPECT_GRAPHVIZ_H

#include "text.h"

/*
 * Have dot of Graphviz draw a picture, which is written to the descriptor @to. Returns NULL, or
 * why there is none, to be freed; what was written then is no picture. Graphviz says itself what
 * is wrong with a picture or a format.
 */
char *graphviz_draw(struct slice picture, const char *format, int to);

#endif /* _CGINSPECT_GRAPHVIZ_H */
