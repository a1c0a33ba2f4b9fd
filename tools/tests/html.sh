#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The page, as text: what a browser makes of it is up to browser.sh.

set -euo pipefail

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

GOOD=$SNAPSHOTS/mixed-6.1.snapshot

# data NAME: print what the page has in the element data-NAME.
data() {
	awk -v mark="<script type=\"application/json\" id=\"data-$1\">" '
		on && $0 == "</script>" { exit }
		on
		$0 == mark { on = 1 }' "$TMP/page"
}

page() {
	run 0 "$@" html && mv "$TMP/out" "$TMP/page"
}

# The page has what json prints, all of it and in the same order.
has_the_snapshot() {
	page -i "$1" && run 0 -i "$1" json && jq . "$TMP/out" >"$TMP/wanted" &&
		data snapshot | jq . | same "$TMP/wanted" -
}

# The same snapshot gives the same page, to the byte.
is_the_same_again() {
	page -i "$1" && mv "$TMP/page" "$TMP/first" && page -i "$1" && cmp "$TMP/first" "$TMP/page"
}

has_the_verdict() {
	page -i "$1" && run 0 -i "$1" check --json && jq .check "$TMP/out" >"$TMP/wanted" &&
		data report | jq .check | same "$TMP/wanted" -
}

# Each removed cgroup, and each removed css of one that was not.
has_what_was_removed() {
	page -i "$1" && {
		fields "$1" cgroups cgroup state
		fields "$1" csses css state cgroup
	} | awk '$2 == "dying" || $2 == "draining" {
		if ($1 ~ /^[0-9]/) removed[$1]
		if (!($3 in removed)) print $1 }' | sort >"$TMP/wanted"
	[ -s "$TMP/wanted" ] && data report | jq -r '.removed[].object' | sort |
		same "$TMP/wanted" -
}

# Every cgroup of a tree has a node, or its box has one.
boxes_are_nodes() {
	page -i "$1" || return
	awk '/^<div id="picture">/, /^<\/div>/' "$TMP/page" |
		sed -n 's#^<title>\(.*\)</title>$#\1#p' | sort >"$TMP/titles"
	sed -n 's/^\([0-9]*\):.*/\1/p' "$TMP/titles" | sort -u >"$TMP/trees"
	fields "$1" cgroups cgroup | grep -f <(sed 's/.*/^&:/' "$TMP/trees") | sort >"$TMP/all"
	data report | jq -r '.picture.boxes[] | join(" ")' >"$TMP/boxes"
	{
		cut -d ' ' -f 1 "$TMP/boxes"
		grep '^[0-9]*:[0-9]*$' "$TMP/titles"
	} | sort | same "$TMP/all" - || return
	cut -d ' ' -f 2 "$TMP/boxes" | sort -u >"$TMP/used"
	[ -z "$(comm -23 "$TMP/used" "$TMP/titles")" ]
}

# Nothing names another place but namespaces of SVG and what the libraries and licences say.
loads_nothing() {
	page -i "$1" || return
	sed '/^(function(factory)/d; /^!function(e,t)/d' "$TMP/page" >"$TMP/ours"
	! grep -E '<(link|img|iframe|object|embed|base|audio|video)\b' "$TMP/ours" &&
		! grep -E '<script[^>]* src=' "$TMP/ours" &&
		! grep -E '@import|url\(' "$TMP/ours" &&
		grep -qF "content=\"default-src 'none'; script-src 'sha256-" "$TMP/page" &&
		! grep 'unsafe' <(grep Content-Security-Policy "$TMP/page")
}

# The policy has the hash of each script and style, else no browser would run it.
hashes_are_right() {
	page -i "$GOOD" || return
	python3 - "$TMP/page" <<-'PYTHON'
	import base64, hashlib, re, sys
	page = open(sys.argv[1], newline="").read()
	policy = re.search(r'Security-Policy" content="([^"]*)"', page)[1]
	elements = re.findall(r"<(script|style)>(.*?)</\1>", page, re.S)
	digests = [hashlib.sha256(text.encode()).digest() for _, text in elements]
	hashes = ["'sha256-" + base64.b64encode(digest).decode() + "'" for digest in digests]
	assert len(hashes) == 4 and all(h in policy for h in hashes), (hashes, policy)
	PYTHON
}

# elements: a line for each element of the page, without what is in it.
elements() {
	python3 - "$TMP/page" <<-'PYTHON'
	import html.parser, sys
	class Parser(html.parser.HTMLParser):
	    def handle_starttag(self, tag, attributes):
	        print(tag, *(name for name, _ in attributes))
	Parser().feed(open(sys.argv[1], encoding="utf-8").read())
	PYTHON
}

HOSTILE='</script><script>alert(1)</script><!--\047\042&lt;]]>\134'

