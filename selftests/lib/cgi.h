/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the cgroup_inspect selftests share: reading the files of the module,
 * asking the kernel's own interfaces for the truth, and making tasks,
 * cgroups and hierarchies that are gone again when the test ends.
 *
 * Results are reported in cgi_case.c alone. A call that cannot do its work ends
 * the program (cgi_die), which the runner counts as a failure. Strings that are
 * returned live until the program ends unless said otherwise.
 */
#ifndef CGI_H
#define CGI_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The kernel's names for these; kselftest.h brings the first in newer trees. */
#define CGI_ATTRIBUTE	__attribute__
#ifndef __printf
#define __printf(a, b)	CGI_ATTRIBUTE((format(printf, a, b)))
#endif
#ifndef __noreturn
#define __noreturn	CGI_ATTRIBUTE((noreturn))
#endif

#define CGI_DIR		"/sys/kernel/debug/cgroup_inspect"
#define CGI_MODULE_NAME	"cgroup_inspect"
/* 9 s and the reads: what was removed before is taken apart in seconds. */
#define CGI_RETRIES	10
/* For what goes through RCU and work queues. */
#define CGI_PATIENCE_S	20
#define CGI_PATIENCE_MS	100
/* In RCU-only mode these many are left, the first ones. */
#define CGI_TABLES_RCU	1
#define CGI_FILES_RCU	3

/* ---- life of a test program ---- */

void cgi_begin(void);
/* False in RCU-only mode, of which the lists of files below know. */
bool cgi_has_graph(void);
void cgi_need_graph(void);
int cgi_cleanup(void);
__printf(1, 2) __noreturn void cgi_die(const char *fmt, ...);
__printf(1, 2) char *cgi_fmt(const char *fmt, ...);
__printf(1, 0) char *cgi_vfmt(const char *fmt, va_list args);
void *cgi_alloc(size_t size);
void *cgi_grow(void *ptr, size_t size);

/*
 * True if @diff finds nothing in one of CGI_RETRIES attempts. Other tasks of
 * the guest come and go between two reads, so one difference proves nothing;
 * a wrong answer that is stable differs in every attempt.
 */
bool cgi_settles(int (*diff)(void));
void cgi_sleep_ms(unsigned int ms);
/* A positive number from the environment, or what is @usual. */
int cgi_figure(const char *name, int usual);
double cgi_now(void);

/* ---- text ---- */

/* An ordered multiset of strings; it owns them. */
struct cgi_set {
	char **str;
	int nr;
	int room;
};

__printf(2, 3) void cgi_set_add(struct cgi_set *set, const char *fmt, ...);
void cgi_set_sort(struct cgi_set *set);
void cgi_set_uniq(struct cgi_set *set);
bool cgi_set_has(const struct cgi_set *set, const char *str);
/* Whether a list with commas has all that another has. */
bool cgi_has_all(const char *opts, const char *controllers);
void cgi_set_free(struct cgi_set *set);
/* Prints what only one of the two holds; returns how many that are. */
int cgi_set_diff(const char *what, struct cgi_set *ours, struct cgi_set *oracle);
/* The same, or says how many are equal; frees both. */
int cgi_set_compare(const char *what, struct cgi_set *ours, struct cgi_set *oracle);
/* Adds every item of @list, which @sep separates; "-" is the empty list. */
void cgi_set_split(struct cgi_set *set, const char *list, const char *sep);

/* False too if one of them is NULL: a task or a key that is not shown. */
bool cgi_same(const char *a, const char *b);
char *cgi_unescape(const char *str);
bool cgi_escaped_well(const char *str);

/* Reads to the end of the file; NULL and errno on failure. Caller frees. */
char *cgi_slurp_fd(int fd, size_t *len);
char *cgi_slurp(const char *path, size_t *len);
char *cgi_slurp_at(const char *dir, const char *file);
int cgi_write(const char *dir, const char *file, const char *text);

/* ---- the files of the module ---- */

/* A file of lines and columns, as it was read. */
struct cgi_table {
	const char *name;
	char *text;
	char **cols;
	int nr_cols;
	char **fields;		/* nr_rows * nr_cols */
	int nr_rows;
};

extern const char * const cgi_tables[];
extern int cgi_nr_tables;
extern const char * const cgi_files[];
extern int cgi_nr_files;

int cgi_open(const char *name, int flags);
/* The whole text of a file of the module. */
char *cgi_text_read(const char *name);
struct cgi_table *cgi_table_read(const char *name);
/* NULL if @text is not in the contract's form, after saying why. Owns @text. */
struct cgi_table *cgi_table_parse(const char *name, char *text, size_t len);
void cgi_table_free(struct cgi_table *table);
/* Says which field is empty or ill escaped, if one is. */
bool cgi_table_is_good(const struct cgi_table *table);
const char *cgi_get(const struct cgi_table *table, int row, const char *col);
long cgi_num(const struct cgi_table *table, int row, const char *col);
int cgi_col(const struct cgi_table *table, const char *col);
int cgi_find_row(const struct cgi_table *table, const char *col, const char *val);
/* How many rows there are; *@last is the last of them. */
int cgi_count_rows(const struct cgi_table *table, const char *col,
		   const char *val, int *last);
/* The value of @key in stats or info, NULL if it is not there. */
char *cgi_value(const char *file, const char *key);

int cgi_task_row(const struct cgi_table *tasks, pid_t tid);
/* Path (unescaped) of a row of tasks in hierarchy @hier; NULL if it has none. */
char *cgi_task_path(const struct cgi_table *tasks, int row, int hier);
/* One fresh read of tasks: field @col of task @tid, NULL without such a task. */
char *cgi_task_now(pid_t tid, const char *col);
char *cgi_task_path_now(pid_t tid, int hier);

