/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_FUZZ_H
#define _CGINSPECT_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* What libFuzzer calls: once at the beginning, and with each text. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* _CGINSPECT_FUZZ_H */
