#!/usr/bin/env bash
# Two runs at once on one machine: neither takes the other's memory for its own, and a killed one leaves no table behind.
# usage: side_by_side.sh VMM_CTS FOLDER
set -euo pipefail

cts=$1 out=$2
unset VMM_CTS_SIMULATOR_GPU
rm -rf "$out" && mkdir -p "$out"

tables() { find /dev/shm -maxdepth 1 -name "vmm-cts-simulator-$(id -u)-*-run $1"; }
# Cases that fill the device to the brim, or count every byte of it.
"$cts" run --backend simulator --no-retry --id ALC-10 --repeat 20 --out "$out/fills" >"$out/fills.log" 2>&1 &
"$cts" run --backend simulator --no-retry --id REU-08 --id ALC-11 --repeat 20 --out "$out/counts" >"$out/counts.log" 2>&1 &
if ! wait %1 || ! wait %2; then
    cat "$out"/*.log
    exit 1
fi

"$cts" run --backend simulator --out "$out/killed" >/dev/null 2>&1 &
runner=$!
until [[ -n $(tables "$runner") ]]; do sleep 0.01; done
kill -KILL "$runner"
wait "$runner" || true
for _ in {1..500}; do
    [[ -n $(tables "$runner") ]] || exit 0
    sleep 0.01
done
echo "the killed run left $(tables "$runner")"
exit 1
