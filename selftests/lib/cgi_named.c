// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "kselftest.h"
#include "cgi.h"
#include "cgi_named.h"
#include "cgi_stock.h"

/* Names of unix sockets differ from kernel to kernel behind this. */
static void cut_protocol(char *detail)
{
	char *at = strstr(detail, "protocol:UNIX");

	if (at)
		at[strlen("protocol:UNIX")] = '\0';
}

void cgi_holder_lines(struct cgi_set *set, const char *object)
{
	struct cgi_table *holders = cgi_table_read("holders");
	int row;

	for (row = 0; row < holders->nr_rows; row++) {
		char *detail;

		if (strcmp(cgi_get(holders, row, "object"), object) ||
		    !strcmp(cgi_get(holders, row, "kind"), "unseen"))
			continue;
		detail = cgi_fmt("%s", cgi_get(holders, row, "detail"));
		cut_protocol(detail);
		cgi_set_add(set, "%s refs %s tid %s fd %s %s",
			    cgi_get(holders, row, "kind"),
			    cgi_get(holders, row, "refs"),
			    cgi_get(holders, row, "tid"),
			    cgi_get(holders, row, "fd"), detail);
		free(detail);
	}
	cgi_table_free(holders);
}

void cgi_say_holders(const char *object)
{
	struct cgi_set lines = { 0 };
	int i;

	if (!cgi_has_graph())
		return;
	cgi_holder_lines(&lines, object);
	for (i = 0; i < lines.nr; i++)
		ksft_print_msg("%s is held by %s\n", object, lines.str[i]);
	cgi_set_free(&lines);
}

long cgi_refs_in(const struct cgi_set *lines, const char *begin, const char *end)
{
	size_t head = strlen(begin), tail = strlen(end);
	int i;

	for (i = 0; i < lines->nr; i++) {
		const char *line = lines->str[i];
		size_t len = strlen(line);

		if (!strncmp(line, begin, head) && len >= head + tail &&
		    !strcmp(line + len - tail, end))
			return atol(line + head);
	}
	return -1;
}

void cgi_want_line(struct cgi_set *set, const char *kind, int refs, int fd,
		   const char *fmt, ...)
{
	va_list args;
	char *detail;

	va_start(args, fmt);
	detail = cgi_vfmt(fmt, args);
	va_end(args);
	cgi_set_add(set, "%s refs %d tid %d fd %d %s", kind, refs, getpid(), fd, detail);
	free(detail);
}

bool cgi_is_named(const char *object, struct cgi_set *lines)
{
	double end = cgi_now() + CGI_PATIENCE_S;
	int tries = 0;
	bool same;

	do {
		struct cgi_set ours = { 0 }, copy = { 0 };
		int i;

		if (++tries % CGI_STOCK_TRIES == 0)
			cgi_stock_replace();
		for (i = 0; i < lines->nr; i++)
			cgi_set_add(&copy, "%s", lines->str[i]);
		cgi_holder_lines(&ours, object);
		same = !cgi_set_compare(object, &ours, &copy);
		if (!same)
			cgi_sleep_ms(5 * CGI_PATIENCE_MS);
	} while (!same && cgi_now() < end);
	cgi_set_free(lines);
	return same;
}

bool cgi_is_not_named(const char *object)
{
	struct cgi_set none = { 0 };

	return cgi_is_named(object, &none);
}

/* ---- whatever happens meanwhile ---- */

static bool is_number(const char *number)
{
	return *number && !number[strspn(number, "0123456789")];
}

/* Has the row before this one the same object? */
static bool goes_on(const struct cgi_table *holders, int row)
{
	return row && row < holders->nr_rows &&
	       !strcmp(cgi_get(holders, row - 1, "object"), cgi_get(holders, row, "object"));
}

static bool has_recipe(const struct cgi_table *holders, int row)
{
	return goes_on(holders, row) && !strcmp(cgi_get(holders, row - 1, "kind"), "unseen");
}

static bool is_in_place(const struct cgi_table *holders, int row)
{
	int first = cgi_find_row(holders, "object", cgi_get(holders, row, "object"));
	bool unknown = !strcmp(cgi_get(holders, row, "kind"), "unknown");

	return (first == row || goes_on(holders, row)) &&
	       (!unknown || !goes_on(holders, row + 1));
}

static bool line_is_sound(const struct cgi_table *holders, int row)
{
	bool unknown = !strcmp(cgi_get(holders, row, "kind"), "unknown");
	bool by_task = strcmp(cgi_get(holders, row, "tid"), "-");
	const char *amount = cgi_get(holders, row, "amount");
	const char *refs = cgi_get(holders, row, "refs");
	const char *fd = cgi_get(holders, row, "fd");

	return is_number(refs + (unknown && *refs == '~')) &&
	       (is_number(amount) || !strcmp(amount, "-")) &&
	       (is_number(fd) ? by_task : !strcmp(fd, "-")) &&
	       by_task == !!strcmp(cgi_get(holders, row, "comm"), "-") &&
	       (!unknown || has_recipe(holders, row)) && is_in_place(holders, row);
}

