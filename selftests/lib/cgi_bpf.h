/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * BPF programs of cgroups.
 */
#ifndef CGI_BPF_H
#define CGI_BPF_H

#include <linux/bpf.h>

int cgi_bpf(int cmd, union bpf_attr *attr);
/*
 * Loads a program that lets every packet pass. Returns its descriptor, or -1 with
 * errno.
 */
int cgi_bpf_load(void);
/*
 * Loads a program that iterates over cgroups and does nothing. Returns its
 * descriptor, or -1 with errno, which is ENOENT if the kernel has no such iterators.
 */
int cgi_bpf_load_iter(const char *name);
/* Returns the id of a program or link that is open. */
unsigned int cgi_bpf_id(int fd);
/* Attaches a program to a cgroup of cgroup2. Returns 0, or -1 with errno. */
int cgi_bpf_attach(int prog, const char *dir);
/* Does the same by a link, and returns its descriptor, or -1 with errno. */
int cgi_bpf_link(int prog, const char *dir);

#endif
