#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Pictures: Graphviz takes them, and what it reads in them is what the tables say.
# shellcheck disable=SC2016 # what is in single quotes is awk's

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

# draw FILE ARGUMENT...: what Graphviz reads in the picture, as lines "node NAME" and "edge
# TAIL HEAD". It must not complain.
draw() {
	local file=$1

	shift
	run 0 -i "$file" dot "$@" || return
	if ! dot -Tplain "$TMP/out" >"$TMP/plain" 2>"$TMP/complaint" || [ -s "$TMP/complaint" ]; then
		echo "# Graphviz: $(head -n 1 "$TMP/complaint")"
		return 1
	fi
	awk '$1 == "node" || $1 == "edge" { gsub(/"/, "")
		print $1, $2 ($1 == "edge" ? " " $3 : "") }' "$TMP/plain" >"$TMP/graph"
}

# The ids of hierarchies that have more than their root, or of the first one.
trees() {
	fields "$1" cgroups cgroup | awk -F : '{ nr[$1]++ } END {
		for (id in nr) if (nr[id] > 1) { print id; any = 1 }
		if (!any) print 0 }' | sort -n
}

# Each cgroup of a tree is a box, once, below its parent.
boxes_are_cgroups() {
	draw "$1" --all || return
	trees "$1" >"$TMP/trees"
	fields "$1" cgroups cgroup parent | awk -F '[:\t]' 'FNR == NR { tree[$1]; next }
		$1 in tree { print "node " $1 ":" $2; if ($3 != "-")
			print "edge " $3 ":" $4 " " $1 ":" $2 }' "$TMP/trees" - | sort >"$TMP/wanted"
	awk '$1 == "node" && $2 ~ /:/ || $1 == "edge" && $2 ~ /:/ && $3 ~ /:/' "$TMP/graph" |
		sort >"$TMP/drawn"
	[ -s "$TMP/wanted" ] && same "$TMP/wanted" "$TMP/drawn"
}

# Each link to a cgroup below the root of a tree is an arrow, once; a css_set that a tree does
# not show is at its root, and one that a root has an arrow from is so, too.
arrows_are_links() {
	draw "$1" --all || return
	trees "$1" >"$TMP/trees"
	fields "$1" cgroups cgroup parent | awk '$2 == "-" { print $1 }' >"$TMP/roots"
	fields "$1" links cgroup css_set | tr '\t' ' ' >"$TMP/links"
	awk 'FILENAME ~ /trees$/ { tree[$1]; next } FILENAME ~ /roots$/ { root[$1]; next }
		{ split($1, id, ":") } id[1] in tree && !($1 in root)' \
		"$TMP/trees" "$TMP/roots" "$TMP/links" | sort >"$TMP/wanted"
	awk '$1 == "edge" && $2 ~ /:/ && $3 !~ /:/ { split($2, id, ":"); at = $3
		# A copy is in the tree of its cgroup.
		if (sub(/@.*/, "", at) && $3 != at "@" id[1]) at = "wrong"
		print $2, at }' "$TMP/graph" >"$TMP/arrows"
	awk 'FILENAME ~ /roots$/ { root[$1]; next } !($1 in root)' "$TMP/roots" "$TMP/arrows" |
		sort >"$TMP/drawn"
	[ -s "$TMP/wanted" ] && same "$TMP/wanted" "$TMP/drawn" || return
	awk 'FNR == NR { root[$1]; next } $1 in root' "$TMP/roots" "$TMP/arrows" >"$TMP/at-roots"
	! grep -vxFf "$TMP/links" "$TMP/at-roots"
}

# Each css_set is drawn whole once, and is called by the end of its identity, which no
# other one has.
ellipses_are_css_sets() {
	draw "$1" --all || return
	fields "$1" css_sets css_set | sort >"$TMP/wanted"
	awk '$1 == "node" && $2 !~ /[^0-9a-f]/ && length($2) >= 8 { print $2 }' "$TMP/graph" | sort |
		same "$TMP/wanted" - || return
	sed -n 's/^\t"\([0-9a-f]*\)\(@[0-9]*\)\?" \[shape=ellipse.*label="\([0-9a-f]*\).*/\1 \3/p' \
		"$TMP/out" | sort -u >"$TMP/ids"
	awk 'substr($1, length($1) - length($2) + 1) != $2 || seen[$2]++' "$TMP/ids" >"$TMP/odd"
	[ "$(wc -l <"$TMP/ids")" -eq "$(wc -l <"$TMP/wanted")" ] && [ ! -s "$TMP/odd" ]
}

