/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hierarchies unmounted and mounted again: v1, and cgroup2.
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
/* Does the same with all mounts of cgroup2, that of the library included. */
void cgi_unmount_v2(void);
/* Is it mounted in the mount namespace of any process? NULL is cgroup2. */
bool cgi_is_mounted(const char *controllers);
/* Waits until the hierarchy is not there any more. */
bool cgi_hier_goes(const char *controllers);

#endif
