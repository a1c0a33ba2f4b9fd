# SPDX-License-Identifier: GPL-2.0-only
# What a user types. Kbuild says what the module is made of; the scripts in vm/
# do everything that needs a guest, those in scripts/ what needs none.

KDIR ?= /lib/modules/$(shell uname -r)/build
VM := vm
BENCH := bench
SCRIPTS := scripts
TOOLS := tools

# only VARIABLE,TARGETS: stop if any other target is to be made and the variable is
# set, as it would do nothing there, without a word.
only = $(if $($1),$(foreach target,$(filter-out $2,$(or $(MAKECMDGOALS),all)),\
	$(error make $(target) takes no $1=$($1), only these do: $2$(instead-$1-$(target)))))

instead-KERNEL-all = ; it builds for KDIR=$(KDIR)
instead-KERNEL-modules = $(instead-KERNEL-all)
instead-KERNEL-check-all := ; it tests every kernel; for one, make check KERNEL=$(KERNEL)
instead-KERNEL-check-debug := ; its kernel is the one called debug
instead-KERNEL-check-race := ; its kernel is the one called race
instead-KERNEL-check-intree := ; its kernel is the one called intree
instead-KERNEL-check-dkms := ; say $(SCRIPTS)/dkms.sh $(KERNEL)
instead-KERNEL-check-llvm := ; say $(SCRIPTS)/llvm.sh $(KERNEL)
instead-KERNEL-soak := ; its kernels are in $(VM)/soak.sh
instead-KERNEL-lint := ; it builds for the default kernel

$(call only,KERNEL,bench bench-disturb bench-throttled bench-tool check check-beside check-churn \
	check-containers check-drgn demo vm)
$(call only,LTP,check-beside check-everything)
$(call only,KSELFTESTS,check-beside check-everything)
$(call only,STRICT,check-all)
$(call only,POINTS,bench bench-disturb bench-throttled bench-tool)
$(call only,HOURS,soak)
$(call only,SECONDS,check-race fuzz-tools)
$(if $(filter-out 1,$(STRICT)),$(error STRICT can only be 1, not $(STRICT)))

all: modules

modules modules_install clean: kdir
	$(MAKE) -C $(KDIR) M=$(CURDIR) $@

kdir:
	@test -e $(KDIR)/Makefile || { \
		echo "No kernel build folder at $(KDIR): install your kernel's headers" \
		     "(Debian: linux-headers-$$(uname -r)) or say KDIR=/path." >&2; exit 1; }

check:
	@$(VM)/check.sh $(KERNEL)

check-all:
	@$(VM)/check-all.sh $(if $(STRICT),--strict)

check-debug:
	@$(VM)/check-debug.sh

soak:
	@$(VM)/soak.sh $(HOURS)

check-race:
	@$(VM)/check-race.sh $(SECONDS)

check-intree:
	@$(VM)/check-intree.sh

# LTP and KSELFTESTS reach the scripts as variables.
check-everything: export LTP := $(LTP)
check-everything: export KSELFTESTS := $(KSELFTESTS)
check-everything:
	@$(SCRIPTS)/everything.sh

check-churn:
	@$(VM)/check.sh --churn $(KERNEL)

check-beside: export LTP := $(LTP)
check-beside: export KSELFTESTS := $(KSELFTESTS)
check-beside:
	@$(VM)/check-beside.sh $(KERNEL)

check-dkms:
	@$(SCRIPTS)/dkms.sh

check-llvm:
	@$(SCRIPTS)/llvm.sh

deb:
	@$(SCRIPTS)/deb.sh

check-deb:
	@$(VM)/check-deb.sh

check-containers:
	@$(VM)/check-containers.sh $(KERNEL)

check-drgn:
	@$(VM)/check-drgn.sh $(KERNEL)

tools:
	@$(SCRIPTS)/deps.sh --tools
	@$(MAKE) --no-print-directory -C $(TOOLS)

install: tools
	@$(MAKE) --no-print-directory -C $(TOOLS) install

check-tools:
	@$(SCRIPTS)/deps.sh --tools
	@$(MAKE) --no-print-directory -C $(TOOLS) check

