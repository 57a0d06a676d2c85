#!/usr/bin/env bash
# flake.sh with a stand-in for vmm-cts: alike runs pass; another exit code or another observation in one run does not.
# shellcheck disable=SC2016 # the stand-ins expand their own variables
set -euo pipefail

flake="$(cd "$(dirname "$0")/.." && pwd)/flake.sh"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/ci" "$scratch/build/bin"
cp "$flake" "$scratch/ci/flake.sh"

# demands STATUS PATTERN RUN: RUN is the script of one run; $out is the folder for its results.
demands() {
    cat >"$scratch/build/bin/vmm-cts" <<END
#!/usr/bin/env bash
if [[ \$1 == compare ]]; then
    cmp "\$2" "\$3"
else
    out=\$3
    $3
fi
END
    chmod +x "$scratch/build/bin/vmm-cts"
    local status=0 output
    output=$("$scratch/ci/flake.sh" 3 2>&1) || status=$?
    if [[ $status -ne $1 || ! $output =~ $2 ]]; then
        printf 'expected exit %s and /%s/, got exit %s and:\n%s\n' "$1" "$2" "$status" "$output" >&2
        exit 1
    fi
}

demands 0 '3 runs, 0 differ' 'echo kept >"$out/results.json"'
demands 0 'run 2: exit 0, same as run 1 in 28.6 s' 'echo kept >"$out/results.json"; echo "KEPT: all (a GPU) in 28.6 s"'
demands 0 'run 2: exit 1, same as run 1' 'echo broken >"$out/results.json"; exit 1'
demands 1 'run 3: exit 0, differs from run 1' 'echo "kept ${out/*flake\/[12]/}" >"$out/results.json"'
demands 1 'run 2: exit 1, differs from run 1' 'echo kept >"$out/results.json"; [[ $out != */2 ]]'
demands 2 'the first run wrote no results' 'exit 4'
echo 'differing runs are told from alike ones'
