#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# usage: page.sh FILE: make the C source of the page of "cginspect html", of the files in
# cginspect/page/ and of two libraries of Debian, which are in no repository but Debian's. If
# these are not there the page is empty, and "html" says so.

set -euo pipefail

PAGE=$(dirname "$(readlink -f "$0")")/cginspect/page
DOC=/usr/share/doc
LIBRARIES=(/usr/share/javascript/jquery/jquery.min.js
	/usr/share/javascript/jquery-datatables/jquery.dataTables.min.js)
LICENCES=("$DOC/libjs-jquery/copyright" "$DOC/libjs-jquery-datatables/copyright")
SCRIPTS=("$PAGE"/{text,data,table,holders,tables,summary,selection,graph,main}.js)

[ $# -eq 1 ] || { echo "usage: page.sh FILE" >&2; exit 2; }

# What is between the tags of an element, to the byte: the policy has its hash.
content() {
	echo
	cat -- "$@" | tr -d '\r'
	echo
}

# element NAME FILE...
element() {
	local name=$1

	shift
	if grep -qiE '</(script|style)|<!--' -- "$@"; then
		echo "page.sh: a file of ${1%/*} would end its element" >&2
		return 1
	fi
	printf '<%s>' "$name"
	content "$@"
	printf '</%s>\n' "$name"
}

hash_of() {
	printf "'sha256-%s'" "$(content "$@" | sha256sum | cut -d ' ' -f 1 | tr a-f A-F |
		basenc --base16 -d | base64)"
}

# Nothing is loaded, and no script or style runs that is not one of these.
policy() {
	printf '<meta http-equiv="Content-Security-Policy" content="default-src %s; ' "'none'"
	printf 'script-src %s %s %s; ' "$(hash_of "${LIBRARIES[0]}")" "$(hash_of "${LIBRARIES[1]}")" \
		"$(hash_of "${SCRIPTS[@]}")"
	printf "style-src %s; base-uri 'none'; form-action 'none'\">\n" "$(hash_of "$PAGE/page.css")"
}

page() {
	local line

	while IFS= read -r line; do
		case $line in
		@policy@)	policy ;;
		@style@)	element style "$PAGE/page.css" ;;
		@libraries@)	element script "${LIBRARIES[0]}"
				element script "${LIBRARIES[1]}" ;;
		@scripts@)	element script "${SCRIPTS[@]}" ;;
		@licences@)	cat "${LICENCES[@]}" | sed 's/&/\&amp;/g; s/</\&lt;/g' ;;
		*)		printf '%s\n' "$line" ;;
		esac
	done <"$PAGE/page.html"
}

have_libraries() {
	local file

	for file in "${LIBRARIES[@]}" "${LICENCES[@]}"; do
		[ ! -r "$file" ] || continue
		echo "page.sh: there is no $file, so cginspect will have no html:" \
			"apt install libjs-jquery libjs-jquery-datatables" >&2
		return 1
	done
}

bytes() {
	od -An -v -tx1 "$1" | sed 's/ \(..\)/0x\1,/g'
}

TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT
: >"$TMP/page"
if have_libraries; then
	page >"$TMP/page"
fi
{
	printf '#include "page.h"\n\nconst unsigned char page_text[] = {\n'
	bytes "$TMP/page"
	printf '0 };\nconst size_t page_length = %s;\n' "$(wc -c <"$TMP/page")"
} >"$TMP/source"
# What has not changed is not compiled again.
cmp -s "$TMP/source" "$1" || mv "$TMP/source" "$1"
