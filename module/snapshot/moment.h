/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGI_SNAPSHOT_MOMENT_H
#define _CGI_SNAPSHOT_MOMENT_H

#include <linux/types.h>

#define CGI_BOOT_ID_SIZE	16

/**
 * struct cgi_moment - when a file was opened
 * @real_ns: time since 1970
 * @boot_ns: time since boot, suspended or not
 * @boot_id: what tells this boot from others, in the order in which it is printed
 * @has_boot_id: it is known
 */
struct cgi_moment {
	u64 real_ns;
	u64 boot_ns;
	u8 boot_id[CGI_BOOT_ID_SIZE];
	bool has_boot_id;
};

#endif /* _CGI_SNAPSHOT_MOMENT_H */
