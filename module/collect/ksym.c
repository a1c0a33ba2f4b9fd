// SPDX-License-Identifier: GPL-2.0-only
/*
 * Addresses of data symbols that most kernels do not export.  Only data: no
 * unexported function is ever called.
 */
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/string.h>

#include "ksym.h"

/* Enough for each of the names with the offset, size and module that %pS appends. */
#define CGI_KSYM_TEXT	96

/*
 * The address must be the very start of the symbol of that name, and in the kernel
 * itself: %pS appends " [module]" to a symbol of a module.
 */
static bool cgi_ksym_is_at(const struct cgi_ksym *sym, const void *addr)
{
	char wanted[CGI_KSYM_TEXT], found[CGI_KSYM_TEXT];
	int len = snprintf(found, sizeof(found), "%pS", addr);

	snprintf(wanted, sizeof(wanted), "%s+0x0/", sym->name);
	return len < sizeof(found) && strstarts(found, wanted) && !strchr(found, '[');
}

/*
 * No probe can be put on data.  register_kprobe() looks the name up and then refuses the
 * address with -EINVAL, but leaves it in @addr (kernel/kprobes.c).  Without
 * CONFIG_KPROBES it does nothing, and @addr stays NULL.
 */
static void *cgi_ksym_look_up(const struct cgi_ksym *sym)
{
	struct kprobe kp = { .symbol_name = sym->name };

	if (!register_kprobe(&kp)) {
		unregister_kprobe(&kp);
		return NULL;
	}
	return kp.addr;
}

/**
 * cgi_ksym_find() - find a data symbol
 * @sym: its name; the rest is filled in, with CGI_KSYM_NONE if it can't be had
 *
 * PROVE_RCU and LOCKDEP kernels export both locks.  If both ways find an address they must be the
 * same: of two addresses for one lock neither can be trusted.
 *
 * Context: Process, may sleep.
 */
void cgi_ksym_find(struct cgi_ksym *sym)
{
	void *exported = __symbol_get(sym->name), *found = cgi_ksym_look_up(sym);

	if (found && !cgi_ksym_is_at(sym, found))
		found = NULL;
	sym->addr = exported ? exported : found;
	sym->source = exported ? CGI_KSYM_EXPORTED : found ? CGI_KSYM_KALLSYMS : CGI_KSYM_NONE;
	sym->agreement = sym->addr ? CGI_KSYM_ONE_SOURCE : CGI_KSYM_NOT_FOUND;
	if (!exported || !found)
		return;
	sym->agreement = exported == found ? CGI_KSYM_AGREE : CGI_KSYM_DIFFER;
	if (sym->agreement == CGI_KSYM_DIFFER)
		cgi_ksym_put(sym);
}

/**
 * cgi_ksym_put() - done with a symbol
 * @sym: the symbol, not to be used any more
 *
 * Context: Process, may sleep.
 */
void cgi_ksym_put(struct cgi_ksym *sym)
{
	if (sym->source == CGI_KSYM_EXPORTED)
		__symbol_put(sym->name);
	sym->addr = NULL;
	sym->source = CGI_KSYM_NONE;
}

/**
 * cgi_ksym_source_name() - the word for how a symbol was found
 * @sym: the symbol
 *
 * Context: Any.
 * Return: "exported", "kallsyms" or "none".
 */
const char *cgi_ksym_source_name(const struct cgi_ksym *sym)
{
	static const char * const names[] = {
		[CGI_KSYM_NONE]		= "none",
		[CGI_KSYM_EXPORTED]	= "exported",
		[CGI_KSYM_KALLSYMS]	= "kallsyms",
	};

	return names[sym->source];
}

/**
 * cgi_ksym_agreement_name() - the word for whether both ways lead to one address
 * @agreement: the answer
 *
 * Context: Any.
 * Return: "none", "one", "agree" or "differ".
 */
const char *cgi_ksym_agreement_name(enum cgi_ksym_agreement agreement)
{
	static const char * const names[] = {
		[CGI_KSYM_NOT_FOUND]	= "none",
		[CGI_KSYM_ONE_SOURCE]	= "one",
		[CGI_KSYM_AGREE]	= "agree",
		[CGI_KSYM_DIFFER]	= "differ",
	};

	return names[agreement];
}
