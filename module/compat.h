/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CGI_IN_TREE
/*
 * The only place with conditionals on versions or features.  The code is written for the
 * newest kernel, and older ones are backfilled here.  Kbuild looks for members of
 * structs, because distributions backport them.
 *
 * scripts/make-patch makes of this file the options.h of a kernel tree: unifdef leaves only
 * what does not depend on the version.  So what is said of older kernels stands in branches
 * that fall away.
 */
#else
/*
 * The only place with conditionals on options of the kernel.
 */
#endif
#ifndef _CGI_COMPAT_H
#define _CGI_COMPAT_H

#include <linux/backing-dev-defs.h>
#include <linux/cgroup.h>
#include <linux/kconfig.h>
#include <linux/kernfs.h>
#include <linux/memcontrol.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/sched.h>

#ifndef CGI_IN_TREE
/* What cgi_ksym_find() needs on a kernel that does not export the locks. */
#define CGI_HAVE_KPROBES	IS_ENABLED(CONFIG_KPROBES)
#define CGI_HAVE_KALLSYMS_ALL	IS_ENABLED(CONFIG_KALLSYMS_ALL)
#endif

#ifndef CGI_IN_TREE
/*
 * "cgroup: Make operations on the cgroup root_list RCU safe", 6.8 and updates of
 * older series: before, a root was freed at once.
 */
#ifdef CGI_CGROUP_ROOT_HAS_RCU
#define CGI_HAVE_CGROUP_ROOT_RCU	1
#else
#define CGI_HAVE_CGROUP_ROOT_RCU	0
#endif
#endif /* !CGI_IN_TREE */

#ifndef CGI_IN_TREE
/*
 * Options of a hierarchy: "cgroup: Make !percpu threadgroup_rwsem operations optional",
 * 6.0; "hugetlb: memcg: account hugetlb-backed memory in memory controller", 6.7;
 * "cgroup/pids: Make event counters hierarchical", 6.11.  Without them no flag is set.
 */
#ifndef CGI_HAVE_FAVOR_DYNMODS
#define CGRP_ROOT_FAVOR_DYNMODS	0
#endif
#ifndef CGI_HAVE_HUGETLB_ACCOUNTING
#define CGRP_ROOT_MEMORY_HUGETLB_ACCOUNTING	0
#endif
#ifndef CGI_HAVE_PIDS_LOCAL_EVENTS
#define CGRP_ROOT_PIDS_LOCAL_EVENTS	0
#endif
#endif /* !CGI_IN_TREE */

#ifdef CGI_TASK_HAS___STATE
static inline unsigned int cgi_task_raw_state(const struct task_struct *task)
{
	return READ_ONCE(task->__state);
}
#else
/* "sched: Change task_struct::state", 5.14. */
static inline unsigned int cgi_task_raw_state(const struct task_struct *task)
{
	return READ_ONCE(task->state);
}
#endif

#ifndef CGI_IN_TREE
/* "freezer,sched: Rewrite core freezer logic", 6.1, made a state of what was a flag. */
#ifdef TASK_FROZEN
#define CGI_HAVE_TASK_FROZEN
#endif
#endif

/* Whether the freezer of v1, or of suspend, has stopped a task. */
#ifdef CGI_HAVE_TASK_FROZEN
static inline bool cgi_task_is_in_freezer(const struct task_struct *task)
{
	return cgi_task_raw_state(task) & TASK_FROZEN;
}
#else
static inline bool cgi_task_is_in_freezer(const struct task_struct *task)
{
	return READ_ONCE(task->flags) & PF_FROZEN;
}
#endif

/*
 * The task that holds a mutex.  Its lowest three bits are flags: MUTEX_FLAGS of kernel/locking/.
 * PREEMPT_RT makes a mutex of an rt_mutex.
 */
#ifdef CONFIG_PREEMPT_RT
#define CGI_HAVE_MUTEX_OWNER	0

static inline const struct task_struct *cgi_mutex_owner(const struct mutex *mutex)
{
	return NULL;
}
#else
#define CGI_HAVE_MUTEX_OWNER	1

static inline const struct task_struct *cgi_mutex_owner(const struct mutex *mutex)
{
	return (const struct task_struct *)(atomic_long_read(&mutex->owner) & ~7UL);
}
#endif

/* Populated css_sets linked to a cgroup, and populated children of it. */
#ifdef CGI_CSS_HAS_POPULATED
static inline int cgi_cgroup_nr_populated_csets(const struct cgroup *cgrp)
{
	return READ_ONCE(cgrp->self.nr_populated_csets);
}

