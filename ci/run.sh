#!/usr/bin/env bash
# The gate: sets up, builds, runs the suite and ends with its verdict. Arguments go to `vmm-cts run`:
# ci/run.sh --require-gpu. Reports are written to out/ in the checkout unless --out names another folder.
# Exit: that of vmm-cts (0 kept, 1 broken, 2 set-up, 3 no GPU, 4 suite error).
set -euo pipefail

ci=$(dirname "$0")
root=$(cd "$ci/.." && pwd)
"$ci/setup.sh"
"$ci/environment.sh"
"$ci/build.sh" || exit 2

out=(--out "$root/out")
[[ " $* " != *' --out'* ]] || out=()
status=0
"$root/build/bin/vmm-cts" run "${out[@]}" "$@" || status=$?
[[ $status -eq 0 ]] || echo "reproduce: ci/run.sh $*" >&2
exit "$status"
