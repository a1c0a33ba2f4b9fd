/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests about what is swapped out: a swap file, and a cgroup whose pages go there.
 */
#ifndef CGI_SWAP_H
#define CGI_SWAP_H

/*
 * Makes a swap file and swaps to it. Returns NULL, or why there can be none here: it needs a
 * file system on a disk.
 */
const char *cgi_swap_on(void);
void cgi_swap_off(void);
/* Swaps out so many pages of a v2 cgroup, and waits until they are not in memory any more. */
void cgi_swap_out(const char *dir, int pages);

#endif
