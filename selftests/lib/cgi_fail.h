/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory allocations of the calling thread that the kernel makes fail (CONFIG_FAILSLAB and
 * CONFIG_FAIL_PAGE_ALLOC), also those that may wait for memory to become free. While they do, a
 * test does nothing but the system calls that are under test.
 */
#ifndef CGI_FAIL_H
#define CGI_FAIL_H

/* A thread that needs more allocations than this is taken for one that never ends. */
#define CGI_FAIL_MAX	5000

/* To be called first. The program is skipped if the kernel can't make allocations fail. */
void cgi_fail_begin(void);
/* Has the @nth allocation from now on fail. */
void cgi_fail_one(long nth);
/* Has all fail that take more than this together. */
void cgi_fail_beyond(long bytes);
/* Returns how many allocations there were since cgi_fail_one(CGI_FAIL_MAX), if none has failed. */
long cgi_fail_passed(void);
/* Ends that, and returns how many have failed. */
long cgi_fail_end(void);

#endif
