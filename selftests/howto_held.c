// SPDX-License-Identifier: GPL-2.0-only
/*
 * The recipes of howto.rst for who holds something: each is run as it is printed there, and
 * must name what this test has made, and not when that is gone.
 *
 *   cgroup2   removed cgroups: with sockets, with a network namespace
 *   memory    a removed cgroup with pages; many cgroups without tasks
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_bpf.h"
#include "lib/cgi_case.h"
#include "lib/cgi_howto.h"
#include "lib/cgi_named.h"
#include "lib/cgi_pin.h"
#include "lib/cgi_stuck.h"

#define COMM		"he ld"
#define COMM_SHOWN	"he\\040ld"
#define NR_SOCKETS	3
#define NR_PAGES	200
#define NR_CGROUPS	12

static struct cgi_place v2 = { .version = 2 };

/* ---- what holds a removed cgroup ---- */

static void make_sockets(void *nr)
{
	int i;

	for (i = 0; i < *(int *)nr; i++)
		if (!cgi_keep(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)))
			cgi_die("socket: %s", strerror(errno));
}

#define HOLDERS		"sel holders 's(\"path\") == P' object,kind"
#define HOLDERS_HEAD	"object\tkind\trefs\tamount\ttid\tcomm\tfd\tdetail\n"

static bool socket_is_named(void)
{
	char *dir = cgi_bare_cgroup(), *id = cgi_dir_id(0, dir), *line;
	char *script = cgi_recipe_for(HOLDERS, dir + strlen(v2.root));
	int nr = 1;

	cgi_run_inside(&v2, dir, make_sockets, &nr);
	cgi_must_rmdir(dir);
	line = cgi_fmt("%s\tsocket\t1\t-\t%d\t" COMM_SHOWN "\t%d\tinode:%llu,", id, getpid(),
		       cgi_kept[0], cgi_inode_of(cgi_kept[0]));
	if (!cgi_script_shows(script, line))
		return false;
	cgi_release();
	return cgi_script_comes_to(script, HOLDERS_HEAD);
}

#define KINDS_FIRST	"sel holders 'index(s(\"path\"), P) == 1' kind,refs"
#define KINDS_LAST	"| sort -rn"

static bool kinds_are_counted(void)
{
	char *parent = cgi_bare_cgroup(), *dir = cgi_mkdir(parent, "1 2");
	char *commands = cgi_commands(cgi_howto, KINDS_FIRST, KINDS_LAST);
	char *path = cgi_fmt("%s/", parent + strlen(v2.root));
	char *script = cgi_replace(commands, "/jobs/", path), *want;
	int nr = NR_SOCKETS;

	cgi_run_inside(&v2, dir, make_sockets, &nr);
	cgi_must_rmdir(dir);
	want = cgi_fmt("%d socket\n", nr);
	if (!cgi_script_comes_to(script, want))
		return false;
	cgi_release();
	return cgi_script_comes_to(script, "");
}

/* The recipe shows the first ones only. */
static char *without_head(const char *script)
{
	char *whole = cgi_fmt("%s", script), *at = strstr(whole, " | head");

	if (!at)
		cgi_die("%s has no head", script);
	*at = '\0';
	return whole;
}

#define FILES	"sel holders 'index(s(\"path\"), P) == 1 && s(\"kind\") == \"file\"'"

static bool pages_are_named(void)
{
	struct cgi_place memory = cgi_place_of("memory");
	char *parent, *dir, *script, *begin, *path;
	int fd;

	if (!memory.root)
		return cgi_skip("the kernel has no memory controller");
	if (cgi_kernel_has("lru_reparent_memcg"))
		return cgi_skip("this kernel moves pages to the parent");
	parent = cgi_new_cgroup(memory.root);
	if (memory.version == 2)
		cgi_switch_controller(parent, '+', "memory");
	dir = cgi_mkdir(parent, "with pages");
	path = cgi_escape(dir + strlen(memory.root));
	begin = cgi_fmt("%d\t%s\t%s\tdevice:", NR_PAGES,
			cgi_css_of(cgi_dir_id(memory.hier, dir), "memory", "online"), path);
	script = without_head(cgi_recipe(FILES, "/jobs/", cgi_quote(path)));
	fd = cgi_charge_pages(&memory, dir, NR_PAGES);
	cgi_must_rmdir(dir);
	if (!cgi_script_shows(script, begin))
		return false;
	close(fd);
	return cgi_script_comes_to(script, "refs\tobject\tpath\tdetail\n");
}

/* ---- ids of memory ---- */

#define IDS	"sel subsystems 's(\"name\") == \"memory\"' name,csses,dying,ids,max_ids"

