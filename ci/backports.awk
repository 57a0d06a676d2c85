# awk -v codename=bookworm -f backports.awk FILE...: the apt source of the suite CODENAME-backports, derived from the
# source of the suite CODENAME, so that the mirror, its options and its key stay those of this machine.
# Reads .sources files (deb822) and .list files (one line a source) and answers in the format of the source found.
# Of several the one that looks like the distribution's own archive is preferred.

function has(list, word,    words, count, i) {
    count = split(list, words)
    for (i = 1; i <= count; ++i) {
        if (words[i] == word) {
            return 1
        }
    }
    return 0
}

function offer(source, uris) {
    if (!derived || (!derived_from_archive && uris ~ /\/debian[^\/ ]*\/?( |$)/)) {
        derived = source
        derived_from_archive = uris ~ /\/debian[^\/ ]*\/?( |$)/
    }
}

function end_stanza() {
    if (has(field["types"], "deb") && has(field["suites"], codename) && has(field["components"], "main") && field["enabled"] != "no") {
        offer("Types: deb\nURIs: " field["uris"] "\nSuites: " codename "-backports\nComponents: main" kept, field["uris"])
    }
    delete field
    name = kept = ""
}

FNR == 1 { end_stanza() }
/^[ \t]*#/ { next }
/^[ \t]*$/ { end_stanza(); next }

FILENAME ~ /\.list$/ {
    if (match($0, /^[ \t]*deb[ \t]+(\[[^]]*\][ \t]+)?/)) {
        options = substr($0, 1, RLENGTH)
        rest = substr($0, RLENGTH + 1)
        sub(/#.*/, "", rest)
        split(rest, part)
        if (part[2] == codename && has(rest, "main")) {
            offer(options part[1] " " codename "-backports main", part[1])
        }
    }
    next
}

/^[ \t]/ { # goes on with the field above
    field[name] = field[name] " " $0
    if (name !~ /^(types|uris|suites|components|enabled)$/) {
        kept = kept "\n" $0
    }
    next
}
{
    name = tolower(substr($0, 1, index($0, ":") - 1))
    value = substr($0, index($0, ":") + 1)
    gsub(/^[ \t]+|[ \t]+$/, "", value)
    field[name] = value
    if (name !~ /^(types|uris|suites|components|enabled)$/) {
        kept = kept "\n" $0
    }
}

END {
    end_stanza()
    if (!derived) {
        exit 1
    }
    print derived
}
