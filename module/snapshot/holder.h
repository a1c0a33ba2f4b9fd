/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who holds a cgroup, css or css_set from outside the graph: one record for each way in which
 * a holder was found.
 */
#ifndef _CGI_SNAPSHOT_HOLDER_H
#define _CGI_SNAPSHOT_HOLDER_H

#include <linux/sched.h>
#include <linux/types.h>

#include "refs.h"

/* What is held.  In the order of the file. */
enum cgi_held_kind {
	CGI_HELD_CGROUP,
	CGI_HELD_CSS,
	CGI_HELD_CSS_SET,
};

/*
 * In the order of the file: what a task has open, what the object itself has, memory, and the
 * rest.
 */
enum cgi_holder_kind {
	CGI_HOLDER_SOCKET,
	CGI_HOLDER_PERF_EVENT,
	CGI_HOLDER_BPF_LINK,
	CGI_HOLDER_BPF_MAP,
	CGI_HOLDER_BPF_ITER,
	CGI_HOLDER_CGROUP_NS,
	CGI_HOLDER_NET_NS,
	CGI_HOLDER_CGROUPFS,
	CGI_HOLDER_INOTIFY,
	CGI_HOLDER_FANOTIFY,
	CGI_HOLDER_HUGETLB,
	CGI_HOLDER_BPF_PROG,
	CGI_HOLDER_SWAP,
	CGI_HOLDER_WRITEBACK,
	CGI_HOLDER_PAGES,
	CGI_HOLDER_FILE,
	CGI_HOLDER_UNSEEN,
	CGI_HOLDER_UNKNOWN,
};

#define CGI_HOLDER_NAME_LEN	32

/**
 * struct cgi_holder - a holder, as it was found once
 * @held_addr: identity of the object that it holds
 * @held_number: what no later object at that address has: the serial number; of a css_set that
 *               of its cgroup in the default hierarchy
 * @addr: identity of the holder, or NULL
 * @number: what no later holder at that address has: an inode number, or the id of a BPF object
 * @refs: references that it holds; 0 where it was found once more
 * @amount: pages, or %CGI_NOT_COUNTED
 * @held: index of the object
 * @prog: id of a BPF program
 * @part: which part of the holder holds the object, if several of them do
 * @port: local port of a socket that nobody has open
 * @peer: port of the other side
 * @device: number of the device that the inode @number is on, or 0
 * @generation: tells an inode from a later one of that number
 * @files: of how many files this is the sum, or 0
 * @files_about: @files is a lower bound
 * @mapped: its pages are mapped by processes, which the search does not find
 * @path: where in the snapshot's @paths the path of a file is, 0 for none
 * @tid: task that has it open, or 0
 * @fd: its descriptor, or -1
 * @held_kind: &enum cgi_held_kind
 * @kind: &enum cgi_holder_kind
 * @live: the object was not removed
 * @phrase: words of our own about it, or NULL
 * @comm: command name of @tid
 * @name: a name that the kernel or a user has given it, or empty
 */
struct cgi_holder {
	const void *held_addr;
	u64 held_number;
	const void *addr;
	u64 number;
	struct cgi_refs refs;
	u64 amount;
	u32 held;
	u32 prog;
	u32 part;
	u16 port;
	u16 peer;
	u32 device;
	u32 generation;
	u32 files;
	u32 path;
	pid_t tid;
	int fd;
	u8 held_kind;
	u8 kind;
	bool live;
	bool files_about;
	bool mapped;
	const char *phrase;
	char comm[TASK_COMM_LEN];
	char name[CGI_HOLDER_NAME_LEN];
};

/**
 * struct cgi_held - what was unaccounted of an object before its holders were looked for
 * @addr: identity
 * @number: as in &struct cgi_holder
 * @unaccounted: references
 */
struct cgi_held {
	const void *addr;
	u64 number;
	struct cgi_refs unaccounted;
};

/**
 * struct cgi_holders_cost - what a search for holders cost
 * @ns: all of it, the snapshots before and after it excepted
 * @lock_ns: longest hold of the locks of a table of descriptors
 * @lock_slots: most slots that were visited in one of these holds
 * @slots: slots visited
 * @pages_ns: all of the walk over pages
 * @pages_rcu_ns: longest RCU read section of it
 * @pages: page frames visited
 */
struct cgi_holders_cost {
	u64 ns;
	u64 lock_ns;
	u64 lock_slots;
	u64 slots;
	u64 pages_ns;
	u64 pages_rcu_ns;
	u64 pages;
};

#endif /* _CGI_SNAPSHOT_HOLDER_H */
