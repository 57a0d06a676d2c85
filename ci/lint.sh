#!/usr/bin/env bash
# ci/lint.sh [--tidy [FOLDER]...]: format, shell, container and workflow checks; --tidy adds clang-tidy (slow), over all
# C++ or the folders named.
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

# tidy [FOLDER]...: in a tree of its own, where each source is compiled by itself.
tidy() {
    local folders='tests|fixtures|runner|simulator|faults' runner
    [[ $# -eq 0 ]] || folders=$(IFS='|' && echo "${*%/}")
    # The newest one: clang 14, Debian 12's default, does not know std::source_location.
    runner=$(compgen -c run-clang-tidy | grep -E '^run-clang-tidy(-[0-9]+)?$' | sort -V | tail -n 1) || runner=run-clang-tidy
    if command -v "$runner" >/dev/null; then
        cmake --preset release -B build/tidy -D VMM_CTS_BATCHES=OFF -D CMAKE_DISABLE_PRECOMPILE_HEADERS=ON >/dev/null
        cmake --build build/tidy --target vmm-cts-version >/dev/null
    fi
    # nvcc's options mean nothing to clang-tidy, so only the C++ sources are looked at.
    check "$runner" -quiet -p build/tidy "^$PWD/($folders)/.*\.cpp$"
}

mapfile -t sources < <(git ls-files '*.cpp' '*.hpp' '*.cu' '*.cuh')
mapfile -t scripts < <(git ls-files '*.sh' '.ci/run')
check clang-format --dry-run -Werror "${sources[@]}"
check shellcheck "${scripts[@]}"
check hadolint docker/Dockerfile
check actionlint ci/github/*.yml
[[ ${1:-} != --tidy ]] || tidy "${@:2}"

[[ ${#absent[@]} -eq 0 ]] || echo "not run, not installed: ${absent[*]}"
[[ ${#failed[@]} -eq 0 ]] || {
    echo "lint: failed: ${failed[*]}" >&2
    exit 1
}
