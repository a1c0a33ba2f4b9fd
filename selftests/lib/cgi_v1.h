/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * v1 hierarchies, unmounted and mounted again in all mount namespaces.
 */
#ifndef CGI_V1_H
#define CGI_V1_H

#include <stdbool.h>

/*
 * Unmounts a hierarchy, named by the controllers of its line in
 * /proc/self/cgroup, here and in the mount namespace of PID 1. What was
 * mounted there is mounted again by cgi_mount_back(), or when the test ends.
 */
void cgi_unmount_v1(const char *controllers);
int cgi_mount_back(void);
/* Is it mounted in the mount namespace of any process? */
bool cgi_is_mounted(const char *controllers);
/* Waits until the hierarchy is not there any more. */
bool cgi_hier_goes(const char *controllers);

#endif
