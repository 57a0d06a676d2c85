#!/usr/bin/env bash
# ci/flake.sh RUNS [arguments of vmm-cts run]: runs the gate RUNS times and demands the same exit code, verdicts and
# observations every time. Needs a build. Results stay in out/flake/. Exit: 0 all alike; 1 some differ; 2 usage.
set -euo pipefail

[[ ${1:-} =~ ^[1-9][0-9]*$ && $1 -ge 2 ]] || {
    echo "usage: ci/flake.sh RUNS [arguments of vmm-cts run], with at least 2 runs" >&2
    exit 2
}
runs=$1
shift
root=$(cd "$(dirname "$0")/.." && pwd)
cts=$root/build/bin/vmm-cts out=$root/out/flake
[[ -x $cts ]] || {
    echo "ci/flake.sh: $cts does not exist: build first, with ci/build.sh" >&2
    exit 2
}
rm -rf "$out"

# gate FOLDER ARGUMENTS...: its exit code.
gate() {
    local folder=$1 status=0
    shift
    mkdir -p "$folder"
    "$cts" run --out "$folder" "$@" >"$folder/log" 2>&1 || status=$?
    echo "$status"
}

# took RUN: " in 28.6 s", from the verdict's line.
took() { sed -n '$s/.*) in / in /p' "$out/$1/log"; }

# Both ways, because compare is silent about what got better.
alike() {
    "$cts" compare "$1/results.json" "$2/results.json" && "$cts" compare "$2/results.json" "$1/results.json"
}

first=$(gate "$out/1" "$@")
[[ -f $out/1/results.json ]] || {
    echo "flake: the first run wrote no results: see $out/1/log" >&2
    exit 2
}
echo "run 1: exit $first$(took 1)"
different=0
for ((run = 2; run <= runs; ++run)); do
    status=$(gate "$out/$run" "$@")
    if [[ $status -eq $first ]] && alike "$out/1" "$out/$run" >"$out/$run/compare"; then
        echo "run $run: exit $status, same as run 1$(took "$run")"
    else
        echo "run $run: exit $status, differs from run 1$(took "$run")"
        cat "$out/$run/compare" 2>/dev/null || true
        different=$((different + 1))
    fi
done
echo "$runs runs, $different differ from the first"
[[ $different -eq 0 ]]
