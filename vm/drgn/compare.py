# SPDX-License-Identifier: GPL-2.0-only
"""Compare the module's tables with what drgn reads from the kernel's memory, line by line.

The result is KTAP, and the counts. Something in the kernel always moves, so the two are read
again until they agree; what is wrong stays wrong.
"""

import sys
import time

import drgn

import graph
import scene

FILES = "/sys/kernel/debug/cgroup_inspect/"
TABLES = ("hierarchies", "cgroups", "csses", "css_sets", "links", "tasks")
KEYS = {"hierarchies": ("id",), "cgroups": ("cgroup",), "csses": ("css",),
        "css_sets": ("css_set",), "links": ("css_set", "cgroup"), "tasks": ("tid",)}
TRIES = 10
SHOWN = 20


def read(table):
    """What the module says. A link is told once, for both of its ends."""
    with open(FILES + table) as file:
        names = file.readline().lstrip("#").rstrip("\n").split("\t")
        lines = [dict(zip(names, line.rstrip("\n").split("\t"))) for line in file]
    for line in lines:
        if table == "links":
            line["ends"] = "2"
    rows = {" ".join(line[key] for key in KEYS[table]): line for line in lines}
    if len(rows) != len(lines):
        raise SystemExit(f"{table} has two lines of the same name")
    return rows


def references(ours, theirs):
    """As long as an object is not removed, there is no single number to compare."""
    return ours == theirs or theirs == "~" and ours[0] in "~-"


def same(column, ours, theirs):
    return references(ours, theirs) if column == "refs" else ours == theirs


def differences(ours, theirs):
    """Print one line for each that only one side has, and for each column that differs."""
    for key in sorted(ours.keys() - theirs.keys()):
        yield f"{key}: only the module has it"
    for key in sorted(theirs.keys() - ours.keys()):
        yield f"{key}: only drgn has it"
    for key in sorted(ours.keys() & theirs.keys()):
        for column, value in theirs[key].items():
            if not same(column, ours[key][column], value):
                yield f"{key}: {column} is {ours[key][column]} to the module, {value} to drgn"


class Results:
    def __init__(self):
        self.number = self.failed = 0

    def result(self, ok, name):
        self.number += 1
        self.failed += not ok
        print(f"{'ok' if ok else 'not ok'} {self.number} {name}", flush=True)

    def end(self):
        print(f"1..{self.number}")
        print(f"{self.number - self.failed} passed, {self.failed} failed, 0 skipped", flush=True)
        return self.failed != 0


def settle(table, walk):
    """Read both until they agree; return what was read last, and what differs."""
    for _ in range(TRIES):
        ours, theirs = read(table), walk()
        found = list(differences(ours, theirs))
        if not found:
            break
        time.sleep(1)
    return ours, theirs, found


def compare(results, table, walk):
    began = time.monotonic()
    ours, theirs, found = settle(table, walk)
    for line in found[:SHOWN]:
        print(f"# {line}")
    print(f"# {table}: {len(theirs)} lines, {time.monotonic() - began:.0f} s")
    results.result(not found and bool(theirs), f"{table}: the module and drgn say the same")
    return ours, theirs


def doctored(ours, theirs):
    """Yield a column, and the module's table with one wrong value in it."""
    for column in next(iter(theirs.values())):
        key = next(key for key in theirs if key in ours and
                   not (column == "refs" and theirs[key][column] == "~"))
        wrong = {name: dict(line) for name, line in ours.items()}
        wrong[key][column] += "1"
        yield column, wrong
    yield "a line too few", dict(list(ours.items())[1:])


def control(results, table, ours, theirs):
    missed = [what for what, wrong in doctored(ours, theirs)
              if len(list(differences(wrong, theirs))) != 1]
    if missed:
        print(f"# not reported, or more than once: {missed}")
    results.result(not missed, f"{table}: each doctored column and line is reported")


def is_rich(theirs):
    """What the scene is to have, as drgn saw it."""
    lines = {table: list(rows.values()) for table, rows in theirs.items()}
    wanted = {
        "v1 hierarchies": sum(line["version"] == "1" for line in lines["hierarchies"]) > 3,
        "a named one": any(line["name"] != "-" for line in lines["hierarchies"]),
        "removed cgroups": sum(line["state"] == "dying" for line in lines["cgroups"]) > 2,
        "csses of v2": sum(line["cgroup"].startswith("0:") for line in lines["csses"]) > 4,
        "removed csses": any("dying" in line["flags"] for line in lines["csses"]),
        "dead css_sets": any(line["state"] == "dead" for line in lines["css_sets"]),
        "threaded css_sets": any(line["dom"] != "-" for line in lines["css_sets"]),
        "links": len(lines["links"]) == len(lines["css_sets"]) * len(lines["hierarchies"]),
    }
    missing = [what for what, there in wanted.items() if not there]
    if missing:
        print(f"# missing: {missing}")
    return not missing


def main():
    scene.make()
    time.sleep(2)
    prog = drgn.Program()
    prog.set_kernel()
    prog.load_debug_info([sys.argv[1]])
    print(f"# drgn {drgn.__version__}", flush=True)
    walks, results, theirs = graph.Graph(prog), Results(), {}
    for table in TABLES:
        ours, theirs[table] = compare(results, table, getattr(walks, table))
        control(results, table, ours, theirs[table])
    results.result(is_rich(theirs), "the scene has an object of each kind")
    return results.end()


sys.exit(main())
