#!/usr/bin/env bash
# compare_output_test.sh EXPECTED: shows that compare_output.sh can say no. A transcript made from EXPECTED is
# accepted; each altered copy of it, one defect a copy, is refused.
# shellcheck disable=SC2016 # in sed, $ is the last line
set -euo pipefail

compare="$(dirname "$0")/compare_output.sh"
expected=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
good=$scratch/good altered=$scratch/altered

sed -e 's/{address A}/0x7f0000000000/g; s/{address B}/0x7f0000200000/g; s/{address C}/0x7f0000400000/g' \
    -e 's/{capability}/9.0/g; s/{microseconds}/36/g' "$expected" >"$good"
"$compare" "$expected" "$good"

refused=0
# must_refuse DEFECT SED-SCRIPT
must_refuse() {
    sed -E -e "$2" "$good" >"$altered"
    if cmp -s "$good" "$altered"; then
        echo "the defect '$1' changed nothing: adapt this test" >&2
        exit 1
    fi
    if "$compare" "$expected" "$altered" 2>/dev/null; then
        echo "accepted a transcript with this defect: $1" >&2
        exit 1
    fi
    refused=$((refused + 1))
}

must_refuse 'the sum of phase 1 is wrong' 's/(sum \(first [0-9]+.*\): )[24]/\19/'
must_refuse 'the sum of phase 2 is one off' 's/(182698|365409)$/\1.5/'
must_refuse 'address A changed when its memory was swapped' 's/-> 0x7f0000000000/-> 0x7f0000600000/'
must_refuse 'two matrices share an address' 's/0x7f0000200000/0x7f0000000000/'
must_refuse 'the addresses are said to differ' 's/same: YES/same: NO/'
must_refuse 'an address is null' 's/0x7f0000400000/(nil)/'
must_refuse 'the last line is missing' '$d'
must_refuse 'a line is doubled' '$p'
must_refuse 'the program said something more' '$a error: cuMemUnmap answered cudaErrorInvalidValue'
if grep -q 'Update result' "$good"; then
    must_refuse 'the update is refused' 's/Success \(code: 0\)/Refused (code: 4)/'
    must_refuse 'the graph was not reused' 's/(reused: )YES/\1NO/'
fi
echo "refused $refused altered transcripts"
