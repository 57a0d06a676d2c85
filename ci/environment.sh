#!/usr/bin/env bash
# What a log opens with: the machine and the tools that produced it.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
nvcc=$(PATH="$PATH:${CUDA_HOME:-}/bin:/usr/local/cuda/bin" command -v nvcc)

show() { printf '%-9s %s\n' "$1" "$2"; }

show suite "$(cat "$root/ci/VERSION") $(git -C "$root" describe --always --dirty 2>/dev/null || echo '(no git)')"
show system "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release), Linux $(uname -r), $(nproc) cores"
show compiler "$(g++ --version | head -n 1)"
show cmake "$(cmake --version | head -n 1)"
show toolkit "$("$nvcc" --version | sed -n 's/.*\(release .*\)/\1/p') ($nvcc)"
if [[ -r /proc/driver/nvidia/version ]]; then
    show driver "$(head -n 1 /proc/driver/nvidia/version)"
    timeout 10 nvidia-smi --query-gpu=index,name,driver_version,mig.mode.current --format=csv,noheader 2>/dev/null |
        while read -r gpu; do show gpu "$gpu"; done || true
else
    show driver 'none'
fi