static inline int cgi_cgroup_nr_populated_children(const struct cgroup *cgrp)
{
	return READ_ONCE(cgrp->self.nr_populated_children);
}
#else
/* "cgroup: Move populated counters to cgroup_subsys_state", 7.2. */
static inline int cgi_cgroup_nr_populated_csets(const struct cgroup *cgrp)
{
	return READ_ONCE(cgrp->nr_populated_csets);
}

static inline int cgi_cgroup_nr_populated_children(const struct cgroup *cgrp)
{
	return READ_ONCE(cgrp->nr_populated_domain_children) +
	       READ_ONCE(cgrp->nr_populated_threaded_children);
}
#endif

#ifdef CGI_CGROUP_HAS_ANCESTOR_IDS
/* "cgroup: Replace cgroup->ancestor_ids[] with ->ancestors[]", 6.1. */
static inline bool cgi_cgroup_names_ancestor(const struct cgroup *cgrp, u32 level,
					     struct cgroup *ancestor)
{
	return cgrp->ancestor_ids[level] == cgroup_id(ancestor);
}
#else
static inline bool cgi_cgroup_names_ancestor(const struct cgroup *cgrp, u32 level,
					     struct cgroup *ancestor)
{
	return cgrp->ancestors[level] == ancestor;
}
#endif

static inline bool cgi_cgroup_is_populated(const struct cgroup *cgrp)
{
	return cgi_cgroup_nr_populated_csets(cgrp) || cgi_cgroup_nr_populated_children(cgrp);
}

#ifndef CGI_IN_TREE
/*
 * The workqueues on which what was removed is taken apart, static pointers in
 * kernel/cgroup/cgroup.c and kernel/bpf/cgroup.c.  No option and no header tells which of
 * them a kernel has, so they are looked up by name.  "cgroup: split cgroup_destroy_wq into 3
 * workqueues", 6.17 and updates of older series: before, all the work went through that
 * one.  "cgroup/bpf: use a dedicated workqueue for cgroup bpf destruction", 6.12 and updates
 * of older series: before, that work went through system_wq, which nobody may flush.
 */
#define CGI_OFFLINE_WQ	"cgroup_offline_wq"
#define CGI_RELEASE_WQ	"cgroup_release_wq"
#define CGI_FREE_WQ	"cgroup_free_wq"
#define CGI_DESTROY_WQ	"cgroup_destroy_wq"
#define CGI_BPF_WQ	"cgroup_bpf_destroy_wq"

/* The list of all devices that are written back to, in mm/backing-dev.c. */
#define CGI_BDI_LIST	"bdi_list"
#endif

/*
 * cgroup_bpf_offline() takes a reference to a removed cgroup for its BPF state, which cgroups of
 * v1 have, too, without "cgroup/bpf: only cgroup v2 can be attached by bpf programs" (6.13 and
 * updates of older series).  A root is not removed.  cgroup_bpf_release() drops it.  That is a
 * work item, queued when the count of the BPF state is zero, which may wait for cgroup_mutex for
 * long.  So the count does not tell whether the cgroup is still held.  But percpu_ref_exit(),
 * called just before the reference is dropped, clears the pointer to the count.
 */
#ifdef CONFIG_CGROUP_BPF
static inline bool cgi_cgroup_bpf_is_held(struct cgroup *cgrp)
{
	return cgroup_parent(cgrp) && READ_ONCE(cgrp->bpf.refcnt.data);
}
#else
static inline bool cgi_cgroup_bpf_is_held(struct cgroup *cgrp)
{
	return false;
}
#endif

#ifndef CGI_IN_TREE
/*
 * "kernfs: Use RCU to access kernfs_node::name", 6.15: before, it is a plain pointer, for which
 * the macro does the same.
 */
#endif
/* The name of a cgroup that is not a root, under cgroup_mutex. */
#define cgi_cgroup_name(cgrp)								\
	((const char *)rcu_dereference_raw((cgrp)->kn->name))

/*
 * Lists of the multi-gen LRU count their pages by themselves.  The number for one of them can be
 * below 0 for a moment.
 */
