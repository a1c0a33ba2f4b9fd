// SPDX-License-Identifier: GPL-2.0-only
/*
 * What holds a removed cgroup of cgroup2, and its css of memory: each kind that
 * debugfs.rst names is made in a cgroup, which is removed. Both must say in
 * `unaccounted` how many hold them, and be gone when the holders are.
 *
 *   cgroup2   top: +memory
 *     a kind  removed with three of it (or one, or a number of pages)
 *
 * BPF links and programs, perf events and open directories are in pins.c,
 * cgroup namespaces in cgroupns.c, tasks in dying.c and draining.c.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"
#include "lib/cgi_pin.h"
#include "lib/cgi_swap.h"

#define NR	3
/* This is more than the kernel keeps back on each CPU before it counts. */
#define PAGES	40
/* Nobody has said how many: only that there are some, or some more than PAGES. */
#define SOME	(-1)
#define MORE	(-2)

static struct cgi_place v2 = { .version = 2 };
static char *top;

/* What the holder of a row has open, and its memory. */
static int fds[2 * NR + 4], nr_fds;
static void *memory;
static size_t page;

static bool keep(int fd)
{
	if (fd < 0)
		return false;
	fds[nr_fds++] = fd;
	return true;
}

static void release(void)
{
	while (nr_fds)
		close(fds[--nr_fds]);
	if (memory)
		munmap(memory, PAGES * page);
	memory = NULL;
}

/* ---- sockets ---- */

static bool make_sockets(int family, int type)
{
	int i;

	for (i = 0; i < NR; i++)
		if (!keep(socket(family, type | SOCK_CLOEXEC, 0)))
			return false;
	return true;
}

static bool make_unix(void)
{
	return make_sockets(AF_UNIX, SOCK_STREAM);
}

static bool make_udp(void)
{
	return make_sockets(AF_INET, SOCK_DGRAM);
}

static bool make_netlink(void)
{
	return make_sockets(AF_NETLINK, SOCK_RAW);
}

static bool make_packet(void)
{
	return make_sockets(AF_PACKET, SOCK_RAW);
}

static bool make_listening(void)
{
	int i;

	if (!make_sockets(AF_INET, SOCK_STREAM))
		return false;
	for (i = 0; i < NR; i++)
		if (listen(fds[i], 1))
			return false;
	return true;
}

/* A connection that is closed in peace would live on for a minute. */
static bool reset_on_close(int fd)
{
	struct linger linger = { .l_onoff = 1 };

	return !setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

/* One listens, one has connected, and one was accepted. */
static bool make_connection(void)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	socklen_t len = sizeof(addr);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return keep(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) &&
	       !bind(fds[0], (struct sockaddr *)&addr, len) && !listen(fds[0], 1) &&
	       !getsockname(fds[0], (struct sockaddr *)&addr, &len) &&
	       keep(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) &&
	       !connect(fds[1], (struct sockaddr *)&addr, len) &&
	       keep(accept4(fds[0], NULL, NULL, SOCK_CLOEXEC)) &&
	       reset_on_close(fds[1]) && reset_on_close(fds[2]);
}

/* The kernel makes sockets of its own in each network namespace. */
static bool make_net_namespace(void)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	bool made;

	if (home < 0)
		return false;
	made = !unshare(CLONE_NEWNET) &&
	       keep(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
	if (setns(home, CLONE_NEWNET))
		cgi_die("setns: %s", strerror(errno));
	close(home);
	return made;
}

/* ---- other descriptors ---- */

static bool make_inotify(void)
{
	int i;

	for (i = 0; i < NR; i++)
		if (!keep(inotify_init1(IN_CLOEXEC)))
			return false;
	return true;
}

static bool make_fanotify(void)
{
	int i;

	for (i = 0; i < NR; i++)
		if (!keep(fanotify_init(FAN_CLOEXEC, O_RDONLY)))
			return false;
	return true;
}

/* The cgroup of the row, open: the map is told by a descriptor which one it is. */
static int dir_fd;

static bool make_cgroup_array(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_CGROUP_ARRAY,
		.key_size = 4, .value_size = 4, .max_entries = NR,
	};
	unsigned int key;

	if (!keep(syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr))))
		return false;
	for (key = 0; key < NR; key++) {
		memset(&attr, 0, sizeof(attr));
		attr.map_fd = fds[0];
		attr.key = (unsigned long)&key;
		attr.value = (unsigned long)&dir_fd;
		if (syscall(SYS_bpf, BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr)))
			return false;
	}
	return true;
}

