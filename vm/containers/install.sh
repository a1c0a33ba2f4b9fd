#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Prepare the guest's disk for containers that are made of busybox alone. rootfs.sh runs this in
# a namespace on this machine.

set -eu

# make_root DIR: a root for a container.
make_root() {
	mkdir -p "$1/bin" "$1/dev" "$1/etc" "$1/proc" "$1/run" "$1/sys" "$1/tmp" "$1/usr"
	cp /bin/busybox "$1/bin"
	busybox --install -s "$1/bin"
	ln -sfn /bin/busybox "$1/bin/sh"
	echo root:x:0:0:root:/:/bin/sh >"$1/etc/passwd"
	echo root:x:0: >"$1/etc/group"
	echo ID=containers >"$1/etc/os-release"
}

# A root in which the guest's own runc can run, as /usr of the guest is mounted there.
make_nest() {
	make_root "$1"
	rm -r "${1:?}/bin"
	for dir in bin sbin lib lib32 lib64; do
		ln -s "usr/$dir" "$1/$dir"
	done
	cp /etc/ld.so.cache "$1/etc"
	mkdir "$1/srv"
}

make_root /srv/root
make_root /srv/machine
make_nest /srv/nest
tar -C /srv/root -c . >/srv/image.tar

# The guest has neither the file systems nor the network that these would take otherwise.
mkdir -p /etc/docker /etc/containers
echo '{ "bridge": "none", "iptables": false, "ip6tables": false, "storage-driver": "vfs" }' \
	>/etc/docker/daemon.json
printf '[storage]\ndriver = "vfs"\nrunroot = "/run/containers"\ngraphroot = "/srv/podman"\n' \
	>/etc/containers/storage.conf

# The test starts these, and they must not come back when it has killed them.
for unit in docker containerd; do
	mkdir -p "/etc/systemd/system/$unit.service.d"
	printf '[Service]\nRestart=no\n' >"/etc/systemd/system/$unit.service.d/once.conf"
done
systemctl disable docker.service docker.socket containerd.service
for unit in podman.service podman.socket podman-auto-update.timer podman-restart.service; do
	systemctl disable "$unit" || true
done
