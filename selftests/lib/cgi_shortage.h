/* SPDX-License-Identifier: GPL-2.0-only */
/* Giving memory back, and being short of it. */
#ifndef CGI_SHORTAGE_H
#define CGI_SHORTAGE_H

/* Gives up what the kernel could give up later, so that little else than free memory is left. */
void cgi_drop_caches(void);
/*
 * A block of the file system's own that was read for a cgroup is charged to it, and holds the css
 * until the kernel needs the page, or is told to drop it. The journal keeps such a page until its
 * shrinker runs, which the kernel does after it has dropped pages. So it is told again and again.
 */
void cgi_drop_blocks(const char *css);
/* Until the test ends, the kernel sets no more memory aside than now. */
void cgi_keep_reserve(void);
/* Returns how many bytes a process can still take. */
long cgi_usable_bytes(void);

#endif /* CGI_SHORTAGE_H */