# hostile NAME: write a snapshot in which names, and what a newer module has, are this.
hostile() {
	name=$1 awk -F '\t' -v OFS='\t' 'BEGIN { name = ENVIRON["name"] }
		/^## / { section = $2 == "" ? substr($0, 4) : ""; print; next }
		/^#/ { print $0 (section == "tasks" ? OFS "new" name : ""); next }
		section == "tasks" { $3 = name; $0 = $0 OFS name }
		section == "cgroups" && $4 != "/" { $4 = "/" name }
		section == "holders" { $7 = name; $9 = "path:" name }
		section == "info" && /^kernel:/ { $0 = "kernel: " name }
		{ print }' "$GOOD" >"$TMP/hostile"
}

# The page of such a snapshot has no other elements than that of the same with harmless names.
hostile_names_are_text() {
	hostile abc && page -i "$TMP/hostile" && elements >"$TMP/wanted" &&
		hostile "$1" && page -i "$TMP/hostile" && elements | same "$TMP/wanted" - &&
		run 0 -i "$TMP/hostile" json && jq . "$TMP/out" >"$TMP/wanted" &&
		data snapshot | jq . | same "$TMP/wanted" -
}

# has_no_picture WORDS: the page and a message say why, and the page has all the rest.
has_no_picture() {
	run 0 -i "$GOOD" html && mv "$TMP/out" "$TMP/page" &&
		grep -qF "the page has no picture: $1" "$TMP/err" &&
		data report | words=$1 jq -e '.picture.lacking | startswith(env.words)' \
			>"$TMP/answer" &&
		sed 's/"lacking":"[^"]*"/"lacking":""/' "$TMP/page" >"$TMP/lacking" &&
		cmp "$TMP/bare" "$TMP/lacking"
}

# The page without anything of Graphviz is what all others without a picture have to be.
without_graphviz() {
	mkdir -p "$TMP/bin"
	PATH=$TMP/bin run 0 -i "$GOOD" html &&
		sed 's/"lacking":"[^"]*"/"lacking":""/' "$TMP/out" >"$TMP/bare" &&
		! grep -q '<svg' "$TMP/bare" && grep -q '^</html>$' "$TMP/bare" &&
		grep -q "can not be run: .*(apt install graphviz)" "$TMP/err"
}

# fake_dot SCRIPT WORDS: of a dot that is this script there is no picture, for this reason.
fake_dot() {
	mkdir -p "$TMP/fake" && printf '#!/bin/bash\n%s\n' "$1" >"$TMP/fake/dot" &&
		chmod +x "$TMP/fake/dot" && PATH=$TMP/fake:$PATH has_no_picture "$2"
}

# It is waited for, but not without a word.
slow_dot() {
	fake_dot 'sleep 4; cat >/dev/null; exit 3' "dot of Graphviz has failed with status 3" &&
		grep -q "dot of Graphviz is still drawing" "$TMP/err"
}

# A snapshot alone has no holders and no check, and says so.
without_more() {
	sed '/^## holders$/,$d' "$GOOD" >"$TMP/plain" && page -i "$TMP/plain" &&
		data report >"$TMP/report" && answers '.check == null and
			all(.tables[]; .section != "holders") and
			all(.no_holders, .no_check; test("cginspect save adds it"))' "$TMP/report"
}

# Nobody can save what the module does not have.
live_without_more() {
	mkdir -p "$TMP/less"
	sed '/^## holders$/,$d' "$GOOD" >"$TMP/less/snapshot" && page --dir "$TMP/less" &&
		data report >"$TMP/report" && answers \
		'all(.no_holders, .no_check; test("module on this kernel"))' "$TMP/report"
}

# What the module has and can not be opened is done without, too, and a message says so.
live_refused() {
	mkdir -p "$TMP/refused" && unreadable "$TMP/refused/holders" &&
		unreadable "$TMP/refused/check" &&
		sed '/^## holders$/,$d' "$GOOD" >"$TMP/refused/snapshot" &&
		page --dir "$TMP/refused" && grep -q "holders: No such device or address" "$TMP/err" &&
		grep -q "check: No such device or address" "$TMP/err" &&
		data report >"$TMP/report" && answers \
		'all(.no_holders, .no_check; test("could not be read"))' "$TMP/report"
}

# Of a removed cgroup whose counts are all 0 nothing is known, which is no name without letters.
held_by_nothing() {
	awk -F '\t' -v OFS='\t' '$1 == "0:142" && $5 == "dying" { $15 = 0 } { print }' "$GOOD" \
		>"$TMP/free" && page -i "$TMP/free" && data report >"$TMP/report" &&
		answers '.removed[] | select(.object == "0:142") | .held == null' "$TMP/report"
}

# Of the running system all is read, and a message says what is of a later moment.
is_live() {
	make_live "$TMP/live" "$GOOD"
	page --dir "$TMP/live" && grep -q "holders is of a later moment" "$TMP/err" &&
		grep -q "check is of a later moment" "$TMP/err" && mv "$TMP/page" "$TMP/of-live" &&
		page -i "$GOOD" && cmp "$TMP/page" "$TMP/of-live"
}

