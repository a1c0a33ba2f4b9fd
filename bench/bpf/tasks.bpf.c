// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two iterators over all tasks: thread, process, command, css_set, and the id of the
 * task's cgroup in each hierarchy that has controllers; as text, and as it is.  Paths are
 * not printed: a program can not make them without a walk up for each of them.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "record.h"

char LICENSE[] SEC("license") = "GPL";

/*
 * The cgroup of a css_set that this controller's css belongs to, if it is on a v1 hierarchy
 * that was not met before.  What was met is in @met, a bit for each.
 */
static __always_inline struct cgroup *
v1_cgroup(struct css_set *cset, int controller, __u64 *met, __u32 *hierarchy)
{
	struct cgroup_subsys_state *css = cset->subsys[controller];
	struct cgroup *cgroup;
	__u64 bit;

	if (!css)
		return NULL;
	cgroup = css->cgroup;
	*hierarchy = cgroup->root->hierarchy_id;
	bit = 1ULL << (*hierarchy & 63);
	if (!*hierarchy || (*met & bit))
		return NULL;
	*met |= bit;
	return cgroup;
}

SEC("iter/task")
int text(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct css_set *cset;
	__u64 met = 0;
	int i;

	if (!task)
		return 0;
	cset = task->cgroups;
	BPF_SEQ_PRINTF(seq, "%d\t%d\t%s\t%lx\t0:%lu", task->pid, task->tgid, task->comm,
		       (unsigned long)cset, cset->dfl_cgrp->kn->id);
#pragma unroll
	for (i = 0; i < CGROUP_SUBSYS_COUNT; i++) {
		__u32 hierarchy;
		struct cgroup *cgroup = v1_cgroup(cset, i, &met, &hierarchy);

		if (cgroup)
			BPF_SEQ_PRINTF(seq, " %u:%lu", hierarchy, cgroup->kn->id);
	}
	BPF_SEQ_PRINTF(seq, "\n");
	return 0;
}

SEC("iter/task")
int binary(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct bench_record record = { 0 };
	struct css_set *cset;
	__u64 met = 0;
	int i;

	if (!task)
		return 0;
	cset = task->cgroups;
	record.tid = task->pid;
	record.tgid = task->tgid;
	bpf_probe_read_kernel(record.comm, sizeof(record.comm), task->comm);
	record.css_set = (unsigned long)cset;
	record.default_cgroup = cset->dfl_cgrp->kn->id;
#pragma unroll
	for (i = 0; i < CGROUP_SUBSYS_COUNT; i++) {
		__u32 hierarchy;
		struct cgroup *cgroup = v1_cgroup(cset, i, &met, &hierarchy);

		if (cgroup) {
			record.hierarchy[i] = hierarchy;
			record.cgroup[i] = cgroup->kn->id;
		}
	}
	bpf_seq_write(seq, &record, sizeof(record));
	return 0;
}
