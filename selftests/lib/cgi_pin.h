/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests about what is held and by what: one field of a file as it is now
 * or becomes soon, and what holds: tasks in odd states, namespaces, pages
 * charged to a memory cgroup.
 */
#ifndef CGI_PIN_H
#define CGI_PIN_H

#include <stdbool.h>
#include <sys/types.h>

/* ---- one field of a fresh read ---- */

/*
 * Returns the field @col of the line whose @by is @key, or NULL if there is no
 * such line.
 */
char *cgi_field(const char *file, const char *by, const char *key,
		const char *col);
/* Returns that field as a number, or -1 if there is no such line. */
long cgi_field_num(const char *file, const char *by, const char *key,
		   const char *col);
/*
 * Is it @want? If not, it says what it is. A @want of NULL stands for no such
 * line.
 */
bool cgi_field_is(const char *file, const char *by, const char *key,
		  const char *col, const char *want);
/*
 * Does the same, but waits for it up to 20 s: what was released last goes
 * through RCU and work queues. It has CPUs charge to another css of memory
 * now and then.
 */
bool cgi_field_becomes(const char *file, const char *by, const char *key,
		       const char *col, const char *want);
/* Waits likewise until there is no such line. If it stays, this says what holds it. */
bool cgi_is_gone(const char *file, const char *by, const char *key);

/* Returns the "H:ID" of a directory of hierarchy @hier. */
char *cgi_dir_id(int hier, const char *dir);
/* Is the unescaped field @col of a cgroup @want? If not, it says what it is. */
bool cgi_plain_is(const char *cgroup, const char *col, const char *want);
/* Is @want the type of a cgroup of cgroup2? If not, it says what the type is. */
bool cgi_type_is(const char *dir, const char *want);
/* Is @css, as "controller:id", one of @controller? */
bool cgi_css_is_of(const char *css, const char *controller);
/*
 * Returns the css of @controller of a cgroup that is in @state, or NULL if
 * there is none.
 */
char *cgi_css_of(const char *cgroup, const char *controller, const char *state);
/*
 * Returns the number of the line of a file such as cgroup.stat that begins with
 * @key, or -1.
 */
long cgi_stat_value(const char *dir, const char *file, const char *key);

/* ---- controllers ---- */

/* This is a hierarchy in which cgroups can be made. */
struct cgi_place {
	const char *root;	/* of its hierarchy; NULL if there is none */
	int hier;
	int version;
};

/* Makes a v1 hierarchy without controllers. */
struct cgi_place cgi_named_place(const char *suffix);
/* Returns the hierarchy that @controller, by its v1 name, is attached to. */
struct cgi_place cgi_find_place(const char *controller);
/* Does the same, and on v2 the controller is enabled as by cgi_enable(). */
struct cgi_place cgi_place_of(const char *controller);
/*
 * Enables a controller of cgroup2 for the root's children until the test ends,
 * unless that has been done or cgroup2 does not have it.
 */
void cgi_enable(const char *controller);
/* Enables ('+') or disables ('-') a controller for the children of @dir. */
void cgi_switch_controller(const char *dir, char sign, const char *controller);
/* Makes a v2 cgroup without a controller, so that no page can hold it. */
char *cgi_bare_cgroup(void);
/*
 * Returns the hierarchy of a controller by its v1 name, or -1 if the kernel
 * lacks it.
 */
int cgi_attached_to(const char *controller);

/* ---- this process in other cgroups ---- */

/* Runs @fn while this process is in @dir, and touches no new page there. */
void cgi_run_inside(const struct cgi_place *place, const char *dir,
		    void (*fn)(void *arg), void *arg);
/* Does the same, all of it on one CPU. */
void cgi_run_on_cpu(const struct cgi_place *place, const char *dir,
		    void (*fn)(void *arg), void *arg);
/*
 * Is @want a field of a task, or its path in a hierarchy? If not, they say what
 * it is.
 */
bool cgi_task_is(pid_t tid, const char *col, const char *want);
bool cgi_task_is_in(pid_t tid, int hier, const char *want);
/*
 * A child runs this by cgi_spawn(): it makes a cgroup namespace, sends an error
 * code, 0 if none, to the pipe @arg, and sleeps for ever.
 */
int cgi_make_namespace(void *arg);
/*
 * Makes a process in a new cgroup of cgroup2, with one of its threads in a
 * threaded child.
 */
void cgi_park_threaded(void);
/* Makes a child that begins and ends in @dir, and is not reaped. */
pid_t cgi_zombie_in(const struct cgi_place *place, const char *dir);
/* Does the same, and removes the cgroup then. */
pid_t cgi_zombie_in_removed(const struct cgi_place *place, const char *dir);
/*
 * Makes a process whose leader begins and exits in @dir. Its other thread is
 * *@tid.
 */
pid_t cgi_headless_in(const struct cgi_place *place, const char *dir, pid_t *tid);
/* Stops a child at PTRACE_EVENT_EXIT, the last moment before its exit. */
void cgi_stop_at_exit(pid_t pid);
/*
 * Moves a kernel thread to @dir and returns it, or 0 if none can be moved: many
 * are bound to a CPU, and those may not.
 */
pid_t cgi_move_kthread(const char *dir);
/*
 * Opens a file in memory with @pages pages that are charged to @dir as long as
 * it is open.
 */
int cgi_charge_pages(const struct cgi_place *place, const char *dir, int pages);

#endif
