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

/* The field @col of the line whose @by is @key; NULL without such a line. */
char *cgi_field(const char *file, const char *by, const char *key,
		const char *col);
/* Says what it is instead if it is not @want; NULL for: no such line. */
bool cgi_field_is(const char *file, const char *by, const char *key,
		  const char *col, const char *want);
/*
 * As cgi_field_is(), but waits for it, 20 s at most: what was released last
 * goes through RCU and work queues.
 */
bool cgi_field_becomes(const char *file, const char *by, const char *key,
		       const char *col, const char *want);
bool cgi_is_gone(const char *file, const char *by, const char *key);

/* "H:ID" of a directory of hierarchy @hier. */
char *cgi_dir_id(int hier, const char *dir);
/* The same of a cgroup whose field is @want without its escapes. */
bool cgi_plain_is(const char *cgroup, const char *col, const char *want);
/* Says what the type of a cgroup of cgroup2 is instead if it is not @want. */
bool cgi_type_is(const char *dir, const char *want);
/* Is @css, as "controller:id", one of @controller? */
bool cgi_css_is_of(const char *css, const char *controller);
/* The css of @controller of a cgroup that is in @state; NULL if there is none. */
char *cgi_css_of(const char *cgroup, const char *controller, const char *state);
/* The number after the first word @key of a text such as cgroup.stat; or -1. */
long cgi_stat_value(const char *dir, const char *file, const char *key);

/* ---- controllers ---- */

/* A hierarchy in which cgroups can be made. */
struct cgi_place {
	const char *root;	/* of its hierarchy; NULL if there is none */
	int hier;
	int version;
};

/* A new v1 hierarchy without controllers. */
struct cgi_place cgi_named_place(const char *suffix);
/*
 * The hierarchy that @controller, called as on v1, is attached to. On v2 it is
 * enabled as by cgi_enable().
 */
struct cgi_place cgi_place_of(const char *controller);
/*
 * Enables a controller of cgroup2 for the root's children until the test ends,
 * unless that has been done or cgroup2 does not have it.
 */
void cgi_enable(const char *controller);
/* Enables ('+') or disables ('-') a controller for the children of @dir. */
void cgi_switch_controller(const char *dir, char sign, const char *controller);
/* A v2 cgroup without a controller: no page that is left can hold it. */
char *cgi_bare_cgroup(void);
/* Hierarchy of a controller by its v1 name; -1 if the kernel lacks it. */
int cgi_attached_to(const char *controller);

/* ---- this process in other cgroups ---- */

/* Runs @fn while this process is in @dir, and touches no new page there. */
void cgi_run_inside(const struct cgi_place *place, const char *dir,
		    void (*fn)(void *arg), void *arg);
/* One field of a task in a fresh read; its path in a hierarchy. */
bool cgi_task_is(pid_t tid, const char *col, const char *want);
bool cgi_task_is_in(pid_t tid, int hier, const char *want);
/* For cgi_spawn(): in a cgroup namespace of its own; @arg is a pipe for the error. */
int cgi_make_namespace(void *arg);
/* A process in a new cgroup of cgroup2, one of its threads in a threaded child. */
void cgi_park_threaded(void);
/* A child that began and ended in @dir, and is not reaped. */
pid_t cgi_zombie_in(const struct cgi_place *place, const char *dir);
/* The same in a cgroup that is removed then. */
pid_t cgi_zombie_in_removed(const struct cgi_place *place, const char *dir);
/* A process whose leader began and exited in @dir; its other thread is *@tid. */
pid_t cgi_headless_in(const struct cgi_place *place, const char *dir, pid_t *tid);
/* A file in memory with @pages pages, charged to @dir, as long as it is open. */
int cgi_charge_pages(const struct cgi_place *place, const char *dir, int pages);

#endif
