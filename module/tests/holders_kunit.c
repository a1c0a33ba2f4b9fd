// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is made of holders that were found: each reference once, and what is left over.
 */
#include <linux/string.h>

#include "../derive/derive.h"
#include "../derive/holders.h"
#include "fixture.h"

/* Holders, in this order of their addresses. */
enum { HOLDER_1 = 100, HOLDER_2, HOLDER_3 };

/* The removed cgroup of the graph, of which 7 references are unaccounted. */
static struct cgi_snapshot *graph(struct kunit *test)
{
	struct cgi_snapshot *s = cgi_test_graph(test);

	KUNIT_ASSERT_EQ(test, cgi_derive(s), 0);
	KUNIT_ASSERT_EQ(test, (long)cgi_cgroup_at(s, IX_B)->unaccounted.count, 7L);
	KUNIT_ASSERT_EQ(test, cgi_holders_expect(s), 0);
	return s;
}

static struct cgi_holder *find(struct kunit *test, struct cgi_snapshot *s, int kind, int at,
			       int tid, int fd)
{
	struct cgi_holder *holder;

	KUNIT_ASSERT_EQ(test, cgi_array_grow(&s->holders, 1), 0);
	holder = cgi_array_add(&s->holders, 1);
	*holder = (struct cgi_holder){
		.held_addr = AT(B), .held_kind = CGI_HELD_CGROUP, .kind = kind,
		.addr = AT(at), .refs = { .count = 1, .kind = CGI_REFS_EXACT },
		.tid = tid, .fd = fd,
	};
	return holder;
}

/* The lines of the removed cgroup: "kind refs tid fd". */
static void expect(struct kunit *test, struct cgi_snapshot *s, const char *want)
{
	const struct cgi_holder *holder;
	char got[256] = "";
	int len = 0;
	size_t i;

	KUNIT_EXPECT_EQ(test, cgi_holders_account(s), 0);
	for (i = 0; i < s->holders.count; i++) {
		holder = cgi_holder_at(s, i);
		if (holder->held_kind != CGI_HELD_CGROUP || holder->held != IX_B)
			continue;
		len += scnprintf(got + len, sizeof(got) - len, "%d %s%ld %d %d|", holder->kind,
				 holder->refs.kind == CGI_REFS_ABOUT ? "~" : "",
				 (long)holder->refs.count, holder->tid, holder->fd);
	}
	KUNIT_EXPECT_STREQ(test, got, want);
	cgi_snapshot_destroy(s);
}

#define SOCKET	"0 "
#define LINK	"2 "
#define MAP	"3 "
#define NS	"5 "
#define NET	"6 "
#define PROG	"11 "
#define WB	"13 "
#define PAGES	"14 "
#define FILE_	"15 "
#define UNSEEN	"16 "
/* What can not be seen comes before what is not known. */
#define UNKNOWN	"16 0 0 -1|17 "

static void test_numbers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)CGI_HOLDER_SOCKET, 0);
	KUNIT_EXPECT_EQ(test, (int)CGI_HOLDER_BPF_LINK, 2);
	KUNIT_EXPECT_EQ(test, (int)CGI_HOLDER_BPF_MAP, 3);
	KUNIT_EXPECT_EQ(test, (int)CGI_HOLDER_CGROUP_NS, 5);
	KUNIT_EXPECT_EQ(test, (int)CGI_HOLDER_NET_NS, 6);
	KUNIT_EXPECT_EQ(test, (int)CGI_HOLDER_HUGETLB, 10);
	KUNIT_EXPECT_EQ(test, (int)CGI_HOLDER_BPF_PROG, 11);
	KUNIT_EXPECT_EQ(test, (int)CGI_HOLDER_WRITEBACK, 13);
	KUNIT_EXPECT_EQ(test, (int)CGI_HOLDER_PAGES, 14);
	KUNIT_EXPECT_EQ(test, (int)CGI_HOLDER_FILE, 15);
	KUNIT_EXPECT_EQ(test, (int)CGI_HOLDER_UNSEEN, 16);
	KUNIT_EXPECT_EQ(test, (int)CGI_HOLDER_UNKNOWN, 17);
}

static void test_nothing_found(struct kunit *test)
{
	expect(test, graph(test), UNKNOWN "7 0 -1|");
}

