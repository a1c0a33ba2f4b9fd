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

// "10 d 2 h", "3 h 5 min", "7 min", "2.5 s"
function durationWords(seconds) {
	const minutes = Math.floor(seconds / 60);
	const hours = Math.floor(minutes / 60);
	const days = Math.floor(hours / 24);

	if (!minutes)
		return `${seconds.toFixed(1)} s`;
	if (!hours)
		return `${minutes} min`;
	return days ? `${days} d ${hours % 24} h` : `${hours} h ${minutes % 60} min`;
}

function uptimeWords(nanoseconds) {
	if (!isNumber(nanoseconds))
		return "";
	return `, ${durationWords(Number(nanoseconds) / 1e9)} after boot`;
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
	addFact("Module", `${showValue("string", info.version)}, format ` +
		showValue("number", info.format));
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

const NOT_JUDGED = /^in motion or too large for one instant: (\d+)$/;

// How many objects an invariant was not judged for.
function nrNotJudged({ remarks }) {
	const found = remarks.map((remark) => NOT_JUDGED.exec(showName(remark))).filter(Boolean);

	return found.reduce((sum, [, nr]) => sum + Number(nr), 0);
}

function notJudgedWords(check) {
	const lacking = check.filter(nrNotJudged);
	const nr = lacking.reduce((sum, verdict) => sum + nrNotJudged(verdict), 0);
	const numbers = lacking.map(({ number }) => number).join(", ");

	return nr ? `${counted(nr, "object")} could not be judged (${lacking.length === 1 ?
		"invariant" : "invariants"} ${numbers}).` : "";
}

function verdictWords(check) {
	const bad = check.filter((verdict) => !verdict.ok).length;
	const rest = notJudgedWords(check);

	if (bad)
		return `Check found violations: of ${check.length} invariants ${bad} ` +
			`${bad === 1 ? "does" : "do"} not hold. ${rest}`;
	return rest ? `Check found no violation, but ${rest}` :
		`Check found no violation: all ${check.length} invariants hold.`;
}

// What is not plainly good is seen without opening anything.
function addVerdict({ check, no_check: lacking }) {
	const host = document.getElementById("verdict");

	if (!check) {
		host.append(make("p", "unknown", "Whether the graph is sound is not known: the " +
			`file check ${lacking}.`));
		return;
	}
	const bad = check.some((verdict) => !verdict.ok);
	const seen = check.filter(({ ok, remarks }) => !ok || remarks.length);

	host.append(make("p", bad ? "verdict bad" : "verdict good", verdictWords(check)));
	if (seen.length)
		host.append(make("ul", "verdicts", ...seen.map(verdictLine)));
	host.append(make("details", "", make("summary", "", "All invariants, which were judged " +
		"at a later moment than the rest"),
		make("ul", "verdicts", ...check.map(verdictLine))));
}

function pairsTable(pairs) {
	const body = make("tbody", "");

	for (const [key, value] of Object.entries(pairs)) {
		const head = make("th", "", showText(key));

		head.scope = "row";
		body.append(make("tr", "", head, make("td", "", showName(value))));
	}
	return make("table", "pairs", body);
}

// What of one snapshot agrees with what is up to its documentation.
function madeWords({ snapshot, report }) {
	const later = [snapshot.holders ? "holders" : "", report.check ? "check" : ""]
		.filter(Boolean);

	return `Made by ${report.program} from one snapshot` +
		(later.length ? `; ${later.join(" and ")} of a later moment.` : ".");
}

function addMore(page) {
	const { snapshot } = page;

	document.getElementById("more").append(
		make("details", "", make("summary", "", "info: the module and its host"),
			pairsTable(snapshot.info)),
		make("details", "", make("summary", "", "stats: what snapshots have cost"),
			pairsTable(snapshot.stats)));
	document.getElementById("made").textContent = madeWords(page);
}

// Of another format a column can mean something else.
function addFormatWarning({ snapshot, report }) {
	const format = showValue("number", snapshot.info.format);

	if (format === String(report.format))
		return;
	document.getElementById("verdict").append(make("p", "verdict bad",
		`The snapshot has format ${format}, and ${report.program} knows ` +
		`${report.format}: columns may mean something else.`));
}

function makeSummary(page) {
	const { info } = page.snapshot;

	document.getElementById("summary").hidden = false;
	addPart("summary", "summary");
	document.getElementById("subtitle").textContent =
		`${showValue("string", info.kernel)}, ${timeWords(info.time_ns)}`;
	document.title = "cgroups of " + document.getElementById("subtitle").textContent;
	addFacts(page);
	addFormatWarning(page);
	addVerdict(page.report);
	addMore(page);
}
