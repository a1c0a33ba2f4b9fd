// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the text goes: sendfile() and splice() have the bytes of one big read of
 * the same open file; a read that meets memory which can't be written returns
 * what it could write, and goes on from there; and while the page that a read
 * waits for does not come (userfaultfd), others read other files, and who waits
 * for the same one can be killed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"

#define WAIT_MS		10000

static struct {
	int fd;
	char *text;
	size_t len;
} file;

static void take(const char *name)
{
	file.fd = cgi_open(name, O_RDONLY);
	if (file.fd < 0)
		cgi_die("%s: %s", name, strerror(errno));
	file.text = cgi_slurp_fd(file.fd, &file.len);
	if (!file.text || !file.len)
		cgi_die("%s: nothing to read: %s", name, strerror(errno));
	lseek(file.fd, 0, SEEK_SET);
}

static void drop(void)
{
	close(file.fd);
	free(file.text);
}

static bool is_text(const char *what, const char *got, ssize_t len, size_t at)
{
	bool ok = len == (ssize_t)(file.len - at) && !memcmp(got, file.text + at, len);

	if (!ok)
		ksft_print_msg("%s from %zu on: %zd bytes of %zu, or others\n", what, at, len,
			       file.len - at);
	return ok;
}

/* ---- without the reader's memory ---- */

static bool sendfile_from(size_t from)
{
	int out = memfd_create("sent", 0);
	off_t at = from;
	char *got = cgi_alloc(file.len + 1);
	ssize_t sent, len;
	bool ok;

	if (out < 0)
		cgi_die("memfd: %s", strerror(errno));
	while ((sent = sendfile(out, file.fd, &at, file.len + 1)) > 0)
		;
	len = sent < 0 ? -errno : pread(out, got, file.len + 1, 0);
	ok = is_text("sendfile", got, len, from) && at == (off_t)file.len;
	free(got);
	close(out);
	return ok;
}

static bool sendfile_is_same(void *name)
{
	bool ok;

	take(name);
	ok = sendfile_from(0) && sendfile_from(1) && sendfile_from(file.len / 2) &&
	     sendfile_from(file.len - 1) && sendfile_from(file.len);
	drop();
	return ok;
}

/* By the file's own position; the pipe is emptied after each piece. */
static ssize_t splice_all(char *got, size_t piece)
{
	ssize_t moved, len = 0;
	int tube[2];

	cgi_pipe(tube);
	while ((moved = splice(file.fd, NULL, tube[1], NULL, piece, 0)) > 0) {
		if (len + moved > (ssize_t)file.len || read(tube[0], got + len, moved) != moved) {
			moved = 0;
			len = -EIO;
			break;
		}
		len += moved;
	}
	if (moved < 0)
		len = -errno;
	close(tube[0]);
	close(tube[1]);
	return len;
}

static bool splice_is_same(void *name)
{
	static const size_t pieces[] = { 100, 4096, 10000, 1 << 20 };
	bool ok = true;
	char *got;
	size_t i;

	take(name);
	got = cgi_alloc(file.len);
	for (i = 0; i < ARRAY_SIZE(pieces); i++) {
		lseek(file.fd, 0, SEEK_SET);
		ok = is_text("splice", got, splice_all(got, pieces[i]), 0) && ok;
	}
	free(got);
	drop();
	return ok;
}

/* ---- memory that can't be written ---- */

static bool vectors_are_same(void *name)
{
	struct iovec piece[3];
	ssize_t len;
	char *got;
	bool ok;

	take(name);
	got = cgi_alloc(file.len + 1);
	piece[0] = (struct iovec){ got, 1 };
	piece[1] = (struct iovec){ got + 1, file.len / 2 };
	piece[2] = (struct iovec){ got + 1 + file.len / 2, file.len - file.len / 2 };
	len = readv(file.fd, piece, ARRAY_SIZE(piece));
	ok = is_text("readv", got, len, 0);
	free(got);
	drop();
	return ok;
}

/* Maps two pages of which only the first can be written. Returns its end. */
static char *half_mapped(size_t page)
{
	char *both = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (both == MAP_FAILED || mprotect(both + page, page, PROT_NONE))
		cgi_die("two pages: %s", strerror(errno));
	return both + page;
}

/* Some architectures copy word by word, and write no part of the one that faults. */
static bool fault_is_short(void *name)
{
	size_t page = sysconf(_SC_PAGESIZE), room = 77;
	char *end = half_mapped(page);
	ssize_t first, none;
	bool ok;

	take(name);
	first = read(file.fd, end - room, page);
	none = read(file.fd, end, page);
	ok = first > 0 && first <= (ssize_t)room && !memcmp(end - room, file.text, first) &&
	     none == -1 && errno == EFAULT && lseek(file.fd, 0, SEEK_CUR) == (off_t)first;
	ksft_print_msg("%zd of %zu bytes, then %zd, at %ld\n", first, room, none,
		       (long)lseek(file.fd, 0, SEEK_CUR));
	ok = ok && read(file.fd, end - room, room) == (ssize_t)room &&
	     !memcmp(end - room, file.text + first, room);
	drop();
	munmap(end - page, 2 * page);
	return ok;
}

