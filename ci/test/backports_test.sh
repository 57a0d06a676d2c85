#!/usr/bin/env bash
# Sample apt sources, and the source that backports.awk must derive from each.
set -euo pipefail

awk_script="$(dirname "$0")/../backports.awk"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# derives NAME EXPECTED FILE...
derives() {
    local name=$1 expected=$2 actual
    shift 2
    actual=$(awk -v codename=bookworm -f "$awk_script" "$@" </dev/null || echo none)
    if [[ $actual != "$expected" ]]; then
        printf '%s\n--- expected\n%s\n--- actual\n%s\n' "$name" "$expected" "$actual" >&2
        exit 1
    fi
}

cat >"$scratch/debian.sources" <<'END'
Types: deb
# a remark
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/archive.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
END
stanza='Types: deb
URIs: http://mirror.example/debian
Suites: bookworm-backports
Components: main'
derives 'a stanza with a key file' "$stanza
Signed-By: /usr/share/keyrings/archive.gpg" "$scratch/debian.sources"

cat >"$scratch/embedded.sources" <<'END'
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm
Components: main contrib
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 xsFNBGPL0BUBEADmW5NdOOHwPIJlgPu6JDcKw/NZJPR8lsD3K87ZM18gzyQZJD+w
 -----END PGP PUBLIC KEY BLOCK-----
END
derives 'a stanza with its key inside' "$stanza
$(sed -n '/^Signed-By/,$p' "$scratch/embedded.sources")" "$scratch/embedded.sources"

cat >"$scratch/line.list" <<'END'
# deb http://other.example/debian bookworm main
deb-src http://mirror.example/debian bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/archive.gpg] http://mirror.example/debian/ bookworm main contrib # ours
END
derives 'one line with options' \
    'deb [arch=amd64 signed-by=/usr/share/keyrings/archive.gpg] http://mirror.example/debian/ bookworm-backports main' \
    "$scratch/line.list"

echo 'deb http://tools.example/prod bookworm main' >"$scratch/a-vendor.list"
derives 'a vendor before the archive' "$stanza
Signed-By: /usr/share/keyrings/archive.gpg" "$scratch/a-vendor.list" "$scratch/debian.sources"

sed 's/^Types/Enabled: no\nTypes/' "$scratch/embedded.sources" >"$scratch/disabled.sources"
derives 'a disabled stanza' none "$scratch/disabled.sources"
sed 's/bookworm/trixie/' "$scratch/line.list" >"$scratch/other-suite.list"
derives 'another release' none "$scratch/other-suite.list"
derives 'no sources at all' none
echo 'every source is derived as expected'
