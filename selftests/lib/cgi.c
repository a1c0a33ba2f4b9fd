// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text of the module's files and the kernel's own answers beside it: what
 * the selftests read. What they make is in cgi_make.c.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kselftest.h"
#include "cgi.h"

/* The files that exist without the graph come first. */
const char * const cgi_tables[] = {
	"tasks", "css_sets", "links", "cgroups", "csses", "hierarchies",
	"subsystems", "holders",
};

int cgi_nr_tables = ARRAY_SIZE(cgi_tables);

const char * const cgi_files[] = {
	"tasks", "stats", "info", "css_sets", "links", "cgroups", "csses",
	"hierarchies", "subsystems", "snapshot", "graph.dot", "check",
	"holders",
};

int cgi_nr_files = ARRAY_SIZE(cgi_files);

void cgi_die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	printf("Bail out! ");
	vprintf(fmt, args);
	printf("\n");
	va_end(args);
	exit(KSFT_FAIL);
}

void *cgi_grow(void *ptr, size_t size)
{
	void *new = realloc(ptr, size ? size : 1);

	if (!new)
		cgi_die("out of memory (%zu bytes)", size);
	return new;
}

void *cgi_alloc(size_t size)
{
	return memset(cgi_grow(NULL, size), 0, size);
}

char *cgi_vfmt(const char *fmt, va_list args)
{
	char *str;

	if (vasprintf(&str, fmt, args) < 0)
		cgi_die("out of memory");
	return str;
}

char *cgi_fmt(const char *fmt, ...)
{
	va_list args;
	char *str;

	va_start(args, fmt);
	str = cgi_vfmt(fmt, args);
	va_end(args);
	return str;
}

void cgi_sleep_ms(unsigned int ms)
{
	struct timespec ts = { ms / 1000, (ms % 1000) * 1000000L };

	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}

int cgi_figure(const char *name, int usual)
{
	const char *str = getenv(name);
	int val = str ? atoi(str) : usual;

	if (val <= 0)
		cgi_die("%s must be a positive number", name);
	return val;
}

double cgi_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

bool cgi_settles(int (*diff)(void))
{
	int i, nr;

	for (i = 1; i <= CGI_RETRIES; i++) {
		nr = diff();
		if (!nr)
			return true;
		ksft_print_msg("attempt %d of %d: %d differences\n", i,
			       CGI_RETRIES, nr);
		cgi_sleep_ms(200 * i);
	}
	return false;
}

/* ---- text ---- */