/* ---- the oracle: what the kernel says elsewhere ---- */

/*
 * A symbol of the kernel itself, from /proc/kallsyms. As to what a kernel does,
 * it may only make a test stricter: that is asked of the kernel itself.
 */
bool cgi_kernel_has(const char *symbol);

/* A line of mountinfo, escaped as it is there. */
struct cgi_mountinfo {
	char dev[64];
	char root[4096];
	char at[4096];
	char flags[4096];
	char opts[4096];	/* of the superblock */
};

/* False unless @line is a mount of a v1 hierarchy with all @controllers. */
bool cgi_mountinfo_is(struct cgi_mountinfo *m, const char *line,
		      const char *controllers);

struct cgi_hier {
	int id;
	int version;
	char *controllers;	/* second field of /proc/PID/cgroup */
	char *root;		/* where its root directory can be walked */
};

/*
 * Those that live: one that is being taken apart is waited for and left out. All
 * v1 hierarchies stay mounted until the test ends.
 */
int cgi_hierarchies(struct cgi_hier **hiers);

struct cgi_controller {
	char *name;		/* on v1 */
	int hier;
	int nr_cgroups;		/* -1 if the kernel does not say */
	bool enabled;
};

/* Free with cgi_free_controllers(). */
int cgi_controllers(struct cgi_controller **controllers);
void cgi_free_controllers(struct cgi_controller *controllers, int nr);
/* Calls @fn for each directory, parents first; @rel is "/" for the root. */
void cgi_walk(const struct cgi_hier *hier,
	      void (*fn)(const struct cgi_hier *hier, const char *dir,
			 const char *rel, void *arg), void *arg);
/* Calls @fn for each line of the cgroup's list of threads. */
void cgi_threads_of(const struct cgi_hier *hier, const char *dir,
		    void (*fn)(pid_t tid, void *arg), void *arg);
void cgi_each_task(void (*fn)(pid_t tgid, pid_t tid, void *arg), void *arg);
/* Lines of /proc/TGID/task/TID/cgroup; NULL if the task is gone. */
char *cgi_proc_cgroup(pid_t tgid, pid_t tid);
/* Path in one hierarchy after /proc; NULL if it is not listed. */
char *cgi_proc_path(pid_t tgid, pid_t tid, int hier);
int cgi_hier_id(const char *controllers);
unsigned long long cgi_ino(const char *path);
/* The same of what others may remove at any time: 0 if they did. */
unsigned long long cgi_ino_if_there(const char *path);
char cgi_proc_state(pid_t tgid, pid_t tid, unsigned long *flags);
#define CGI_PF_EXITING	0x00000004UL
#define CGI_PF_KTHREAD	0x00200000UL

/* ---- things a test makes; all end in cgi_cleanup() ---- */

const char *cgi_v2(void);		/* a private mount of cgroup2 */
const char *cgi_tmp(void);		/* a private directory */
/* Mounts the v1 hierarchy that @opts names; NULL and errno on failure. */
char *cgi_mount_v1(const char *opts);
/* A new v1 hierarchy without controllers, its /proc name in *@name. */
char *cgi_named(const char *suffix, char **name);
/* A new cgroup of this test's own below a hierarchy's root directory. */
char *cgi_new_cgroup(const char *root);
char *cgi_mkdir(const char *parent, const char *name);
int cgi_move(const char *dir, pid_t pid);
int cgi_move_thread(const char *dir, pid_t tid);
void cgi_must_move(const char *dir, pid_t pid);
void cgi_must_move_thread(const char *dir, pid_t tid);
void cgi_must_rmdir(const char *dir);
/* Makes a cgroup of cgroup2 threaded. */
void cgi_make_threaded(const char *dir);
/* Removes @dir and all below; waits a little for tasks that still exit. */
int cgi_rmtree(const char *dir);
int cgi_rmtree_at(int parent, const char *name);
int cgi_umount(const char *dir);
/* Has @text written to a file when the test ends, after the cgroups are gone. */
void cgi_restore(const char *dir, const char *file, const char *text);

/* A child that runs @fn and then exits with what it returns. */
pid_t cgi_spawn(int (*fn)(void *arg), void *arg);
/* A child that sleeps for ever. */
pid_t cgi_park(void);
int cgi_sleep_for_ever(void *unused);
/* The same with @nr threads in all; *@tids begins with the leader's. */
pid_t cgi_park_threads(int nr, pid_t *tids);
/* Kills and reaps a child. */
void cgi_kill(pid_t pid);
void cgi_kill_all(void);
/* Waits until the child has exited, and leaves it as a zombie. */
void cgi_await_zombie(pid_t pid);
/*
 * Waits until /proc says that a task has begun to exit and is in one of @states.
 * False, after saying in which state it is, if that does not happen.
 */
bool cgi_waits_in_exit(pid_t tgid, pid_t tid, const char *states);
/* True if the child exits with 0. */
bool cgi_join(pid_t pid);
/* Waits for it; the exit code, or -1 if a signal has ended it. */
int cgi_exit_code(pid_t pid);
/* Memory, all zero, that children share with this process. */
void *cgi_share(size_t size);
void cgi_pipe(int fd[2]);
void cgi_send(int fd, const void *buf, size_t len);
/* False at the end of the pipe. */
bool cgi_receive(int fd, void *buf, size_t len);

/* ---- the module itself ---- */

const char *cgi_module_path(void);
int cgi_module_load(const char *params);
int cgi_module_unload(void);
bool cgi_module_loaded(void);
long cgi_module_refs(void);

#endif
