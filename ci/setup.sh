#!/usr/bin/env bash
# Installs what the build needs on Debian 12, Ubuntu 24.04 and later. Quick when there is nothing to do. The CUDA
# toolkit is looked for, not installed. Exit: 0 ready; 2 something is missing, and stderr says what to do.
set -euo pipefail

ci=$(dirname "${BASH_SOURCE[0]}")
packages=(g++ cmake ninja-build nlohmann-json3-dev libcli11-dev libpugixml-dev catch2 ccache git libxml2-utils)
declare -A at_least=([g++]=4:11 [cmake]=3.25 [catch2]=3.4) # g++: C++20
# Of these, a program in PATH will do, wherever it came from.
declare -A program_of=([cmake]=cmake [ninja-build]=ninja [ccache]=ccache [git]=git [libxml2-utils]=xmllint)
toolkit_at_least=12.4
toolkit_root=${VMM_CTS_TOOLKIT_ROOT:-/usr/local/cuda} # another one in the test of this script

die() {
    echo "setup: $*" >&2
    exit 2
}

older() { dpkg --compare-versions "$1" lt "$2"; }

check_toolkit() {
    local nvcc version
    nvcc=$(PATH="$PATH:${CUDA_HOME:-}/bin:$toolkit_root/bin" command -v nvcc) ||
        die "no CUDA toolkit found: put nvcc $toolkit_at_least or newer in PATH, set CUDA_HOME, or install the toolkit under /usr/local/cuda."
    version=$("$nvcc" --version | sed -n 's/.*release \([0-9.]*\),.*/\1/p')
    older "$version" "$toolkit_at_least" &&
        die "the CUDA toolkit of $nvcc is $version: install $toolkit_at_least or newer, or put a newer nvcc first in PATH."
    return 0
}

# in_path PACKAGE: its program is in PATH, and new enough.
in_path() {
    local program=${program_of[$1]:-}
    [[ -n $program ]] && command -v "$program" >/dev/null || return 1
    [[ $program != cmake ]] || ! older "$(cmake --version | sed -n 's/^cmake version \([0-9.]*\).*/\1/p')" "${at_least[cmake]}"
}

# The packages that are not installed, or not new enough.
missing_packages() {
    local package version
    local -A installed=()
    while read -r package version; do
        installed[${package%%:*}]=$version
    done < <(dpkg-query -W -f '${db:Status-Status} ${Package} ${Version}\n' "${packages[@]}" 2>/dev/null |
        sed -n 's/^installed //p')
    for package in "${packages[@]}"; do
        version=${installed[$package]:-}
        if [[ -z $version ]] || older "$version" "${at_least[$package]:-0}"; then
            in_path "$package" || echo "$package"
        fi
    done
}

as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    else
        sudo "$@"
    fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 "$@" >>"$log" 2>&1
}

# The version of Catch2 that apt would install by itself.
candidate() { apt-cache policy catch2 | sed -n 's/^  Candidate: //p'; }

# Debian 12 has Catch2 2.13; its backports have a newer one.
add_backports() {
    local codename=$1 source format=list
    shopt -s nullglob
    source=$(awk -v codename="$codename" -f "$ci/backports.awk" \
        /etc/apt/sources.list.d/*.{sources,list} /etc/apt/sources.lis[t] </dev/null) ||
        die "Catch2 ${at_least[catch2]} is in $codename-backports, but no apt source of $codename was found to derive its source from: add $codename-backports to /etc/apt/sources.list.d and try again."
    [[ $source == Types:* ]] && format=sources
    as_root tee "/etc/apt/sources.list.d/$codename-backports.$format" <<<"$source" >/dev/null
    apt update || die "apt-get update failed after adding $codename-backports: check the network and $log."
}

install_packages() {
    local missing=("$@") codename package
    log=$(mktemp -t vmm-cts-setup.XXXXXX)
    echo "setup: installing ${missing[*]} (log: $log)" >&2
    apt update || die "apt-get update failed: check the network and the apt sources; $log has the details."
    codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    for package in "${!missing[@]}"; do
        if [[ ${missing[package]} == catch2 ]] && older "$(candidate)" "${at_least[catch2]}"; then
            [[ $codename == bookworm ]] ||
                die "this distribution offers Catch2 $(candidate): use Debian 12, Ubuntu 24.04 or newer, or install Catch2 ${at_least[catch2]} yourself."
            apt-cache policy | grep -q "n=$codename-backports" || add_backports "$codename"
            missing[package]=catch2/$codename-backports
        fi
    done
    apt install -y --no-install-recommends "${missing[@]}" ||
        die "apt-get could not install ${missing[*]}: check the network and the apt sources; $log has the details."
    rm -f "$log"
}

command -v dpkg-query >/dev/null ||
    die "this is no Debian or Ubuntu: install ${packages[*]} (Catch2 ${at_least[catch2]}, CMake ${at_least[cmake]} or newer) in your system's way and build with cmake --preset release."
check_toolkit
mapfile -t missing < <(missing_packages)
[[ ${#missing[@]} -gt 0 ]] || exit 0
command -v apt-get >/dev/null || die "apt-get is not here: install ${missing[*]} by hand."
[[ $EUID -eq 0 ]] || command -v sudo >/dev/null ||
    die "root or sudo is needed to install ${missing[*]}: run ci/setup.sh as root once."
install_packages "${missing[@]}"
