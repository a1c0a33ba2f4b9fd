#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The page in a real browser: Debian's Chromium, without a network, driven by playwright-core.
# What has to be seen there is found here, in the text of the snapshots.

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

# Newer ones need a newer Node.js than Debian 12 has.
DRIVER=1.61.0
INTEGRITY=sha512-caX7TrY3Ml6egyDX0WUcTHDxodl/b51y5wJOdCEA36QviK/s2g081hvmGs8eaE3DWb6NYZQ6Bj
INTEGRITY+=O/QkNRPenoPA==

# --- what it takes ---

# Debian's npm can't be installed beside a Node.js that brings its own.
install_packages() {
	local -a packages=(chromium)

	command -v node >/dev/null || packages+=(nodejs)
	command -v npm >/dev/null || packages+=(npm)
	"$TOP/scripts/deps.sh" "${packages[@]}"
}

# npm compares what it gets with the sum that is in the lock file.
put_lock_file() {
	echo "{ \"private\": true, \"dependencies\": { \"playwright-core\": \"$DRIVER\" } }" \
		>"$1/package.json"
	cat >"$1/package-lock.json" <<-LOCK
	{ "lockfileVersion": 3, "requires": true, "packages": {
		"": { "dependencies": { "playwright-core": "$DRIVER" } },
		"node_modules/playwright-core": { "version": "$DRIVER",
			"integrity": "$INTEGRITY" } } }
	LOCK
}

# What is put there under its name is whole.
install_driver() {
	local dir=$CGI_CACHE/browser work

	lock "$dir/lock"
	NODE_PATH=$dir/playwright-core-$DRIVER/node_modules
	[ ! -d "$NODE_PATH" ] || return 0
	work=$(mktemp -d "$dir/tmp.XXXXXX")
	put_lock_file "$work"
	begin "installing playwright-core $DRIVER"
	if ! (cd "$work" && npm ci --ignore-scripts --no-audit --no-fund >&2); then
		rm -rf "$work"
		not_had "npm can not install playwright-core $DRIVER: $CGI_CHECK"
	fi
	mv -T "$work" "$dir/playwright-core-$DRIVER"
	finish
}

skip() {
	echo "ok 1 the page in a browser # SKIP $1"
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
}

# What can't be had is said, and is no failure.
have_all() {
	local status=0

	(install_packages && install_driver) || status=$?
	case $status in
	0)	NODE_PATH=$CGI_CACHE/browser/playwright-core-$DRIVER/node_modules ;;
	"$CGI_EXIT_NOT_HAD")	skip "what it takes can not be had" ;;
	*)	exit "$status" ;;
	esac
}

# --- what has to be seen ---

# A line for each object: kind, identity, the nodes of the picture that it is linked to, and the
# arrows between these. The picture has all cgroups, so only roots can be without a node.
lit_objects() {
	"$CGINSPECT" -i "$1" dot --all >"$TMP/dot"
	sed -n 's/^\t"\([^"]*\)" \[.*/\1/p; s/^roots \[label.*/roots/p' "$TMP/dot" >"$TMP/nodes"
	sed -n 's/^\t"\([^"]*\)" -> "\([^":]*\)" \[dir=back.*/\1 \2/p' "$TMP/dot" >"$TMP/edges"
	fields "$1" links css_set cgroup >"$TMP/links"
	fields "$1" cgroups cgroup parent >"$TMP/cgroups"
	fields "$1" tasks tid css_set >"$TMP/tasks"
	awk '
		function base(name) { sub(/@.*/, "", name); return name }
		# What is in sets and groups is selected.
		function put(kind, id,    nr, i, c, nodes, edges) {
			for (i = 1; i <= nr_nodes; i++)
				if (node[i] in groups || base(node[i]) in sets)
					nodes = nodes " " node[i]
			for (c in groups)
				if ((c in root) && !(c in has) && ("roots" in has)) {
					nodes = nodes " roots"
					break
				}
			for (i = 1; i <= nr_edges; i++)
				if (tail[i] in groups && base(head[i]) in sets)
					edges = edges " " tail[i] "->" head[i]
			print kind "\t" id "\t" nodes "\t" edges
		}
		function choose_set(s,    i) {
			sets[s]
			for (i = 1; i <= nr_links; i++)
				if (of[i] == s)
					groups[to[i]]
		}
		function reset() { split("", sets); split("", groups) }
		FILENAME ~ /nodes$/ { node[++nr_nodes] = $1; has[$1] }
		FILENAME ~ /edges$/ { tail[++nr_edges] = $1; head[nr_edges] = $2 }
		FILENAME ~ /links$/ { of[++nr_links] = $1; to[nr_links] = $2 }
		FILENAME ~ /cgroups$/ { cgroup[++nr_cgroups] = $1; if ($2 == "-") root[$1] }
		FILENAME ~ /tasks$/ && !($2 in seen) {
			seen[$2]
			reset(); choose_set($2); put("task", $1)
			reset(); choose_set($2); put("css_set", $2)
		}
		END {
			for (i = 1; i <= nr_cgroups; i++) {
				reset()
				groups[cgroup[i]]
				for (j = 1; j <= nr_links; j++)
					if (to[j] == cgroup[i])
						sets[of[j]]
				put("cgroup", cgroup[i])
			}
		}' "$TMP/nodes" "$TMP/edges" "$TMP/links" "$TMP/cgroups" "$TMP/tasks"
}

