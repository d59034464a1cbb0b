# For tools/distros and tools/arm: a table of what was tried elsewhere, and comparisons of hashes.
# shellcheck shell=bash
#
# A script that sources this must set `folder`, for logs and hashes, and end with `status`.

status=0

skip() {
    echo "tools/${0##*/}: skipped: $1" >&2
    exit 77
}

# row WHERE WHAT SECONDS RESULT RIGHT: prints a line of the table; remembers if RESULT is not RIGHT.
row() {
    printf '%-10s %-12s %5s s  %s\n' "${@:1:4}"
    [[ $4 == "$5" ]] || status=1
}

# try WHERE WHAT COMMAND...: leaves the seconds in `took`, and the output in the log of WHERE.
try() {
    local begun=$SECONDS
    if ! "${@:3}" </dev/null >>"$folder/$1.log" 2>&1; then
        row "$1" "$2" $((SECONDS - begun)) "failed: see $folder/$1.log" ""
        return 1
    fi
    took=$((SECONDS - begun))
}

hash_here() { tests/result_hashes tools/run >"$folder/here.hashes"; }

# compare WHERE: the hashes in WHERE.hashes, which took `took` seconds, with those of hash_here.
compare() {
    local here equal all
    all=$(wc -l <"$folder/here.hashes")
    here=$(sha256sum <"$folder/here.hashes" | head -c 16)
    equal=$(comm -12 <(sort "$folder/$1.hashes") <(sort "$folder/here.hashes") | wc -l)
    row "$1" results "$took" "$equal of $all are this build's: $(sha256sum <"$folder/$1.hashes" | head -c 16)" \
        "$all of $all are this build's: $here"
    comm -13 <(sort "$folder/here.hashes") <(sort "$folder/$1.hashes") | sed 's/^/    /' # what differs
}