bool cgi_same(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

char *cgi_slurp_fd(int fd, size_t *len)
{
	size_t room = 65536, nr = 0;
	char *text = cgi_grow(NULL, room);
	ssize_t got;

	while ((got = read(fd, text + nr, room - nr - 1)) > 0) {
		nr += got;
		if (room - nr < 4096) {
			room *= 2;
			text = cgi_grow(text, room);
		}
	}
	if (got < 0) {
		free(text);
		return NULL;
	}
	text[nr] = '\0';
	if (len)
		*len = nr;
	return text;
}

char *cgi_slurp(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text;
	int err;

	if (fd < 0)
		return NULL;
	text = cgi_slurp_fd(fd, len);
	err = errno;
	close(fd);
	errno = err;
	return text;
}

char *cgi_slurp_at(const char *dir, const char *file)
{
	char *path = cgi_fmt("%s/%s", dir, file);
	char *text = cgi_slurp(path, NULL);
	int err = errno;

	free(path);
	errno = err;
	return text;
}

/* ---- the files of the module ---- */

int cgi_open(const char *name, int flags)
{
	char *path = cgi_fmt("%s/%s", CGI_DIR, name);
	int fd = open(path, flags | O_CLOEXEC);
	int err = errno;

	free(path);
	errno = err;
	return fd;
}

static int cgi_split(char *line, char **field, int room)
{
	int nr = 0;

	for (;;) {
		char *tab = strchr(line, '\t');

		if (nr < room)
			field[nr] = line;
		nr++;
		if (!tab)
			return nr;
		*tab = '\0';
		line = tab + 1;
	}
}

static int cgi_count(const char *text, char c)
{
	int nr = 0;

	for (; *text; text++)
		nr += *text == c;
	return nr;
}

static bool cgi_table_parse_rows(struct cgi_table *table, char *line)
{
	char *end;
	int nr;

	for (; *line; line = end + 1) {
		end = strchr(line, '\n');
		*end = '\0';
		nr = cgi_split(line,
			       table->fields + table->nr_rows * table->nr_cols,
			       table->nr_cols);
		if (nr != table->nr_cols) {
			ksft_print_msg("%s: line %d has %d fields of %d\n",
				       table->name, table->nr_rows + 2, nr,
				       table->nr_cols);
			return false;
		}
		table->nr_rows++;
	}
	return true;
}

struct cgi_table *cgi_table_parse(const char *name, char *text, size_t len)
{
	struct cgi_table *table = cgi_alloc(sizeof(*table));
	char *end = strchr(text, '\n');
	int lines = cgi_count(text, '\n');

	table->name = name;
	table->text = text;
	if (strlen(text) != len || !end || text[0] != '#' ||
	    text[len - 1] != '\n') {
		ksft_print_msg("%s: NUL byte, no header or no last newline\n",
			       name);
		cgi_table_free(table);
		return NULL;
	}
	*end = '\0';
	table->nr_cols = cgi_count(text, '\t') + 1;
	table->cols = cgi_alloc(table->nr_cols * sizeof(*table->cols));
	cgi_split(text + 1, table->cols, table->nr_cols);
	table->fields = cgi_alloc((size_t)lines * table->nr_cols *
				  sizeof(*table->fields));
	if (!cgi_table_parse_rows(table, end + 1)) {
		cgi_table_free(table);
		return NULL;
	}
	return table;
}

char *cgi_text_read(const char *name)
{
	char *text = cgi_slurp_at(CGI_DIR, name);

	if (!text)
		cgi_die("%s/%s: %s", CGI_DIR, name, strerror(errno));
	return text;
}

struct cgi_table *cgi_table_read(const char *name)
{
	char *path = cgi_fmt("%s/%s", CGI_DIR, name);
	struct cgi_table *table;
	size_t len;
	char *text;

	text = cgi_slurp(path, &len);
	if (!text)
		cgi_die("%s: %s", path, strerror(errno));
	free(path);
	table = cgi_table_parse(name, text, len);
	if (!table)
		cgi_die("%s is not in the contract's form", name);
	return table;
}

void cgi_table_free(struct cgi_table *table)
{
	if (!table)
		return;
	free(table->fields);
	free(table->cols);
	free(table->text);
	free(table);
}

int cgi_col(const struct cgi_table *table, const char *col)
{
	int i;

	for (i = 0; i < table->nr_cols; i++)
		if (!strcmp(table->cols[i], col))
			return i;
	return -1;
}

const char *cgi_get(const struct cgi_table *table, int row, const char *col)
{
	int i = cgi_col(table, col);

	if (i < 0)
		cgi_die("%s has no column %s", table->name, col);
	return table->fields[row * table->nr_cols + i];
}

long cgi_num(const struct cgi_table *table, int row, const char *col)
{
	const char *str = cgi_get(table, row, col);
	char *end;
	long val = strtol(str, &end, 10);

	if (end == str || *end)
		cgi_die("%s: %s is no number: %s", table->name, col, str);
	return val;
}

int cgi_find_row(const struct cgi_table *table, const char *col, const char *val)
{
	int row;

	for (row = 0; row < table->nr_rows; row++)
		if (!strcmp(cgi_get(table, row, col), val))
			return row;
	return -1;
}

int cgi_count_rows(const struct cgi_table *table, const char *col,
		   const char *val, int *last)
{
	int i = cgi_col(table, col), row, nr = 0;

	if (i < 0)
		cgi_die("%s has no column %s", table->name, col);
	for (row = 0; row < table->nr_rows; row++) {
		if (strcmp(table->fields[row * table->nr_cols + i], val))
			continue;
		*last = row;
		nr++;
	}
	return nr;
}

char *cgi_value(const char *file, const char *key)
{
	char *text = cgi_text_read(file);
	char *line, *save = NULL, *val = NULL;
	size_t len = strlen(key);

	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		if (!strncmp(line, key, len) && line[len] == ':')
			val = cgi_fmt("%s", line + len + 1 +
				      (line[len + 1] == ' '));
	free(text);
	return val;
}

int cgi_task_row(const struct cgi_table *tasks, pid_t tid)
{
	char *str = cgi_fmt("%d", tid);
	int row = cgi_find_row(tasks, "tid", str);

	free(str);
	return row;
}

/* Returns the path of a line "H:controllers:path", or NULL if H is not @hier. */
static char *cgi_line_path(const char *line, int hier)
{
	const char *colon = strchr(line, ':');

	if (!colon || atoi(line) != hier)
		return NULL;
	colon = strchr(colon + 1, ':');
	return colon ? cgi_fmt("%s", colon + 1) : NULL;
}

char *cgi_task_path(const struct cgi_table *tasks, int row, int hier)
{
	struct cgi_set items = { 0 };
	char *path = NULL, *raw = NULL;
	int i;

	cgi_set_split(&items, cgi_get(tasks, row, "cgroups"), " ");
	for (i = 0; i < items.nr && !raw; i++)
		raw = cgi_line_path(items.str[i], hier);
	if (raw)
		path = cgi_unescape(raw);
	free(raw);
	cgi_set_free(&items);
	return path;
}

char *cgi_task_now(pid_t tid, const char *col)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	int row = cgi_task_row(tasks, tid);
	char *val = row < 0 ? NULL : cgi_fmt("%s", cgi_get(tasks, row, col));

	cgi_table_free(tasks);
	return val;
}

char *cgi_task_path_now(pid_t tid, int hier)
{
	struct cgi_table *tasks = cgi_table_read("tasks");
	int row = cgi_task_row(tasks, tid);
	char *path = row < 0 ? NULL : cgi_task_path(tasks, row, hier);

	cgi_table_free(tasks);
	return path;
}