#ifdef CONFIG_LRU_GEN
static inline long cgi_lruvec_generations(const struct lruvec *lruvec)
{
	const long *nr = &lruvec->lrugen.nr_pages[0][0][0];
	long pages = 0;
	size_t i;

	for (i = 0; i < sizeof(lruvec->lrugen.nr_pages) / sizeof(*nr); i++)
		pages += READ_ONCE(nr[i]);
	return pages;
}
#else
static inline long cgi_lruvec_generations(const struct lruvec *lruvec)
{
	return 0;
}
#endif

/*
 * Csses of memory: pages on the LRU lists of one, pages charged to it and below it, whether what
 * is charged to it is charged to its parent, too, and its id of its own and who holds that.
 */
#ifdef CONFIG_MEMCG
#define CGI_MEMORY_SSID	memory_cgrp_id
/* An id must fit into the 16 bits that swap has for each page. */
#define CGI_MEMORY_IDS	((1U << MEM_CGROUP_ID_SHIFT) - 1)

static inline long cgi_memory_listed_on(const struct mem_cgroup_per_node *node)
{
	const unsigned long *nr = &node->lru_zone_size[0][0];
	long pages = cgi_lruvec_generations(&node->lruvec);
	size_t i;

	for (i = 0; i < sizeof(node->lru_zone_size) / sizeof(*nr); i++)
		pages += READ_ONCE(nr[i]);
	return pages;
}

static inline long cgi_memory_listed(struct cgroup_subsys_state *css)
{
	const struct mem_cgroup *memcg = mem_cgroup_from_css(css);
	long pages = 0;
	int node;

	for_each_node(node)
		pages += cgi_memory_listed_on(memcg->nodeinfo[node]);
	return max(pages, 0L);
}

static inline long cgi_memory_charged(struct cgroup_subsys_state *css)
{
	return page_counter_read(&mem_cgroup_from_css(css)->memory);
}

static inline bool cgi_memory_is_counted_above(struct cgroup_subsys_state *css)
{
	return mem_cgroup_from_css(css)->memory.parent;
}

static inline bool cgi_memory_has_id(struct cgroup_subsys_state *css)
{
	return READ_ONCE(mem_cgroup_from_css(css)->id.id) > 0;
}

static inline unsigned int cgi_memory_id_refs(struct cgroup_subsys_state *css)
{
	return refcount_read(&mem_cgroup_from_css(css)->id.ref);
}
#else
#define CGI_MEMORY_SSID	(-1)
#define CGI_MEMORY_IDS	0

static inline long cgi_memory_listed(struct cgroup_subsys_state *css)
{
	return 0;
}

static inline long cgi_memory_charged(struct cgroup_subsys_state *css)
{
	return 0;
}

static inline bool cgi_memory_is_counted_above(struct cgroup_subsys_state *css)
{
	return false;
}

static inline bool cgi_memory_has_id(struct cgroup_subsys_state *css)
{
	return false;
}

static inline unsigned int cgi_memory_id_refs(struct cgroup_subsys_state *css)
{
	return 0;
}
#endif

/* A writeback structure holds a css of memory and one of io. */
#ifdef CONFIG_CGROUP_WRITEBACK
#define CGI_HAVE_WRITEBACKS	1

static inline struct cgroup_subsys_state *cgi_writeback_memory(const struct bdi_writeback *wb)
{
	return wb->memcg_css;
}

static inline struct cgroup_subsys_state *cgi_writeback_io(const struct bdi_writeback *wb)
{
	return wb->blkcg_css;
}

/* The list of its clean inodes. */
static inline const struct list_head *cgi_writeback_attached(const struct bdi_writeback *wb)
{
#ifdef CGI_WB_HAS_ATTACHED
	return &wb->b_attached;
#else
	/* "writeback, cgroup: keep list of inodes attached to bdi_writeback", 5.14. */
	return NULL;
#endif
}
#else
#define CGI_HAVE_WRITEBACKS	0

static inline struct cgroup_subsys_state *cgi_writeback_memory(const struct bdi_writeback *wb)
{
	return NULL;
}

static inline struct cgroup_subsys_state *cgi_writeback_io(const struct bdi_writeback *wb)
{
	return NULL;
}

static inline const struct list_head *cgi_writeback_attached(const struct bdi_writeback *wb)
{
	return NULL;
}
#endif

#ifndef CGI_IN_TREE
/*
 * What splice() and sendfile() use of a file that has read_iter(): "splice: Rename
 * direct_splice_read() to copy_splice_read()", 6.5.  Before, there was a function that let
 * read_iter() put its bytes into the pipe itself; "splice: Remove generic_file_splice_read()",
 * 6.5, took it away.
 */