/* Returns the number of ids in use, or -1 if it is not between a name and a maximum. */
static long ids_in_use(void)
{
	struct cgi_answer answer = cgi_run_script(cgi_commands(cgi_howto, IDS, "\n"));
	const char *line = strchr(answer.out, '\n');
	long csses, dying, ids, max;

	if (!line || sscanf(line, "\nmemory\t%ld\t%ld\t%ld\t%ld\n", &csses, &dying, &ids,
			    &max) != 4 || max != 65535 || ids > csses)
		ids = -1;
	cgi_free_answer(&answer);
	return ids;
}

static bool ids_become(long want)
{
	double end = cgi_now() + CGI_PATIENCE_S;
	long ids;

	while ((ids = ids_in_use()) != want && cgi_now() < end)
		cgi_sleep_ms(CGI_PATIENCE_MS);
	if (ids != want)
		ksft_print_msg("%ld ids instead of %ld\n", ids, want);
	return ids == want;
}

static struct cgi_place memory;
static char *many, *children[NR_CGROUPS];
static long ids_before;

static void make_many(void)
{
	int i;

	many = cgi_new_cgroup(memory.root);
	if (memory.version == 2)
		cgi_switch_controller(many, '+', "memory");
	for (i = 0; i < NR_CGROUPS; i++)
		children[i] = cgi_mkdir(many, cgi_fmt("%d", i));
}

static bool ids_are_counted(void)
{
	memory = cgi_place_of("memory");
	if (!memory.root)
		return cgi_skip("the kernel has no memory controller");
	ids_before = ids_in_use();
	make_many();
	return ids_before > 0 && ids_become(ids_before + 1 + NR_CGROUPS);
}

#define PARENTS	"sel cgroups 's(\"controllers\") ~ /memory/' parent"

static bool parent_of_many_is_found(void)
{
	char *script, *line;

	if (!memory.root)
		return cgi_skip("the kernel has no memory controller");
	script = cgi_fmt("%s | awk '{ print $1, $2 }'",
			 without_head(cgi_commands(cgi_howto, PARENTS, "\n")));
	line = cgi_fmt("%d %s\n", NR_CGROUPS, cgi_dir_id(memory.hier, many));
	return cgi_script_shows(script, line);
}

#define UNUSED	"sel cgroups 's(\"controllers\") ~ /memory/ && v(\"populated\") == 0"

/* With a task, a cgroup is not unused any more. */
static bool unused_are_counted(void)
{
	pid_t pid = cgi_park();
	char *script, *name;
	struct cgi_answer with, without;
	long nr;

	if (!memory.root)
		return cgi_skip("the kernel has no memory controller");
	name = cgi_quote(cgi_fmt("%s/", many + strlen(memory.root)));
	script = cgi_replace(cgi_commands(cgi_howto, UNUSED, "wc -l"), "/batch/", name);
	without = cgi_run_script(script);
	cgi_must_move(children[0], pid);
	with = cgi_run_script(script);
	cgi_must_move(memory.root, pid);
	nr = atol(without.out);
	ksft_print_msg("%ld without a task, then %s", nr, with.out);
	return nr == NR_CGROUPS && atol(with.out) == nr - 1;
}

static bool ids_are_given_back(void)
{
	int i;

	if (!memory.root)
		return cgi_skip("the kernel has no memory controller");
	for (i = 0; i < NR_CGROUPS; i++)
		cgi_must_rmdir(children[i]);
	cgi_must_rmdir(many);
	return ids_before > 0 && ids_become(ids_before);
}

/* ---- network namespaces ---- */

