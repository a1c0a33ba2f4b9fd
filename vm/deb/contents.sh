#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Print the names of all that packages, DKMS or depmod may have left on this system.

set -eu

find /boot /etc /opt /root /srv /usr /var/lib/dkms /var/lib/dpkg/info -xdev \
	! -path /root/before | sort