#ifndef CGI_HAVE_COPY_SPLICE_READ
#define copy_splice_read	generic_file_splice_read
#endif
#endif /* !CGI_IN_TREE */

/*
 * What somebody outside the graph can hold, and holds by what.  A kernel without the option
 * has no such holder, and mostly no such structure either.
 */
#ifdef CONFIG_SOCK_CGROUP_DATA
#define CGI_HAVE_SOCK_CGROUP	1
#define cgi_sock_cgroup(sk)	sock_cgroup_ptr(&(sk)->sk_cgrp_data)
#else
#define CGI_HAVE_SOCK_CGROUP	0
#define cgi_sock_cgroup(sk)	((void)(sk), NULL)
#endif

#ifdef CONFIG_MEMCG
#define CGI_HAVE_MEMCG		1
#define CGI_MEMCG_CSS_OFFSET	offsetof(struct mem_cgroup, css)
#define cgi_sock_memcg(sk)	READ_ONCE((sk)->sk_memcg)
#define cgi_memcg_css(memcg)								\
({											\
	struct mem_cgroup *__memcg = (memcg);						\
	__memcg ? &__memcg->css : NULL;							\
})
#else
#define CGI_HAVE_MEMCG		0
#define CGI_MEMCG_CSS_OFFSET	0
#define cgi_sock_memcg(sk)	((void)(sk), NULL)
#define cgi_memcg_css(memcg)	((void)(memcg), NULL)
#endif

#ifdef CONFIG_CGROUP_PERF
#define CGI_HAVE_CGROUP_PERF	1
#define cgi_perf_event_css(event)							\
({											\
	struct perf_cgroup *__cgrp = (event)->cgrp;					\
	__cgrp ? &__cgrp->css : NULL;							\
})
#else
#define CGI_HAVE_CGROUP_PERF	0
#define cgi_perf_event_css(event)	((void)(event), NULL)
#endif

#ifdef CONFIG_PERF_EVENTS
#define cgi_perf_event_task(event)	((event)->hw.target)
#define cgi_perf_event_id(event)	((event)->id)
#else
#define cgi_perf_event_task(event)	((void)(event), (const struct task_struct *)NULL)
#define cgi_perf_event_id(event)	((void)(event), 0)
#endif

#ifdef CGI_UNIXCB_IS_PUBLIC
/*
 * The files that a message of a unix socket passes, as long as that is public: "af_unix: Move
 * internal definitions to net/unix/.", 6.15.
 */
#define CGI_HAVE_PASSED		1
#define cgi_skb_passed(skb)	((const struct scm_fp_list *)UNIXCB(skb).fp)
#define cgi_unix_readers(sk)	(&unix_sk(sk)->iolock)
#else
/* The files that a message of a unix socket passes are private to net/unix/. */
#define CGI_HAVE_PASSED		0
#define cgi_skb_passed(skb)	((void)(skb), (const struct scm_fp_list *)NULL)
#define cgi_unix_readers(sk)	((void)(sk), (struct mutex *)NULL)
#endif

/* The tables of sockets, by which holders are found that no task has open. */
#ifdef CONFIG_INET
#define CGI_HAVE_INET		1
#define cgi_tcp_table()		(init_net.ipv4.tcp_death_row.hashinfo)
#else
#define CGI_HAVE_INET		0
#define cgi_tcp_table()		((struct inet_hashinfo *)NULL)
#endif

#ifndef CONFIG_INET
#define cgi_udp_table()		((struct udp_table *)NULL)
#elif defined(CGI_NET_HAS_UDP_TABLE)
#define cgi_udp_table()		(init_net.ipv4.udp_table)
#else
/* "udp: Access &udp_table via net.", 6.2: before, there is one table. */
#define cgi_udp_table()		(&udp_table)
#endif

/* What a network namespace has of sockets of the kernel depends on what the kernel has. */
#if IS_ENABLED(CONFIG_IPV6)
#define cgi_net_ipv6_sock(net, member)	((net)->ipv6.member)
#else
#define cgi_net_ipv6_sock(net, member)	((void)(net), (void)#member, NULL)
#endif
#ifdef CONFIG_XFRM
#define cgi_net_xfrm_sock(net)	((struct sock __force *)READ_ONCE((net)->xfrm.nlsk))
#else
#define cgi_net_xfrm_sock(net)	((void)(net), NULL)
#endif

