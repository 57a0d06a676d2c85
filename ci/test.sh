#!/usr/bin/env bash
# Every test of the repository, through CTest: sets up, builds, tests. Arguments go to ctest: ci/test.sh -R runner
set -euo pipefail

ci=$(dirname "$0")
"$ci/setup.sh"
"$ci/environment.sh"
trap '[[ $? -eq 0 ]] || echo "reproduce: ci/test.sh $*" >&2' EXIT
"$ci/build.sh"
cd "$ci/.."
ctest --preset release --no-tests=error --output-on-failure -j "$(nproc)" "$@"
