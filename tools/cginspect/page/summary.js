// SPDX-License-Identifier: GPL-2.0-only
// What somebody asks first: which host, when, is the graph sound, how much is there.
"use strict";

// Whether a key of info has digits, as a number or, of a large one, as a string.
function isNumber(value) {
	return /^\d+$/.test(String(value));
}

function timeWords(nanoseconds) {
	if (!isNumber(nanoseconds))
		return "not known";
	const date = new Date(Number(BigInt(nanoseconds) / 1000000n));

	return date.toISOString().replace("T", " ").replace(/\.\d*Z/, " UTC");
}

function uptimeWords(nanoseconds) {
	if (!isNumber(nanoseconds))
		return "";
	const seconds = Number(nanoseconds) / 1e9;
	const minutes = Math.floor(seconds / 60);

	return minutes ? `, ${minutes} min after boot` : `, ${seconds.toFixed(1)} s after boot`;
}

function countState(rows, state) {
	return rows.filter((row) => row.state === state).length;
}

// "57, 1 of them zombie"
function countWords(rows, states) {
	const parts = states.map((state) => [countState(rows, state), state])
		.filter(([nr]) => nr).map(([nr, state]) => `${nr} ${state}`);

	return parts.length ? `${rows.length}, of them ${parts.join(", ")}` : String(rows.length);
}

function addFact(name, value) {
	document.getElementById("facts").append(make("div", "",
		make("dt", "", name), make("dd", "", value)));
}

function addFacts({ snapshot, report }) {
	const { info } = snapshot;

	addFact("Kernel", showValue("string", info.kernel));
	addFact("Taken", timeWords(info.time_ns) + uptimeWords(info.boottime_ns));
	addFact("Boot id", showValue("string", info.boot_id));
	addFact("Module", `${showValue("string", info.version)}, format ${showValue("number", info.format)}`);
	addFact("Memberships", showValue("word", info.memberships));
	addFact("Tasks", countWords(snapshot.tasks, ["exiting", "zombie"]));
	addFact("css_sets", countWords(snapshot.css_sets, ["dead"]));
	addFact("Cgroups", countWords(snapshot.cgroups, ["draining", "dying"]));
	addFact("Hierarchies", countWords(snapshot.hierarchies,
		["unmounted", "lingering", "dying"]));
	addFact("Removed, but held", String(report.removed.length));
}

function verdictLine({ ok, number, name, remarks }) {
	const state = make("strong", ok ? "good" : "bad", ok ? "ok" : "not ok");
	const line = make("li", "", state, ` ${number} ${showName(name)}`);

	if (remarks.length)
		line.append(make("ul", "", ...remarks.map((remark) =>
			make("li", "", showName(remark)))));
	return line;
}

function addVerdict(check) {
	const host = document.getElementById("verdict");

	if (!check) {
		host.append(make("p", "unknown", "Whether the graph is sound is not known: the " +
			"snapshot has no check; cginspect save adds it."));
		return;
	}
	const bad = check.filter((verdict) => !verdict.ok);
	const words = bad.length ? `The graph is not sound: ${bad.length} of ${check.length} ` +
		"invariants are violated." : `The graph is sound: all ${check.length} invariants hold.`;
	const list = make("details", "", make("summary", "", "All invariants"),
		make("ul", "verdicts", ...check.map(verdictLine)));

	host.append(make("p", bad.length ? "verdict bad" : "verdict good", words));
	if (bad.length)
		host.append(make("ul", "verdicts", ...bad.map(verdictLine)));
	host.append(list);
}

function pairsTable(pairs) {
	const body = make("tbody", "");

	for (const [key, value] of Object.entries(pairs)) {
		const head = make("th", "", showText(key));

		head.scope = "row";
		body.append(make("tr", "", head, make("td", "", showDetailValue(value))));
	}
	return make("table", "pairs", body);
}

function addMore({ snapshot, report }) {
	document.getElementById("more").append(
		make("details", "", make("summary", "", "info: the module and its host"),
			pairsTable(snapshot.info)),
		make("details", "", make("summary", "", "stats: what snapshots have cost"),
			pairsTable(snapshot.stats)));
	document.getElementById("made").textContent = `Made by ${report.program} from one ` +
		"snapshot, so all of it is of one moment" +
		(snapshot.holders || report.check ? ", but for holders and check." : ".");
}

function makeSummary(page) {
	const { info } = page.snapshot;

	addPart("summary", "summary");
	document.getElementById("subtitle").textContent =
		`${showValue("string", info.kernel)}, ${timeWords(info.time_ns)}`;
	document.title = "cgroups of " + document.getElementById("subtitle").textContent;
	addFacts(page);
	addVerdict(page.report.check);
	addMore(page);
}