/* ---- memory that has to be waited for ---- */

static struct {
	int fd;
	size_t page;
	char *at;
	ssize_t got;
	pthread_t thread;
} fault;

/* Returns false where the kernel does not let us. */
static bool catch_faults(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	fault.page = sysconf(_SC_PAGESIZE);
	fault.fd = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (fault.fd < 0 || ioctl(fault.fd, UFFDIO_API, &api))
		return false;
	fault.at = mmap(NULL, fault.page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);
	range.range.start = (uintptr_t)fault.at;
	range.range.len = fault.page;
	return fault.at != MAP_FAILED && !ioctl(fault.fd, UFFDIO_REGISTER, &range);
}

static bool fault_has_come(void)
{
	struct pollfd pfd = { .fd = fault.fd, .events = POLLIN };
	struct uffd_msg msg;

	return poll(&pfd, 1, WAIT_MS) == 1 && read(fault.fd, &msg, sizeof(msg)) == sizeof(msg) &&
	       msg.event == UFFD_EVENT_PAGEFAULT;
}

static void give_page(void)
{
	struct uffdio_zeropage zero = {
		.range = { (uintptr_t)fault.at, fault.page },
	};

	if (ioctl(fault.fd, UFFDIO_ZEROPAGE, &zero))
		cgi_die("UFFDIO_ZEROPAGE: %s", strerror(errno));
}

static void *read_into_fault(void *unused)
{
	(void)unused;
	fault.got = pread(file.fd, fault.at, fault.page, 0);
	return NULL;
}

static int read_the_same(void *unused)
{
	char byte;

	(void)unused;
	return pread(file.fd, &byte, 1, 0) != 1;
}

/* Waits until @pid is in the sleep of who waits for a mutex. */
static bool waits_for_lock(pid_t pid)
{
	int ms;

	for (ms = 0; ms < WAIT_MS; ms += 10) {
		char state = cgi_proc_state(pid, pid, NULL);

		if (!state || strchr("ZXD", state))
			return state == 'D';
		cgi_sleep_ms(10);
	}
	return false;
}

static bool ends_if_killed(pid_t pid)
{
	int ms;

	kill(pid, SIGKILL);
	for (ms = 0; ms < WAIT_MS; ms += 10) {
		char state = cgi_proc_state(pid, pid, NULL);

		if (!state || strchr("ZX", state))
			return true;
		cgi_sleep_ms(10);
	}
	return false;
}

static bool waiting_read_harms_none(void)
{
	bool came, other, waits, killed;
	char *text;
	pid_t pid;

	if (!catch_faults())
		return cgi_skip("no userfaultfd (CONFIG_USERFAULTFD)");
	take("tasks");
	errno = pthread_create(&fault.thread, NULL, read_into_fault, NULL);
	if (errno)
		cgi_die("thread: %s", strerror(errno));
	came = fault_has_come();
	text = cgi_text_read("tasks");
	other = text && *text;
	free(text);
	pid = cgi_spawn(read_the_same, NULL);
	waits = waits_for_lock(pid);
	killed = ends_if_killed(pid);
	give_page();
	pthread_join(fault.thread, NULL);
	cgi_kill(pid);
	ksft_print_msg("fault %d, other file %d, who waits %d, is killed %d, then %zd bytes\n",
		       came, other, waits, killed, fault.got);
	close(fault.fd);
	came = came && other && waits && killed && fault.got == (ssize_t)fault.page &&
	       !memcmp(fault.at, file.text, fault.page);
	drop();
	return came;
}

static const struct cgi_case file_cases[] = {
	{ "sendfile() has the same bytes", .run_on = sendfile_is_same },
	{ "splice() to a pipe has the same bytes", .run_on = splice_is_same },
	{ "readv() into three pieces", .run_on = vectors_are_same },
	{ "a fault: what was written before it, then EFAULT", .run_on = fault_is_short },
};

static const struct cgi_case cases[] = {
	{ "a read that waits for a page: other files are read, and who waits can be killed",
	  waiting_read_harms_none },
};

int main(void)
{
	pid_t tids[200];

	cgi_begin();
	/* With this number of tasks no file of tasks fits into one page. */
	cgi_park_threads(ARRAY_SIZE(tids), tids);
	cgi_add_cases_on_files(file_cases, ARRAY_SIZE(file_cases));
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
