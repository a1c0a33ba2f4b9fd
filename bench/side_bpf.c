// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sides that are iterators of BPF.  They are loaded once, which is not timed; each
 * reading makes an iterator of its own.
 */
#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bench.h"
#include "bpf/record.h"
#include "tasks.skel.h"

static struct tasks_bpf *skeleton;
static struct bpf_link *text_link, *binary_link;

static struct bpf_link *attach(const struct bpf_program *program)
{
	struct bpf_link *link = bpf_program__attach_iter(program, NULL);

	if (!link)
		bench_die("an iterator of BPF can not be attached: %s", strerror(errno));
	return link;
}

/* Both sides call this; the links live as long as the program. */
static void prepare(void)
{
	if (skeleton)
		return;
	skeleton = tasks_bpf__open_and_load();
	if (!skeleton)
		bench_die("the iterators of BPF can not be loaded: %s", strerror(errno));
	text_link = attach(skeleton->progs.text);
	binary_link = attach(skeleton->progs.binary);
}

static void iterate(struct bench_buffer *buffer, const struct bpf_link *link)
{
	int fd = bpf_iter_create(bpf_link__fd(link));

	if (fd < 0)
		bench_die("an iterator of BPF can not be made: %s", strerror(errno));
	bench_buffer_read(buffer, fd);
}

static void run_text(struct bench_buffer *buffer)
{
	iterate(buffer, text_link);
}

static void run_binary(struct bench_buffer *buffer)
{
	iterate(buffer, binary_link);
}

static long seen_binary(const struct bench_buffer *buffer)
{
	if (buffer->size % sizeof(struct bench_record))
		bench_die("the last record of the iterator is not whole");
	return buffer->size / sizeof(struct bench_record);
}

const struct bench_side bench_side_bpf_text = {
	.name = "bpf-text",
	.prepare = prepare,
	.run = run_text,
	.seen = bench_buffer_lines,
};

const struct bench_side bench_side_bpf_binary = {
	.name = "bpf-binary",
	.prepare = prepare,
	.run = run_binary,
	.seen = seen_binary,
};
