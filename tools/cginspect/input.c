// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the bytes come from: a file of the module, a saved one, or standard input.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <linux/magic.h>
#include <unistd.h>

#include "input.h"

#define FIRST_ROOM	(256 * 1024)

static void make_room(struct input *input, size_t *room, size_t wanted)
{
	input->text = need_memory(realloc(input->text, wanted + 1));
	*room = wanted;
}

/* A saved file has its size, so it is read without doubling the memory meanwhile. */
static size_t likely_size(int fd)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size <= 0)
		return FIRST_ROOM;
	return (size_t)st.st_size + 1;
}

static void read_all(struct input *input, int fd)
{
	size_t room = 0;
	ssize_t got;

	make_room(input, &room, likely_size(fd));
	for (;;) {
		got = read(fd, input->text + input->length, room - input->length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			die(STATUS_INPUT, "%s: %s", input->name, strerror(errno));
		if (!got)
			break;
		input->length += got;
		if (input->length == room)
			make_room(input, &room, 2 * room);
	}
	input->text[input->length] = '\0';
}

void input_read_saved(struct input *input, const char *path)
{
	int fd = 0;

	*input = (struct input){ .name = need_memory(strdup(path)) };
	if (strcmp(path, "-")) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			die(STATUS_INPUT, "%s: %s", path, strerror(errno));
	} else {
		free(input->name);
		input->name = need_memory(strdup("standard input"));
	}
	read_all(input, fd);
	if (fd)
		close(fd);
}

/* Whether the folder that has the module's is the root of a debugfs. */
static bool debugfs_is_mounted(const char *dir)
{
	char *parent = need_memory(strdup(dir));
	struct statfs fs;
	bool mounted;

	if (strrchr(parent, '/'))
		*strrchr(parent, '/') = '\0';
	mounted = !statfs(parent, &fs) && fs.f_type == DEBUGFS_MAGIC;
	free(parent);
	return mounted;
}

/* What each message about a running system ends with. */
#define OR_SAVED	" (or read a saved snapshot: -i FILE)"

static void __noreturn die_of_absence(const char *dir, const char *file)
{
	if (strcmp(file, "snapshot") && input_has_live(dir, "snapshot"))
		die(STATUS_INPUT, "%s has no %s: this module does not make it", dir, file);
	if (!access(dir, F_OK))
		die(STATUS_INPUT, "%s has no %s: the graph is off; info there says why", dir,
		    file);
	if (strcmp(dir, INPUT_DIR))
		die(STATUS_INPUT, "there is no folder %s, as --dir has it", dir);
	if (!debugfs_is_mounted(dir))
		die(STATUS_INPUT, "debugfs is not mounted: mount -t debugfs none %s%s",
		    "/sys/kernel/debug", OR_SAVED);
	die(STATUS_INPUT, "the module is not loaded: modprobe cgroup_inspect%s", OR_SAVED);
}

/* What may be otherwise a moment later, or NULL. */
static const char *passing(int error)
{
	switch (error) {
	case ENOMEM:
		return "there is not enough memory for the snapshot";
	case EAGAIN:
		return "the system grows too fast";
	default:
		return NULL;
	}
}

static void __noreturn die_of_open(const char *dir, const char *file, int error)
{
	switch (error) {
	case ENOENT:
		die_of_absence(dir, file);
	case EACCES:
	case EPERM:
		die(STATUS_INPUT, "only root can read %s/%s: try sudo%s", dir, file, OR_SAVED);
	default:
		die(STATUS_INPUT, "%s/%s: %s", dir, file, strerror(error));
	}
}

/*
 * The kernel makes its boot id when somebody reads it for the first time. With it diff knows
 * two snapshots of one boot for sure.
 */
static void need_boot_id(void)
{
	static bool asked;
	char byte;
	int fd;

	if (asked)
		return;
	asked = true;
	fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (read(fd, &byte, 1) < 0)
		note("there is no boot id: %s", strerror(errno));
	close(fd);
}

/* To be freed. */
static char *path_of(const char *dir, const char *file)
{
	char *path;

	return asprintf(&path, "%s/%s", dir, file) < 0 ? need_memory(NULL) : path;
}

bool input_has_live(const char *dir, const char *file)
{
	char *path = path_of(dir, file);
	bool has = !access(path, F_OK);

	free(path);
	return has;
}

/* Returns 0, or why it can not be opened: all that the module refuses it refuses then. */
static int read_live(struct input *input, const char *dir, const char *file)
{
	int fd, error;

	need_boot_id();
	*input = (struct input){ .name = path_of(dir, file) };
	fd = open(input->name, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		error = errno;
		input_free(input);
		return error;
	}
	read_all(input, fd);
	close(fd);
	return 0;
}

const char *input_try_live(struct input *input, const char *dir, const char *file)
{
	int error = read_live(input, dir, file);

	if (!error)
		return NULL;
	if (!passing(error))
		die_of_open(dir, file, error);
	return passing(error);
}

const char *input_ask_live(struct input *input, const char *dir, const char *file)
{
	int error = read_live(input, dir, file);

	if (!error)
		return NULL;
	return passing(error) ? passing(error) : strerror(error);
}

void input_read_live(struct input *input, const char *dir, const char *file)
{
	const char *reason = input_try_live(input, dir, file);

	if (reason)
		die(STATUS_INPUT, "%s/%s: %s, try again", dir, file, reason);
}

void input_free(struct input *input)
{
	free(input->name);
	free(input->text);
	*input = (struct input){ 0 };
}

/* Lines are counted only when somebody asks, which is once, at the end. */
size_t input_line(const struct input *input, const char *at)
{
	const char *from = input->text;
	size_t line = 1;

	while (from < at && (from = memchr(from, '\n', at - from))) {
		line++;
		from++;
	}
	return line;
}

void input_die(const struct input *input, const char *at, const char *fmt, ...)
{
	char *message;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&message, fmt, args) < 0)
		message = need_memory(NULL);
	va_end(args);
	die(STATUS_INPUT, "%s:%zu: %s", input->name, input_line(input, at), message);
}
