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
 * Says what the kernel lacks, if that is why cgi_bpf_load() has just failed with this errno.
 * Any other failure ends the program.
 */
const char *cgi_bpf_lack(void);
/*
 * Loads a program that iterates over cgroups and does nothing. Returns its
 * descriptor, or -1 with errno, which is ENOENT if the kernel has no such iterators.
 */
int cgi_bpf_load_iter(const char *name);
const char *cgi_bpf_lack_of_iter(void);
/* Returns the id of a program or link that is open. */
unsigned int cgi_bpf_id(int fd);
/* Attaches a program to a cgroup of cgroup2. Returns 0, or -1 with errno. */
int cgi_bpf_attach(int prog, const char *dir);
/* Does the same by a link, and returns its descriptor, or -1 with errno. */
int cgi_bpf_link(int prog, const char *dir);
/* Returns the inode number of the cgroup that a link is attached to, or 0 if it is to none. */
unsigned long long cgi_bpf_link_target(int link);

#endif
