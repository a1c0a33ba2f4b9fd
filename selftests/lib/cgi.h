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

/* These are the kernel's names. In newer trees kselftest.h defines the first. */
#define CGI_ATTRIBUTE	__attribute__
#ifndef __printf
#define __printf(a, b)	CGI_ATTRIBUTE((format(printf, a, b)))
#endif
#ifndef __noreturn
#define __noreturn	CGI_ATTRIBUTE((noreturn))
#endif

#define CGI_DIR		"/sys/kernel/debug/cgroup_inspect"
#define CGI_MODULE_NAME	"cgroup_inspect"
/*
 * All attempts take 9 s and the reads: what was removed before can take seconds
 * until it is released.
 */
#define CGI_RETRIES	10
/* What is released by RCU and work queues gets this time. */
#define CGI_PATIENCE_S	20
#define CGI_PATIENCE_MS	100
/*
 * In RCU-only mode there are only this many of the tables and files, the first
 * ones.
 */
#define CGI_TABLES_RCU	1
#define CGI_FILES_RCU	3

/* ---- life of a test program ---- */

void cgi_begin(void);
/*
 * Returns false in RCU-only mode, where cgi_nr_tables and cgi_nr_files are
 * smaller.
 */
bool cgi_has_graph(void);
void cgi_need_graph(void);
int cgi_cleanup(void);
__printf(1, 2) __noreturn void cgi_die(const char *fmt, ...);
__printf(1, 2) char *cgi_fmt(const char *fmt, ...);
__printf(1, 0) char *cgi_vfmt(const char *fmt, va_list args);
void *cgi_alloc(size_t size);
void *cgi_grow(void *ptr, size_t size);

/*
 * Returns true if @diff finds nothing in one of CGI_RETRIES attempts. Other
 * tasks of the guest come and go between two reads, so one difference proves
 * nothing; a wrong answer that is stable differs in every attempt.
 */
bool cgi_settles(int (*diff)(void));
void cgi_sleep_ms(unsigned int ms);
/* Returns a positive number from the environment, or @usual without it. */
int cgi_figure(const char *name, int usual);
double cgi_now(void);

/* ---- text ---- */

/* This is an ordered multiset of strings, which it owns. */
struct cgi_set {
	char **str;
	int nr;
	int room;
};

__printf(2, 3) void cgi_set_add(struct cgi_set *set, const char *fmt, ...);
void cgi_set_sort(struct cgi_set *set);
void cgi_set_uniq(struct cgi_set *set);
bool cgi_set_has(const struct cgi_set *set, const char *str);
/* Has the list @opts, with commas, all that the list @controllers has? */
bool cgi_has_all(const char *opts, const char *controllers);
void cgi_set_free(struct cgi_set *set);
/* Prints what only one of the two holds, and returns how many that are. */
int cgi_set_diff(const char *what, struct cgi_set *ours, struct cgi_set *oracle);
/* Does the same, or says how many are equal, and frees both. */
int cgi_set_compare(const char *what, struct cgi_set *ours, struct cgi_set *oracle);
/* Adds every item of @list, which @sep separates. "-" is the empty list. */
void cgi_set_split(struct cgi_set *set, const char *list, const char *sep);

/*
 * Returns false also if one is NULL, which stands for a task or key that is not
 * shown.
 */
bool cgi_same(const char *a, const char *b);
char *cgi_unescape(const char *str);
/* Returns the string with an escape for each byte that must have one. */
char *cgi_escape(const char *str);
/* Has each byte of a field that needs an escape one, and no other? */
bool cgi_escaped_well(const char *str);

/*
 * These read to the end of a file and return NULL with errno if they fail. The
 * caller frees.
 */
char *cgi_slurp_fd(int fd, size_t *len);
char *cgi_slurp(const char *path, size_t *len);
char *cgi_slurp_at(const char *dir, const char *file);
int cgi_write(const char *dir, const char *file, const char *text);

/* ---- the files of the module ---- */

/* This is a file of lines and columns, as it was read. */
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
/* Returns the whole text of a file of the module. */
char *cgi_text_read(const char *name);
struct cgi_table *cgi_table_read(const char *name);
/*
 * Returns NULL, after saying why, if @text is not in the contract's form. Takes
 * over @text.
 */