bad_check() {
	sed '/^ok 7 /d' "$GOOD" >"$TMP/bad" && says 3 "this is no verdict 7" -i "$TMP/bad" html
}

# The picture of a part, beside all of the data.
of_one_cgroup() {
	page -i "$GOOD" --cgroup 0:/shop && ! grep -q '^<title>0:57</title>' "$TMP/page" &&
		data snapshot | jq -e 'any(.cgroups[]; .cgroup == "0:57")' >/dev/null &&
		data report >"$TMP/report" && answers '.picture.part ==
			{ task: null, cgroup: "0:/shop", hierarchy: null }' "$TMP/report"
}

# A library that ends its element, in letters of any size, would put the rest into the page.
ends_its_element() {
	mkdir -p "$TMP/tools/cginspect"
	cp "$TOP/tools/page.sh" "$TMP/tools" && cp -r "$TOP/tools/cginspect/page" \
		"$TMP/tools/cginspect" && "$TMP/tools/page.sh" "$TMP/page.c" || return
	echo '// </SCRIPT >' >>"$TMP/tools/cginspect/page/main.js"
	! "$TMP/tools/page.sh" "$TMP/page.c" 2>"$TMP/err" && grep -q "end its element" "$TMP/err"
}

to_a_terminal() {
	script -qec "$CGINSPECT -i $GOOD html" /dev/null >"$TMP/tty" && return 1
	grep -q "html writes to a file" "$TMP/tty"
}

full() {
	! "$CGINSPECT" -i "$GOOD" html >/dev/full 2>"$TMP/err" &&
		grep -q "the output can not be written" "$TMP/err"
}

# Without the libraries all the rest of the program was built.
if ! "$CGINSPECT" -i "$GOOD" html >"$TMP/page" 2>"$TMP/err" &&
	grep -q "built without the page" "$TMP/err"; then
	tally_case "built without the page: it says what was lacking" \
		says 3 "libjs-jquery and libjs-jquery-datatables" -i "$GOOD" html
	tally_end
	exit
fi
for name in $(snapshots); do
	tally_case "$name: it has the snapshot" has_the_snapshot "$SNAPSHOTS/$name.snapshot"
	tally_case "$name: it has what was removed" has_what_was_removed "$SNAPSHOTS/$name.snapshot"
	tally_case "$name: boxes are nodes" boxes_are_nodes "$SNAPSHOTS/$name.snapshot"
done
tally_case "the verdict" has_the_verdict "$GOOD"
tally_case "it is the same again" is_the_same_again "$GOOD"
tally_case "it loads nothing" loads_nothing "$GOOD"
tally_case "the hashes of the policy" hashes_are_right
tally_case "names that look like elements" hostile_names_are_text "$HOSTILE"
tally_case "names that are no UTF-8" hostile_names_are_text '\377\376<b>\303'
tally_case "names with control characters" hostile_names_are_text '\033[31m\001\015\012<i>'
tally_case "names that turn letters around" hostile_names_are_text '\342\200\256txt<u>'
tally_case "without Graphviz" without_graphviz
# shellcheck disable=SC2016 # it is for the script.
tally_case "a dot that dies half way" fake_dot \
	'PATH=${PATH#*:}; dot "$@" | head -c 9000; kill -9 $$' "dot of Graphviz has failed: Killed"
# shellcheck disable=SC2016 # it is for the script.
tally_case "a dot that draws the half of it" fake_dot \
	'PATH=${PATH#*:}; dot "$@" | head -c 9000; exit 0' \
	"what dot of Graphviz has drawn is no whole SVG"
tally_case "a dot that prints nothing" fake_dot 'cat >/dev/null' \
	"what dot of Graphviz has drawn is no whole SVG"
tally_case "a dot that prints something else" fake_dot 'cat >/dev/null; echo "<b>svg"' \
	"what dot of Graphviz has drawn is no whole SVG"
tally_case "a dot that reads nothing" fake_dot 'echo "<svg></svg>"' \
	"dot of Graphviz has failed to read all of the picture"
tally_case "a dot that takes long" slow_dot
tally_case "without holders and check" without_more
tally_case "a module without holders and check" live_without_more
tally_case "a module whose holders and check can not be opened" live_refused
tally_case "a removed cgroup that is held by nothing" held_by_nothing
tally_case "the running system" is_live
tally_case "a check that is cut" bad_check
tally_case "one cgroup" of_one_cgroup
tally_case "a file that would end its element" ends_its_element
tally_case "to a terminal" to_a_terminal
tally_case "no room for the page" full
tally_case "an option of dot" says 2 "html does not take -T" -i "$GOOD" html -T svg
tally_case "a picture of no task" says 1 "there is no task 999999" -i "$GOOD" html --task 999999
tally_end
