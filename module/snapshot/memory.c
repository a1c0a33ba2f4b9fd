// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where all memory of a reader comes from.
 */
#include <linux/delay.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "memory.h"

/* A worker that was woken up has run by then, unless the machine is very busy. */
#define GIVE_BACK_MS	10

/**
 * cgi_alloc() - memory for objects of one size
 * @count: how many
 * @size: bytes of one
 *
 * kvmalloc() with __GFP_RETRY_MAYFAIL would reclaim and compact until it has the memory in
 * one piece.  So, as without that flag, contiguous memory is taken only if it is at hand.
 *
 * Relies on __alloc_pages_may_oom() in mm/page_alloc.c and try_charge_memcg() in
 * mm/memcontrol.c, which give up on __GFP_RETRY_MAYFAIL before they kill.  Page tables that
 * vmalloc needs for 2 MiB and more that were never mapped before are allocated without this
 * flag by 6.12 and older, and are charged to nobody.
 *
 * In 7.2 and newer __vmalloc_area_node() in mm/vmalloc.c leaves it to a worker to give back what
 * it had got when it failed, which can be all memory there was.  If anybody asked for a page
 * before that, the kernel might kill a process.  So the reader sleeps, and lets the worker run.
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: the memory, for kvfree(), or NULL if there is too little.
 */
void *cgi_alloc(size_t count, size_t size)
{
	size_t bytes;
	void *memory;

	if (check_mul_overflow(count, size, &bytes) || bytes > INT_MAX)
		return NULL;
	if (bytes <= PAGE_SIZE)
		return kmalloc(bytes, CGI_GFP);
	memory = kmalloc(bytes, (CGI_GFP & ~__GFP_RETRY_MAYFAIL) | __GFP_NORETRY);
	if (!memory)
		memory = __vmalloc(bytes, CGI_GFP);
	if (!memory)
		msleep(GIVE_BACK_MS);
	return memory;
}

/**
 * cgi_alloc_bytes() - what memory really takes
 * @memory: from cgi_alloc(), or NULL
 * @bytes: what was asked for
 *
 * The slab and the page allocator hand out more than that, to powers of two mostly.
 *
 * Context: Any.
 * Return: bytes.
 */
size_t cgi_alloc_bytes(const void *memory, size_t bytes)
{
	if (!memory)
		return 0;
	return is_vmalloc_addr(memory) ? PAGE_ALIGN(bytes) : ksize(memory);
}