struct cgi_table *cgi_table_parse(const char *name, char *text, size_t len);
void cgi_table_free(struct cgi_table *table);
/* Returns false, after saying which, if a field is empty or ill escaped. */
bool cgi_table_is_good(const struct cgi_table *table);
const char *cgi_get(const struct cgi_table *table, int row, const char *col);
long cgi_num(const struct cgi_table *table, int row, const char *col);
int cgi_col(const struct cgi_table *table, const char *col);
int cgi_find_row(const struct cgi_table *table, const char *col, const char *val);
/* Returns how many rows have @val in @col, and leaves the last one in *@last. */
int cgi_count_rows(const struct cgi_table *table, const char *col,
		   const char *val, int *last);
/* Returns the value of @key in stats or info, or NULL if it is not there. */
char *cgi_value(const char *file, const char *key);

int cgi_task_row(const struct cgi_table *tasks, pid_t tid);
/*
 * Returns the unescaped path of a row of tasks in hierarchy @hier, or NULL if
 * it has none.
 */
char *cgi_task_path(const struct cgi_table *tasks, int row, int hier);
/*
 * These read tasks anew and return a field, or the path, of a task. NULL is for
 * no such task.
 */
char *cgi_task_now(pid_t tid, const char *col);
char *cgi_task_path_now(pid_t tid, int hier);

/* ---- the oracle: what the kernel says elsewhere ---- */

/*
 * Has /proc/kallsyms this symbol of the kernel? What a kernel does is found out
 * by trying it; a symbol may only make a test stricter.
 */
bool cgi_kernel_has(const char *symbol);
/* Is it one of PREEMPT_RT, whose mutexes and preemption are others? */
bool cgi_kernel_is_rt(void);

/* This is a line of mountinfo, with its escapes. */
struct cgi_mountinfo {
	char dev[64];
	char root[4096];
	char at[4096];
	char flags[4096];
	char opts[4096];	/* of the superblock */
};

/*
 * Is @line a mount of a v1 hierarchy with all @controllers, or with NULL of
 * cgroup2? Then it is left in @m.
 */
bool cgi_mountinfo_is(struct cgi_mountinfo *m, const char *line,
		      const char *controllers);

struct cgi_hier {
	int id;
	int version;
	char *controllers;	/* second field of /proc/PID/cgroup */
	char *root;		/* where its root directory can be walked */
};

/*
 * Lists the hierarchies that live; one that is being taken apart is waited for
 * and left out. All v1 hierarchies stay mounted until the test ends.
 */
int cgi_hierarchies(struct cgi_hier **hiers);

struct cgi_controller {
	char *name;		/* on v1 */
	int hier;
	int nr_cgroups;		/* -1 if the kernel does not say */
	bool enabled;
};

/* The list is freed by cgi_free_controllers(). */
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
/* Returns the number of a namespace of a task, or 0 if it has none any more. */
unsigned long cgi_ns_of(pid_t tgid, pid_t tid, const char *kind);
/* As the files print such a number; "-" for 0. */
char *cgi_number_or_dash(unsigned long number);
/* Compares parents, start times and pid namespaces of all tasks with /proc. */
int cgi_diff_origins(void);
/* Returns the lines of /proc/TGID/task/TID/cgroup, or NULL if the task is gone. */
char *cgi_proc_cgroup(pid_t tgid, pid_t tid);
/*
 * Returns the path in one hierarchy that /proc says, or NULL if it is not
 * listed.
 */
char *cgi_proc_path(pid_t tgid, pid_t tid, int hier);
int cgi_hier_id(const char *controllers);
unsigned long long cgi_ino(const char *path);
/*
 * Does the same for what others may remove at any time, and returns 0 if they
 * did.
 */
unsigned long long cgi_ino_if_there(const char *path);
char cgi_proc_state(pid_t tgid, pid_t tid, unsigned long *flags);
#define CGI_PF_EXITING	0x00000004UL
#define CGI_PF_KTHREAD	0x00200000UL

/* ---- things a test makes; all end in cgi_cleanup() ---- */