# From the top to the bottom by their numbers; the other hierarchies are in one box.
in_order() {
	draw "$1" || return
	awk '$1 == "node" && $2 ~ /^"?[0-9]+:/ { gsub(/"/, ""); split($2, id, ":")
		if (!(id[1] in top) || $4 > top[id[1]]) top[id[1]] = $4 }
		END { for (i in top) print top[i], i }' "$TMP/plain" | sort -rn |
		cut -d ' ' -f 2 >"$TMP/drawn"
	trees "$1" | same - "$TMP/drawn" || return
	fields "$1" hierarchies id | grep -vxFf <(trees "$1") >"$TMP/wanted" || true
	sed -n 's/^roots \[label="at the root of\\l\(.*\)"\];$/\1/p' "$TMP/out" | sed 's/\\l/\n/g' |
		sed -n 's/^\([0-9]*\): v.*/\1/p' | same "$TMP/wanted" -
}

# cgroups and css_sets are drawn, or counted as left out.
all_are_counted() {
	local file=$1 cgroups css_sets boxes ellipses out double hidden

	shift
	draw "$file" "$@" || return
	cgroups=$(fields "$file" cgroups cgroup | grep -cf <(trees "$file" | sed 's/.*/^&:/'))
	css_sets=$(rows "$file" css_sets | wc -l)
	boxes=$(grep -c '^node [0-9]*:' "$TMP/graph")
	ellipses=$(grep -cE '^node [0-9a-f]{8,}$' "$TMP/graph") || true
	read -r out double < <(sed -n \
		's/.*left out: \([0-9]*\) cgroups, in \([0-9]*\) double.*/\1 \2/p' "$TMP/out") ||
		out=0 double=0
	hidden=$(sed -n 's/.*left out: \([0-9]*\) css_sets.*/\1/p' "$TMP/out")
	if [ "$boxes" -ne "$((cgroups - out + double))" ] ||
		[ "$((ellipses + ${hidden:-0}))" -ne "$css_sets" ] ||
		[ "$(grep -c 'peripheries=2' "$TMP/out")" -ne "$double" ]; then
		echo "# $boxes boxes, $double of them double, of $cgroups cgroups, $out left out;" \
			"$ellipses ellipses of $css_sets css_sets, ${hidden:-0} left out"
		return 1
	fi
	[ "$out" -eq 0 ] || grep -q "leaves out $out cgroups" "$TMP/err"
}

# --task: its css_set with an arrow to each of its cgroups, in a tree or in the box of roots.
task_is_its_links() {
	local tid set

	read -r tid set < <(fields "$1" tasks comm tid css_set |
		awk -F '\t' '$1 == "sleep" { print $2, $3; exit }')
	draw "$1" --task "$tid" || return
	grep -qxF "node $set" "$TMP/graph" && ! grep -q '^node .*@' "$TMP/graph" &&
		grep -q "task: sleep $tid" "$TMP/out" || return
	[ "$(grep -cE '^node [0-9a-f]{8,}$' "$TMP/graph")" -eq 1 ] || return
	fields "$1" links css_set cgroup | awk -v set="$set" '$1 == set { print $2 }' |
		sort >"$TMP/wanted"
	awk -v set="$set" '$1 == "edge" && $3 == set && $2 != "roots" { print $2 }' "$TMP/graph" |
		sort >"$TMP/drawn"
	sed -n 's/^roots \[label="at the root of\\l\(.*\)"\];$/\1/p' "$TMP/out" | sed 's/\\l/\n/g' |
		sed -n 's/^\([0-9]*\): v.*/\1:1/p' >>"$TMP/drawn"
	sort "$TMP/drawn" | same "$TMP/wanted" -
}

