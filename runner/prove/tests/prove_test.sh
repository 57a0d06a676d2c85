#!/usr/bin/env bash
# prove_test.sh VMM_CTS STAND_IN LIBRARY: what `vmm-cts prove` makes of each way to notice a defect, and its exit codes.
set -uo pipefail

cts=$1 stand_in=$2 library=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0
# Any defect will do: the stand-in knows no CUDA.
fault=$("$cts" prove --library "$library" --list | head -n 1)

fail() {
    echo "FAILED: $*" >&2
    cat "$folder/log" >&2
    failed=1
}

# prove BEHAVIOUR ARGUMENTS...: the exit code is left in $status.
prove() {
    local behaviour=$1
    shift
    status=0
    STAND_IN=$behaviour "$cts" prove --backend gpu --tests "$stand_in" --library "$library" \
        --faults "$fault" --out "$folder/out" "$@" >"$folder/log" 2>&1 || status=$?
}

# expect STATUS TEXT FILE: the exit code, and a text that the file must hold.
expect() {
    [[ $status -eq $1 ]] || fail "exit $status instead of $1"
    grep -q -- "$2" "$3" || fail "no \"$2\" in $3"
}

for kind in fail=fail leak=hygiene drift=drift 'skip=skipped now' crash=crash hang=timeout start=start; do
    prove "${kind%%=*}"
    expect 0 "\"kind\": \"${kind#*=}\"" "$folder/out/prove.json"
    expect 0 '^PROVED: 1 defect, 1 killed' "$folder/log"
done

prove pass
expect 1 "^SURVIVED $fault: " "$folder/log"
expect 1 '^NOT PROVED: 1 defect, 0 killed, 1 survived' "$folder/log"
expect 1 '"outcome": "survived"' "$folder/out/prove.json"
expect 1 'o-survived loud' "$folder/out/prove.html"

prove fail --claims
expect 0 '"depth": "claims"' "$folder/out/prove.json"
prove fail --matrix
expect 0 '"tried": 3' "$folder/out/prove.json"

# Several workers share the GPU: what comes of the company is no kill, and a case that minds it spoils the proof.
prove jostled
expect 1 "^SURVIVED $fault: " "$folder/log"
prove shy
expect 1 'differs from the baseline without any defect, beside other workers' "$folder/log"

prove broken
expect 4 'the baseline without a defect is not clean' "$folder/log"
[[ ! -e $folder/out/prove.json ]] || fail 'a report of an earlier campaign was left'

prove unplanted
expect 4 'the library did not plant' "$folder/log"

prove pass --faults 'no-such-*'
expect 2 'names no defect' "$folder/log"
prove pass --library "$folder/log"
expect 4 'cannot be loaded' "$folder/log"
prove pass --out /proc/nowhere
expect 2 'cannot be used' "$folder/log"

# The simulator may not stand in where a GPU is required.
mkdir -p "$folder/simulator" && touch "$folder/simulator/libcuda.so.1"
status=0
VMM_CTS_REQUIRE_GPU=1 STAND_IN=no_gpu "$cts" prove --tests "$stand_in" --library "$library" --faults "$fault" \
    --simulator-dir "$folder/simulator" --out "$folder/out" >"$folder/log" 2>&1 || status=$?
expect 3 'no device (CUDA_ERROR_NO_DEVICE)' "$folder/log"

# Ctrl-C while a worker hangs: in time, with a report, and nothing left behind.
STAND_IN=hang "$cts" prove --backend gpu --tests "$stand_in" --library "$library" --faults "$fault" \
    --out "$folder/out" >"$folder/log" 2>&1 &
sleep 1
kill -INT $!
wait $!
status=$?
expect 130 '"complete": false' "$folder/out/prove.json"
expect 130 '^INTERRUPTED: ' "$folder/log"

exit "$failed"
