# SPDX-License-Identifier: GPL-2.0-only
"""Make a graph that is rich and keeps still: processes that sleep in cgroups of many kinds.

The guest has left the controllers misc and rdma on v2.
"""

import os
import socket
import threading
import time

V1 = "/sys/fs/cgroup"
V2 = "/sys/fs/cgroup/unified"


def write(path, text):
    with open(path, "w") as file:
        file.write(str(text))


def mkdir(*names):
    path = os.path.join(*names)
    os.makedirs(path, exist_ok=True)
    return path


def sleeper(cgroups, before=None):
    """Start a process that moves to the cgroups, does what it is to do there, and sleeps."""
    ready, tell = os.pipe()
    pid = os.fork()
    if not pid:
        for cgroup in cgroups:
            write(f"{cgroup}/cgroup.procs", 0)
        kept = before and before()
        os.write(tell, b"x")
        time.sleep(1000000)
        os._exit(kept is None)
    os.close(tell)
    if os.read(ready, 1) != b"x":
        raise SystemExit("a process of the scene died")
    os.close(ready)
    return pid


def mixed():
    """Processes that share some of their cgroups, and none."""
    write(mkdir(V2, "web") + "/cgroup.subtree_control", "+misc")
    for i in range(4):
        sleeper([mkdir(V2, "web", f"w{i % 2}"), mkdir(V1, "pids", f"p{i}"),
                 mkdir(V1, "cgi_named", "batch"), mkdir(V1, "freezer", "deep", "er", f"f{i}")])
    sleeper([mkdir(V2, "db"), mkdir(V1, "memory", "m")])


def threads():
    """A threaded subtree with a thread in each of its cgroups."""
    domain = mkdir(V2, "threads")
    leaves = [mkdir(domain, f"t{i}") for i in range(3)]
    for leaf in leaves:
        write(f"{leaf}/cgroup.type", "threaded")

    def spread():
        for leaf in leaves:
            thread = threading.Thread(target=time.sleep, args=(1000000,), daemon=True)
            thread.start()
            write(f"{leaf}/cgroup.threads", thread.native_id)
    sleeper([domain], spread)


def frozen():
    cgroup = mkdir(V2, "frozen", "inside")
    sleeper([cgroup])
    write(f"{V2}/frozen/cgroup.freeze", 1)


def namespace():
    sleeper([mkdir(V2, "ns", "root")], lambda: os.unshare(os.CLONE_NEWCGROUP))


def removed():
    """Cgroups that were removed and are held: by a socket, by pages, by a css_set."""
    socket_in = mkdir(V2, "gone", "socket")
    sleeper([socket_in], held_socket)
    os.rmdir(socket_in)
    pages_in = mkdir(V1, "memory", "gone", "pages")
    sleeper([pages_in], held_pages)
    os.rmdir(pages_in)
    zombie_in = mkdir(V2, "gone", "zombie")
    pid = os.fork()
    if not pid:
        write(f"{zombie_in}/cgroup.procs", 0)
        os._exit(0)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    os.rmdir(zombie_in)


def held_socket():
    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    write(f"{V2}/cgroup.procs", 0)
    return made


def held_pages():
    with open("/tmp/pages", "wb") as file:
        file.write(bytes(40 * 4096))
    write(f"{V1}/memory/cgroup.procs", 0)


def make():
    write(f"{V2}/cgroup.subtree_control", "+misc +rdma")
    for part in (mixed, threads, frozen, namespace, removed):
        part()