# --cgroup: what is above and below it in its tree, and no other removed cgroup. It is one right
# below the root, below which some were removed.
cgroup_is_its_branch() {
	local top

	top=$(fields "$1" cgroups dying_descendants path | awk '
		$1 > 1 && $2 ~ "^/(jobs|states)$" { print $2 }')
	draw "$1" --cgroup "0:$top" --all || return
	fields "$1" cgroups path cgroup | awk -F '\t' -v top="$top" '
		$2 ~ /^0:/ && ($1 == "/" || $1 == top || index($1, top "/") == 1) { print $2 }' |
		sort >"$TMP/wanted"
	awk '$1 == "node" && $2 ~ /^0:/ { print $2 }' "$TMP/graph" | sort | same "$TMP/wanted" -
}

hierarchy_is_alone() {
	draw "$1" --hierarchy memory || return
	fields "$1" subsystems name hierarchy | awk '$1 == "memory" { print $2 }' >"$TMP/wanted"
	awk '$1 == "node" && $2 ~ /:/ { sub(/:.*/, "", $2); print $2 }' "$TMP/graph" | sort -u |
		same "$TMP/wanted" - && ! grep '^roots' "$TMP/out"
}

# Each line of holders about what was removed, with its task, is in a box.
holders_are_named() {
	draw "$1" --all --holders || return
	{
		fields "$1" cgroups state cgroup cgroup
		fields "$1" csses state css cgroup
	} | awk '$1 == "dying" || $1 == "draining" { print $2, $3 }' >"$TMP/removed"
	fields "$1" holders object kind refs comm tid | awk -F '[ \t]' '
		FNR == NR { box[$1] = $2; next }
		$1 in box && $5 != "-" { print box[$1] "|" ($3 ? $3 " " : "") $2 ": " $4 " " $5 }' \
		"$TMP/removed" - | sort >"$TMP/wanted"
	[ -s "$TMP/wanted" ] || return
	while IFS='|' read -r box holder; do
		grep -F "\"$box\" [label=" "$TMP/out" | grep -F "\\n$holder" >/dev/null || {
			echo "# $box without '$holder'"
			return 1
		}
	done <"$TMP/wanted"
}

# edited AWK-PROGRAM: a snapshot with a change, as edited.
edited() {
	awk -F '\t' -v OFS='\t' "$1" "$GOOD" >"$TMP/edited"
	! cmp -s "$GOOD" "$TMP/edited"
}

# A second descriptor of what holds something is named without a number, and what is no holder not
# at all.
not_counted_twice() {
	edited '$3 == "net_ns" { print; $4 = 0; $6 = 1; $7 = "again"; $8 = 7; print; $6 = $7 = $8 = "-" }
		{ print }' && holders_are_named "$TMP/edited" &&
		grep -F '\n9 net_ns: sleep 159\nnet_ns: again 1, fd 7\n2 unknown"' "$TMP/out" \
			>/dev/null && ! grep -E '\\n(0 |net_ns\\n)' "$TMP/out"
}

# Names that mean something to Graphviz mean nothing in a picture.
odd_names() {
	draw "$GOOD" --all && cp "$TMP/graph" "$TMP/plain-graph" &&
		edited 'NF > 14 && $4 == "/shop" {
			$4 = "/a\"];\\134N\\134l\\012&lt;&#65;<b>\\134" } $3 == "sleep" {
			$3 = "\"]}\\134G&amp;\\134" } { print }' &&
		draw "$TMP/edited" --all && same "$TMP/plain-graph" "$TMP/graph" &&
		dot -Tsvg "$TMP/out" >"$TMP/svg" &&
		grep -F '>a&quot;];\N\l\012&amp;lt;&amp;#65;&lt;b&gt;\</text>' "$TMP/svg" >/dev/null &&
		grep -F ' &quot;]}\G&amp;amp;' "$TMP/svg" >/dev/null
}

# So with identities, which the module makes of digits, and with bytes that are no text.
odd_identities() {
	edited '{ gsub(/0:57/, "0:\"]\\\\N&x") } /^#/ { print; next }
		/^1\t/ { $3 = "\033[31m\377\302\2331m" } { print }' &&
		draw "$TMP/edited" --all && grep -q '^node 0:' "$TMP/graph" &&
		! grep -q $'\e' "$TMP/out" && iconv -f UTF-8 -t UTF-8 "$TMP/out" >/dev/null
}

# 300 removed cgroups of one parent are one box that says so.
many_removed() {
	edited '{ print } NF > 14 && $4 == "/jobs/9" { for (i = 10; i <= 300; i++) {
		$1 = "0:" 1000000 + i; $4 = "/jobs/" i; print } }' &&
		draw "$TMP/edited" && [ "$(grep -c '300 removed cgroups' "$TMP/out")" -eq 1 ] &&
		grep -q '300 held by other references' "$TMP/out" &&
		! grep -q '^node 0:10000' "$TMP/graph" && all_are_counted "$TMP/edited" &&
		draw "$TMP/edited" --all && grep -q '^node 0:1000300$' "$TMP/graph"
}

# Each of eight of them has its box, with its identity.
few_removed() {
	edited 'NF > 14 && $4 == "/jobs/9" { next } NF > 14 && $4 == "/jobs/8" {
		$4 = "/jobs/7" } { print }' && draw "$TMP/edited" &&
		[ "$(grep -c 'label="7  0:[0-9]*, dying' "$TMP/out")" -eq 2 ] &&
		! grep 'peripheries=2' "$TMP/out"
}

