#!/usr/bin/env bash
# The same cases twice: by the runner (one process for all) and by ctest (a process per case). Prints both times, their ratio, and
# the runner's time against its floor: one CUDA initialisation plus the sum of the case bodies.
# usage: ci/benchmark.sh [--bin DIR] [--group NAME]...     DIR holds vmm-cts and vmm-cts-tests (default: build/bin)
# Needs ctest and awk. Backend: the GPU if there is one, else the simulator.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
bin=$root/build/bin
groups=()

die() {
    echo "ci/benchmark.sh: $*" >&2
    exit 2
}

while [[ $# -gt 0 ]]; do
    case $1 in
    --bin | --group) [[ $# -ge 2 ]] || die "$1 needs a value; see the head of the file" ;;&
    --bin) bin=$2 && shift 2 ;;
    --group) groups+=("$2") && shift 2 ;;
    *) die "unknown argument $1; see the head of the file" ;;
    esac
done
for program in vmm-cts vmm-cts-tests; do
    [[ -x $bin/$program ]] || die "$bin/$program does not exist: build first, with ci/build.sh"
done
bin=$(cd "$bin" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

now() { date +%s.%N; }
# seconds COMMAND...: how long it took; its output goes to a log, its exit code is the caller's business.
seconds() {
    local start
    start=$(now)
    "$@" >"$work/log" 2>&1 || true
    awk -v a="$start" -v b="$(now)" 'BEGIN { printf "%.2f", b - a }'
}

selection=()
label=()
if [[ ${#groups[@]} -gt 0 ]]; then
    for group in "${groups[@]}"; do selection+=(--group "$group"); done
    label=(-L "^($(IFS='|' && echo "${groups[*]}"))\$")
fi

mkdir "$work/ctest"
"$bin/vmm-cts-tests" --ctest >"$work/ctest/cases.cmake"
cat >"$work/ctest/CTestTestfile.cmake" <<END
set(VMM_CTS_TESTS $bin/vmm-cts-tests)
set(VMM_CTS_SIMULATOR_DIR $bin/../simulator/lib)
set(VMM_CTS_CASES $work/ctest/cases.cmake)
include($root/tests/ctest_cases.cmake)
END

start_up=$(seconds "$bin/vmm-cts" run --no-retry --out "$work/one" --id REU-01)
runner=$(seconds "$bin/vmm-cts" run --no-retry --out "$work/all" "${selection[@]}")
tail -n 1 "$work/log"
by_ctest=$(seconds ctest --test-dir "$work/ctest" --no-tests=error -j 1 "${label[@]}")
grep -E 'tests passed|tests failed' "$work/log" || true

# The first "seconds" of results.json is the run's own; the rest are the cases'.
bodies=$(grep -o '"seconds": *[0-9.e+-]*' "$work/all/results.json" | awk -F': *' 'NR > 1 { sum += $2 } END { printf "%.2f", sum }')
awk -v r="$runner" -v c="$by_ctest" -v s="$start_up" -v b="$bodies" 'BEGIN {
    printf "start-up and one case:        %8.2f s\n", s
    printf "sum of the case bodies:       %8.2f s\n", b
    printf "vmm-cts run, one process:     %8.2f s   (%.2f x start-up plus bodies)\n", r, r / (s + b)
    printf "ctest, a process per case:    %8.2f s   (%.1f x vmm-cts run)\n", c, c / r
}'
