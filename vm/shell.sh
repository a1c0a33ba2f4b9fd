#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Start an interactive shell in a guest that has the module loaded.

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"

usage() {
	cat <<USAGE
usage: [GUEST=NAME] shell.sh [KERNEL]

KERNEL is one of: $(kernel_names "$VM/kernels") (default $(kernel_default "$VM/kernels"))
GUEST is one of: mixed systemd systemd-hybrid (default mixed)
USAGE
}

case ${1-} in
-h|--help)	usage; exit 0 ;;
-*)		usage_error "unknown option '$1'; see shell.sh --help" ;;
esac
NAME=${1:-$(kernel_default "$VM/kernels")}
"$TOP/scripts/deps.sh" --kernel "$NAME"
BUILD=$(mktemp -d)
trap 'rm -rf "$BUILD"' EXIT
MODULE=$("$VM/build.sh" "$BUILD" "$NAME")
note "the files are in /sys/kernel/debug/cgroup_inspect; leave by exit or Ctrl-A x"
"$VM/run.sh" --kernel "$NAME" --guest "${GUEST:-mixed}" --module "$MODULE" --timeout 86400 --shell
