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

/* The kernel, too, tells by this byte whether the id is there: its upper bits are fixed. */
#define CGI_BOOT_ID_VARIANT	8

/*
 * The kernel fills the array when somebody reads /proc/sys/kernel/random/boot_id for the first
 * time, and then never again.  Random bytes come first, and some bits of them are fixed
 * afterwards.  So it is there as soon as two readings in a row are the same; while the kernel is
 * at it they may differ.
 */
static bool cgi_boot_id_read(u8 *id)
{
	const u8 *from = cgi_boot_id();

	if (!from || !READ_ONCE(from[CGI_BOOT_ID_VARIANT]))
		return false;
	do {
		/* The kernel may be filling it. */
		data_race(memcpy(id, from, CGI_BOOT_ID_SIZE));
		barrier();
		/* As above: then they differ. */
	} while (data_race(memcmp(id, from, CGI_BOOT_ID_SIZE)));
	return true;
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