# The fields of a table as people see them: blanks are blanks.
seen_fields() {
	fields "$@" | sed 's/\\040/ /g'
}

# make_page NAME SNAPSHOT OPTION...: the page, and beside it what is in the snapshot.
make_page() {
	local name=$1 file=$2 table

	shift 2
	run 0 -i "$file" html "$@"
	mv "$TMP/out" "$PAGES/$name.html"
	for table in tasks css_sets links cgroups csses hierarchies subsystems holders; do
		rows "$file" "$table" | wc -l >"$PAGES/$name.$table.rows"
	done
}

# A table as it is in the file.
make_tables() {
	seen_fields "$2" tasks tid comm state css_set >"$PAGES/$1.tasks"
	seen_fields "$2" cgroups cgroup path state tasks children refs unaccounted \
		>"$PAGES/$1.cgroups"
	fields "$2" csses css cgroup parent state refs css_sets children unaccounted \
		>"$PAGES/$1.csses"
	seen_fields "$2" tasks tid comm state css_set | grep -i sleep >"$PAGES/$1.sleep"
	fields "$2" tasks start tid | sort -rn | cut -f 2 >"$PAGES/$1.by-start"
}

# Names that are elements if anybody takes them for HTML, once or twice.
HOSTILE='<x-name></script><img\040src=x\040onerror=alert(1)>&lt;x-name&gt;&amp;lt;x-name&amp;gt;'
# Characters that nobody sees, which the files have as they are.
HOSTILE+=$'\302\255\357\270\217'
HOSTILE+='<!--\047\042-'

make_hostile() {
	name=$HOSTILE awk -F '\t' -v OFS='\t' 'BEGIN { name = ENVIRON["name"] }
		/^## / { section = $2 == "" ? substr($0, 4) : ""; print; next }
		/^#/ { print $0 (section == "tasks" ? OFS "<x-name>&lt;x-name&gt;" : ""); next }
		section == "tasks" { $3 = name; $0 = $0 OFS name }
		section == "css_sets" { $8 = name }
		section == "cgroups" && $4 != "/" { $4 = "/" name }
		section == "cgroups" && $1 == "0:57" { $1 = "0:57" name }
		section == "links" && $2 == "0:40" { $3 = "/" name }
		section == "hierarchies" && $3 != "-" { $3 = name }
		section == "subsystems" { $2 = name }
		section == "holders" { $7 = name; $9 = "path:" name }
		section == "info" && /^kernel:/ { $0 = "kernel: " name; gsub(/\\040/, " ") }
		section == "info" && /^time_ns:/ { $0 = "time_ns: soon" }
		/^ok 4 / { $0 = "# \377\nnot ok 4 \377" }
		/^ok 3 / { $0 = "# " name "\nnot ok 3 " name }
		{ print }' "$1" | sed 's/\t0:57\t/\t0:57<x-name>\t/' >"$TMP/hostile"
	run 0 -i "$TMP/hostile" html && mv "$TMP/out" "$PAGES/hostile.html"
	"$(dirname "$CGINSPECT")/characters" >"$PAGES/hostile.escaped"
}

# What an older module could have said: fewer columns and keys.
make_older() {
	awk -F '\t' -v OFS='\t' '
		/^## / { section = substr($0, 4); print; next }
		section == "info" && !/^(version|format|kernel):/ { next }
		section == "tasks" { print $1, $3, $5; next }
		section == "cgroups" { print $1, $2, $4; next }
		section == "csses" { print $1, $2; next }
		section == "css_sets" { print $1, $2; next }
		section == "holders" { print $1, $3; next }
		{ print }' "$1" >"$TMP/older"
	run 0 -i "$TMP/older" html && mv "$TMP/out" "$PAGES/older.html"
}

