#!/usr/bin/env bash
# The proof that the suite can fail: plants every defect of faults/ and demands that each is noticed and that every claim
# turns red. Arguments go to `vmm-cts prove`: ci/prove.sh --backend gpu, or --matrix for every case under every defect.
# Reports are written to out/prove/ in the checkout unless --out names another folder.
# Exit: that of vmm-cts prove (0 proved, 1 not, 2 set-up, 3 no GPU, 4 suite error).
set -euo pipefail

ci=$(dirname "$0")
root=$(cd "$ci/.." && pwd)
"$ci/setup.sh"
"$ci/environment.sh"
"$ci/build.sh" || exit 2

depth=(--claims)
[[ " $* " != *' --matrix '* ]] || depth=()
out=(--out "$root/out/prove")
[[ " $* " != *' --out'* ]] || out=()
status=0
"$root/build/bin/vmm-cts" prove "${depth[@]}" "${out[@]}" "$@" || status=$?
[[ $status -eq 0 ]] || echo "reproduce: ci/prove.sh $*" >&2
exit "$status"
