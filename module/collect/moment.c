// SPDX-License-Identifier: GPL-2.0-only
/*
 * When a file was opened, and in which boot: so that two copies of a file can be put in order.
 */
#include <linux/compiler.h>
#include <linux/ktime.h>
#include <linux/string.h>

#include "../snapshot/moment.h"
#include "moment.h"
#include "reach.h"

/* The bytes of which some bits are the same in every id. */
#define CGI_BOOT_ID_VERSION	6
#define CGI_BOOT_ID_VARIANT	8

/**
 * cgi_boot_id_is_whole() - whether the kernel has finished a boot id
 * @id: what is there now
 *
 * The kernel fills the array when somebody reads /proc/sys/kernel/random/boot_id for the first
 * time, and then never again: generate_random_uuid() in lib/uuid.c writes random bytes, and then
 * sets the bits of the version and of the variant.  Random bytes that have these bits by chance
 * are final as well.
 *
 * Context: Any.
 * Return: true if it has.
 */
bool cgi_boot_id_is_whole(const u8 *id)
{
	return (id[CGI_BOOT_ID_VERSION] & 0xf0) == 0x40 && (id[CGI_BOOT_ID_VARIANT] & 0xc0) == 0x80;
}

static bool cgi_boot_id_read(u8 *id)
{
	const u8 *from = cgi_boot_id();

	if (!from)
		return false;
	do {
		/* The kernel may be filling it. */
		data_race(memcpy(id, from, CGI_BOOT_ID_SIZE));
		barrier();
		/* As above: then they differ. */
	} while (data_race(memcmp(id, from, CGI_BOOT_ID_SIZE)));
	return cgi_boot_id_is_whole(id);
}

/**
 * cgi_moment_get() - what time it is, and in which boot
 * @moment: where to
 *
 * Context: Any.
 */
void cgi_moment_get(struct cgi_moment *moment)
{
	moment->real_ns = ktime_get_real_ns();
	moment->boot_ns = ktime_get_boottime_ns();
	moment->has_boot_id = cgi_boot_id_read(moment->boot_id);
}
