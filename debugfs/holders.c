// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/kdev_t.h>

#include "view.h"

static const char *const cgi_holder_kinds[] = {
	[CGI_HOLDER_SOCKET]	= "socket",
	[CGI_HOLDER_PERF_EVENT]	= "perf_event",
	[CGI_HOLDER_BPF_LINK]	= "bpf_link",
	[CGI_HOLDER_BPF_MAP]	= "bpf_map",
	[CGI_HOLDER_BPF_ITER]	= "bpf_iter",
	[CGI_HOLDER_CGROUP_NS]	= "cgroup_ns",
	[CGI_HOLDER_NET_NS]	= "net_ns",
	[CGI_HOLDER_CGROUPFS]	= "cgroupfs",
	[CGI_HOLDER_INOTIFY]	= "inotify",
	[CGI_HOLDER_FANOTIFY]	= "fanotify",
	[CGI_HOLDER_HUGETLB]	= "hugetlb",
	[CGI_HOLDER_BPF_PROG]	= "bpf_prog",
	[CGI_HOLDER_SWAP]	= "swap",
	[CGI_HOLDER_WRITEBACK]	= "writeback",
	[CGI_HOLDER_PAGES]	= "pages",
	[CGI_HOLDER_FILE]	= "file",
	[CGI_HOLDER_UNSEEN]	= "unseen",
	[CGI_HOLDER_UNKNOWN]	= "unknown",
};

static void cgi_holder_put_object(struct cgi_out *o, const struct cgi_snapshot *s,
				  const void *record)
{
	const struct cgi_holder *holder = record;

	switch (holder->held_kind) {
	case CGI_HELD_CGROUP:
		cgi_put_cgroup(o, s, holder->held);
		break;
	case CGI_HELD_CSS:
		cgi_put_css(o, s, holder->held);
		break;
	case CGI_HELD_CSS_SET:
		cgi_out_addr(o, holder->held_addr);
		break;
	}
}

/* That of a css is the one of its cgroup, that of a css_set the one that it has on v2. */
static void cgi_holder_put_path(struct cgi_out *o, const struct cgi_snapshot *s,
				const void *record)
{
	const struct cgi_holder *holder = record;

	switch (holder->held_kind) {
	case CGI_HELD_CGROUP:
		cgi_put_path(o, s, holder->held);
		break;
	case CGI_HELD_CSS:
		cgi_put_path(o, s, cgi_css_at(s, holder->held)->cgroup);
		break;
	case CGI_HELD_CSS_SET:
		cgi_put_path(o, s, cgi_css_set_at(s, holder->held)->default_cgroup);
		break;
	}
}

static void cgi_holder_put_tid(struct cgi_out *o, const struct cgi_snapshot *s,
			       const void *record)
{
	const struct cgi_holder *holder = record;

	if (holder->tid)
		cgi_out_s64(o, holder->tid);
	else
		cgi_out_putc(o, '-');
}

static void cgi_holder_put_comm(struct cgi_out *o, const struct cgi_snapshot *s,
				const void *record)
{
	const struct cgi_holder *holder = record;

	if (holder->tid)
		cgi_put_string(o, holder->comm);
	else
		cgi_out_putc(o, '-');
}

static void cgi_holder_put_fd(struct cgi_out *o, const struct cgi_snapshot *s,
			      const void *record)
{
	const struct cgi_holder *holder = record;

	if (holder->fd >= 0)
		cgi_out_s64(o, holder->fd);
	else
		cgi_out_putc(o, '-');
}

/* ---- detail: items `key:value`, with commas between them; a name comes last ---- */

/* The key of @number, for kinds of holders that have one. */
static const char *const cgi_holder_numbers[] = {
	[CGI_HOLDER_SOCKET]	= "inode:",
	[CGI_HOLDER_PERF_EVENT]	= "event:",
	[CGI_HOLDER_BPF_LINK]	= "link:",
	[CGI_HOLDER_BPF_MAP]	= "map:",
	[CGI_HOLDER_CGROUP_NS]	= "inode:",
	[CGI_HOLDER_NET_NS]	= "inode:",
	[CGI_HOLDER_UNKNOWN]	= NULL,
};

static const char *const cgi_holder_names[] = {
	[CGI_HOLDER_SOCKET]	= "protocol:",
	[CGI_HOLDER_PERF_EVENT]	= "comm:",
	[CGI_HOLDER_BPF_LINK]	= "name:",
	[CGI_HOLDER_BPF_MAP]	= "name:",
	[CGI_HOLDER_BPF_ITER]	= "name:",
	[CGI_HOLDER_CGROUPFS]	= "file:",
	[CGI_HOLDER_BPF_PROG]	= "name:",
	[CGI_HOLDER_WRITEBACK]	= "bdi:",
	[CGI_HOLDER_FILE]	= "fs:",
	[CGI_HOLDER_UNKNOWN]	= NULL,
};

