#!/bin/bash
# platform.sh - builds and tests in another Debian, in a root of its own that is kept for the next time.
#
#   platform.sh debian13    Debian 13: gcc and clang with -Werror, units of both, integration of gcc's
#   platform.sh arm64       Debian 12, cross-compiled for 64-bit ARM as on a Raspberry Pi: units under qemu
#
# The sources are seen read-only. Nothing stays mounted: mounts are in a namespace that ends with the run.
set -euo pipefail

tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(dirname "$tests")
# shellcheck source=tests/packages.sh
. "$tests/packages.sh"

# The mirror this machine uses itself.
mirror() {
    local site
    # apt expands $(SITE), not the shell.
    # shellcheck disable=SC2016
    site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Label: Debian' | head -n 1)
    echo "${site:?No Debian mirror is set up for apt here}"
}

make_root() {
    local root=$1 suite=$2
    [ -e "$root/.complete" ] && return
    rm -rf "$root"
    debootstrap --variant=minbase "$suite" "$root" "$(mirror)"
    touch "$root/.complete"
}

# Runs a script of bash inside the root, with the sources at /source.
inside() {
    local root=$1 script=$2
    mkdir -p "$root/source" "$root/build"
    cp --remove-destination -L /etc/resolv.conf "$root/etc/resolv.conf"
    # npm inside trusts whom this machine trusts: it may reach the registry through a proxy of its own.
    cp --remove-destination -L /etc/ssl/certs/ca-certificates.crt "$root/etc/machine-ca.crt" ||
        : >"$root/etc/machine-ca.crt"
    # shellcheck disable=SC2016
    unshare --mount bash -euc '
        mount -t proc proc "$1/proc"
        mount --rbind /dev "$1/dev"
        mount --bind "$2" "$1/source"
        mount -o remount,bind,ro "$1/source"
        exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
            NODE_EXTRA_CA_CERTS=/etc/machine-ca.crt \
            chroot "$1" bash -euo pipefail -c "$3"' bash "$root" "$repo" "$script" </dev/null
}

install_inside() {
    local root=$1
    shift
    inside "$root" "
        dpkg -s $* >/dev/null 2>&1 && exit
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -q
        apt-get install -q -y --no-install-recommends $*"
}

test_debian13() {
    local root=$1 packages
    make_root "$root" trixie
    mapfile -t packages < <(packages_of tool library test npm; echo clang libclang-rt-dev)
    install_inside "$root" "${packages[@]}"
    # The expansions are the inner shell's.
    # shellcheck disable=SC2016
    inside "$root" '
        for compiler in clang gcc; do
            cmake -S /source -B /build/$compiler -G Ninja -DCMAKE_C_COMPILER=$compiler \
                -DCMAKE_BUILD_TYPE=Debug -DCLINIC_SANITIZE=ON -DCLINIC_WERROR=ON >/dev/null
            cmake --build /build/$compiler -- -k 0
        done
        ctest --test-dir /build/clang -L "^unit$" --output-on-failure --no-tests=error -j "$(nproc)"
        ctest --test-dir /build/gcc -L "^(unit|integration)$" --output-on-failure --no-tests=error \
            -j "$(nproc)"'
}

test_arm64() {
    local root=$1 packages
    make_root "$root" bookworm
    # Headers, pictures and scripts are the same for every machine.
    mapfile -t packages < <(packages_of library | sed -E '/^(mosquitto-dev|bootstrap-icons|libjs-chart.js|node-qrcode-generator)$/!s/$/:arm64/')
    inside "$root" 'dpkg --add-architecture arm64'
    install_inside "$root" cmake ninja-build pkg-config crossbuild-essential-arm64 qemu-user-static \
        "${packages[@]}"
    # shellcheck disable=SC2016
    inside "$root" '
        export PKG_CONFIG_LIBDIR=/usr/lib/aarch64-linux-gnu/pkgconfig:/usr/share/pkgconfig
        cmake -S /source -B /build/arm64 -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCLINIC_WERROR=ON \
            -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64 \
            -DCMAKE_C_COMPILER=aarch64-linux-gnu-gcc \
            -DCMAKE_CROSSCOMPILING_EMULATOR=qemu-aarch64-static >/dev/null
        cmake --build /build/arm64
        ctest --test-dir /build/arm64 -L "^unit$" --output-on-failure --no-tests=error -j "$(nproc)"'
}

name=${1:-}
case $name in
debian13 | arm64) ;;
*) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
cache=${XDG_CACHE_HOME:-$HOME/.cache}/clinic-edge
if [ "$(id -u)" -ne 0 ]; then
    exec sudo XDG_CACHE_HOME="${cache%/clinic-edge}" "$0" "$name"
fi
packages_need platform
mkdir -p "$cache"
"test_$name" "$cache/$name"