# A removed cgroup that much holds: itself, its css, and a css_set that has no task any more.
make_held() {
	awk -v OFS='\t' '
		function put(object, kind, refs, amount, detail) {
			print object, "/jobs/1", kind, refs, amount, "-", "-", "-", detail
		}
		/^## links$/ { print "dead0001", 1, 0, 0, 0, 0, 1, "dead", "-", "-", "memory:99" }
		/^## cgroups$/ { print "dead0001", "0:142", "/jobs/1" }
		/^## hierarchies$/ {
			print "memory:98", "0:57", "memory:1", 29, "online", 5, 1, 1, 0, 1, "-", \
				0, 0, 0
			print "memory:99", "0:142", "memory:98", 30, "dying", 5, 1, 0, 3, 0, "-", \
				0, 0, 0
		}
		/^ok 5 / { print "# in motion or too large for one instant: 1" }
		{ print }
		/^#object/ {
			put("memory:99", "writeback", 0, "-", "device:254:0,inode:125")
			for (i = 1; i <= 45; i++)
				put("memory:99", "file", 1, 1, "device:254:0,inode:" i)
			put("memory:99", "file", 900, 900, "files:1200")
			put("dead0001", "bpf_prog", 0, "-", "prog:5")
			put("dead0001", "perf_event", 5, "-", "event:7")
			put("memory:98", "unseen", 0, "-", "howto:memory")
		}' "$1" | sed 's/^boottime_ns: .*/boottime_ns: 871415548441170/' >"$TMP/held"
	make_page held "$TMP/held"
}

# check did not judge all, and the module is a newer one.
make_newer() {
	sed -e 's/^ok \(7\|11\) /# in motion or too large for one instant: \1\n&/' \
		-e 's/^format: .*/format: 3/; s/^memberships: .*/memberships: 5/' "$1" >"$TMP/newer"
	make_page newer "$TMP/newer"
}

# A page in which something is not as the scripts take it.
make_broken() {
	run 0 -i "$1" html
	sed 's/"tables":\[{/"tables":7,"others":[{/' "$TMP/out" >"$PAGES/broken.html"
}

# 20,000 removed cgroups, each held by a css that five files hold.
make_removed() {
	awk -v OFS='\t' -v nr=20000 '
		/^## csses$/ {
			for (i = 1; i <= nr; i++)
				print "0:" 500000 + i, "0:57", 2, "/crowd/" i ".", "dying", \
					"domain", "-", "-", 0, 0, 0, 0, 0, 2, 0, 1000 + i, "no", "-", 0
		}
		/^## hierarchies$/ {
			for (i = 1; i <= nr; i++)
				print "memory:" 500000 + i, "0:" 500000 + i, "memory:1", 1000 + i, \
					"dying", 6, 0, 0, 5, 0, "-", 5, 0, 0
		}
		{ print }
		/^#object/ {
			for (i = 1; i <= nr; i++)
				for (j = 1; j <= 5; j++)
					print "memory:" 500000 + i, "/crowd/" i ".", "file", j, j, \
						"-", "-", "-", "device:254:0,inode:" j
		}' "$1" >"$TMP/removed"
	make_page removed "$TMP/removed"
}

# 10,000 more tasks, of which each has a name that no other one has.
make_crowd() {
	awk -F '\t' -v OFS='\t' '
		{ print }
		/^## / { on = $0 == "## tasks"; next }
		on && !/^#/ && !done++ {
			for (i = 1; i <= 10000; i++) {
				$1 = 100000 + i; $3 = "crowd-" i "."; $14 = "9007199254" 740992 + i
				print
			}
		}' "$1" >"$TMP/crowd"
	make_page crowd "$TMP/crowd"
	make_tables crowd "$TMP/crowd"
}

GOOD=$SNAPSHOTS/mixed-6.1.snapshot
[ $# -eq 1 ] || [ $# -eq 2 ] || usage_error "usage: browser.sh PROGRAM [PATTERN OF CASES]"
if ! "$CGINSPECT" -i "$GOOD" html >"$TMP/page" 2>"$TMP/err" &&
	grep -q "built without the page" "$TMP/err"; then
	skip "cginspect was built without the page"
fi
have_all
PAGES=$TMP/pages
mkdir "$PAGES"
for name in mixed-6.1 systemd-hybrid-5.10; do
	make_page "$name" "$SNAPSHOTS/$name.snapshot" --all
	make_tables "$name" "$SNAPSHOTS/$name.snapshot"
	lit_objects "$SNAPSHOTS/$name.snapshot" >"$PAGES/$name.lit"
	seen_fields "$SNAPSHOTS/$name.snapshot" cgroups cgroup state path |
		awk -F '\t' '$2 != "live"' >"$PAGES/$name.removed"
done
make_page bunched "$GOOD"
make_page part "$GOOD" --cgroup 0:/shop
make_held "$GOOD"
make_newer "$GOOD"
make_broken "$GOOD"
make_removed "$GOOD"
make_hostile "$GOOD"
make_older "$GOOD"
make_crowd "$GOOD"
sed '/^## holders$/,$d' "$GOOD" >"$TMP/plain"
mkdir "$TMP/bin"
PATH=$TMP/bin run 0 -i "$TMP/plain" html
mv "$TMP/out" "$PAGES/plain.html"
NODE_PATH=$NODE_PATH node "$TESTS/browser/browser.js" "$PAGES" "${2-}"