static const char *cgi_holder_number_key(const struct cgi_holder *holder)
{
	/* Of a task that was reaped there is no event but the task itself. */
	if (holder->kind == CGI_HOLDER_PERF_EVENT && holder->held_kind == CGI_HELD_CSS_SET)
		return "task:";
	return cgi_holder_numbers[holder->kind];
}

static const char *cgi_holder_phrase_key(const struct cgi_holder *holder)
{
	switch (holder->kind) {
	case CGI_HOLDER_SOCKET:
	case CGI_HOLDER_FILE:
		return "state:";
	case CGI_HOLDER_PAGES:
		return "type:";
	case CGI_HOLDER_UNSEEN:
		return "howto:";
	}
	return "attach:";
}

static void cgi_put_item(struct cgi_out *o, const char **separator, const char *key)
{
	cgi_out_puts(o, *separator);
	cgi_out_puts(o, key);
	*separator = ",";
}

static void cgi_holder_put_inode(struct cgi_out *o, const char **separator,
				 const struct cgi_holder *holder)
{
	cgi_put_item(o, separator, "device:");
	cgi_out_u64(o, MAJOR(holder->device));
	cgi_out_putc(o, ':');
	cgi_out_u64(o, MINOR(holder->device));
	if (!holder->number)
		return;
	cgi_put_item(o, separator, "inode:");
	cgi_out_u64(o, holder->number);
}

static void cgi_holder_put_path_of_file(struct cgi_out *o, const char **separator,
					const struct cgi_snapshot *s,
					const struct cgi_holder *holder)
{
	cgi_put_item(o, separator, "path:");
	cgi_out_escaped(o, cgi_text_at(&s->paths, holder->path));
}

static void cgi_holder_put_detail(struct cgi_out *o, const struct cgi_snapshot *s,
				  const void *record)
{
	const struct cgi_holder *holder = record;
	const char *number = cgi_holder_number_key(holder), *separator = "";

	if (number && holder->number) {
		cgi_put_item(o, &separator, number);
		cgi_out_u64(o, holder->number);
	}
	if (holder->port) {
		cgi_put_item(o, &separator, "port:");
		cgi_out_u64(o, holder->port);
		cgi_put_item(o, &separator, "peer:");
		cgi_out_u64(o, holder->peer);
	}
	if (holder->device)
		cgi_holder_put_inode(o, &separator, holder);
	if (holder->files) {
		cgi_put_item(o, &separator, holder->files_about ? "files:~" : "files:");
		cgi_out_u64(o, holder->files);
	}
	if (holder->prog) {
		cgi_put_item(o, &separator, "prog:");
		cgi_out_u64(o, holder->prog);
	}
	if (holder->phrase) {
		cgi_put_item(o, &separator, cgi_holder_phrase_key(holder));
		cgi_out_puts(o, holder->phrase);
	}
	if (*holder->name && cgi_holder_names[holder->kind]) {
		cgi_put_item(o, &separator, cgi_holder_names[holder->kind]);
		cgi_out_escaped(o, holder->name);
	}
	if (holder->path)
		cgi_holder_put_path_of_file(o, &separator, s, holder);
	if (!*separator)
		cgi_out_putc(o, '-');
}

static const struct cgi_column cgi_holders_columns[] = {
	CGI_COLUMN_SPECIAL("object", cgi_holder_put_object),
	CGI_COLUMN_SPECIAL("path", cgi_holder_put_path),
	CGI_COLUMN_ENUM("kind", struct cgi_holder, kind, cgi_holder_kinds),
	CGI_COLUMN_REFS("refs", struct cgi_holder, refs),
	CGI_COLUMN_COUNT("amount", struct cgi_holder, amount),
	CGI_COLUMN_SPECIAL("tid", cgi_holder_put_tid),
	CGI_COLUMN_SPECIAL("comm", cgi_holder_put_comm),
	CGI_COLUMN_SPECIAL("fd", cgi_holder_put_fd),
	CGI_COLUMN_SPECIAL("detail", cgi_holder_put_detail),
};

const struct cgi_view cgi_holders_view = {
	.name		= "holders",
	.want		= CGI_WANT_ALL | CGI_WANT_EXACT_CSS_SETS | CGI_WANT_EXACT_TREES |
			  CGI_WANT_HOLDERS,
	.columns	= cgi_holders_columns,
	.nr_columns	= ARRAY_SIZE(cgi_holders_columns),
	.records	= offsetof(struct cgi_snapshot, holders),
};
