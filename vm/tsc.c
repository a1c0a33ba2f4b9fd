// SPDX-License-Identifier: GPL-2.0-only
/*
 * Print how many thousand ticks the time stamp counter of this machine makes in a second.
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

struct moment {
	double seconds;
	unsigned long long ticks;
};

static struct moment now(void)
{
	struct timespec time;
	struct moment moment;

	clock_gettime(CLOCK_MONOTONIC_RAW, &time);
	moment.ticks = __rdtsc();
	moment.seconds = time.tv_sec + time.tv_nsec / 1e9;
	return moment;
}

int main(void)
{
	struct moment began = now(), ended;

	sleep(1);
	ended = now();
	printf("%.0f\n", (ended.ticks - began.ticks) / (ended.seconds - began.seconds) / 1000);
	return 0;
}
