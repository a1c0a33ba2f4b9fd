/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the programs of the benchmark share.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "series.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define BENCH_DIR		"/sys/kernel/debug/cgroup_inspect/"
#define BENCH_FLOOR		"/sys/kernel/debug/cgi_floor"
#define BENCH_FLOOR_LOOK	"/sys/kernel/debug/cgi_floor_look"
#define BENCH_FLOOR_ROW		"/sys/module/floor/parameters/row_bytes"
/* The mount of cgroup2, as guest.sh makes it. */
#define BENCH_V2		"/sys/fs/cgroup/unified"

/* Prints, with the program's name, and ends it. */
__printf(1, 2) __noreturn void bench_die(const char *fmt, ...);
/* Opens a file of results, to which lines are added. */
FILE *bench_append(const char *dir, const char *name);
/* Each order is as likely as any other, so nobody is always behind the same one. */
void bench_shuffle(int *order, int nr);
/* Nanoseconds of a clock that is never set. */
double bench_now(void);
void bench_add(struct bench_series *series, double value);
/* Reads a whole number from @text, which must have nothing else and no less than @least. */
long bench_number(const char *text, long least, const char *what);
/* Returns 0, or -1 with errno. */
int bench_write(const char *file, const char *text);
/*
 * One number of the file `stats`, or -1 if it has no such key or no number there.  Taking no
 * snapshot, this does not change what the next call says.
 */
double bench_stat(const char *key);
/* How many tasks there are, as the kernel counts them for /proc/loadavg. */
long bench_nr_tasks(void);

/*
 * What one reading brought.  All sides fill it, nobody looks at it before the clock has
 * stopped, and then it is judged.  Its pages stay, so after the first round no side waits
 * for the kernel to make them.
 */
struct bench_buffer {
	char *text;
	size_t size, room;
};

void bench_buffer_init(struct bench_buffer *buffer);
void bench_buffer_append(struct bench_buffer *buffer, const char *text, size_t size);
/* One read() with no limit but the room. Returns what it returns. */
long bench_buffer_read_once(struct bench_buffer *buffer, int fd);
/* Reads to the end, 64 KiB at a time, and closes. */
void bench_buffer_read(struct bench_buffer *buffer, int fd);
void bench_buffer_read_file(struct bench_buffer *buffer, const char *name);
/* How many lines there are; how many of them begin with @first. */
long bench_buffer_lines(const struct bench_buffer *buffer);
long bench_buffer_lines_with(const struct bench_buffer *buffer, char first);

/* A way to learn in which cgroups all tasks are. */
struct bench_side {
	const char *name;
	/* It opens a file of the module's, so `stats` tells what that cost. */
	bool takes_snapshot;
	/* Not timed; may be absent. */
	void (*prepare)(void);
	/* Timed. */
	void (*run)(struct bench_buffer *buffer);
	/* How many tasks are in what it brought. */
	long (*seen)(const struct bench_buffer *buffer);
};

extern const struct bench_side bench_side_proc, bench_side_proc_leaders;
extern const struct bench_side bench_side_cgroupfs;
extern const struct bench_side bench_side_bpf_text, bench_side_bpf_binary;
extern const struct bench_side bench_side_cat, bench_side_ps;
extern const struct bench_side bench_side_tasks, bench_side_snapshot;
extern const struct bench_side bench_side_links_tasks, bench_side_floor;

/*
 * Tells the floor how long a row is: as many bytes as @bytes are for each of @tasks, so
 * that it copies as much as `tasks` prints.
 */
void bench_floor_set(size_t bytes, long tasks);

/* What `stats` says about the last reading; -1 stands for a key that it lacks. */
struct bench_cost {
	double passes;
	/* The longest hold of cgroup_mutex. */
	double hold_ns;
	/* The whole collection, without the wait for cgroup_mutex: no less than all holds. */
	double collect_ns;
};

struct bench_cost bench_cost_last(void);

#endif
