/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names that are chosen to be taken for something else.
 */
#ifndef CGI_HOSTILE_H
#define CGI_HOSTILE_H

#include <stdbool.h>

/*
 * As they are, not escaped; none is empty or has a slash or a newline, so that each can be the
 * name of a cgroup. At most 255 bytes; a command keeps the first 15.
 */
extern const char * const cgi_hostile[];
extern const int cgi_nr_hostile;
/* These have newlines, which commands and files can have. */
extern const char * const cgi_hostile_lines[];
extern const int cgi_nr_hostile_lines;

/*
 * Has a file of the module only lines of well-formed UTF-8, with TABs, none of them empty, and
 * without characters that command a terminal, break a line or turn it? If not, this says where.
 */
bool cgi_file_is_harmless(const char *name);

#endif
