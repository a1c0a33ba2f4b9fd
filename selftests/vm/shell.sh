#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# An interactive shell in a test VM with the module loaded.

set -euo pipefail

VM=$(dirname "$(readlink -f "$0")")
# shellcheck source=lib.sh
. "$VM/lib.sh"

NAME=${1:-$(kernel_default "$VM/kernels")}
"$VM/deps.sh" --kernel "$NAME"
BUILD=$(mktemp -d)
trap 'rm -rf "$BUILD"' EXIT
MODULE=$("$VM/build.sh" "$BUILD" "$NAME")
note "the files are in /sys/kernel/debug/cgroup_inspect; leave by exit or Ctrl-A x"
"$VM/run.sh" --kernel "$NAME" --guest "${GUEST:-mixed}" --module "$MODULE" --timeout 86400 --shell