long_identity() {
	local id=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef

	edited "NF > 14 && \$4 == \"/shop\" { \$4 = \"/docker-$id.scope\" }
		NF > 14 && \$4 == \"/jobs\" { \$4 = \"/${id}0\" } { print }" &&
		draw "$TMP/edited" && grep -q 'label="docker-0123456789ab….scope' "$TMP/out" &&
		grep -q "label=\"${id}0" "$TMP/out"
}

# One and many; what holds a css_set without tasks.
words() {
	draw "$GOOD" --all && grep -q 'held by 1 child"' "$TMP/out" &&
		grep -q 'held by 11 other references"' "$TMP/out" || return
	edited '/^#css_set\trefs/ { on = 1; print; next } /^## / { on = 0 }
		on { $3 = 0; $4 = 0; $6 = 2; $7 = "~1" } { print }' && draw "$TMP/edited" --all &&
		grep -q ': 0 tasks.*held by 2 cgroup namespaces\\nand ~1 other reference' "$TMP/out" ||
		return
	edited 'NF > 14 && $4 == "/jobs/1" { $15 = "~-1" } { print }' &&
		draw "$TMP/edited" --all && ! grep -e "-1 other" "$TMP/out"
}

# Ends of identities that are alike are made longer.
alike_ends() {
	edited '/^#css_set\trefs/ { print; getline; print; $1 = "1111" substr($1, 5); print; next }
		{ print }' && draw "$TMP/edited" --all &&
		[ "$(sed -n 's/.*shape=ellipse.*label="\([0-9a-f]*\).*/\1/p' "$TMP/out" | sort -u |
			awk '{ print length($0) }' | sort -u)" = 13 ]
}

# crowd CGROUPS CHILDREN: below / so many cgroups with so many children and a css_set each.
crowd() {
	edited 'BEGIN { nr = '"$1"'; below = '"$2"' } { print }
		/^#css_set\trefs/ { for (i = 0; i < nr; i++) print sprintf("%016x", 4096 + i), 2, 1,
			0, 0, 0, 0, "live", "-", "0:1", "-" }
		/^#css_set\tcgroup/ { for (i = 0; i < nr; i++) print sprintf("%016x", 4096 + i),
			"0:" 2000000 + i * (below + 1), "/c" i }
		NF > 14 && $1 == "0:1" { for (i = 0; i < nr; i++) {
			$1 = "0:" 2000000 + i * (below + 1); $2 = "0:1"; $4 = "/c" i; print
			for (j = 1; j <= below; j++) { $2 = "0:" 2000000 + i * (below + 1)
				$1 = "0:" 2000000 + i * (below + 1) + j
				$4 = "/c" i "/" j; print } } }'
}

# However many there are, Graphviz draws it in some seconds.
crowded() {
	crowd "$1" "$2" && timeout 60 "$CGINSPECT" -i "$TMP/edited" dot >"$TMP/crowd" 2>"$TMP/err" &&
		timeout 60 dot -Tplain "$TMP/crowd" >"$TMP/plain" &&
		[ "$(grep -c '^node' "$TMP/plain")" -le 2100 ] && all_are_counted "$TMP/edited"
}

deep() {
	edited '{ print } NF > 14 && $1 == "0:1" { above = $1
		for (i = 1; i < 9000; i++) { $1 = "0:" 2000000 + i; $2 = above; above = $1
			$4 = "/x"; print } }' && all_are_counted "$TMP/edited"
}

# --collapse makes it smaller, and leaves nothing uncounted.
collapses() {
	draw "$1" && nr=$(grep -c '^node' "$TMP/graph") && all_are_counted "$1" --collapse &&
		[ "$(grep -c '^node' "$TMP/graph")" -lt "$nr" ]
}

# Where other branches are too large even for --collapse, it draws no more of a small one: 40 leaves
# are one box.
collapses_crowd() {
	edited '
		function add(id, above, path) {
			$1 = "0:" 3000000 + id; $2 = above < 0 ? "0:1" : "0:" 3000000 + above
			$4 = path; print
		}
		{ print } NF > 14 && $1 == "0:1" {
			add(0, -1, "/few"); for (i = 1; i <= 40; i++) add(i, 0, "/few/" i)
			add(999, -1, "/many"); for (i = 1; i <= 60; i++) {
				add(id = i * 1000, 999, path = "/many/" i)
				for (j = 1; j <= 20; j++) {
					add(id + j, id, path "/" j)
					add(id + 500 + j, id + j, path "/" j "/leaf")
				}
			}
		}' && all_are_counted "$TMP/edited" &&
		[ "$(grep -c '^node 0:30000[0-4][1-9]$' "$TMP/graph")" -eq 36 ] &&
		all_are_counted "$TMP/edited" --collapse &&
		[ "$(grep -c '^node 0:30000[0-4][1-9]$' "$TMP/graph")" -eq 1 ]
}

