#!/usr/bin/env bash
# run_example.sh PROGRAM EXPECTED SIMULATOR TOOLKIT: runs PROGRAM on the GPU or, if there is none, on the simulator
# whose libraries lie in the folder SIMULATOR, and compares what it prints with EXPECTED. TOOLKIT is the folder of the
# toolkit's own libcudart. VMM_CTS_REQUIRE_GPU=1 forbids the simulator. EXAMPLE_PRELOAD is a library to preload.
set -euo pipefail

program=$1 expected=$2 simulator=$3 toolkit=$4
here=$(dirname "$0")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# run LIBRARIES: the exit status, 3 when there is no GPU or no driver library to ask for one.
run() {
    local status=0
    LD_PRELOAD=${EXAMPLE_PRELOAD:-} LD_LIBRARY_PATH="$1${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" "$program" >"$scratch/out" 2>"$scratch/err" || status=$?
    if [[ $status -eq 127 ]] && grep -q 'libcuda\.so\.1: cannot open' "$scratch/err"; then
        status=3
    fi
    return $status
}

backend=gpu status=0
run "$toolkit" || status=$?
if [[ $status -eq 3 && ${VMM_CTS_REQUIRE_GPU:-0} != 1 ]]; then
    backend=simulator status=0
    run "$simulator" || status=$?
fi

echo "backend=$backend"
cat "$scratch/out" "$scratch/err"
[[ $status -eq 0 ]] || {
    echo "$(basename "$program") exited $status" >&2
    exit "$status"
}
"$here/compare_output.sh" "$expected" "$scratch/out"
