/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_CHECK_H
#define _CGI_CHECK_H

#include "../snapshot/findings.h"

struct cgi_snapshot;

int cgi_check_judge(struct cgi_snapshot *s);
const char *cgi_check_name(enum cgi_invariant invariant);

#endif /* _CGI_CHECK_H */
