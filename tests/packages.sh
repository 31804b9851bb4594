# shellcheck shell=bash
# packages.sh - installs what packages.txt lists; sourced by the other scripts.

packages_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Prints the packages of the groups.
packages_of() {
    local group
    for group in "$@"; do
        sed -n "s/^$group  *//p" "$packages_folder/packages.txt"
    done | tr -s ' ' '\n'
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "Needs root: $*" >&2
        return 1
    fi
}

package_is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Installs what is missing of the groups. Does not call apt where nothing is.
packages_need() {
    local package missing=()
    for package in $(packages_of "$@"); do
        package_is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    echo "Installing ${missing[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive sh -c \
        'apt-get update -q && apt-get install -q -y --no-install-recommends "$@"' \
        apt "${missing[@]}" </dev/null
}

# Node.js often comes from elsewhere than Debian; what there is will do.
packages_need_npm() {
    if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
        packages_need npm
    fi
}
