// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process of two threads, for a scene.
 *
 *	threads stay		both of them sleep
 *	threads leave		the leader ends, and is a zombie as long as the other thread lives
 *	threads hold FILE FIFO	the other thread is the last one to hold FILE, which is deleted, and
 *				ends as soon as a line can be read from FIFO
 */
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

static const char *file, *fifo;

static void *other(void *unused)
{
	char byte;
	int fd;

	(void)unused;
	if (!file)
		for (;;)
			pause();
	/* So the file is closed by the end of this thread, and not by that of the process. */
	if (unshare(CLONE_FILES) || open(file, O_RDWR) < 0 || unlink(file))
		err(1, "%s", file);
	fd = open(fifo, O_RDONLY);
	if (fd < 0 || read(fd, &byte, 1) != 1)
		err(1, "%s", fifo);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	int error;

	if (argc != 2 && argc != 4)
		errx(2, "usage: threads stay | leave | hold FILE FIFO");
	file = argv[2];
	if (file)
		fifo = argv[3];
	error = pthread_create(&thread, NULL, other, NULL);
	if (error)
		errx(1, "no thread: %s", strerror(error));
	if (!strcmp(argv[1], "leave"))
		pthread_exit(NULL);
	for (;;)
		pause();
}