static void print_line(const struct cgi_table *holders, int row)
{
	char *text = cgi_fmt("%s", ""), *more;
	int i;

	for (i = 0; i < holders->nr_cols; i++) {
		more = cgi_fmt("%s %s", text, holders->fields[row * holders->nr_cols + i]);
		free(text);
		text = more;
	}
	ksft_print_msg("wrong:%s\n", text);
	free(text);
}

struct cgi_table *cgi_holders_read(void)
{
	char *path = cgi_fmt("%s/holders", CGI_DIR), *text;
	struct cgi_table *holders;
	bool ok = true;
	size_t len;
	int row;

	text = cgi_slurp(path, &len);
	if (!text)
		ksft_print_msg("%s: %s\n", path, strerror(errno));
	free(path);
	holders = text ? cgi_table_parse("holders", text, len) : NULL;
	ok = holders && cgi_table_is_good(holders);
	for (row = 0; ok && row < holders->nr_rows; row++) {
		ok = line_is_sound(holders, row);
		if (!ok)
			print_line(holders, row);
	}
	if (ok)
		return holders;
	cgi_table_free(holders);
	return NULL;
}

bool cgi_holders_are_sound(bool (*holds)(const struct cgi_table *holders, int row))
{
	struct cgi_table *holders = cgi_holders_read();
	bool ok = holders;
	int row;

	for (row = 0; ok && holds && row < holders->nr_rows; row++) {
		ok = holds(holders, row);
		if (!ok)
			print_line(holders, row);
	}
	cgi_table_free(holders);
	return ok;
}

/* ---- what holds ---- */

unsigned long long cgi_inode_of(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		cgi_die("fstat: %s", strerror(errno));
	return st.st_ino;
}

char *cgi_identity_of(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		cgi_die("fstat: %s", strerror(errno));
	return cgi_fmt("device:%u:%u,inode:%llu", major(st.st_dev), minor(st.st_dev),
		       (unsigned long long)st.st_ino);
}

void cgi_pass(int socket, int fd, int nr, int bytes)
{
	char control[CMSG_SPACE(CGI_MAX_PASSED * sizeof(fd))] = { 0 }, text[64] = { 0 };
	struct iovec iov = { .iov_base = text, .iov_len = bytes };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = CMSG_SPACE(nr * sizeof(fd)),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);
	int i;

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(nr * sizeof(fd));
	for (i = 0; i < nr; i++)
		memcpy(CMSG_DATA(cmsg) + i * sizeof(fd), &fd, sizeof(fd));
	if (sendmsg(socket, &msg, 0) != bytes)
		cgi_die("sendmsg: %s", strerror(errno));
}

void cgi_write_pages(int fd, int pages)
{
	static char text[65536];
	long page = sysconf(_SC_PAGESIZE);

	for (; pages; pages--)
		if (write(fd, text, page) != page)
			cgi_die("write: %s", strerror(errno));
}

size_t cgi_huge_page_size(void)
{
	char *info = cgi_slurp_at("/proc", "meminfo");
	const char *at = info ? strstr(info, "Hugepagesize:") : NULL;
	size_t size = at ? atol(at + strlen("Hugepagesize:")) * 1024 : 0;

	free(info);
	return size;
}

int cgi_kept[CGI_MAX_KEPT], cgi_nr_kept;

bool cgi_keep(int fd)
{
	if (fd < 0)
		return false;
	if (cgi_nr_kept == CGI_MAX_KEPT)
		cgi_die("a case has left descriptors open");
	cgi_kept[cgi_nr_kept++] = fd;
	return true;
}

bool cgi_keep_socket(int family, int type)
{
	return cgi_keep(socket(family, type | SOCK_CLOEXEC, 0));
}

bool cgi_keep_tcp(void)
{
	return cgi_keep_socket(AF_INET, SOCK_STREAM) && !listen(cgi_kept[0], 1);
}

bool cgi_keep_udp(void)
{
	return cgi_keep_socket(AF_INET, SOCK_DGRAM);
}

bool cgi_keep_netlink(void)
{
	return cgi_keep_socket(AF_NETLINK, SOCK_RAW);
}

bool cgi_keep_packet(void)
{
	return cgi_keep_socket(AF_PACKET, SOCK_RAW);
}

void cgi_keep_net_namespace(void *unused)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	(void)unused;
	if (home < 0 || unshare(CLONE_NEWNET) ||
	    !cgi_keep(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)) ||
	    setns(home, CLONE_NEWNET))
		cgi_die("a network namespace: %s", strerror(errno));
	close(home);
}

void cgi_keep_unix(void *unused)
{
	(void)unused;
	if (!cgi_keep_socket(AF_UNIX, SOCK_DGRAM))
		cgi_die("socket: %s", strerror(errno));
}

void cgi_release(void)
{
	while (cgi_nr_kept)
		close(cgi_kept[--cgi_nr_kept]);
}
