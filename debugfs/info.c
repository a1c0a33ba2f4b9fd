// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/utsname.h>

#include "../module/mode.h"
#include "../module/version.h"
#include "view.h"
#include "waiting.h"

static void cgi_info_put_version(struct cgi_out *o, const struct cgi_snapshot *s,
				 const void *record)
{
	cgi_out_puts(o, CGI_VERSION);
}

static void cgi_info_put_format(struct cgi_out *o, const struct cgi_snapshot *s,
				const void *record)
{
	cgi_out_s64(o, CGI_FORMAT);
}

static void cgi_info_put_kernel(struct cgi_out *o, const struct cgi_snapshot *s,
				const void *record)
{
	cgi_out_puts(o, init_utsname()->release);
	cgi_out_putc(o, ' ');
	cgi_out_puts(o, init_utsname()->machine);
}

static void cgi_info_put_graph(struct cgi_out *o, const struct cgi_snapshot *s,
			       const void *record)
{
	const struct cgi_mode *mode = record;

	cgi_out_puts(o, mode->why_no_graph ? "off, " : "on");
	if (mode->why_no_graph)
		cgi_out_puts(o, mode->why_no_graph);
}

static void cgi_info_put_time(struct cgi_out *o, const struct cgi_snapshot *s, const void *record)
{
	cgi_out_u64(o, s->moment.real_ns);
}

static void cgi_info_put_boot_time(struct cgi_out *o, const struct cgi_snapshot *s,
				   const void *record)
{
	cgi_out_u64(o, s->moment.boot_ns);
}

/* In groups of 4, 2, 2, 2 and 6 bytes, as /proc/sys/kernel/random/boot_id has it. */
static void cgi_info_put_boot_id(struct cgi_out *o, const struct cgi_snapshot *s,
				 const void *record)
{
	static const char digits[] = "0123456789abcdef";
	const u8 *id = s->moment.boot_id;
	int i;

	if (!s->moment.has_boot_id) {
		cgi_out_putc(o, '-');
		return;
	}
	for (i = 0; i < CGI_BOOT_ID_SIZE; i++) {
		if (i >= 4 && i <= 10 && !(i % 2))
			cgi_out_putc(o, '-');
		cgi_out_putc(o, digits[id[i] >> 4]);
		cgi_out_putc(o, digits[id[i] & 15]);
	}
}

/* By the bits of CGI_LACKS_*, named as the options of the kernel are. */
static const char *const cgi_info_lacks[] = {
	"MEMCG", "CGROUP_BPF", "CGROUP_PERF", "SOCK_CGROUP_DATA", "INET", "CGROUP_WRITEBACK",
	"CGROUP_HUGETLB",
};

static void cgi_info_put_holders(struct cgi_out *o, const struct cgi_snapshot *s,
				 const void *record)
{
	const struct cgi_mode *mode = record;
	const char *separator = ", without CONFIG_";
	unsigned int bit;

	if (mode->why_no_graph) {
		cgi_out_puts(o, "off, as the graph is");
		return;
	}
	cgi_out_puts(o, "on");
	for (bit = 0; bit < ARRAY_SIZE(cgi_info_lacks); bit++) {
		if (!(mode->lacks & BIT(bit)))
			continue;
		cgi_out_puts(o, separator);
		cgi_out_puts(o, cgi_info_lacks[bit]);
		separator = " and CONFIG_";
	}
}

static const struct cgi_column cgi_info_keys[] = {
	CGI_COLUMN_SPECIAL("version", cgi_info_put_version),
	CGI_COLUMN_SPECIAL("format", cgi_info_put_format),
	CGI_COLUMN_SPECIAL("kernel", cgi_info_put_kernel),
	CGI_COLUMN_PHRASE("css_set_lock", struct cgi_mode, css_set_lock),
	CGI_COLUMN_PHRASE("cgroup_mutex", struct cgi_mode, cgroup_mutex),
	CGI_COLUMN_SPECIAL("graph", cgi_info_put_graph),
	CGI_COLUMN_PHRASE("lock_ways", struct cgi_mode, locks_agree),
	CGI_COLUMN_PHRASE("memberships", struct cgi_mode, memberships),
	CGI_COLUMN_SPECIAL("cgroup_mutex_held_by", cgi_put_held_by),
	CGI_COLUMN_SPECIAL("readers_waiting", cgi_put_readers_waiting),
	CGI_COLUMN_SPECIAL("oldest_wait_ns", cgi_put_oldest_wait),
	CGI_COLUMN_SPECIAL("boot_id", cgi_info_put_boot_id),
	CGI_COLUMN_SPECIAL("time_ns", cgi_info_put_time),
	CGI_COLUMN_SPECIAL("boottime_ns", cgi_info_put_boot_time),
	CGI_COLUMN_SPECIAL("holders", cgi_info_put_holders),
};

static const void *cgi_info_record(const struct cgi_snapshot *s)
{
	return cgi_mode_get();
}

const struct cgi_view cgi_info_view = {
	.name		= "info",
	.want		= CGI_WANT_WAITING,
	.columns	= cgi_info_keys,
	.nr_columns	= ARRAY_SIZE(cgi_info_keys),
	.record		= cgi_info_record,
};
