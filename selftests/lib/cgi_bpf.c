// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest.h"
#include "cgi.h"
#include "cgi_bpf.h"

int cgi_bpf(int cmd, union bpf_attr *attr)
{
	return syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

int cgi_bpf_load(void)
{
	static const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0,
		  .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_CGROUP_SKB,
		.expected_attach_type = BPF_CGROUP_INET_EGRESS,
		.insns = (unsigned long)insns,
		.insn_cnt = ARRAY_SIZE(insns),
		.license = (unsigned long)"GPL",
	};

	return cgi_bpf(BPF_PROG_LOAD, &attr);
}

int cgi_bpf_attach(int prog, const char *dir)
{
	union bpf_attr attr = { 0 };
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err;

	if (fd < 0)
		cgi_die("%s: %s", dir, strerror(errno));
	attr.attach_bpf_fd = prog;
	attr.target_fd = fd;
	attr.attach_type = BPF_CGROUP_INET_EGRESS;
	err = cgi_bpf(BPF_PROG_ATTACH, &attr);
	close(fd);
	return err;
}
