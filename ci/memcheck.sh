#!/usr/bin/env bash
# ci/memcheck.sh [CASES...]: runs the suite on the GPU under compute-sanitizer's memcheck, and demands that it finds no error.
# CASES are test specifications of Catch2, such as 'MAP-*' or '[sharing]' (default: all cases).
# What the cases find is not judged, because the tool takes memory and time of its own: that is the gate's business. Refused calls
# are no errors, because the cases make them on purpose; nor are the faults of child processes, which the tool leaves alone.
# Needs a build, a GPU, and compute-sanitizer in PATH or under $CUDA_HOME (default: /usr/local/cuda). The reports stay in
# out/memcheck/. Exit: 0 no error; 1 errors, or the suite did not reach its end; 2 usage or set-up.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
tests=$root/build/bin/vmm-cts-tests out=$root/out/memcheck

die() {
    echo "ci/memcheck.sh: $*" >&2
    exit 2
}

[[ -x $tests ]] || die "$tests does not exist: build first, with ci/build.sh"
PATH=$PATH:${CUDA_HOME:-/usr/local/cuda}/bin
command -v compute-sanitizer >/dev/null || die "compute-sanitizer is neither in PATH nor in ${CUDA_HOME:-/usr/local/cuda}/bin: it comes with the CUDA toolkit"

rm -rf "$out"
mkdir -p "$out"
compute-sanitizer --tool memcheck --target-processes application-only --report-api-errors no --destroy-on-device-error kernel \
    --log-file "$out/memcheck.log" "$tests" --reporter compact "$@" >"$out/cases.log" 2>&1 || true

# The last lines of either: what Catch2 and the tool write when they reach their end.
cases=$(sed -n 's/^test cases: *\([0-9]*\).*/\1/p; s/^All tests passed (.* in \([0-9]*\) test cases*)$/\1/p' "$out/cases.log")
errors=$(sed -n 's/^=* ERROR SUMMARY: \([0-9]*\) error.*/\1/p' "$out/memcheck.log")
if [[ -z $cases || -z $errors || $cases -eq 0 ]]; then
    tail -n 5 "$out/cases.log" "$out/memcheck.log" >&2
    echo "memcheck: the suite did not run to its end: see $out" >&2
    exit 1
fi
echo "memcheck: $cases cases, $errors errors"
[[ $errors -eq 0 ]] || {
    grep -A 3 -m 5 -E '^=+ (Invalid|Program hit|Misaligned)' "$out/memcheck.log" || true
    exit 1
}
