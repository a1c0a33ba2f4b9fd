/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_MEMORY_H
#define _CGI_MEMORY_H

#include <linux/gfp.h>
#include <linux/types.h>

/*
 * Whatever a reader takes is charged to its memory cgroup.  If there is too little, the
 * reader gets an error.  Without __GFP_RETRY_MAYFAIL the kernel would kill a process
 * instead, and not always the reader.  No failure is worth a trace in the kernel's log.
 */
#define CGI_GFP	(GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

void *cgi_alloc(size_t count, size_t size);
size_t cgi_alloc_bytes(const void *memory, size_t bytes);

#endif /* _CGI_MEMORY_H */
