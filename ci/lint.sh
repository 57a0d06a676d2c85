#!/usr/bin/env bash
# ci/lint.sh [--tidy]: format, shell, container and workflow checks; --tidy adds clang-tidy (slow), which needs a build.
# A check whose tool is not installed is named at the end, never counted as passed.
set -euo pipefail

cd "$(dirname "$0")/.."
failed=() absent=()

# check TOOL ARGUMENTS...
check() {
    if ! command -v "$1" >/dev/null; then
        absent+=("$1")
        return
    fi
    echo "$1"
    "$@" || failed+=("$1")
}

tidy() {
    [[ -f build/compile_commands.json ]] || {
        echo 'lint: build/compile_commands.json is missing: run ci/build.sh first.' >&2
        exit 2
    }
    # nvcc's options mean nothing to clang-tidy, so only the C++ sources are looked at.
    check run-clang-tidy -quiet -p build "^$PWD/(tests|fixtures|runner|simulator|faults)/.*\.cpp$"
}

mapfile -t sources < <(git ls-files '*.cpp' '*.hpp' '*.cu' '*.cuh')
mapfile -t scripts < <(git ls-files '*.sh' '.ci/run')
check clang-format --dry-run -Werror "${sources[@]}"
check shellcheck "${scripts[@]}"
check hadolint docker/Dockerfile
check actionlint ci/github/*.yml
[[ ${1:-} != --tidy ]] || tidy

[[ ${#absent[@]} -eq 0 ]] || echo "not run, not installed: ${absent[*]}"
[[ ${#failed[@]} -eq 0 ]] || {
    echo "lint: failed: ${failed[*]}" >&2
    exit 1
}
