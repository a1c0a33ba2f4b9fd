// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "reader.h"

void bench_pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		bench_die("processor %d: %s", cpu, strerror(errno));
}

static void *map_shared(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			    -1, 0);

	if (memory == MAP_FAILED)
		bench_die("no shared memory: %s", strerror(errno));
	return memory;
}

static pid_t fork_or_die(void)
{
	pid_t pid = fork();

	if (pid < 0)
		bench_die("fork: %s", strerror(errno));
	return pid;
}

static void wait_for(pid_t pid, const char *who)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || status)
		bench_die("the reader of %s ended with status %#x", who, status);
}

/* A reading that brings nothing would disturb nobody. */
static void read_once(const struct bench_side *side, struct bench_buffer *buffer)
{
	buffer->size = 0;
	side->run(buffer);
	if (!buffer->size)
		bench_die("%s brought nothing", side->name);
}

static double median_of(const struct bench_side *side, int times)
{
	struct bench_series ns = { 0 };
	struct bench_buffer buffer;
	double began;

	bench_buffer_init(&buffer);
	read_once(side, &buffer);
	while (times--) {
		began = bench_now();
		read_once(side, &buffer);
		bench_add(&ns, bench_now() - began);
	}
	return bench_series_quantile(&ns, 0.5);
}

double bench_reader_alone(const struct bench_side *side, int times)
{
	double *shared = map_shared(sizeof(*shared)), median;
	pid_t pid = fork_or_die();

	if (!pid) {
		*shared = median_of(side, times);
		_exit(0);
	}
	wait_for(pid, side->name);
	median = *shared;
	munmap(shared, sizeof(*shared));
	return median;
}

static void sleep_until(double ns)
{
	struct timespec until = {
		.tv_sec = ns / 1e9,
		.tv_nsec = ns - (time_t)(ns / 1e9) * 1e9,
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		;
}

/* If a reading had several holds, the sum is too low. */
static void account(struct bench_reader_shared *shared)
{
	double hold_ns = bench_cost_last().hold_ns;

	shared->held_ns += hold_ns;
	if (hold_ns > shared->longest_ns)
		shared->longest_ns = hold_ns;
}

/* Says by a byte in @ready that the first reading, which warms up, is over. */
static void read_on(struct bench_reader *reader, double period, int ready)
{
	struct bench_reader_shared *shared = reader->shared;
	struct bench_buffer buffer;
	double due;

	bench_buffer_init(&buffer);
	read_once(reader->side, &buffer);
	if (reader->procs && bench_write(reader->procs, "0"))
		bench_die("%s: %s", reader->procs, strerror(errno));
	if (write(ready, "", 1) != 1)
		bench_die("nobody waits for the reader: %s", strerror(errno));
	for (due = bench_now() + period / 2; !shared->stop; due += period) {
		sleep_until(due);
		if (shared->stop)
			break;
		read_once(reader->side, &buffer);
		shared->reads++;
		if (period && bench_now() > due + period)
			shared->late++;
		if (reader->side->takes_snapshot)
			account(shared);
	}
}

void bench_reader_start(struct bench_reader *reader, const struct bench_side *side,
			double period, int cpu)
{
	int ends[2];
	char byte;

	if (pipe2(ends, O_CLOEXEC))
		bench_die("pipe: %s", strerror(errno));
	reader->side = side;
	reader->shared = map_shared(sizeof(*reader->shared));
	reader->pid = fork_or_die();
	if (!reader->pid) {
		bench_pin(cpu);
		read_on(reader, period, ends[1]);
		_exit(0);
	}
	close(ends[1]);
	if (read(ends[0], &byte, 1) != 1)
		bench_die("the reader of %s did not get to its first reading", side->name);
	close(ends[0]);
}

void bench_reader_stop(struct bench_reader *reader)
{
	reader->shared->stop = true;
	wait_for(reader->pid, reader->side->name);
}

void bench_reader_free(struct bench_reader *reader)
{
	munmap(reader->shared, sizeof(*reader->shared));
}
