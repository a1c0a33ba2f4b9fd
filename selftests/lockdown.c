// SPDX-License-Identifier: GPL-2.0-only
/*
 * Under lockdown the files can be read, as the kernel's own files of the same mode in debugfs can,
 * while what can be written there is refused; their mode can't be changed any more; and a module
 * without a signature can't be loaded again. For each level, in the order in which it can be
 * raised. Nothing takes that back but a boot, so this is done only if CGI_LOCKDOWN is set.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest.h"
#include "lib/cgi.h"
#include "lib/cgi_case.h"

#define SECURITY	"/sys/kernel/security"
#define DEBUGFS		"/sys/kernel/debug"

/* Of kprobes, which the module needs to find the locks. */
#define READ_ONLY	DEBUGFS "/kprobes/list"
#define WRITABLE	DEBUGFS "/kprobes/enabled"

/* Returns 0, or the error. */
static int open_error(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = fd < 0 ? errno : 0;

	if (fd >= 0)
		close(fd);
	return err;
}

static bool error_is(const char *what, int err, int want)
{
	if (err != want)
		ksft_print_msg("%s: %s instead of %s\n", what, strerror(err), strerror(want));
	return err == want;
}

/* ---- before ---- */

/* These were opened before. */
static int *early;

/* What is refused later is allowed now, or it would tell nothing. */
static bool nothing_is_refused(void)
{
	struct stat st;
	int i;

	early = cgi_alloc(cgi_nr_files * sizeof(*early));
	for (i = 0; i < cgi_nr_files; i++)
		early[i] = cgi_open(cgi_files[i], O_RDONLY);
	return !stat(READ_ONLY, &st) && (st.st_mode & 07777) == 0400 &&
	       error_is(WRITABLE, open_error(WRITABLE), 0) &&
	       !chmod(CGI_DIR "/info", 0440) && !chmod(CGI_DIR "/info", 0400);
}

/* ---- at a level ---- */

static bool level_is_raised(void *level)
{
	int err = cgi_write(SECURITY, "lockdown", level);
	char *now = cgi_slurp_at(SECURITY, "lockdown"), *want = cgi_fmt("[%s]", (char *)level);
	bool raised = now && strstr(now, want);

	if (!raised)
		ksft_print_msg("%s: lockdown is %s\n", strerror(-err), now);
	free(want);
	free(now);
	return raised;
}

static bool as_the_kernels_own(void *unused)
{
	int own = open_error(READ_ONLY), i;
	bool ok = error_is(READ_ONLY, own, 0);

	(void)unused;
	for (i = 0; i < cgi_nr_files; i++) {
		char *path = cgi_fmt("%s/%s", CGI_DIR, cgi_files[i]);

		ok = error_is(path, open_error(path), own) && cgi_slurp(path, NULL) && ok;
		free(path);
	}
	return ok;
}

static bool open_files_are_read(void *unused)
{
	bool ok = true;
	char *text;
	int i;

	(void)unused;
	for (i = 0; i < cgi_nr_files; i++) {
		lseek(early[i], 0, SEEK_SET);
		text = cgi_slurp_fd(early[i], NULL);
		ok = text && *text && ok;
		free(text);
	}
	return ok;
}

static bool writable_is_refused(void *unused)
{
	(void)unused;
	return error_is(WRITABLE, open_error(WRITABLE), EPERM);
}

static bool mode_stays(void *unused)
{
	struct stat st;

	(void)unused;
	return error_is("chmod", chmod(CGI_DIR "/info", 0444) ? errno : 0, EPERM) &&
	       error_is("chown", chown(CGI_DIR "/info", 65534, -1) ? errno : 0, EPERM) &&
	       !stat(CGI_DIR "/info", &st) && (st.st_mode & 07777) == 0400;
}

/* ---- afterwards ---- */

/* A module with a signature that the kernel knows could be loaded. */
static bool not_loaded_again(void)
{
	int i;

	for (i = 0; i < cgi_nr_files; i++)
		close(early[i]);
	if (cgi_module_built_in())
		return cgi_skip("what is built in is not loaded");
	return error_is("unloading", -cgi_module_unload(), 0) &&
	       error_is("loading", -cgi_module_load(""), EPERM) && !cgi_module_loaded();
}

static const struct cgi_case first_cases[] = {
	{ "before, nothing is refused", nothing_is_refused },
};

static const struct cgi_case level_cases[] = {
	{ "it is raised", .run_on = level_is_raised },
	{ "the files are opened and read as the kernel's own", .run_on = as_the_kernels_own },
	{ "files that were open are read", .run_on = open_files_are_read },
	{ "a file of debugfs that can be written is refused", .run_on = writable_is_refused },
	{ "mode and owner stay", .run_on = mode_stays },
};

static const struct cgi_case last_cases[] = {
	{ "without a signature it can't be loaded again: EPERM", not_loaded_again },
};

static void need_lockdown(void)
{
	char *now;

	if (!getenv("CGI_LOCKDOWN"))
		cgi_skip_all("this locks the kernel down until it is booted: set CGI_LOCKDOWN=1");
	if (mount("none", SECURITY, "securityfs", 0, NULL) && errno != EBUSY)
		cgi_skip_all("the kernel has no securityfs: %s", strerror(errno));
	now = cgi_slurp_at(SECURITY, "lockdown");
	if (!now)
		cgi_skip_all("the kernel has no lockdown");
	if (strncmp(now, "[none]", 6))
		cgi_skip_all("it is locked down: %s", now);
	free(now);
	if (access(READ_ONLY, F_OK) || access(WRITABLE, F_OK))
		cgi_skip_all("the kernel has no kprobes, and so no %s", READ_ONLY);
}

int main(void)
{
	static const char * const levels[] = { "integrity", "confidentiality" };
	size_t i;

	cgi_begin();
	need_lockdown();
	cgi_add_cases(first_cases, ARRAY_SIZE(first_cases));
	for (i = 0; i < ARRAY_SIZE(levels); i++)
		cgi_add_cases_on((void *)levels[i], levels[i], level_cases,
				 ARRAY_SIZE(level_cases));
	cgi_add_cases(last_cases, ARRAY_SIZE(last_cases));
	cgi_run_cases();
}