const char *cgi_v2(void);		/* a private mount of cgroup2 */
const char *cgi_tmp(void);		/* a private directory */
/*
 * Mounts the v1 hierarchy that @opts names. Returns NULL with errno if that
 * fails.
 */
char *cgi_mount_v1(const char *opts);
char *cgi_mount_tmpfs(void);
/*
 * Makes a v1 hierarchy without controllers, and leaves its name of /proc in
 * *@name.
 */
char *cgi_named(const char *suffix, char **name);
/* Makes a cgroup of this test's own below a hierarchy's root directory. */
char *cgi_new_cgroup(const char *root);
char *cgi_mkdir(const char *parent, const char *name);
int cgi_move(const char *dir, pid_t pid);
int cgi_move_thread(const char *dir, pid_t tid);
void cgi_must_move(const char *dir, pid_t pid);
void cgi_must_move_thread(const char *dir, pid_t tid);
void cgi_must_rmdir(const char *dir);
/* Makes a cgroup of cgroup2 threaded. */
void cgi_make_threaded(const char *dir);
/* Removes @dir and all below it, and waits a little for tasks that still exit. */
int cgi_rmtree(const char *dir);
int cgi_rmtree_at(int parent, const char *name);
int cgi_umount(const char *dir);
/* Has @text written to a file when the test ends, after the cgroups are gone. */
void cgi_restore(const char *dir, const char *file, const char *text);

/* Makes a child that runs @fn and then exits with what that returns. */
pid_t cgi_spawn(int (*fn)(void *arg), void *arg);
/* Does the same, and gives the child the first number from @pid on that is free. */
pid_t cgi_spawn_as(pid_t pid, int (*fn)(void *arg), void *arg);
/* Makes a child that sleeps for ever. */
pid_t cgi_park(void);
/* Does the same; a child has the command of its parent, so this process takes it for a moment. */
pid_t cgi_park_as(const char *comm);
int cgi_sleep_for_ever(void *unused);
/*
 * Makes one with @nr threads in all, and leaves their numbers in @tids, the
 * leader's first.
 */
pid_t cgi_park_threads(int nr, pid_t *tids);
/* Kills and reaps a child. */
void cgi_kill(pid_t pid);
void cgi_kill_all(void);
/* Has the child not exited? If it has, this says how. */
bool cgi_still_runs(pid_t pid);
/* Waits until the child has exited, and leaves it as a zombie. */
void cgi_await_zombie(pid_t pid);
/*
 * Waits until /proc says that a task has begun to exit and is in one of @states.
 * False, after saying in which state it is, if that does not happen.
 */
bool cgi_waits_in_exit(pid_t tgid, pid_t tid, const char *states);
/* Waits for a child, and returns whether it has exited with 0. */
bool cgi_join(pid_t pid);
/* Waits for a child, and returns its exit code, or -1 if a signal has ended it. */
int cgi_exit_code(pid_t pid);
/* Raises threads-max to @nr: its default depends on the memory and can be too small. */
void cgi_allow_tasks(int nr);
/*
 * Moves this process to the root of each hierarchy: a service manager may have
 * set limits on the cgroups in which the test was started.
 */
void cgi_leave_limits(void);
/* Returns memory, all zero, that children share with this process. */
void *cgi_share(size_t size);
void cgi_pipe(int fd[2]);
void cgi_send(int fd, const void *buf, size_t len);
/* Returns false at the end of the pipe. */
bool cgi_receive(int fd, void *buf, size_t len);

/* ---- the module itself ---- */

const char *cgi_module_path(void);
int cgi_module_load(const char *params);
int cgi_module_unload(void);
bool cgi_module_loaded(void);
/* Built into the kernel, as in a kernel tree with CONFIG_CGROUP_INSPECT. */
bool cgi_module_built_in(void);
/* Why it can't be unloaded and loaded again; NULL if it can. */
const char *cgi_module_stays(void);
/* Whether the module's parameter graph is 0. */
bool cgi_module_graph_is_0(void);
/* For all cases of a test, until it ends; skips it if no file tasks is there then. */
void cgi_module_without_graph(void);
long cgi_module_refs(void);
/* Whether the module has so many references. Built in it has none, and this is true. */
bool cgi_module_has_refs(long nr);

#endif
