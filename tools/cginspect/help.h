/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_HELP_H
#define _CGINSPECT_HELP_H

#include "cmd.h"

/* Print what --help says: of all commands, which end with one without a name, or of one. */
void help_all(const struct command *commands);
void help_command(const struct command *command);
void help_table(const struct table_kind *kind);

#endif /* _CGINSPECT_HELP_H */