static void test_each_once(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);

	find(test, s, CGI_HOLDER_SOCKET, HOLDER_2, 9, 3);
	find(test, s, CGI_HOLDER_SOCKET, HOLDER_1, 9, 5);
	find(test, s, CGI_HOLDER_SOCKET, HOLDER_1, 8, 4);
	find(test, s, CGI_HOLDER_SOCKET, HOLDER_1, 9, 4);
	expect(test, s, SOCKET "1 8 4|" SOCKET "1 9 3|" SOCKET "0 9 4|" SOCKET "0 9 5|"
	       UNKNOWN "5 0 -1|");
}

/* A table of descriptors can be searched twice. */
static void test_found_twice(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);
	int i;

	for (i = 0; i < 2; i++) {
		find(test, s, CGI_HOLDER_SOCKET, HOLDER_1, 9, 3);
		find(test, s, CGI_HOLDER_BPF_MAP, HOLDER_2, 9, 4)->part = 7;
	}
	expect(test, s, SOCKET "1 9 3|" MAP "1 9 4|" UNKNOWN "5 0 -1|");
}

/* The memory of a socket can be that of a later one, which has another inode. */
static void test_same_address(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);

	find(test, s, CGI_HOLDER_SOCKET, HOLDER_1, 9, 3)->number = 11;
	find(test, s, CGI_HOLDER_SOCKET, HOLDER_1, 9, 4)->number = 12;
	expect(test, s, SOCKET "1 9 3|" SOCKET "1 9 4|" UNKNOWN "5 0 -1|");
}

/* It was accepted meanwhile, and had no inode before; so had a later one. */
static void test_accepted(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);

	find(test, s, CGI_HOLDER_SOCKET, HOLDER_1, 0, -1);
	find(test, s, CGI_HOLDER_SOCKET, HOLDER_1, 9, 3)->number = 11;
	find(test, s, CGI_HOLDER_SOCKET, HOLDER_1, 9, 4)->number = 12;
	find(test, s, CGI_HOLDER_SOCKET, HOLDER_2, 0, -1);
	expect(test, s, SOCKET "0 9 3|" SOCKET "1 9 4|" SOCKET "1 0 -1|" SOCKET "1 0 -1|"
	       UNKNOWN "4 0 -1|");
}

/* Some reader had the lock that keeps what was sent to a socket. */
static void test_missed(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);

	s->holders_missed = true;
	expect(test, s, UNKNOWN "~7 0 -1|");
}

static void test_moved(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);

	cgi_cgroup_at(s, IX_B)->unaccounted.count = 6;
	find(test, s, CGI_HOLDER_SOCKET, HOLDER_1, 9, 3);
	expect(test, s, SOCKET "1 9 3|" UNKNOWN "~5 0 -1|");
}

/* What was found and explains all needs no other line, though it has moved. */
static void test_moved_but_explained(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);

	cgi_cgroup_at(s, IX_B)->unaccounted.count = 1;
	find(test, s, CGI_HOLDER_SOCKET, HOLDER_1, 9, 3);
	expect(test, s, SOCKET "1 9 3|");
}

static void test_never_negative(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);

	cgi_cgroup_at(s, IX_B)->unaccounted.count = 1;
	find(test, s, CGI_HOLDER_SOCKET, HOLDER_1, 9, 3);
	find(test, s, CGI_HOLDER_SOCKET, HOLDER_2, 9, 4);
	expect(test, s, SOCKET "1 9 3|" SOCKET "1 9 4|" UNKNOWN "~0 0 -1|");
}

/* Nothing can be said to be left over of less than nothing. */
static void test_less_than_nothing(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);

	cgi_cgroup_at(s, IX_B)->unaccounted.count = -2;
	expect(test, s, "");
}

/* What is unaccounted of it is not known, so neither is what is left over. */
static void test_not_counted(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);

	cgi_cgroup_at(s, IX_B)->unaccounted.kind = CGI_REFS_UNKNOWN;
	find(test, s, CGI_HOLDER_SOCKET, HOLDER_1, 9, 3);
	expect(test, s, SOCKET "1 9 3|");
}

/* Before the search it was not there, or another one was at its address. */
static void test_new_object(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);

	s->held.count = 0;
	expect(test, s, UNKNOWN "~7 0 -1|");
}

