#!/usr/bin/env bash
# What setup.sh says when it cannot go on, each time with one stand-in for a program of the machine. It must name the
# way out in one sentence and exit 2, and must never reach the real package manager.
# shellcheck disable=SC2016 # the stand-ins expand their own variables
set -euo pipefail

setup="$(cd "$(dirname "$0")/.." && pwd)/setup.sh"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# A machine on which everything is there: only these programs are in PATH.
new_machine() {
    machine=$scratch/machine
    rm -rf "$machine"
    mkdir "$machine"
    local tool
    for tool in awk bash cat dirname dpkg env grep head mktemp rm sed tee; do
        ln -s "$(command -v "$tool")" "$machine/$tool"
    done
    stand_in nvcc 'echo "Cuda compilation tools, release 13.0, V13.0.88"'
    stand_in dpkg-query 'shift 3; for package; do echo "installed $package 99:99"; done'
    stand_in apt-get 'exit 0'
    stand_in apt-cache 'echo "  Candidate: 3.7.1-1"'
    stand_in sudo 'exec "$@"'
}

stand_in() {
    printf '#!%s\n%s\n' "$(command -v bash)" "$2" >"$machine/$1"
    chmod +x "$machine/$1"
}

# answers STATUS PATTERN: the exit status, and a pattern for all of stderr.
answers() {
    local status=0 output
    output=$(PATH=$machine CUDA_HOME='' TMPDIR=$scratch VMM_CTS_TOOLKIT_ROOT=$scratch "$setup" 2>&1) || status=$?
    if [[ $status -ne $1 || ! $output =~ $2 ]]; then
        printf 'expected exit %s and /%s/, got exit %s and:\n%s\n' "$1" "$2" "$status" "$output" >&2
        exit 1
    fi
}

new_machine
answers 0 '^$'

new_machine
rm "$machine/nvcc"
answers 2 '^setup: no CUDA toolkit found: put nvcc'

new_machine
stand_in nvcc 'echo "Cuda compilation tools, release 12.3, V12.3.107"'
answers 2 '^setup: the CUDA toolkit of .* is 12\.3: install 12\.4 or newer'

new_machine
rm "$machine/dpkg-query"
answers 2 '^setup: this is no Debian or Ubuntu: install '

lacks_catch2='shift 3; for package; do [[ $package == catch2 ]] || echo "installed $package 99:99"; done'

new_machine
stand_in dpkg-query "$lacks_catch2"
rm "$machine/apt-get"
answers 2 '^setup: apt-get is not here: install catch2 by hand'

new_machine
stand_in dpkg-query 'shift 3; for package; do echo "installed $package 2.13.10-1"; done'
rm "$machine/apt-get"
answers 2 'install g\+\+ cmake catch2 by hand' # too old counts as missing

new_machine
stand_in dpkg-query "$lacks_catch2"
stand_in apt-get '[[ " $* " != *" update "* ]] || { echo "Temporary failure resolving"; exit 100; }'
answers 2 'setup: apt-get update failed: check the network'

new_machine
stand_in dpkg-query "$lacks_catch2"
stand_in apt-get '[[ " $* " != *" install "* ]] || exit 100'
answers 2 'setup: apt-get could not install catch2: check the network'

new_machine
stand_in dpkg-query "$lacks_catch2"
answers 0 '^setup: installing catch2 '

# What comes without a package is used, unless it is too old.
lacks_tools='shift 3; for package; do [[ $package =~ cmake|ninja ]] || echo "installed $package 99:99"; done'
new_machine
stand_in dpkg-query "$lacks_tools"
stand_in cmake 'echo "cmake version 3.31.6"'
stand_in ninja 'exit 0'
answers 0 '^$'
stand_in cmake 'echo "cmake version 3.22.1"'
answers 0 '^setup: installing cmake '

if [[ $EUID -ne 0 ]]; then
    new_machine
    stand_in dpkg-query "$lacks_catch2"
    rm "$machine/sudo"
    answers 2 '^setup: root or sudo is needed to install catch2'
fi
echo 'every refusal names its way out'