/* All namespaces of a kind are on a list. */
#ifdef CGI_NS_HAS_TREE
#define cgi_ns_list_entry(ns)	(&(ns)->ns_tree_node.ns_list_entry)
#define cgi_ns_of_list_entry(at)							\
	container_of(at, struct ns_common, ns_tree_node.ns_list_entry)
#else
/*
 * Its nodes have that form since the series with "nstree: introduce a unified tree", 6.19.
 * Kernels without such a list have nothing that leads to a namespace without tasks.
 */
#define cgi_ns_list_entry(ns)	((void)(ns), (struct list_head *)NULL)
#define cgi_ns_of_list_entry(at)	((void)(at), (struct ns_common *)NULL)
#endif

/* Programs are on a list for each kind of attachment. */
#ifdef CONFIG_CGROUP_BPF
#define CGI_HAVE_CGROUP_BPF	1
#define cgi_bpf_nr_lists(cgrp)	ARRAY_SIZE((cgrp)->bpf.progs)
#define cgi_bpf_entry_prog(entry)	((entry)->prog)
#define cgi_bpf_entry_link(entry)							\
({											\
	struct bpf_cgroup_link *__link = (entry)->link;					\
	__link ? &__link->link : NULL;							\
})
#define cgi_bpf_link_cgroup(_link)							\
	READ_ONCE(container_of(_link, struct bpf_cgroup_link, link)->cgroup)
#ifdef CGI_BPF_PROGS_ARE_HLIST
#define cgi_bpf_for_each_entry(entry, list)	hlist_for_each_entry(entry, list, node)
#else
/* "bpf: convert cgroup_bpf.progs to hlist", 6.0. */
#define cgi_bpf_for_each_entry(entry, list)	list_for_each_entry(entry, list, node)
#endif
#define cgi_bpf_list(cgrp, index)	(&(cgrp)->bpf.progs[index])
#ifdef CGI_BPF_HAS_ATTACH_INDEX
#define CGI_BPF_ATTACH_INDEX(type)	CGROUP_ ## type
#else
/* "bpf: Migrate cgroup_bpf to internal cgroup_bpf_attach_type enum", 5.15. */
#define CGI_BPF_ATTACH_INDEX(type)	BPF_CGROUP_ ## type
#endif
#else
struct bpf_prog_list;

#define CGI_HAVE_CGROUP_BPF	0
#define cgi_bpf_nr_lists(cgrp)	((void)(cgrp), 0)
#define cgi_bpf_entry_prog(entry)	((void)(entry), (struct bpf_prog *)NULL)
#define cgi_bpf_entry_link(entry)	((void)(entry), (struct bpf_link *)NULL)
#define cgi_bpf_link_cgroup(link)	((void)(link), NULL)
#define cgi_bpf_list(cgrp, index)	((void)(cgrp), (void)(index), NULL)
#define cgi_bpf_for_each_entry(entry, list)	for (; ((entry) = (list));)
#define CGI_BPF_ATTACH_INDEX(type)	BPF_CGROUP_ ## type
#endif

/* Headers have the structure only with the system call. */
#ifndef CONFIG_BPF_SYSCALL
struct bpf_iter_aux_info { };

#define cgi_bpf_iter_start(aux)	((void)(aux), (struct cgroup *)NULL)
#elif defined(CGI_BPF_HAS_CGROUP_ITER)
#define cgi_bpf_iter_start(aux)	READ_ONCE((aux)->cgroup.start)
#else
/* "bpf: Introduce cgroup iter", 6.1. */
#define cgi_bpf_iter_start(aux)	((void)(aux), (struct cgroup *)NULL)
#endif

#ifdef CGI_BPF_LINK_HAS_ATTACH_TYPE
#define cgi_bpf_link_attach_type(_link)	((_link)->attach_type)
#elif defined(CONFIG_CGROUP_BPF)
/* "bpf: Add attach_type field to bpf_link", 6.17. */
#define cgi_bpf_link_attach_type(_link)							\
	(container_of(_link, struct bpf_cgroup_link, link)->type)
#else
#define cgi_bpf_link_attach_type(_link)	((void)(_link), 0)
#endif

#ifndef CGI_BPF_HAS_UNIX_HOOKS
/*
 * "bpf: Implement cgroup sockaddr hooks for unix sockets", 6.7: before, no program can be
 * attached there.
 */
