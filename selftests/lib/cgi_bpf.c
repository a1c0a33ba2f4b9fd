// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest.h"
#include "cgi.h"
#include "cgi_bpf.h"

#define BTF	"/sys/kernel/btf/vmlinux"

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

/* ---- what a kernel can lack ---- */

/* A kernel that does not allow it says EPERM. One without this kind of program says EINVAL. */
static const char *lack_of(const char *option, const char *symbol)
{
	int err = errno;

	if (access("/proc/sys/kernel/unprivileged_bpf_disabled", F_OK))
		return "the kernel has no CONFIG_BPF_SYSCALL";
	if (err == EPERM)
		return "BPF programs may not be loaded here";
	if (!cgi_kernel_has(symbol))
		return option;
	cgi_die("BPF_PROG_LOAD: %s", strerror(err));
}

const char *cgi_bpf_lack(void)
{
	return lack_of("the kernel has no CONFIG_CGROUP_BPF", "__cgroup_bpf_run_filter_skb");
}

const char *cgi_bpf_lack_of_iter(void)
{
	if (errno == ENOENT && access(BTF, F_OK))
		return "the kernel has no CONFIG_DEBUG_INFO_BTF";
	return lack_of("the kernel has no BPF iterators over cgroups", "cgroup_iter_seq_start");
}

/* ---- iterators ---- */

/* Types of the kernel that have something behind them, and how long that is. */
static size_t btf_more(const struct btf_type *type)
{
	unsigned int nr = BTF_INFO_VLEN(type->info);

	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return sizeof(__u32);
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return nr * sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return nr * sizeof(struct btf_enum);
	case BTF_KIND_FUNC_PROTO:
		return nr * sizeof(struct btf_param);
	case BTF_KIND_DATASEC:
		return nr * sizeof(struct btf_var_secinfo);
	case BTF_KIND_ENUM64:
		return nr * sizeof(struct btf_enum64);
	}
	return 0;
}

/* Returns the number of a function among the types of the kernel, or 0. */
static unsigned int btf_find_function(const char *name)
{
	size_t len;
	char *btf = cgi_slurp(BTF, &len);
	const struct btf_header *head = (void *)btf;
	const char *at, *end, *names;
	unsigned int id = 0, nr;

	if (!btf)
		return 0;
	at = btf + head->hdr_len + head->type_off;
	end = at + head->type_len;
	names = btf + head->hdr_len + head->str_off;
	for (nr = 1; !id && at < end; nr++) {
		const struct btf_type *type = (const void *)at;

		if (BTF_INFO_KIND(type->info) == BTF_KIND_FUNC &&
		    !strcmp(names + type->name_off, name))
			id = nr;
		at += sizeof(*type) + btf_more(type);
	}
	free(btf);
	return id;
}

int cgi_bpf_load_iter(const char *name)
{
	static const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_TRACING,
		.expected_attach_type = BPF_TRACE_ITER,
		.attach_btf_id = btf_find_function("bpf_iter_cgroup"),
		.insns = (unsigned long)insns,
		.insn_cnt = ARRAY_SIZE(insns),
		.license = (unsigned long)"GPL",
	};

	if (!attr.attach_btf_id) {
		errno = ENOENT;
		return -1;
	}
	snprintf(attr.prog_name, sizeof(attr.prog_name), "%s", name);
	return cgi_bpf(BPF_PROG_LOAD, &attr);
}

static void get_info(int fd, void *info, size_t size)
{
	union bpf_attr attr = { 0 };

	attr.info.bpf_fd = fd;
	attr.info.info_len = size;
	attr.info.info = (unsigned long)info;
	if (cgi_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr))
		cgi_die("BPF_OBJ_GET_INFO_BY_FD: %s", strerror(errno));
}

unsigned int cgi_bpf_id(int fd)
{
	/* The ids of links and maps are where that of a program is. */
	struct bpf_prog_info info = { 0 };

	get_info(fd, &info, sizeof(info));
	return info.id;
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

int cgi_bpf_link(int prog, const char *dir)
{
	union bpf_attr attr = { 0 };
	int target = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd;

	if (target < 0)
		cgi_die("%s: %s", dir, strerror(errno));
	attr.link_create.prog_fd = prog;
	attr.link_create.target_fd = target;
	attr.link_create.attach_type = BPF_CGROUP_INET_EGRESS;
	fd = cgi_bpf(BPF_LINK_CREATE, &attr);
	close(target);
	return fd;
}

unsigned long long cgi_bpf_link_target(int link)
{
	struct bpf_link_info info = { 0 };

	get_info(link, &info, sizeof(info));
	return info.cgroup.cgroup_id;
}
