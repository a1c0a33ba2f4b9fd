# SPDX-License-Identifier: GPL-2.0-only
# Judge KCSAN's reports in a kernel's log. A report is ours if either of its stacks has a
# function of the module. If an interrupt has made an access, what it has interrupted stands below
# it in the stack, and does not count. A report is explained only if the pair of functions is in
# the list of explained races, and the access is marked (READ_ONCE() and the like) if it is in a
# function of the module.
#
#   awk -v module=NAME -v explained=FILE -f judge.awk console.log
#
# Prints one line for each pair of functions, the first report of each pair of ours that is not
# explained, each line of the list that no report has used, and the counts. Exit code: 1 if a
# report of ours is not explained or a report can't be read, 2 for a list that can't be read.

BEGIN {
	while ((got = (getline line < explained)) > 0)
		add_explained(line)
	if (got < 0 || bad_list) {
		print "# " explained " can not be read" (bad_list ? ": " bad_list : "")
		exit_code = 2
		exit
	}
}

# A line is: function of ours, the other function or *, and why the race is harmless. A function
# of the kernel that ours has called is written ours>kernel's.
function add_explained(line,    word, nr) {
	if (line ~ /^#/ || line ~ /^[ \t]*$/)
		return
	nr = split(line, word)
	if (nr < 5)
		bad_list = line
	entries++
	entry_ours[entries] = word[1]
	entry_other[entries] = word[2]
}

{
	sub(/\r$/, "")
	sub(/^\[ *[0-9.]+\] ?/, "")
}

/^BUG: KCSAN: / {
	if (open)
		broken++
	open = 1
	text = $0
	accesses = 0
	next
}

!open { next }

# Two processors may print at the same time: a line that is none of a report's is skipped.
/ to 0x[0-9a-f]+ of [0-9]+ bytes by / {
	text = text "\n" $0
	accesses++
	marked[accesses] = / \(marked/
	by_interrupt = / by interrupt /
	interrupted = 0
	top[accesses] = own[accesses] = ""
	next
}

accesses && /^ [A-Za-z_][A-Za-z0-9_.]*\+0x[0-9a-f]+\/0x[0-9a-f]+/ {
	text = text "\n" $0
	name = $1
	sub(/\+0x.*/, "", name)
	# The compiler names a part or a copy of a function after it.
	sub(/\.(isra|constprop|part|cold).*/, "", name)
	if (index($0, "[" module "]") && own[accesses] == "" && !interrupted)
		own[accesses] = name
	if (by_interrupt && name ~ /^asm_(sysvec_|common_interrupt|spurious_interrupt|exc_nmi)/)
		interrupted = 1
	if (top[accesses] == "")
		top[accesses] = name
	next
}

/^value changed: / { text = text "\n" $0 }

/^Reported by Kernel Concurrency Sanitizer on:/ {
	open = 0
	judge_report()
}

# The name of an access, as the list of explained races has it.
function name_of(i) {
	if (own[i] == "" || own[i] == top[i])
		return top[i]
	return own[i] ">" top[i]
}

# An access in a function of the kernel that ours has called can't be marked by us, so it may be
# listed without a mark.
function may_be_listed(i) {
	return marked[i] || own[i] != top[i]
}

function find_entry(ours, other,    e) {
	for (e = 1; e <= entries; e++)
		if (entry_ours[e] == ours && (entry_other[e] == "*" || entry_other[e] == other))
			return e
	return 0
}

# If both are of ours one line of the list is enough.
function entry_of(i, other,    e) {
	e = find_entry(name_of(i), other)
	if (!e && accesses == 2 && own[3 - i] != "")
		e = find_entry(other, name_of(i))
	return e
}

function judge_report(    i, other, ours, fine, plain, unmarked, pair, e) {
	if (!accesses || top[1] == "" || (accesses == 2 && top[2] == "")) {
		broken++
		print "# can not be read: " text
		return
	}
	reports++
	other = accesses == 2 ? name_of(2) : "unknown"
	pair = name_of(1) " / " other
	if (accesses == 2 && own[1] == "" && own[2] != "")
		pair = name_of(2) " / " name_of(1)
	fine = 1
	for (i = 1; i <= accesses; i++) {
		if (own[i] == "")
			continue
		ours = 1
		e = entry_of(i, accesses == 2 ? name_of(3 - i) : "unknown")
		if (!e || !may_be_listed(i))
			fine = 0
		if (!may_be_listed(i))
			plain = 1
		if (!marked[i])
			unmarked = 1
		if (e && may_be_listed(i))
			used[e]++
	}
	if (!ours)
		base[pair]++
	else if (fine)
		harmless[(unmarked ? "not marked in the kernel," : "marked and") " explained: " \
			 pair]++
	else if (!faults[(plain ? "plain" : "not listed") ": " pair]++)
		shown[++nr_faults] = text
	nr_ours += ours
}

function print_pairs(title, pairs,    pair) {
	for (pair in pairs)
		print "# " title pair " (" pairs[pair] " times)"
}

END {
	if (exit_code)
		exit exit_code
	broken += open
	print_pairs("of the kernel alone: ", base)
	print_pairs("of ours, ", harmless)
	print_pairs("OF OURS: ", faults)
	for (i = 1; i <= nr_faults; i++) {
		gsub(/\n/, "\n#   ", shown[i])
		print "# " shown[i]
	}
	for (e = 1; e <= entries; e++)
		if (!used[e])
			print "# no report used: " entry_ours[e] " " entry_other[e]
	print "# " reports + 0 " reports, " nr_ours + 0 " of ours, of these " nr_faults + 0 \
	      " pairs not explained, " broken + 0 " reports can not be read"
	exit nr_faults > 0 || broken > 0
}