/* ---- memory ---- */

static bool fill(int fd, int pages)
{
	static char text[65536];

	while (pages--)
		if (write(fd, text, page) != (ssize_t)page)
			return false;
	return true;
}

static bool make_tmpfs_pages(void)
{
	return keep(memfd_create("cgi", MFD_CLOEXEC)) && fill(fds[0], PAGES);
}

/* ramfs keeps its files in the page cache alone, and every kernel has it. */
static int ramfs_fd;

/* Its root stays open, so nothing is left to be cleaned up. */
static void open_ramfs(void)
{
	char *dir = cgi_fmt("%s/ramfs", cgi_tmp());

	if (mkdir(dir, 0700) || mount("none", dir, "ramfs", 0, NULL))
		cgi_die("ramfs: %s", strerror(errno));
	ramfs_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ramfs_fd < 0 || umount2(dir, MNT_DETACH) || rmdir(dir))
		cgi_die("%s: %s", dir, strerror(errno));
	free(dir);
}

static bool make_file_pages(void)
{
	return keep(openat(ramfs_fd, "file", O_CREAT | O_RDWR | O_CLOEXEC, 0600)) &&
	       !unlinkat(ramfs_fd, "file", 0) && fill(fds[0], PAGES);
}

static bool make_anonymous_pages(void)
{
	size_t i;

	memory = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		cgi_die("mmap: %s", strerror(errno));
	madvise(memory, PAGES * page, MADV_NOHUGEPAGE);
	for (i = 0; i < PAGES; i++)
		((char *)memory)[i * page] = 1;
	return true;
}

static void swap_out(const char *dir)
{
	cgi_swap_out(dir, PAGES);
}

/* The pages of a pipe are the kernel's, and charged as such. */
static bool make_pipe_pages(void)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC))
		return false;
	return keep(fd[0]) && keep(fd[1]) && fcntl(fd[1], F_SETPIPE_SZ, PAGES * page) > 0 &&
	       fill(fd[1], PAGES);
}

/* Each of these takes an object of the kernel's slab caches. */
static bool make_files(void)
{
	int i;

	for (i = 0; i < NR; i++)
		if (!keep(open("/", O_PATH | O_CLOEXEC)))
			return false;
	return true;
}

/* ---- the table ---- */

static struct holder {
	const char *name;
	bool (*make)(void);
	/* How many hold the removed cgroup itself, and how many its css. */
	long cgroup, css;
	/* What is done to the cgroup before it is removed. */
	void (*then)(const char *dir);
	/* Why it can't be made here, or NULL. */
	const char *lacks;
	char *id, *css_id;
} holders[] = {
	{ "unix sockets", make_unix, NR, NR },
	{ "UDP sockets", make_udp, NR, NR },
	{ "listening TCP sockets", make_listening, NR, NR },
	{ "three TCP sockets of a connection", make_connection, 3, 3 },
	{ "netlink sockets", make_netlink, NR, NR },
	{ "packet sockets", make_packet, NR, NR },
	{ "a network namespace", make_net_namespace, SOME, SOME },
	{ "inotify groups", make_inotify, 0, NR },
	{ "fanotify groups", make_fanotify, 0, NR },
	{ "a BPF cgroup array of three", make_cgroup_array, NR, 0 },
	{ "slab objects", make_files, 0, 0 },
	{ "pages of a pipe", make_pipe_pages, 0, 0 },
	{ "pages of a tmpfs", make_tmpfs_pages, 0, PAGES },
	{ "pages of a file", make_file_pages, 0, PAGES },
	{ "anonymous pages", make_anonymous_pages, 0, PAGES },
};

/* The pages of one id in swap hold it together. */
static struct holder swapped = {
	"pages in swap", make_tmpfs_pages, 0, 1, .then = swap_out,
};

static int make_error;

static void make_inside(void *arg)
{
	struct holder *h = arg;

	make_error = h->make() ? 0 : errno;
}

static char *place_for(struct holder *h)
{
	char *dir = cgi_mkdir(top, "holder");

	h->id = cgi_dir_id(0, dir);
	h->css_id = cgi_css_of(h->id, "memory", "online");
	if (!h->css_id)
		cgi_die("no css of memory for %s", dir);
	dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir_fd < 0)
		cgi_die("%s: %s", dir, strerror(errno));
	return dir;
}