# A format is drawn by Graphviz, which need not be there for the text.
formats() {
	local shell

	shell=$(type -P bash)
	run 0 -i "$GOOD" dot -T svg && grep -q '</svg>' "$TMP/out" &&
		run 3 -i "$GOOD" dot -T none && grep -q 'dot of Graphviz has failed' "$TMP/err" &&
		mkdir -p "$TMP/empty" &&
		PATH=$TMP/empty "$CGINSPECT" -i "$GOOD" dot >"$TMP/out" 2>"$TMP/err" &&
		! PATH=$TMP/empty "$shell" -c '"$@"' sh "$CGINSPECT" -i "$GOOD" dot --format svg \
			>"$TMP/out" 2>"$TMP/err" && grep -q 'apt install graphviz' "$TMP/err" &&
		[ ! -s "$TMP/out" ]
}

# refused WORDS AWK-PROGRAM: of a snapshot that is changed so nothing is printed, and Graphviz,
# which would complain, is not run.
refused() {
	edited "$2" && says 3 "$1" -i "$TMP/edited" dot &&
		says 3 "$1" -i "$TMP/edited" dot -T svg && [ "$(wc -l <"$TMP/err")" -eq 1 ]
}

# A dot that ends well, but before it has read a picture that is more than a pipe takes.
reads_nothing() {
	mkdir -p "$TMP/lazy" && printf '#!/bin/sh\nexec 0<&-\n' >"$TMP/lazy/dot" &&
		chmod +x "$TMP/lazy/dot" && crowd 2000 0 || return
	PATH=$TMP/lazy:$PATH says 3 "dot of Graphviz has failed" -i "$TMP/edited" dot --all -T svg
}

GOOD=$SNAPSHOTS/mixed-6.1.snapshot
for name in $(snapshots); do
	saved=$SNAPSHOTS/$name.snapshot
	tally_case "$name: boxes are the cgroups" boxes_are_cgroups "$saved"
	tally_case "$name: arrows are the links" arrows_are_links "$saved"
	tally_case "$name: ellipses are the css_sets" ellipses_are_css_sets "$saved"
	tally_case "$name: hierarchies are in order" in_order "$saved"
	tally_case "$name: what is left out is counted" all_are_counted "$saved"
	tally_case "$name: --collapse" collapses "$saved"
	tally_case "$name: --task" task_is_its_links "$saved"
	tally_case "$name: --cgroup" cgroup_is_its_branch "$saved"
	tally_case "$name: --hierarchy" hierarchy_is_alone "$saved"
	tally_case "$name: holders are named" holders_are_named "$saved"
done
tally_case "holders are counted once" not_counted_twice
tally_case "names that mean something to Graphviz" odd_names
tally_case "identities that do" odd_identities
tally_case "300 removed cgroups of one parent" many_removed
tally_case "eight of them, two with the same name" few_removed
tally_case "identities with 64 digits" long_identity
tally_case "one and many" words
tally_case "ends of identities that are alike" alike_ends
tally_case "10,000 cgroups" crowded 10000 0
tally_case "3,000 cgroups with three children each" crowded 3000 3
tally_case "90 cgroups with 40 children each" crowded 90 40
tally_case "--collapse where it is not enough" collapses_crowd
tally_case "9,000 levels of cgroups" deep
tally_case "-T" formats
tally_case "dot ends early" reads_nothing
tally_case "a cgroup that is not of the hierarchy" says 1 "nothing of hierarchy '5' is in this" \
	-i "$SNAPSHOTS/mixed-6.1.snapshot" dot --cgroup 0:57 --hierarchy 5
tally_case "a bad task" refused "column ppid can not be 'x'" \
	'/^## / { on = $0 == "## tasks" } on && $1 == 1 { $13 = "x" } { print }'
tally_case "a bad css" refused "csses has" \
	'/^## / { on = $0 == "## csses"; nr = 0 } on && nr++ == 2 { print $0, "x"; next } { print }'
tally_end
