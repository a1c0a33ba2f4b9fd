// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/swap.h>
#include <unistd.h>

#include "cgi.h"
#include "cgi_pin.h"
#include "cgi_swap.h"

#define SWAP_PAGES	1024

static char *swap_file;

/* The first page of swap space ends with a magic word, and says how long it is. */
static bool write_swap(int fd)
{
	size_t page = sysconf(_SC_PAGESIZE);
	char *text = cgi_alloc(SWAP_PAGES * page);
	unsigned int info[] = { 1, SWAP_PAGES - 1 };
	bool made;

	memcpy(text + 1024, info, sizeof(info));
	memcpy(text + page - 10, "SWAPSPACE2", 10);
	made = write(fd, text, SWAP_PAGES * page) == (ssize_t)(SWAP_PAGES * page) && !fsync(fd);
	free(text);
	return made;
}

const char *cgi_swap_on(void)
{
	char *path = cgi_fmt("/var/tmp/cgi_swap_%d", getpid());
	int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	bool made = fd >= 0 && write_swap(fd) && !swapon(path, 0);

	close(fd);
	swap_file = path;
	if (made)
		return NULL;
	unlink(path);
	return "this guest has no file system that can have a swap file";
}

void cgi_swap_off(void)
{
	if (swapoff(swap_file) || unlink(swap_file))
		cgi_die("%s: %s", swap_file, strerror(errno));
}

/* What is being written is in swap and in memory, where it is charged as before. */
static bool is_swapped_out(const char *dir, long bytes)
{
	char *current = cgi_slurp_at(dir, "memory.swap.current");
	bool all = current && atol(current) >= bytes;

	free(current);
	return all && cgi_stat_value(dir, "memory.stat", "swapcached") <= 0;
}

/* Newer kernels have a file that reclaims; older ones reclaim what is above a limit. */
void cgi_swap_out(const char *dir, int pages)
{
	double end = cgi_now() + CGI_PATIENCE_S;

	do {
		if (cgi_now() > end)
			cgi_die("%s is not swapped out", dir);
		if (cgi_write(dir, "memory.reclaim", "16M") == -ENOENT)
			cgi_write(dir, "memory.high", "0");
		cgi_sleep_ms(CGI_PATIENCE_MS);
	} while (!is_swapped_out(dir, pages * sysconf(_SC_PAGESIZE)));
}