/* Has an exact number of at least @least taken the place of "~" and "-"? */
static bool some_hold(const char *file, const char *by, const char *key, long least)
{
	double end = cgi_now() + 20;
	char *got = NULL;
	bool some = false;

	while (!some && cgi_now() < end) {
		free(got);
		cgi_sleep_ms(100);
		got = cgi_field(file, by, key, "unaccounted");
		some = got && got[strspn(got, "0123456789")] == '\0' && atol(got) >= least;
	}
	ksft_print_msg("%s: %s unaccounted\n", key, got ? got : "no line");
	free(got);
	return some;
}

static bool this_many_hold(const char *file, const char *by, const char *key, long nr)
{
	char *want = cgi_fmt("%ld", nr);
	bool ok = nr < 0 ? some_hold(file, by, key, nr == MORE ? PAGES : 1) :
		  cgi_field_becomes(file, by, key, "state", "dying") &&
		  cgi_field_becomes(file, by, key, "unaccounted", want);

	free(want);
	return ok;
}

static bool is_held(void *object)
{
	struct holder *h = object;
	char *dir;

	if (h->lacks)
		return cgi_skip("%s", h->lacks);
	dir = place_for(h);
	cgi_run_inside(&v2, dir, make_inside, h);
	close(dir_fd);
	if (make_error)
		cgi_die("%s: %s", h->name, strerror(make_error));
	if (h->then)
		h->then(dir);
	cgi_must_rmdir(dir);
	/* What nothing holds has gone, which the next case looks at. */
	return h->cgroup || h->css ? this_many_hold("cgroups", "cgroup", h->id, h->cgroup) :
				     cgi_is_gone("cgroups", "cgroup", h->id);
}

static bool its_css_is_held(void *object)
{
	struct holder *h = object;

	if (h->lacks)
		return cgi_skip("%s", h->lacks);
	return h->css ? this_many_hold("csses", "css", h->css_id, h->css) :
			cgi_is_gone("csses", "css", h->css_id);
}

static bool both_go(void *object)
{
	struct holder *h = object;

	if (h->lacks)
		return cgi_skip("%s", h->lacks);
	release();
	if (h == &swapped)
		cgi_swap_off();
	return cgi_is_gone("csses", "css", h->css_id) &&
	       cgi_is_gone("cgroups", "cgroup", h->id);
}

/*
 * A kernel with the first function moves pages to the parent at rmdir. With the
 * second one (before 5.13) its own pages hold a css as well: those of a pipe,
 * and the page tables for anonymous ones.
 */
static void adapt(struct holder *h)
{
	if (h->css == PAGES && cgi_kernel_has("lru_reparent_memcg"))
		h->css = 0;
	if (!cgi_kernel_has("__memcg_kmem_uncharge"))
		return;
	if (h->make == make_pipe_pages)
		h->css = PAGES;
	if (h->make == make_anonymous_pages)
		h->css = MORE;
}

static const struct cgi_case cases[] = {
	{ "their cgroup", .run_on = is_held },
	{ "its css of memory", .run_on = its_css_is_held },
	{ "without them both are gone", .run_on = both_go },
};

int main(void)
{
	size_t i;

	cgi_begin();
	cgi_need_graph();
	page = sysconf(_SC_PAGESIZE);
	if (cgi_attached_to("memory") < 0)
		cgi_skip_all("the kernel has no CONFIG_MEMCG");
	/* Kernels warn if memory moves from v1 to v2 while something is charged. */
	if (cgi_attached_to("memory"))
		cgi_skip_all("memory is on v1 (cgroup_no_v1=memory leaves it on v2)");
	v2.root = cgi_v2();
	cgi_enable("memory");
	top = cgi_new_cgroup(cgi_v2());
	cgi_switch_controller(top, '+', "memory");
	open_ramfs();
	for (i = 0; i < ARRAY_SIZE(holders); i++) {
		adapt(&holders[i]);
		cgi_add_cases_on(&holders[i], holders[i].name, cases, ARRAY_SIZE(cases));
	}
	swapped.lacks = cgi_swap_on();
	cgi_add_cases_on(&swapped, swapped.name, cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
