// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much room snapshots have needed, so that the next one needs no pass to find out.
 *
 * Files want different things: `hierarchies` collects no task, and tasks that exit are listed
 * twice where tasks are collected.  So what was needed is remembered for each combination of
 * wants.  What one file needs is neither forgotten nor reserved for the sake of another.
 */
#include <linux/build_bug.h>
#include <linux/compiler.h>

#include "room.h"
#include "snapshot.h"

/* The wants that decide what is collected; the others only say how exact it must be. */
#define CGI_ROOM_WANTS	(CGI_WANT_GRAPH | CGI_WANT_TASKS | CGI_WANT_CHECK)

/* Each number stands for itself, so nothing but whole reads and writes are needed. */
static size_t cgi_rooms[CGI_ROOM_WANTS + 1][CGI_ROOM_ARRAYS];

/**
 * cgi_room_recall() - how many records the last snapshot of this kind had
 * @want: CGI_WANT_*, what it was for
 * @array: which array
 *
 * Context: Any.
 * Return: the number, 0 if there was none.
 */
size_t cgi_room_recall(unsigned int want, unsigned int array)
{
	return READ_ONCE(cgi_rooms[want & CGI_ROOM_WANTS][array]);
}

/**
 * cgi_room_remember() - note how many records a snapshot had
 * @want: CGI_WANT_*, what it was for
 * @array: which array
 * @count: the number; it may be less than before, as systems shrink, too
 *
 * Context: Any.
 */
void cgi_room_remember(unsigned int want, unsigned int array, size_t count)
{
	BUILD_BUG_ON(CGI_ROOM_WANTS & (CGI_ROOM_WANTS + 1));
	WRITE_ONCE(cgi_rooms[want & CGI_ROOM_WANTS][array], count);
}
