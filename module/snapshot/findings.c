// SPDX-License-Identifier: GPL-2.0-only
/*
 * Violations of all tries, intersected object by object.
 */
#include <linux/bsearch.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "findings.h"
#include "memory.h"

/* Bytes that stand around a line of blame: "# ", an end of line, and a NUL. */
#define CGI_BLAME_FRAME	4

static int cgi_failure_compare(const void *a, const void *b)
{
	const struct cgi_failure *x = a, *y = b;

	if (x->invariant != y->invariant)
		return x->invariant < y->invariant ? -1 : 1;
	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

/**
 * cgi_findings_init() - findings of no try yet
 * @f: the findings, zeroed
 *
 * Context: Any.
 */
void cgi_findings_init(struct cgi_findings *f)
{
	f->failures.size = sizeof(struct cgi_failure);
	f->suspects.size = sizeof(struct cgi_failure);
}

/**
 * cgi_findings_deinit() - give the memory back
 * @f: the findings
 *
 * Context: Process, may sleep.
 */
void cgi_findings_deinit(struct cgi_findings *f)
{
	unsigned int i;

	for (i = 0; i < CGI_INVARIANTS; i++)
		cgi_text_free(&f->verdicts[i].blame);
	cgi_array_free(&f->failures);
	cgi_array_free(&f->suspects);
}

/**
 * cgi_findings_bytes() - memory that findings take
 * @f: the findings
 *
 * Context: Any.
 * Return: bytes.
 */
size_t cgi_findings_bytes(const struct cgi_findings *f)
{
	size_t bytes = cgi_array_bytes(&f->failures) + cgi_array_bytes(&f->suspects);
	unsigned int i;

	for (i = 0; i < CGI_INVARIANTS; i++)
		bytes += cgi_alloc_bytes(f->verdicts[i].blame.data, f->verdicts[i].blame.capacity);
	return bytes;
}

/**
 * cgi_findings_begin_try() - forget the verdicts of the last try, but keep its suspects
 * @f: the findings
 *
 * Context: Any.
 */
void cgi_findings_begin_try(struct cgi_findings *f)
{
	unsigned int i;

	for (i = 0; i < CGI_INVARIANTS; i++) {
		f->verdicts[i].blame.length = 0;
		f->verdicts[i].violations = 0;
		f->verdicts[i].skipped = 0;
	}
	f->failures.count = 0;
}

/* In the first try there are no suspects yet, so every object may fail. */
static bool cgi_findings_is_suspect(const struct cgi_findings *f, const struct cgi_failure *failure)
{
	return !f->tries || bsearch(failure, f->suspects.data, f->suspects.count,
				    f->suspects.size, cgi_failure_compare);
}

static int cgi_findings_note(struct cgi_findings *f, const struct cgi_failure *failure)
{
	struct cgi_failure *copy;
	int err = cgi_array_grow(&f->failures, 1);

	if (err)
		return err;
	copy = cgi_array_add(&f->failures, 1);
	*copy = *failure;
	return 0;
}

/**
 * cgi_findings_add() - note a violation
 * @f: the findings
 * @failure: the invariant and the object; if it did not fail in all earlier tries
 *           this is a race, and nothing is noted
 * @line: what is wrong, without an end of line
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int cgi_findings_add(struct cgi_findings *f, const struct cgi_failure *failure,
		     const char *line)
{
	struct cgi_verdict *verdict = &f->verdicts[failure->invariant];
	int err;

	if (!cgi_findings_is_suspect(f, failure))
		return 0;
	err = cgi_findings_note(f, failure);
	if (err)
		return err;
	if (verdict->violations++ >= CGI_FINDINGS_NAMED)
		return 0;
	err = cgi_text_reserve(&verdict->blame, strlen(line) + CGI_BLAME_FRAME);
	if (!err)
		cgi_text_printf(&verdict->blame, "# %s\n", line);
	return err;
}

/**
 * cgi_findings_keep() - note that an object could not be judged in this try
 * @f: the findings
 * @failure: the invariant and the object; if it has failed so far it stays suspect
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int cgi_findings_keep(struct cgi_findings *f, const struct cgi_failure *failure)
{
	f->verdicts[failure->invariant].skipped++;
	if (!f->tries || !cgi_findings_is_suspect(f, failure))
		return 0;
	return cgi_findings_note(f, failure);
}

/**
 * cgi_findings_end_try() - objects that failed in this try are suspects in the next one
 * @f: the findings
 *
 * Context: Process, may sleep.
 * Return: 0, or -EINTR if the caller was killed.
 */
int cgi_findings_end_try(struct cgi_findings *f)
{
	int err = cgi_array_sort(&f->failures, cgi_failure_compare);

	if (err)
		return err;
	swap(f->failures, f->suspects);
	f->tries++;
	return 0;
}

/**
 * cgi_findings_are_sound() - whether no object is suspect any more
 * @f: the findings, after a try
 *
 * Context: Any.
 * Return: true if nothing is wrong.
 */
bool cgi_findings_are_sound(const struct cgi_findings *f)
{
	return !f->suspects.count;
}
