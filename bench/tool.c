// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a question costs that is asked with cginspect: tool POINT ROUNDS OUT PROGRAM
 *
 * Each command reads the file snapshot of the running system, as `cat` does, which is what
 * its time is compared with, and its memory with the length of that text; diff also reads one
 * that was saved before. In a round each runs once, in an order that is drawn, and a ratio is
 * one of times of the same round. All of them write to /dev/null. Appends to OUT/tool.tsv and
 * prints a table.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define SNAPSHOT	BENCH_DIR "snapshot"
#define SAVED		"/tmp/cgi_bench_tool"
/* What is aimed at: so much more time than reading, and so much more memory than text. */
#define AIM_TIME	1.5
#define AIM_MEMORY	4.0
#define ARGUMENTS	4

static struct command {
	/* The program comes before it; that of the first one is cat. */
	const char *words[ARGUMENTS];
	/* How it ends if nothing is wrong. */
	int status;
	/* So many texts are in its memory at the same time; 0 stands for one. */
	int texts;
	struct bench_series ns, times_cat, kib;
} commands[] = {
	{ .words = { "cat", SNAPSHOT } },
	{ .words = { "tree" } },
	{ .words = { "task", "1" } },
	{ .words = { "dying" } },
	{ .words = { "tasks" } },
	{ .words = { "tasks", "-O" } },
	{ .words = { "tasks", "--json" } },
	{ .words = { "sets" } },
	{ .words = { "links" } },
	{ .words = { "cgroups" } },
	{ .words = { "csses" } },
	{ .words = { "hierarchies" } },
	{ .words = { "controllers" } },
	/* At least the reader differs. */
	{ .words = { "diff", SAVED }, .status = 1, .texts = 2 },
};

#define NR_COMMANDS	((int)ARRAY_SIZE(commands))

static void run_child(const struct command *command, const char *program)
{
	char *argv[ARGUMENTS + 2] = { (char *)program };
	int null = open("/dev/null", O_WRONLY), i;

	for (i = 0; i < ARGUMENTS; i++)
		argv[i + 1] = (char *)command->words[i];
	if (null < 0 || dup2(null, STDOUT_FILENO) < 0)
		bench_die("/dev/null: %s", strerror(errno));
	if (command == commands)
		execvp("cat", argv + 1);
	else
		execv(program, argv);
	bench_die("%s: %s", command->words[0], strerror(errno));
}

static void measure(struct command *command, const char *program)
{
	double began = bench_now();
	struct rusage usage;
	pid_t pid = fork();
	int status;

	if (pid < 0)
		bench_die("fork: %s", strerror(errno));
	if (!pid)
		run_child(command, program);
	if (wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != command->status)
		bench_die("%s ended with status %#x", command->words[0], status);
	bench_add(&command->ns, bench_now() - began);
	bench_add(&command->kib, usage.ru_maxrss);
}

/* What every command took in the last round, by what cat took there. */
static void compare_round(void)
{
	size_t last = commands[0].ns.nr - 1;
	int i;

	for (i = 0; i < NR_COMMANDS; i++)
		bench_add(&commands[i].times_cat,
			  commands[i].ns.values[last] / commands[0].ns.values[last]);
}

static void measure_all(long rounds, const char *program)
{
	int order[NR_COMMANDS], i;

	for (i = 0; i < NR_COMMANDS; i++)
		order[i] = i;
	/* The first reading of all makes the module's room for text, and that of no other. */
	measure(&commands[0], program);
	bench_series_free(&commands[0].ns);
	bench_series_free(&commands[0].kib);
	while (rounds--) {
		bench_shuffle(order, NR_COMMANDS);
		for (i = 0; i < NR_COMMANDS; i++)
			measure(&commands[order[i]], program);
		compare_round();
	}
}

/*
 * For diff. Returns how long the text is, in KiB. What this has in memory goes, as a child that
 * begins with it has needed it, too, by its ru_maxrss.
 */
static double save_snapshot(void)
{
	FILE *saved = fopen(SAVED, "w");
	struct bench_buffer buffer;

	bench_buffer_init(&buffer);
	bench_buffer_read_file(&buffer, SNAPSHOT);
	if (!saved || fwrite(buffer.text, 1, buffer.size, saved) != buffer.size || fclose(saved))
		bench_die("%s: %s", SAVED, strerror(errno));
	munmap(buffer.text, buffer.room);
	return buffer.size / 1024.0;
}

static void print_command(const struct command *command, double text, const char *point, FILE *out)
{
	const struct bench_series *times = &command->times_cat;
	double ns = bench_series_quantile(&command->ns, 0.5);
	double kib = bench_series_quantile(&command->kib, 0.5);
	double least = bench_series_quantile(times, 0), most = bench_series_quantile(times, 1);
	double memory = kib / text / (command->texts ? command->texts : 1);
	const char *aims = command == commands ? "-" :
			   memory < AIM_MEMORY ? bench_series_verdict(times, AIM_TIME) : "missed";
	bool has_word = command->words[1] && command->words[1][0] != '/';
	char words[64];

	snprintf(words, sizeof(words), "%s %s", command->words[0],
		 has_word ? command->words[1] : "");
	printf("%-16s %10.1f %8.2f %6.2f to %6.2f %10.0f %8.2f  %s\n", words, ns / 1e6,
	       bench_series_quantile(times, 0.5), least, most, kib, memory, aims);
	fprintf(out, "%s\t%s\t%.0f\t%.3f\t%.3f\t%.3f\t%.0f\t%.3f\t%s\n", point, words, ns,
		bench_series_quantile(times, 0.5), least, most, kib, memory, aims);
}

int main(int argc, char **argv)
{
	double text;
	FILE *out;
	int i;

	if (argc != 5)
		bench_die("usage: tool POINT ROUNDS OUT PROGRAM");
	text = save_snapshot();
	measure_all(bench_number(argv[2], 1, "ROUNDS"), argv[4]);
	unlink(SAVED);
	out = bench_append(argv[3], "tool.tsv");
	printf("a text of %.0f KiB; aims: %.1f times the time, less than %.0f times the text\n",
	       text, AIM_TIME, AIM_MEMORY);
	printf("%-16s %10s %8s %16s %10s %8s  %s\n", "command", "median ms", "x cat",
	       "least to most", "KiB", "x text", "aims");
	for (i = 0; i < NR_COMMANDS; i++)
		print_command(&commands[i], text, argv[1], out);
	fclose(out);
	return 0;
}