static void test_object_in_place_of_another(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);
	struct cgi_held *held = s->held.data;
	size_t i;

	for (i = 0; i < s->held.count; i++)
		held[i].number += held[i].addr == AT(B);
	expect(test, s, UNKNOWN "~7 0 -1|");
}

/* It holds an object that has gone, or a later one at the same address. */
static void test_gone(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);

	find(test, s, CGI_HOLDER_SOCKET, HOLDER_1, 9, 3)->held_number = 5;
	find(test, s, CGI_HOLDER_SOCKET, HOLDER_2, 9, 4)->held_addr = AT(ELSEWHERE);
	expect(test, s, UNKNOWN "7 0 -1|");
}

/* A link is found in its cgroup, too; that says something only if no task has it open. */
static void test_programs(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);
	struct cgi_holder *program = cgi_array_add(&s->inside, 3);

	find(test, s, CGI_HOLDER_BPF_LINK, HOLDER_1, 9, 3);
	program[0] = *cgi_holder_at(s, 0);
	program[0].tid = 0;
	program[0].fd = -1;
	program[1] = program[0];
	program[1].addr = AT(HOLDER_2);
	program[2] = program[0];
	program[2].kind = CGI_HOLDER_BPF_PROG;
	program[2].refs.count = 0;
	expect(test, s, LINK "1 9 3|" LINK "1 0 -1|" PROG "0 0 -1|" UNKNOWN "5 0 -1|");
}

/* Three entries of a map of which there are two descriptors. */
static void test_parts(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);
	int fd, part;

	for (part = 0; part < 3; part++)
		for (fd = 3; fd < 5; fd++)
			find(test, s, CGI_HOLDER_BPF_MAP, HOLDER_1, 9, fd)->part = part;
	expect(test, s, MAP "3 9 3|" MAP "0 9 4|" UNKNOWN "4 0 -1|");
}

/* Two sockets of a network namespace, which two tasks are in. */
static void test_parts_of_tasks(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);
	int tid, part;

	for (part = 0; part < 2; part++)
		for (tid = 8; tid < 10; tid++)
			find(test, s, CGI_HOLDER_NET_NS, HOLDER_1, tid, -1)->part = part;
	expect(test, s, NET "2 8 -1|" UNKNOWN "5 0 -1|");
}

static void hold_css_set(struct cgi_snapshot *s, struct cgi_holder *holder)
{
	const struct cgi_css_set *cset = cgi_css_set_at(s, 0);

	holder->held_kind = CGI_HELD_CSS_SET;
	holder->held_addr = cset->addr;
	holder->held_number = cgi_cgroup_at(s, cset->default_cgroup)->serial;
}

/* The references of all holders of a kind, in the order of the lines. */
static void expect_refs(struct kunit *test, struct cgi_snapshot *s, int kind, const char *want)
{
	char got[64] = "";
	int len = 0;
	size_t i;

	KUNIT_EXPECT_EQ(test, cgi_holders_account(s), 0);
	for (i = 0; i < s->holders.count; i++)
		if (cgi_holder_at(s, i)->kind == kind)
			len += scnprintf(got + len, sizeof(got) - len, "%ld ",
					 (long)cgi_holder_at(s, i)->refs.count);
	KUNIT_EXPECT_STREQ(test, got, want);
	cgi_snapshot_destroy(s);
}

/* One that a task is in is part of the graph. */
static void test_namespaces(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);
	struct cgi_namespace *ns = cgi_array_add(&s->namespaces, 1);

	ns->addr = AT(HOLDER_1);
	hold_css_set(s, find(test, s, CGI_HOLDER_CGROUP_NS, HOLDER_1, 9, 3));
	hold_css_set(s, find(test, s, CGI_HOLDER_CGROUP_NS, HOLDER_2, 9, 4));
	expect_refs(test, s, CGI_HOLDER_CGROUP_NS, "0 1 ");
}

/* A task on dying_tasks is part of the graph, too. */
static void test_dead_task(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);
	struct cgi_off_list *off_list = cgi_array_add(&s->off_list, 1);

	off_list->task_addr = AT(HOLDER_1);
	hold_css_set(s, find(test, s, CGI_HOLDER_PERF_EVENT, HOLDER_1, 9, 3));
	hold_css_set(s, find(test, s, CGI_HOLDER_PERF_EVENT, HOLDER_2, 9, 4));
	expect_refs(test, s, CGI_HOLDER_PERF_EVENT, "0 1 ");
}

