# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Start containers of each runtime. Sourced by guest.sh.
#
# Each function adds lines "NAME PID" to $WORK/containers: the first process of the container,
# as its runtime names it. A container has three processes at least.

SHARED=/run/shared
SLEEP='sleep 100000 & sleep 100000 & sleep 100000 & wait'

# bundle DIR PATH COMMAND: make a bundle for runc; its cgroup has this path, which can be empty.
# runc gives it a cgroup namespace only on a system that is on v2 alone.
bundle() {
	mkdir -p "$1" && (cd "$1" && runc spec) || return
	jq --arg path "$2" --arg command "$3" '
		.process.terminal = false | .process.args = ["sh", "-c", $command] |
		.root.path = "/srv/root" | .root.readonly = false |
		(if $path == "" then . else .linux.cgroupsPath = $path end) |
		.linux.namespaces |= (map(select(.type != "cgroup")) + [{ "type": "cgroup" }]) |
		.mounts += [{
			"destination": "/shared", "source": "/run/shared", "options": ["rbind"]
		}]
		' "$1/config.json" >"$1/changed" && mv "$1/changed" "$1/config.json"
}

started() {
	wait_for 60 [ -e "/proc/$2/cgroup" ] && echo "$1 $2" >>"$WORK/containers"
}

# The one that is detached leaves no runc behind, the other one has its runc as its parent.
start_runc() {
	bundle "$WORK/runc1" /runc/one "hold give /shared/socket & $SLEEP" &&
		bundle "$WORK/runc2" /runc/two "$SLEEP" || return
	runc run --detach --bundle "$WORK/runc1" one >"$WORK/runc1.log" 2>&1 </dev/null ||
		{ cat "$WORK/runc1.log"; return 1; }
	runc run --bundle "$WORK/runc2" two >"$WORK/runc2.log" 2>&1 </dev/null &
	wait_for 60 runc state two || { cat "$WORK/runc2.log"; return 1; }
	started runc-one "$(runc state one | jq .pid)" &&
		started runc-two "$(runc state two | jq .pid)"
}

# podman has conmon as the parent of its containers.
start_podman() {
	podman run --detach --name one --network none --cgroupns private --pidfile "$WORK/podman1" \
		--tmpfs /own --rootfs /srv/root sh -c \
		"dd if=/dev/zero of=/own/inside bs=4096 count=20; $SLEEP" &&
		podman run --detach --name two --network none --cgroupns host \
			--pidfile "$WORK/podman2" --cgroup-manager cgroupfs \
			--rootfs /srv/root sh -c "$SLEEP" || return
	started podman-one "$(cat "$WORK/podman1")" && started podman-two "$(cat "$WORK/podman2")"
}

# A container in which runc has made another one.
start_nested() {
	bundle "$WORK/inner" "" "$SLEEP" || return
	jq '.mounts |= map(select(.destination != "/shared")) | .root.path = "/inner/root"' \
		"$WORK/inner/config.json" >"$SHARED/config.json" || return
	podman run --detach --name nest --network none --cgroupns private --privileged \
		--pidfile "$WORK/nest" -v /usr:/usr:ro -v "$SHARED:/shared" \
		-v /srv/root:/inner/root --rootfs /srv/nest sh -c 'cp /shared/config.json /inner &&
			runc --root /run/runc run --bundle /inner inner \
				>/shared/inner.log 2>&1 </dev/null' ||
		return
	started nest "$(cat "$WORK/nest")" &&
		wait_for 120 inner_pid && started nest-inner "$(inner_pid)"
}

# The first process of the inner container is a child of the runc in the nest, with a pid
# namespace of its own.
inner_pid() {
	outer=$(readlink "/proc/$(cat "$WORK/nest")/ns/pid")
	for runc in $(pgrep -f '^runc --root /run/runc'); do
		for pid in $(pgrep -P "$runc"); do
			[ "$(readlink "/proc/$pid/ns/pid")" = "$outer" ] ||
				! grep -q ^sh "/proc/$pid/comm" || { echo "$pid"; return; }
		done
	done
	return 1
}

start_nspawn() {
	systemd-run --quiet --unit nspawn --property KillMode=process \
		systemd-nspawn --quiet --machine machine --directory /srv/machine --as-pid2 \
		--private-network --bind "$SHARED:/shared" sh -c "$SLEEP" || return
	wait_for 60 machinectl show machine || { journalctl -u nspawn | tail; return 1; }
	started nspawn "$(machinectl show --property Leader --value machine)"
}

# docker_run NAME OPTION... IMAGE COMMAND...: the kernel has AppArmor, and the guest lacks what
# would load docker's profile.
docker_run() {
	docker run --detach --security-opt apparmor=unconfined --network none --name "$@" ||
		{ journalctl --no-pager -n 20 -u docker -u containerd; return 1; }
}

start_docker() {
	systemctl start containerd docker &&
		docker import /srv/image.tar box >/dev/null &&
		docker_run one --cgroupns private -v "$SHARED:/shared" box sh -c \
			"dd if=/dev/zero of=/shared/pages bs=4096 count=40; $SLEEP" &&
		docker_run two --cgroupns host box sh -c "$SLEEP" &&
		started docker-one "$(docker inspect --format '{{.State.Pid}}' one)" &&
		started docker-two "$(docker inspect --format '{{.State.Pid}}' two)"
}