fuzz-tools:
	@$(SCRIPTS)/deps.sh --tools clang
	@$(MAKE) --no-print-directory -C $(TOOLS) fuzz $(if $(SECONDS),SECONDS=$(SECONDS))

demo:
	@$(VM)/demo.sh $(KERNEL)

vm:
	@$(VM)/shell.sh $(KERNEL)

bench:
	@$(BENCH)/bench.sh $(if $(KERNEL),--kernel $(KERNEL)) $(POINTS)

bench-disturb:
	@$(BENCH)/bench.sh --disturb $(if $(KERNEL),--kernel $(KERNEL)) $(POINTS)

bench-throttled:
	@$(BENCH)/bench.sh --throttled $(if $(KERNEL),--kernel $(KERNEL)) $(POINTS)

bench-tool:
	@$(BENCH)/bench.sh --tool $(if $(KERNEL),--kernel $(KERNEL)) $(POINTS)

lint:
	@$(SCRIPTS)/lint.sh

help:
	@echo 'make                  build cgroup_inspect.ko for KDIR ($(KDIR))'
	@echo 'make modules_install  install it there'
	@echo 'make clean            remove what was built'
	@echo 'make tools            build the reader, tools/build/cginspect'
	@echo 'make install          install it and its man page below PREFIX (/usr/local)'
	@echo 'make deb              build the Debian packages in debs/'
	@echo 'make demo             boot test VMs, show what cginspect says and how the files begin'
	@echo 'make check            test cginspect, then run all selftests in test VMs'
	@echo 'make check-all        the same, and a short tier on every other kernel;'
	@echo '                      STRICT=1: one that can not be had is a failure'
	@echo 'make check-tools      the tests of cginspect, which need no VM; check runs them too'
	@echo 'make fuzz-tools       give cginspect what is almost a snapshot; SECONDS=60'
	@echo 'make check-churn      check, snapshot and holders while all changes, for five minutes'
	@echo 'make soak             the storms on four kernels in turn, for HOURS=8'
	@echo "make check-beside     the kernel's own cgroup tests and LTP's (LTP=/path of its sources),"
	@echo '                      with the module and without, must end alike'
	@echo 'make check-debug      unit tests and all tests on a debug kernel (built once)'
	@echo 'make check-race       no data race in the module, says KCSAN, on a kernel of its own'
	@echo '                      (built once); SECONDS=600'
	@echo 'make check-intree     the code built into a kernel tree, by a series of patches'
	@echo 'make check-dkms       Debian DKMS builds, installs and removes the module'
	@echo 'make check-deb        the Debian packages, built, installed and removed in a VM'
	@echo 'make check-llvm       the module built with clang'
	@echo 'make check-containers the graph beside podman, runc, systemd-nspawn and docker'
	@echo 'make check-drgn       the graph against what drgn reads from the memory of the kernel'
	@echo 'make check-everything every target that tests, but soak, and a table of results'
	@echo 'make bench            measure readings beside other ways, in test VMs;'
	@echo '                      POINTS="centre equal" for some of bench/points only'
	@echo 'make bench-disturb    measure what others feel of a reader'
	@echo 'make bench-throttled  measure what others wait for a reader with little time'
	@echo 'make bench-tool       measure what cginspect needs beside cat'
	@echo 'make vm               a shell in a test VM with the module loaded'
	@echo 'make lint             checkpatch, sparse, W=1, kernel-doc, shellcheck'
	@echo
	@echo 'bench, bench-disturb, bench-throttled, bench-tool, demo, check, check-beside,'
	@echo 'check-churn, check-containers, check-drgn and vm take KERNEL=name, one of those in'
	@echo '$(VM)/kernels; no other target does. They install the Debian packages that they need,'
	@echo 'build the module for the kernel of the VM, and never load it on this machine.'

.PHONY: all modules modules_install clean kdir check check-all check-beside check-churn check-containers
.PHONY: check-debug check-deb check-dkms check-drgn check-everything check-intree check-llvm check-race
.PHONY: check-tools soak fuzz-tools tools install deb bench bench-disturb bench-throttled bench-tool
.PHONY: demo vm lint help