static void make_net_namespace(void *at)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	close(open(at, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	if (home < 0 || unshare(CLONE_NEWNET) ||
	    mount("/proc/self/ns/net", at, NULL, MS_BIND, NULL) || setns(home, CLONE_NEWNET))
		cgi_die("a network namespace at %s: %s", (char *)at, strerror(errno));
	close(home);
}

#define NAMESPACES	"sel holders 's(\"kind\") == \"net_ns\"'"
#define MOUNTS		"grep -s 'net:\\["

static bool net_namespace_is_found(void)
{
	char *dir = cgi_bare_cgroup(), *id = cgi_dir_id(0, dir);
	char *at = cgi_fmt("%s/ns", cgi_tmp()), *script, *begin, *inode, *mounts;
	struct cgi_answer answer;
	bool ok;

	cgi_run_inside(&v2, dir, make_net_namespace, at);
	cgi_must_rmdir(dir);
	script = cgi_commands(cgi_howto, NAMESPACES, "\n");
	begin = cgi_fmt("%s\t%s\t", id, cgi_escape(dir + strlen(v2.root)));
	inode = cgi_fmt("%llu", cgi_ino(at));
	ok = cgi_script_shows(script, begin);
	answer = cgi_run_script(script);
	ok = ok && strstr(answer.out, cgi_fmt("-\t-\t-\tinode:%s\n", inode));
	mounts = cgi_recipe(MOUNTS, "4026532152", inode);
	answer = cgi_run_script(mounts);
	ok = ok && strstr(answer.out, cgi_fmt("/proc/%d/mountinfo:", getpid())) &&
	     strstr(answer.out, at);
	if (!ok)
		ksft_print_msg("%s of %s says %s\n", mounts, at, answer.out);
	if (umount(at) || unlink(at))
		cgi_die("%s: %s", at, strerror(errno));
	return ok && cgi_is_gone("cgroups", "cgroup", id);
}

/* ---- cgroup_mutex ---- */

static int read_hierarchies(void *unused)
{
	(void)unused;
	return cgi_open("hierarchies", O_RDONLY) < 0;
}

static bool wait_is_shown(pid_t holder)
{
	char *script = cgi_commands(cgi_howto, "grep -E 'held_by|waiting|oldest_wait' info", "\n");
	char *line = cgi_fmt("cgroup_mutex_held_by: %d " COMM_SHOWN "\n", holder);

	return (cgi_kernel_is_rt() || cgi_script_shows(script, line)) &&
	       cgi_script_shows(script, "readers_waiting: 1\n");
}

/* It is where this test has let it be stuck. */
static bool stack_is_shown(pid_t holder)
{
	char *script = cgi_recipe("head -n 4 /proc/168/", "168", cgi_fmt("%d", holder));
	struct cgi_answer answer = cgi_run_script(script);

	return strstr(answer.out, "handle_userfault");
}

static int make_cgroup(void *dir)
{
	return mkdir(dir, 0755) ? errno : 0;
}

static bool waiting_is_shown(pid_t maker)
{
	char *script = cgi_commands(cgi_howto, "grep -s cgroup_kn_lock_live", "\n");

	return cgi_script_shows(script, cgi_fmt("/proc/%d/task/%d/stack:", maker, maker));
}

/* A reader that is killed is gone though the mutex is still held. */
static bool reader_can_be_killed(void)
{
	char *script = cgi_commands(cgi_howto, "timeout -s KILL", "\n");
	double began = cgi_now();
	struct cgi_answer answer = cgi_run_script(script);

	ksft_print_msg("%s took %.1f s: %s\n", script, cgi_now() - began, answer.out);
	return !strcmp(answer.out, "137\n");
}

static bool holder_of_mutex_is_found(void)
{
	char *dir = cgi_fmt("%s/made", cgi_bare_cgroup());
	pid_t holder = cgi_hold_mutex(COMM), reader, maker;
	bool ok;

	if (!holder)
		return cgi_skip("no userfaultfd or BPF for cgroups here: %s", strerror(errno));
	reader = cgi_spawn(read_hierarchies, NULL);
	maker = cgi_spawn(make_cgroup, dir);
	ok = wait_is_shown(holder);
	ok = stack_is_shown(holder) && ok;
	ok = waiting_is_shown(maker) && ok;
	ok = reader_can_be_killed() && ok;
	return cgi_let_mutex_go() && !cgi_exit_code(reader) && !cgi_exit_code(maker) && ok;
}

/* ---- what holders calls unseen ---- */

/* Has the command, as it is printed in a sentence, a line with both? */
static bool finds(const char *first, const char *one, const char *other)
{
	char *command = cgi_command_within(first), *line, *save = NULL;
	struct cgi_answer answer = cgi_run_script(command);
	bool found = false;

	for (line = strtok_r(answer.out, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		found = found || (strstr(line, one) && strstr(line, other));
	if (!found)
		ksft_print_msg("%s does not find %s %s\n", command, one, other);
	return found;
}

static bool finds_here(const char *first, const char *file, const char *what)
{
	return finds(first, cgi_fmt("/proc/%d/%s", getpid(), file), what);
}

static bool mapped_event_is_found(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
	};
	long bytes = 2 * sysconf(_SC_PAGESIZE);
	int fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	bool ok;

	if (at == MAP_FAILED)
		return cgi_skip("no perf event can be mapped: %s", strerror(errno));
	close(fd);
	ok = finds_here("grep -s perf_event", "maps:", "perf_event");
	munmap(at, bytes);
	return ok;
}

static bool tun_is_found(void)
{
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return cgi_skip("the guest has no tun devices: %s", strerror(errno));
	ok = finds_here("grep -ls '^iff:'", cgi_fmt("fdinfo/%d", fd), "");
	close(fd);
	return ok;
}

#define NETNS		"/run/netns"
#define NETNS_NAME	"cgi howto"

/* What ip-netns(8) does when it makes one with a name. */
static bool named_namespace_is_found(void)
{
	bool made = !mkdir(NETNS, 0755), ok;
	char *at = NETNS "/" NETNS_NAME;
	char *dir = cgi_bare_cgroup();

	cgi_run_inside(&v2, dir, make_net_namespace, at);
	ok = finds("ls /run/netns", NETNS_NAME, "");
	if (umount(at) || unlink(at) || (made && rmdir(NETNS)))
		cgi_die("%s: %s", at, strerror(errno));
	return ok;
}

#define PINNED	"/sys/fs/bpf/cgi_howto"

static bool pinned_is_found(void)
{
	union bpf_attr attr = { .pathname = (unsigned long)PINNED };
	bool mounted = !mount("none", "/sys/fs/bpf", "bpf", 0, NULL), ok;
	int prog = cgi_bpf_load();

	if (prog < 0) {
		ok = cgi_skip("%s", cgi_bpf_lack());
	} else {
		attr.bpf_fd = prog;
		if (cgi_bpf(BPF_OBJ_PIN, &attr))
			cgi_die("BPF_OBJ_PIN: %s", strerror(errno));
		ok = finds("find /sys/fs/bpf", PINNED, "");
		close(prog);
	}
	unlink(PINNED);
	if (mounted && umount("/sys/fs/bpf"))
		cgi_die("/sys/fs/bpf: %s", strerror(errno));
	return ok;
}

static bool mounted_hierarchy_is_found(void)
{
	char *name, *dir = cgi_named("howto_held", &name);

	return finds_here("grep -s cgroup", "mountinfo:", dir);
}

static bool mounted_namespace_is_found(void)
{
	char *at = cgi_fmt("%s/ns", cgi_tmp());
	bool ok;

	close(open(at, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	if (mount("/proc/self/ns/cgroup", at, NULL, MS_BIND, NULL))
		cgi_die("%s: %s", at, strerror(errno));
	ok = finds_here("grep -s nsfs", "mountinfo:", at);
	if (umount(at) || unlink(at))
		cgi_die("%s: %s", at, strerror(errno));
	return ok;
}

static bool huge_pages_are_found(void)
{
	size_t huge = cgi_huge_page_size();
	void *at;
	bool ok;

	if (access("/proc/self/smaps", F_OK))
		return cgi_skip("the kernel has no CONFIG_PROC_PAGE_MONITOR");
	cgi_restore("/proc/sys/vm", "nr_hugepages", "0");
	cgi_write("/proc/sys/vm", "nr_hugepages", "1");
	at = mmap(NULL, huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB,
		  -1, 0);
	if (!huge || at == MAP_FAILED)
		return cgi_skip("the guest has no huge pages: %s", strerror(errno));
	ok = finds_here("grep -ls 'VmFlags", "smaps", "");
	munmap(at, huge);
	return ok;
}

static bool mounted_huge_pages_are_found(void)
{
	char *at = cgi_fmt("%s/huge", cgi_tmp());
	bool ok;

	mkdir(at, 0700);
	if (mount("none", at, "hugetlbfs", 0, NULL)) {
		ok = cgi_skip("no hugetlbfs: %s", strerror(errno));
	} else {
		ok = finds_here("grep -s hugetlbfs", "mountinfo:", at);
		umount(at);
	}
	rmdir(at);
	return ok;
}

static const struct cgi_case cases[] = {
	{ "a socket of a removed cgroup is named", socket_is_named },
	{ "what holds the cgroups below one is counted by kind", kinds_are_counted },
	{ "files are named by their pages", pages_are_named },
	{ "65,535: ids in use are counted", ids_are_counted },
	{ "the parent of many is found", parent_of_many_is_found },
	{ "those without a task are counted", unused_are_counted },
	{ "ids are given back", ids_are_given_back },
	{ "a network namespace is named, and where it is mounted", net_namespace_is_found },
	{ "who holds cgroup_mutex, and a reader is killed", holder_of_mutex_is_found },
	{ "unseen: a perf event that is mapped", mapped_event_is_found },
	{ "unseen: what is pinned", pinned_is_found },
	{ "unseen: a tun device", tun_is_found },
	{ "unseen: a network namespace that has a name", named_namespace_is_found },
	{ "unseen: a hierarchy that is mounted", mounted_hierarchy_is_found },
	{ "unseen: a cgroup namespace that is mounted", mounted_namespace_is_found },
	{ "unseen: a mapping of huge pages", huge_pages_are_found },
	{ "unseen: a file system of huge pages", mounted_huge_pages_are_found },
};

int main(void)
{
	cgi_begin();
	cgi_need_graph();
	cgi_read_documents();
	prctl(PR_SET_NAME, COMM);
	v2.root = cgi_v2();
	cgi_add_cases(cases, ARRAY_SIZE(cases));
	cgi_run_cases();
}
