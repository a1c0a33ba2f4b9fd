#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# usage: fuzz.sh PROGRAM SECONDS: feed cginspect with texts that are almost snapshots, from
# small ones that are in seeds/, for so long. What it has found before is kept in the cache.

set -euo pipefail

# shellcheck source=../../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../../scripts/lib.sh"

[ $# -eq 2 ] || usage_error "usage: fuzz.sh PROGRAM SECONDS"
[[ $2 =~ ^[1-9][0-9]*$ ]] || usage_error "SECONDS must be a number, not '$2'"
CORPUS=$CGI_CACHE/fuzz/corpus
FOUND=$CGI_CACHE/fuzz/found
mkdir -p "$CORPUS" "$FOUND"

# A command that is refused loses what it has allocated, so leaks say nothing, and a
# process is replaced when it has become large. With -fork libFuzzer ignores hangs, and ends well
# all the same, unless it is told not to ignore them.
export ASAN_OPTIONS=detect_leaks=0
"$1" -max_total_time="$2" -fork=1 -ignore_ooms=1 -ignore_timeouts=0 -rss_limit_mb=1024 \
	-timeout=10 -max_len=8192 -close_fd_mask=1 -dict="$TOP/tools/fuzz/words" \
	-artifact_prefix="$FOUND/" "$CORPUS" "$TOP/tools/fuzz/seeds" || die "something was found; it is in $FOUND"
note "nothing was found in $2 s; $(find "$CORPUS" -type f | wc -l) texts are in $CORPUS"
