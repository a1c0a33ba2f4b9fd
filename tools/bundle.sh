#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# usage: bundle.sh PROGRAM DIR: put the program into DIR with the libraries that it needs, so
# that it runs in a guest that has none. (Debian has no static libcjson.)

set -euo pipefail

# shellcheck source=../scripts/lib.sh
. "$(dirname "$(readlink -f "$0")")/../scripts/lib.sh"

[ $# -eq 2 ] || usage_error "usage: bundle.sh PROGRAM DIR"
NAME=${1##*/}
mkdir -p "$2/lib"
cp "$1" "$2/lib/$NAME"
mapfile -t LIBRARIES < <(ldd "$1" | awk '$2 == "=>" { print $3 } $1 ~ /^\// { print $1 }')
cp -L "${LIBRARIES[@]}" "$2/lib"
LOADER=$(ldd "$1" | awk '$1 ~ /^\// { print $1 }')
cat >"$2/$NAME" <<WRAPPER
#!/bin/sh
lib=\$(dirname "\$(readlink -f "\$0")")/lib
exec "\$lib/${LOADER##*/}" --library-path "\$lib" "\$lib/$NAME" "\$@"
WRAPPER
chmod +x "$2/$NAME"
