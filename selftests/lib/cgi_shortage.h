/* SPDX-License-Identifier: GPL-2.0-only */
/* Giving memory back, and being short of it. */
#ifndef CGI_SHORTAGE_H
#define CGI_SHORTAGE_H

#include <sched.h>
#include <sys/types.h>

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
/*
 * The calling process gets a page of its own for each that it has mapped, also for those that it
 * shares with a parent or child since fork(). So it asks for none later.
 */
void cgi_have_all_pages(void);
/* Asks the kernel for a page, which is charged to the cgroup of this process, and gives it back. */
void cgi_take_page(void);
/*
 * The calling process and, even before it, @pid come before all others, on one processor. A
 * worker of the kernel can run there only while both sleep. The second call ends that.
 */
void cgi_come_first(pid_t pid, cpu_set_t *before);
void cgi_come_as_all(pid_t pid, const cpu_set_t *before);

#endif /* CGI_SHORTAGE_H */
