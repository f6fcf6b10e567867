# join.awk: makes one HTML file of page.html, page.css, page.js and records.
#
#     awk -f join.awk page.html RECORD... >replay.html

function put(name,    line) {
    while ((getline line <name) > 0)
        print line
    close(name)
}

# A record as text that a browser takes for text.
function put_record(name,    line) {
    printf "<pre class=\"record\" hidden>"
    while ((getline line <name) > 0) {
        gsub(/&/, "\\&amp;", line)
        gsub(/</, "\\&lt;", line)
        print line
    }
    close(name)
    print "</pre>"
}

BEGIN {
    folder = ARGV[1]
    sub(/[^\/]*$/, "", folder)
    while ((getline line <ARGV[1]) > 0) {
        if (line == "@records") {
            for (i = 2; i < ARGC; i++)
                put_record(ARGV[i])
        } else if (line ~ /^@/) {
            put(folder substr(line, 2))
        } else {
            print line
        }
    }
}
