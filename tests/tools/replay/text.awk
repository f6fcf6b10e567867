# text.awk: one place of a record (RECORD.md), as a screen of 80 by 23.
#
#     awk -v place=N -f text.awk RECORD
#     awk -v place=N -v kind=select -v way=1 -f text.awk RECORD
#
# The second prints the number of the next step of a kind (way 1), of the one
# before (-1), or of the place itself (0), never beyond the ends.

function field(name,    i) {
    for (i = 4; i <= NF; i++)
        if (index($i, name "=") == 1)
            return substr($i, length(name) + 2)
    return ""
}

# What stands after the first n words of the line.
function after(n,    text, i) {
    text = $0
    for (i = 0; i < n; i++)
        sub(/^ *[^ ]+ ?/, "", text)
    return text
}

function is_kind() {
    return kind == "event" || kind == "log" && $3 == "log" ||
        kind == "select" && ($3 == "select" || $3 == "wake") ||
        kind == "switch" && ($3 == "switch" || $3 == "resumed")
}

function at_line(line) {
    if (depth[$2] > 0 && line > 0)
        now[$2, depth[$2]] = line
}

function who_is(n) {
    return n > 0 ? "coroutine " n : coroutines > 0 ? "main" : "the thread"
}

function page_text(n) {
    return n > 0 ? ", for page " n : ""
}

BEGIN {
    step = 0
    found = place
}

/^run / { title = $0; sub(/^run [^ ]* /, "", title); next }
/^name / { names[$2] = $3; pages = $2; next }
/^source / { file = $2; number = 0; next }
/^\|/ { source[file, ++number] = substr($0, 2); next }
/^events$/ { next }

{ is_step = $3 !~ /^(page|watch|queue|vars|stack)$/ }
is_step {
    step++
    if (kind != "" && step != place && is_kind()) {
        if (step < place && way < 0)
            found = step
        if (step > place && way > 0 && found == place)
            found = step
    }
}
# A state after the place belongs to the step that comes next.
step > place || !is_step && step == place { next }
is_step { here = step; time = $1; who = $2; asleep = "" }

$3 == "stack" { coroutines++; depth[$4] = 0 }
$3 == "enter" {
    at_line(field("from"))
    said = (depth[$2] > 0 ? name[$2, depth[$2]] "() calls " $4 "()" : \
        $4 "() begins") page_text(field("page"))
    d = ++depth[$2]
    name[$2, d] = $4
    in_file[$2, d] = $5
    now[$2, d] = $6
}
$3 == "leave" {
    while (depth[$2] > 0 && name[$2, depth[$2]] != $4)
        depth[$2]--
    depth[$2]--
    at_line(field("line"))
    said = $4 "() returns" \
        (depth[$2] > 0 ? " to " name[$2, depth[$2]] "()" : "")
}
$3 == "call" {
    at_line($6)
    result = after(9)
    sub(/^-1 /, "", result)
    said = $4 "(" field("fd") ") = " result page_text(field("page"))
    if (field("page") > 0) {
        if ($4 == "connect")
            state[field("page")] = "connecting"
    }
}
$3 == "sleep" {
    at_line($6)
    asleep = $4
    said = "the thread sleeps in " $4 "(" field("fd") ")" \
        page_text(field("page"))
}
$3 == "select" {
    at_line($5)
    asleep = "select"
    read_before = field("read")
    write_before = field("write")
    read_after = write_after = "(asleep)"
    said = "select() is called: the thread sleeps until one of these can go on"
    since = $1
}
$3 == "wake" {
    at_line($5)
    read_after = field("read")
    write_after = field("write")
    said = sprintf("select() returns after %.3f s: %d ready", $1 - since,
        field("result"))
}
$3 == "switch" {
    at_line($5)
    said = who_is($2) " stops here; " who_is(field("to")) " goes on"
    who = field("to")
}
$3 == "resumed" { said = who_is($2) " goes on where it stopped" }
$3 == "log" {
    at_line($4)
    log_line[++logs] = after(4)
    said = "printed: " after(4)
    if ($5 ~ /^[0-9.]+$/ && $6 ~ /^[0-9]+$/)
        state[$6] = $7 == "connected" ? "sending" : \
            $7 == "sent" ? "waiting" : $7
    for (i = 1; i <= pages; i++)
        if ($5 == names[i] && state[i] != "done") {
            state[i] = $6 == "sent" ? "waiting" : $6
            break
        }
}
$3 == "fold" { said = $4 " rounds like the one before, left out here" }
$3 == "queue" {
    if (!($4 in queue))
        queue_name[++queues] = $4
    queue[$4] = after(4)
}

# Cuts a line at the edge of the screen.
function put(text) {
    if (length(text) > 79)
        text = substr(text, 1, 78) ">"
    print text end_of_line
    lines++
}

function pad(text, width) {
    return sprintf("%-" width "s", length(text) < width ? text : \
        substr(text, 1, width - 2) ">")
}

# The right-hand column: pages, sets, queues, stacks.
function fill_right(    i, c) {
    n = 0
    for (i = 1; i <= pages && i <= 6; i++)
        right[++n] = sprintf("%2d %-12s %s", i, substr(names[i], 1, 12),
            state[i])
    if (pages > 6)
        right[++n] = "   and " pages - 6 " more pages"
    if (since != "") {
        right[++n] = "select   before      after"
        right[++n] = "read     " pad(read_before, 12) read_after
        right[++n] = "write    " pad(write_before, 12) write_after
    }
    for (i = 1; i <= queues; i++) {
        text = queue[queue_name[i]]
        gsub(/:[0-9.]+( |$)/, " ", text)
        right[++n] = pad(queue_name[i], 9) text
    }
    put_stack(who, ">")
    for (c = 0; c <= coroutines && n < 16; c++)
        if (c != who && depth[c] > 0)
            put_stack(c, " ")
}

# Who called whom, the last first: of a coroutine that has stopped, from the
# program's own function on. "..." stands for those that it has called.
function put_stack(c, mark,    i, text) {
    i = depth[c]
    while (c != who && i > 1 && in_file[c, i] != in_file[0, 1])
        i--
    if (i < depth[c])
        text = "..."
    for (; i > 0 && length(text) < 40; i--)
        text = text (text == "" ? "" : " < ") name[c, i] ":" now[c, i]
    right[++n] = mark " " c " " text
}

END {
    if (kind != "") {
        print (found < 1 ? 1 : found > step ? step : found)
        exit
    }
    put(title)
    put(sprintf("event %d of %d, %.3f s   %s", here, step, time,
        asleep == "" ? who_is(who) " runs" : "asleep in " asleep))
    put("* " said)
    fill_right()
    d = depth[who]
    file = in_file[who, d]
    line = now[who, d]
    for (i = 0; i < 16; i++) {
        text = ""
        if (d > 0 && (file, line - 8 + i) in source)
            text = sprintf("%s%4d %s", i == 8 ? ">" : " ", line - 8 + i,
                source[file, line - 8 + i])
        put(pad(text, 44) " " right[i + 1])
    }
    for (i = logs - 2; i <= logs; i++)
        put(i > 0 ? log_line[i] : "")
    put(note != "" ? note : "n b next, back  s w l by select, switch, log line; S W L back  " \
        "g G ends  q quit")
}