/* The recipes for an object, in the order of the lines. */
static void expect_unseen(struct kunit *test, struct cgi_snapshot *s, int held_kind, u32 held,
			  const char *want)
{
	const struct cgi_holder *holder;
	char got[64] = "";
	int len = 0;
	size_t i;

	for (i = 0; i < s->holders.count; i++) {
		holder = cgi_holder_at(s, i);
		if (holder->held_kind == held_kind && holder->held == held &&
		    holder->kind == CGI_HOLDER_UNSEEN)
			len += scnprintf(got + len, sizeof(got) - len, "%s ", holder->phrase);
	}
	KUNIT_EXPECT_STREQ(test, got, want);
}

/* Of a css it depends on the controller, and a root can be held by a mount. */
static void expect_unseen_of(struct kunit *test, const char *controller, const char *want)
{
	struct cgi_snapshot *s = graph(test);
	struct cgi_css *css = cgi_css_at(s, IX_CSS_A);
	struct cgi_subsys *subsys = cgi_subsys_at(s, css->subsys);

	strscpy(subsys->name, controller, sizeof(subsys->name));
	css->unaccounted = (struct cgi_refs){ .count = 1, .kind = CGI_REFS_EXACT };
	cgi_cgroup_at(s, IX_ROOT_1)->unaccounted = css->unaccounted;
	KUNIT_EXPECT_EQ(test, cgi_holders_account(s), 0);
	expect_unseen(test, s, CGI_HELD_CGROUP, IX_B, "files ");
	expect_unseen(test, s, CGI_HELD_CGROUP, IX_ROOT_1, "files mounts ");
	expect_unseen(test, s, CGI_HELD_CSS, IX_CSS_A, want);
	cgi_snapshot_destroy(s);
}

static void test_unseen(struct kunit *test)
{
	expect_unseen_of(test, "memory", "files memory ");
	expect_unseen_of(test, "hugetlb", "files hugetlb ");
	expect_unseen_of(test, "rdma", "charges files ");
	expect_unseen_of(test, "cpu", "files ");
}

/* All of it is explained, but for whose pages they are. */
static void test_mapped(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);
	struct cgi_holder *pages = find(test, s, CGI_HOLDER_PAGES, HOLDER_1, 0, -1);

	pages->refs.count = 7;
	pages->mapped = true;
	expect(test, s, PAGES "7 0 -1|" UNSEEN "0 0 -1|");
}

static void find_file(struct kunit *test, struct cgi_snapshot *s, u64 ino, u32 device, int refs,
		      u64 pages)
{
	struct cgi_holder *holder = find(test, s, CGI_HOLDER_FILE, HOLDER_1, 0, -1);

	holder->number = ino;
	holder->device = device;
	holder->refs.count = refs;
	holder->amount = pages;
	holder->files = !ino;
}

/* The largest comes first and the rest last; an inode number says nothing without a device. */
static void test_files(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);

	find_file(test, s, 0, 0, 1, 100);
	find_file(test, s, 5, 1, 3, 10);
	find_file(test, s, 5, 2, 2, 20);
	expect(test, s, FILE_ "2 0 -1|" FILE_ "3 0 -1|" FILE_ "1 0 -1|" UNKNOWN "1 0 -1|");
}

/* The number of an inode that was deleted can be given to a later one. */
static void test_generations(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);

	find_file(test, s, 5, 1, 1, 10);
	find_file(test, s, 5, 1, 2, 20);
	cgi_holder_at(s, 1)->generation = 1;
	expect(test, s, FILE_ "2 0 -1|" FILE_ "1 0 -1|" UNKNOWN "4 0 -1|");
}

/* By kind, then by task and descriptor, then by number. */
static void test_order(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);

	find(test, s, CGI_HOLDER_BPF_MAP, HOLDER_1, 1, 1);
	find(test, s, CGI_HOLDER_SOCKET, HOLDER_2, 0, -1)->number = 3;
	find(test, s, CGI_HOLDER_SOCKET, HOLDER_3, 0, -1)->number = 2;
	cgi_holder_at(s, 2)->refs.count = 2;
	find(test, s, CGI_HOLDER_SOCKET, HOLDER_1, 9, 3);
	expect(test, s, SOCKET "1 9 3|" SOCKET "2 0 -1|" SOCKET "1 0 -1|" MAP "1 1 1|"
	       UNKNOWN "2 0 -1|");
}

