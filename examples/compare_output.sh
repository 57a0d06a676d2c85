#!/usr/bin/env bash
# compare_output.sh EXPECTED ACTUAL: is ACTUAL what EXPECTED shows, line by line?
# {address NAME}, {capability} and {microseconds} stand for what differs from run to run. All places that
# name the same address must show the same one, and different names different ones.
set -euo pipefail

declare -A value_of=() name_of=()

# bind NAME ADDRESS: false when it contradicts an earlier line.
bind() {
    local name=$1 address=$2
    [[ ${value_of[$name]:-$address} == "$address" && ${name_of[$address]:-$name} == "$name" ]] || return 1
    value_of[$name]=$address
    name_of[$address]=$name
}

matches() {
    local expected=$1 actual=$2 literal placeholder rest pattern
    while [[ $expected =~ ^([^{]*)\{([^}]+)\}(.*)$ ]]; do
        literal=${BASH_REMATCH[1]} placeholder=${BASH_REMATCH[2]} rest=${BASH_REMATCH[3]}
        case $placeholder in
        address\ *) pattern='0x[0-9a-f]+' ;;
        capability) pattern='[0-9]+\.[0-9]+' ;;
        microseconds) pattern='[0-9]+' ;;
        *)
            echo "unknown placeholder {$placeholder}" >&2
            exit 2
            ;;
        esac
        [[ $actual =~ ^"$literal"($pattern) ]] || return 1
        actual=${actual:${#BASH_REMATCH[0]}}
        if [[ $placeholder == address\ * ]]; then
            bind "${placeholder#address }" "${BASH_REMATCH[1]}" || return 1
        fi
        expected=$rest
    done
    [[ $actual == "$expected" ]]
}

[[ $# -eq 2 ]] || {
    echo "usage: compare_output.sh EXPECTED ACTUAL" >&2
    exit 2
}
mapfile -t expected_lines <"$1"
mapfile -t actual_lines <"$2"
for ((i = 0; i < ${#expected_lines[@]} || i < ${#actual_lines[@]}; ++i)); do
    expected=${expected_lines[i]-<end of output>} actual=${actual_lines[i]-<end of output>}
    matches "$expected" "$actual" || {
        printf 'line %d differs\n  expected: %s\n  actual:   %s\n' $((i + 1)) "$expected" "$actual" >&2
        exit 1
    }
done
