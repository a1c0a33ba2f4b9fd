# SPDX-License-Identifier: GPL-2.0-only
"""The cgroup graph as drgn reads it from the kernel's memory, in the form of the module's tables.

Nothing here takes a lock, so what is read is whole only while nothing changes. Each function
returns a dictionary of lines: the key of the line, and its columns by name.
"""

from drgn import container_of
from drgn.helpers.linux.kernfs import kernfs_path
from drgn.helpers.linux.list import hlist_for_each_entry, list_for_each_entry
from drgn.helpers.linux.pid import for_each_task

FLAGS = (("no_ref", "CSS_NO_REF"), ("online", "CSS_ONLINE"), ("released", "CSS_RELEASED"),
         ("visible", "CSS_VISIBLE"), ("dying", "CSS_DYING"))


def count(items):
    return str(sum(1 for _ in items))


def joined(names):
    return ",".join(names) or "-"


class Graph:
    def __init__(self, prog):
        self.prog = prog
        self.default = prog["cgrp_dfl_root"].address_of_()
        self.subsystems = [self.controller(i) for i in range(len(prog["cgroup_subsys"]))]

    def controller(self, i):
        return self.prog["cgroup_subsys"][i]

    @staticmethod
    def name(subsystem):
        return subsystem.name.string_().decode()

    def masked(self, mask):
        return joined(self.name(ss) for i, ss in enumerate(self.subsystems)
                      if mask.value_() >> i & 1)

    # --- what an object is called ---

    @staticmethod
    def cgroup_id(cgroup):
        return f"{cgroup.root.hierarchy_id.value_()}:{cgroup.kn.id.value_()}"

    def css_id(self, css):
        return f"{self.name(css.ss)}:{css.id.value_()}"

    @staticmethod
    def css_set_id(css_set):
        return f"{css_set.value_():016x}"

    # --- where the walks go ---

    def roots(self):
        yield from list_for_each_entry(
            "struct cgroup_root", self.prog["cgroup_roots"].address_of_(), "root_list")

    @staticmethod
    def children(css):
        yield from list_for_each_entry(
            "struct cgroup_subsys_state", css.children.address_of_(), "sibling")

    def below(self, css):
        yield css
        for child in self.children(css):
            yield from self.below(child)

    def all_cgroups(self):
        for root in self.roots():
            for css in self.below(root.cgrp.self.address_of_()):
                yield container_of(css, "struct cgroup", "self")

    def all_css_sets(self):
        for head in self.prog["css_set_table"]:
            yield from hlist_for_each_entry("struct css_set", head.address_of_(), "hlist")

    def all_csses(self):
        for i, ss in enumerate(self.subsystems):
            yield from self.below(ss.root.cgrp.subsys[i])

    @staticmethod
    def links_of_css_set(css_set):
        yield from list_for_each_entry(
            "struct cgrp_cset_link", css_set.cgrp_links.address_of_(), "cgrp_link")

    @staticmethod
    def links_of_cgroup(cgroup):
        yield from list_for_each_entry(
            "struct cgrp_cset_link", cgroup.cset_links.address_of_(), "cset_link")

    # --- tables ---

    def hierarchies(self):
        table = {}
        for root in self.roots():
            removed = [self.is_removed(css) for css in self.below(root.cgrp.self.address_of_())]
            table[str(root.hierarchy_id.value_())] = {
                "version": "2" if root == self.default else "1",
                "name": root.name.string_().decode() or "-",
                "controllers": self.masked(root.subsys_mask),
                "cgroups": str(removed.count(False)),
                "dying": str(removed.count(True)),
            }
        return table

    def is_removed(self, css):
        """Of the css of a cgroup itself. It gets no other flag when the cgroup is removed."""
        return not css.flags & self.prog["CSS_ONLINE"]

    def refs(self, css):
        """The kernel switches to a single counter when the object was removed."""
        ref = css.refcnt
        if not ref.percpu_count_ptr.value_() & self.prog["__PERCPU_REF_ATOMIC"].value_():
            return "~"
        return str(ref.data.count.counter.value_())

    @staticmethod
    def path(kn):
        return kernfs_path(kn).decode()

    def cgroups(self):
        return {self.cgroup_id(cgroup): self.cgroup(cgroup) for cgroup in self.all_cgroups()}

    def cgroup(self, cgroup):
        css = cgroup.self.address_of_()
        parent = container_of(css.parent, "struct cgroup", "self") if css.parent else None
        sets = [link.cset for link in self.links_of_cgroup(cgroup)]
        populated = (cgroup.nr_populated_csets or cgroup.nr_populated_domain_children or
                     cgroup.nr_populated_threaded_children)
        return {
            "parent": self.cgroup_id(parent) if parent else "-",
            "level": str(cgroup.level.value_()),
            "path": self.path(cgroup.kn),
            "state": "dying" if self.is_removed(css) else "live",
            "controllers": joined(self.name(ss) for i, ss in enumerate(self.subsystems)
                                  if cgroup.subsys[i]),
            "subtree_control": self.subtree_control(cgroup),
            "populated": "1" if populated else "0",
            "css_sets": str(len(sets)),
            "tasks": str(sum(cset.nr_tasks.value_() for cset in sets)),
            "children": count(self.children(css)),
            "dying_descendants": str(cgroup.nr_dying_descendants.value_()),
            "refs": self.refs(css),
            "serial": str(css.serial_nr.value_()),
        }

    def subtree_control(self, cgroup):
        """v1 knows no such thing, but the kernel keeps all controllers of a hierarchy there."""
        if cgroup.root != self.default:
            return "-"
        return self.masked(cgroup.subtree_control)

    def csses(self):
        users = {}
        for css_set in self.all_css_sets():
            for css in css_set.subsys:
                users[css.value_()] = users.get(css.value_(), 0) + 1
        return {self.css_id(css): self.css(css, users) for css in self.all_csses()}

    def css(self, css, users):
        return {
            "cgroup": self.cgroup_id(css.cgroup),
            "parent": self.css_id(css.parent) if css.parent else "-",
            "serial": str(css.serial_nr.value_()),
            "refs": self.refs(css),
            "css_sets": str(users.get(css.value_(), 0)),
            "children": count(self.children(css)),
            "online_count": str(css.online_cnt.counter.value_()),
            "flags": joined(name for name, flag in FLAGS if css.flags & self.prog[flag]),
        }

    def css_sets(self):
        return {self.css_set_id(css_set): self.css_set(css_set)
            for css_set in self.all_css_sets()}

    def css_set(self, css_set):
        return {
            "refs": str(css_set.refcount.refs.counter.value_()),
            "tasks": str(css_set.nr_tasks.value_()),
            "threaded": count(list_for_each_entry(
                "struct css_set", css_set.threaded_csets.address_of_(), "threaded_csets_node")),
            "state": "dead" if css_set.dead else "live",
            "dom": "-" if css_set.dom_cset == css_set else self.css_set_id(css_set.dom_cset),
            "default": self.cgroup_id(css_set.dfl_cgrp),
            "csses": ",".join(self.css_id(css) for css in css_set.subsys),
        }

    def links(self):
        """Both ends of a link must say the same, so it is looked up from both."""
        table = {}
        for css_set in self.all_css_sets():
            for link in self.links_of_css_set(css_set):
                key = f"{self.css_set_id(link.cset)} {self.cgroup_id(link.cgrp)}"
                table[key] = {"path": self.path(link.cgrp.kn), "ends": "1"}
        for cgroup in self.all_cgroups():
            for link in self.links_of_cgroup(cgroup):
                key = f"{self.css_set_id(link.cset)} {self.cgroup_id(cgroup)}"
                table.setdefault(key, {"path": "-", "ends": "1"})["ends"] = "2"
        return table

    def tasks(self):
        return {str(task.pid.value_()): {"css_set": self.css_set_id(task.cgroups)}
            for task in for_each_task(self.prog)}