/* Two pieces of a file with huge pages, of which there are two descriptors. */
static void test_parts_have_amounts(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);
	int fd, part;

	for (part = 0; part < 2; part++) {
		for (fd = 3; fd < 5; fd++) {
			struct cgi_holder *holder = find(test, s, CGI_HOLDER_HUGETLB, HOLDER_1, 9,
							 fd);

			holder->part = part;
			holder->amount = 512 << part;
		}
	}
	KUNIT_EXPECT_EQ(test, cgi_holders_account(s), 0);
	KUNIT_EXPECT_EQ(test, (long)cgi_holder_at(s, 0)->refs.count, 2L);
	KUNIT_EXPECT_EQ(test, cgi_holder_at(s, 0)->amount, 3 * 512ULL);
	KUNIT_EXPECT_EQ(test, (long)cgi_holder_at(s, 1)->refs.count, 0L);
	KUNIT_EXPECT_EQ(test, cgi_holder_at(s, 1)->amount, 3 * 512ULL);
	cgi_snapshot_destroy(s);
}

/* A writeback structure with more inodes than are told, and another one of the same css. */
static void test_rests(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);
	int at;

	for (at = HOLDER_1; at <= HOLDER_2; at++) {
		struct cgi_holder *rest;

		find(test, s, CGI_HOLDER_WRITEBACK, at, 0, -1);
		rest = find(test, s, CGI_HOLDER_WRITEBACK, at, 0, -1);
		rest->refs.count = 0;
		rest->files = 5;
	}
	expect(test, s, WB "1 0 -1|" WB "1 0 -1|" WB "0 0 -1|" WB "0 0 -1|" UNKNOWN "5 0 -1|");
}

static void test_removed_first(struct kunit *test)
{
	struct cgi_snapshot *s = graph(test);

	find(test, s, CGI_HOLDER_BPF_LINK, HOLDER_3, 9, 3)->held_addr = AT(A);
	KUNIT_EXPECT_EQ(test, cgi_holders_account(s), 0);
	/* What is not known of the one comes before the link of the other. */
	KUNIT_EXPECT_EQ(test, cgi_holder_at(s, 1)->held, (u32)IX_B);
	KUNIT_EXPECT_FALSE(test, cgi_holder_at(s, 1)->live);
	KUNIT_EXPECT_EQ(test, cgi_holder_at(s, 2)->held, (u32)IX_A);
	KUNIT_EXPECT_TRUE(test, cgi_holder_at(s, 2)->live);
	cgi_snapshot_destroy(s);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(test_numbers),
	KUNIT_CASE(test_nothing_found),
	KUNIT_CASE(test_each_once),
	KUNIT_CASE(test_found_twice),
	KUNIT_CASE(test_same_address),
	KUNIT_CASE(test_accepted),
	KUNIT_CASE(test_missed),
	KUNIT_CASE(test_moved),
	KUNIT_CASE(test_moved_but_explained),
	KUNIT_CASE(test_never_negative),
	KUNIT_CASE(test_less_than_nothing),
	KUNIT_CASE(test_not_counted),
	KUNIT_CASE(test_new_object),
	KUNIT_CASE(test_object_in_place_of_another),
	KUNIT_CASE(test_gone),
	KUNIT_CASE(test_programs),
	KUNIT_CASE(test_parts),
	KUNIT_CASE(test_parts_of_tasks),
	KUNIT_CASE(test_namespaces),
	KUNIT_CASE(test_dead_task),
	KUNIT_CASE(test_unseen),
	KUNIT_CASE(test_mapped),
	KUNIT_CASE(test_files),
	KUNIT_CASE(test_generations),
	KUNIT_CASE(test_order),
	KUNIT_CASE(test_parts_have_amounts),
	KUNIT_CASE(test_rests),
	KUNIT_CASE(test_removed_first),
	{}
};

static struct kunit_suite suite = {
	.name = "cgroup_inspect_holders",
	.test_cases = cases,
};

kunit_test_suite(suite);
