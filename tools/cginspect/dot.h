/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_DOT_H
#define _CGINSPECT_DOT_H

#include <stdio.h>

#include "picture.h"

/* A picture in the language of Graphviz, to be freed. */
struct slice dot_text(const struct picture *picture);

/* A string within quotes: nothing of it means anything to Graphviz. */
void dot_quote(FILE *to, struct slice text);
/* The same of a field of the snapshot, as it is shown to people. */
void dot_field(FILE *to, struct slice field);
/* A name, of which identities with 64 digits are shortened to 12. */
void dot_name(FILE *to, struct slice name);
void dot_number(FILE *to, unsigned long long nr, const char *one, const char *many);

/* What is written in the box of a cgroup, in an ellipse, at a tree, below the picture. */
void dot_cgroup_label(FILE *to, const struct picture *picture, uint32_t cgroup);
void dot_css_set_label(FILE *to, const struct picture *picture, uint32_t css_set);
void dot_hierarchy_label(FILE *to, const struct picture *picture, uint32_t hierarchy);
void dot_legend(FILE *to, const struct picture *picture);

/* Lines that say what holds a removed cgroup, those that a box stands for, a css_set. */
void dot_cgroup_held(FILE *to, const struct picture *picture, uint32_t cgroup);
void dot_bunch_held(FILE *to, const struct picture *picture, const struct bunch *bunch);
void dot_css_set_held(FILE *to, const struct picture *picture, uint32_t css_set);
/* The same of csses that were removed from a live cgroup. */
void dot_removed_csses(FILE *to, const struct picture *picture, uint32_t cgroup);

#endif /* _CGINSPECT_DOT_H */