#define BPF_CGROUP_UNIX_CONNECT		(-1)
#define BPF_CGROUP_UNIX_SENDMSG		(-1)
#define BPF_CGROUP_UNIX_RECVMSG		(-1)
#define BPF_CGROUP_UNIX_GETPEERNAME	(-1)
#define BPF_CGROUP_UNIX_GETSOCKNAME	(-1)
#define CGROUP_UNIX_CONNECT		(-1)
#define CGROUP_UNIX_SENDMSG		(-1)
#define CGROUP_UNIX_RECVMSG		(-1)
#define CGROUP_UNIX_GETPEERNAME		(-1)
#define CGROUP_UNIX_GETSOCKNAME		(-1)
#endif

#ifndef CGI_IN_TREE
/*
 * Which css of memory a page holds, as a word that nobody follows.  "mm: memcontrol: Use helpers
 * to read page's memcg data", 5.11, put flags into its lowest bits; where one is set the word is
 * none of the addresses that are looked for.  Before, pages of the kernel had a css as well; in
 * 5.11 and 5.12 they still hold one, and are unknown.  "mm: memcontrol: eliminate the problem of
 * dying memory cgroup for LRU folios", which 7.2 has: no page holds a css that was removed.
 */
#if !defined(CONFIG_MEMCG)
#define CGI_HAVE_PAGES		0
#define cgi_page_css(page)	((void)(page), (const void *)NULL)
#define cgi_page_is_kernel(page)	((void)(page), false)
#elif defined(CGI_PAGE_HAS_MEM_CGROUP)
#define CGI_HAVE_PAGES		1
#define cgi_page_css(page)	((const void *)READ_ONCE((page)->mem_cgroup))
#define cgi_page_is_kernel(page)	PageKmemcg(page)
#elif defined(CGI_MEMCG_DATA_IS_CSS)
#define CGI_HAVE_PAGES		1
#define cgi_page_css(page)	((const void *)READ_ONCE((page)->memcg_data))
#define cgi_page_is_kernel(page)	((void)(page), false)
#else
#define CGI_HAVE_PAGES		0
#define cgi_page_css(page)	((void)(page), (const void *)NULL)
#define cgi_page_is_kernel(page)	((void)(page), false)
#endif

#endif /* !CGI_IN_TREE */

#ifndef CGI_IN_TREE
/* Where there are sections of memory, page frames of one that is not online need no look. */
#ifdef CONFIG_SPARSEMEM
#define cgi_pfn_may_be_online(pfn)	online_section_nr(pfn_to_section_nr(pfn))
#else
#define cgi_pfn_may_be_online(pfn)	((void)(pfn), true)
#endif

#ifdef CGI_INODE_STATE_IS_STRUCT
#define cgi_inode_state(_inode)	inode_state_read_once((struct inode *)(_inode))
#else
/* "fs: make plain ->i_state access fail to compile", 6.19. */
#define cgi_inode_state(inode)	READ_ONCE((inode)->i_state)
#endif

#ifdef CGI_DENTRY_HAS_D_U
/* "struct dentry: make ->d_u anonymous", which 7.2 has. */
#define cgi_dentry_of_alias(node)	container_of(node, struct dentry, d_u.d_alias)
#else
#define cgi_dentry_of_alias(node)	container_of(node, struct dentry, d_alias)
#endif
#endif /* !CGI_IN_TREE */

/* Reservations of a file of hugetlbfs. */
#define CGI_HAVE_CGROUP_HUGETLB		IS_ENABLED(CONFIG_CGROUP_HUGETLB)
#if !CGI_HAVE_CGROUP_HUGETLB
#define cgi_inode_resv(inode)		((void)(inode), (struct resv_map *)NULL)
#define cgi_region_css(region)		((void)(region), (struct cgroup_subsys_state *)NULL)
#elif defined(CGI_HUGETLBFS_INODE_HAS_RESV)
#define cgi_inode_resv(inode)		(HUGETLBFS_I(inode)->resv_map)
#define cgi_region_css(region)		((region)->css)
#elif defined(CGI_MAPPING_HAS_I_PRIVATE)
/* Its mapping leads to them: before "hugetlbfs: Stop using i_private_data", which 7.2 has. */
#define cgi_inode_resv(inode)		((struct resv_map *)(inode)->i_data.i_private_data)
#define cgi_region_css(region)		((region)->css)
#else
/* Before "fs: Rename mapping private members", 6.8. */
#define cgi_inode_resv(inode)		((struct resv_map *)(inode)->i_data.private_data)
#define cgi_region_css(region)		((region)->css)
#endif

#endif /* _CGI_COMPAT_H */
