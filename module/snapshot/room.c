// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much room snapshots have needed, so that the next one needs no pass to find out.
 *
 * Files want different things: `hierarchies` collects no task, and tasks that exit are listed
 * twice where tasks are collected.  So what was needed is remembered for each combination of
 * wants.  What one file needs is neither forgotten nor reserved for the sake of another.
 */
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/kernel.h>

#include "room.h"

/* More than there are files. */
#define CGI_ROOMS	32

/**
 * struct cgi_room - what snapshots of a kind have needed
 * @want: CGI_WANT_*, which kind; 0 as long as this room belongs to none
 * @counts: records of each array
 */
struct cgi_room {
	unsigned int want;
	size_t counts[CGI_ROOM_ARRAYS];
};

static struct cgi_room cgi_rooms[CGI_ROOMS];

/* If two readers are the first of their kind, one claims a room and both use it. */
static struct cgi_room *cgi_room_of(unsigned int want)
{
	struct cgi_room *room;
	unsigned int owner;

	for (room = cgi_rooms; room < cgi_rooms + CGI_ROOMS; room++) {
		owner = READ_ONCE(room->want);
		if (!owner)
			owner = cmpxchg(&room->want, 0, want);
		if (!owner || owner == want)
			return room;
	}
	return NULL;
}

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
	const struct cgi_room *room = cgi_room_of(want);

	return room ? READ_ONCE(room->counts[array]) : 0;
}

/**
 * cgi_room_remember() - note how many records a snapshot had
 * @want: CGI_WANT_*, what it was for
 * @array: which array
 * @count: the number; it may be less than before, as systems shrink, too
 *
 * The numbers need not fit together, so READ_ONCE() and WRITE_ONCE() are enough.
 *
 * Context: Any.
 */
void cgi_room_remember(unsigned int want, unsigned int array, size_t count)
{
	struct cgi_room *room = cgi_room_of(want);

	if (room)
		WRITE_ONCE(room->counts[array], count);
}
