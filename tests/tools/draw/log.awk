# Draws logs of fetch: read them all, then a panel a log, on one time axis.
#
# A line of a log is "SECONDS ID EVENT DETAIL", the last one "# N done, N failed, N s elapsed, N s
# cpu, COST". A picture has `columns` columns of time: characters in a terminal, units in SVG. What
# a line of the picture shows is worked out once, as a row of characters (see row_of); SVG turns
# each run of one character into a bar.

BEGIN {
    split("connecting connected sent receiving done", event_name, " ")
    for (i = 1; i <= 5; i++)
        rank[event_name[i]] = i
    rank["failed"] = 5

    title = clean(ARGV[1])
    files = ARGC - 2
    ARGC = 1
    if (files == 0)
        read_log(1, "", "")
    for (i = 1; i <= files; i++) {
        cut_at = index(ARGV[i + 1], "=")
        read_log(i, substr(ARGV[i + 1], 1, cut_at - 1), substr(ARGV[i + 1], cut_at + 1))
    }
    end_complaints()
    if (lines_read > 0)
        draw()
    exit status
}

# --- Reading ---

# Fills, for run number `run` (a log is one run): name, urls, top (the highest ID), span (the last
# time), peak (most URLs open at once), and what read_event and read_summary note.
function read_log(run, log_name, file,    line, number, where, why)
{
    runs = run
    name[run] = clean(log_name)
    where = name[run] == "" ? "standard input" : name[run]
    while ((file == "" ? getline line : getline line < file) > 0) {
        number++
        line = clean(line)
        why = line ~ /^#/ ? read_summary(run, line) : read_event(run, line)
        if (why == "")
            lines_read++
        else
            complain_line(where, number, why)
    }
    close(file)
    complain_rest(where)
    if (number == 0)
        complain(where ": the log is empty, nothing to draw")
    else if (urls[run] == 0 && !(run in elapsed))
        complain(where ": no line of a log in it, nothing to draw")
    longest = max(longest, span[run])
}

# Returns what is wrong with the line, or "".
function read_summary(run, line,    word)
{
    if (line !~ /^# [0-9]+ done, [0-9]+ failed, [0-9.]+ s elapsed, [0-9.]+ s cpu(, .*)?$/)
        return "not a summary: \"" line "\""
    if (run in elapsed)
        return "a second summary"
    split(line, word, " ")
    done[run] = word[2] + 0
    failed[run] = word[4] + 0
    elapsed[run] = word[6] + 0
    cpu[run] = word[9] + 0
    if (match(line, / s cpu, /))
        cost[run] = substr(line, RSTART + RLENGTH)
    span[run] = max(span[run], elapsed[run])
    return ""
}

# Returns what is wrong with the line, or "".
function read_event(run, line,    word, id, event, why)
{
    split(line, word, " ")
    id = word[2]
    event = word[3]
    if (word[1] !~ /^[0-9]+\.[0-9]+$/ || id !~ /^[1-9][0-9]*$/ || length(id) > 7)
        return "not a line of a log: \"" line "\""
    if (!(event in rank))
        return "no such event: \"" event "\""
    if (run in elapsed)
        return "after the summary"
    if (word[1] + 0 < span[run])
        return "the time goes back"
    if (event == "failed" ? step[run, id] >= 5 : step[run, id] != rank[event] - 1)
        return "URL " id " cannot be \"" event "\" here"
    note_event(run, id, event, word[1] + 0)
    if (step[run, id] == 0)
        note_url(run, id, line, event)
    step[run, id] = rank[event]
    return ""
}

# step: how far the URL is; at: when it came there. A URL that fails without "connecting" was never
# open.
function note_event(run, id, event, time)
{
    at[run, id, rank[event]] = span[run] = time
    if (event == "connecting")
        note_open(run, time, 1)
    if (rank[event] == 5) {
        fate[run, id] = event
        ended[run, event]++
        if (step[run, id] > 0)
            note_open(run, time, -1)
    }
}

# The log's order says how many URLs are open at once, where equal times cannot.
function note_open(run, time, change)
{
    open[run] += change
    peak[run] = max(peak[run], open[run])
    changes[run]++
    change_time[run, changes[run]] = time
    change_open[run, changes[run]] = open[run]
}

# Notes the URL ("failed" says "URL: reason"), and whether the URLs are of more than one host.
function note_url(run, id, line, event,    host)
{
    urls[run]++
    top[run] = max(top[run], id + 0)
    match(line, /^ *[^ ]+ +[^ ]+ +[^ ]+ */)
    url[run, id] = substr(line, RLENGTH + 1)
    if (event == "failed")
        sub(/: .*/, "", url[run, id])
    sub(/^[a-z]+:\/\//, "", url[run, id])
    host = url[run, id]
    sub(/\/.*/, "", host)
    if (first_host == "")
        first_host = host
    if (host != first_host)
        many_hosts = 1
}

# --- What to draw: the same for text and SVG ---

function draw(    run)
{
    if (longest == 0)
        longest = 0.001
    for (run = 1; run <= runs; run++) {
        per_line[run] = top[run] > lines ? round_up(top[run] / lines) : 1
        if (urls[run] > ended[run, "done"] + ended[run, "failed"])
            unfinished = 1
    }
    if (svg)
        draw_svg()
    else
        draw_text()
}

# The column, from 1, in which a moment lies.
function column(time)
{
    return min(columns, int(time / longest * columns + 0.000001) + 1)
}

# What IDs from..to of a log were doing, a character a column:
#   . connecting   - waiting   # receiving   (what most of them do)   blank: none is open
#   | the last one is done   x one has failed   > the log ends before the last one does
function row_of(run, from, to,    id, c, p, sum, most, mark, row)
{
    split("", delta)
    split("", failed_in)
    last_end = 0
    for (id = from; id <= to; id++)
        if ((run, id) in url)
            add_url(run, id)
    for (c = 1; c <= columns; c++) {
        most = 0
        mark = " "
        for (p = 1; p <= 3; p++) {
            sum[p] += delta[p, c]
            if (sum[p] > most) {
                most = sum[p]
                mark = substr(".-#", p, 1)
            }
        }
        if (c == last_end)
            mark = last_mark
        row = row (c in failed_in ? "x" : mark)
    }
    return row
}

# Adds one URL to row_of's sums. delta[p, c]: how many more URLs are in phase p in column c than in
# c - 1. A column where a phase ends and the next begins belongs to the next, the end's column to
# the longest phase.
function add_url(run, id,    begin, p, long, end, main)
{
    begin[4] = fate[run, id] != "" ? at[run, id, 5] : span[run]
    begin[3] = (run, id, 4) in at ? at[run, id, 4] : begin[4]
    begin[2] = (run, id, 2) in at ? at[run, id, 2] : begin[4]
    begin[1] = (run, id, 1) in at ? at[run, id, 1] : begin[4]
    end = column(begin[4])
    main = 2
    for (p = 1; p <= 3; p++) {
        delta[p, column(begin[p])]++
        delta[p, column(begin[p + 1])]--
        if (begin[p + 1] - begin[p] > long) {
            long = begin[p + 1] - begin[p]
            main = p
        }
    }
    delta[main, end]++
    delta[main, end + 1]--
    if (fate[run, id] == "failed")
        failed_in[end] = 1
    if (fate[run, id] == "" || end > last_end) {
        last_end = end
        last_mark = fate[run, id] == "" ? ">" : "|"
    }
}

# Sets open_in[c]: the most URLs of the log that were open at once in column c.
function count_open(run,    c, i, now)
{
    split("", open_in)
    i = 1
    for (c = 1; c <= columns; c++) {
        open_in[c] = now
        while (i <= changes[run] && column(change_time[run, i]) == c) {
            now = change_open[run, i++]
            open_in[c] = max(open_in[c], now)
        }
    }
}

# For the line that starts at ID from: sets low and high to the first and last ID there is, and
# returns how many.
function count_ids(run, from,    id, count)
{
    low = 0
    for (id = from; id < from + per_line[run]; id++)
        if ((run, id) in url) {
            count++
            high = id
            if (low == 0)
                low = id
        }
    return count
}

# The words in front of a line: the ID and the path, or the IDs that share the line.
function label_of(run, count,    path)
{
    if (count > 1)
        return low "-" high (count <= high - low ? " (" count " URLs)" : "")
    path = url[run, low]
    if (!many_hosts)
        sub(/^[^\/]*/, "", path)
    return sprintf("%" length(top[run]) "d ", low) (path == "" ? url[run, low] : path)
}

function header_of(run,    head, word, count, i)
{
    head = name[run] == "" ? "" : name[run] ": "
    if (!(run in elapsed))
        return head sprintf("%.3f s, then the log ends: no summary", span[run])
    head = head sprintf("%.3f s, cpu %.3f s", elapsed[run], cpu[run])
    if (cost[run] != "")
        head = head ","
    count = split(cost[run], word, " ")
    for (i = 1; i <= count; i++)
        head = head " " (word[i] ~ /^[0-9]+$/ ? commas(word[i]) : word[i])
    head = head ", " commas(done[run]) " done"
    return head (failed[run] > 0 ? ", " commas(failed[run]) " failed" : "")
}

# What the reader must know to read the panel right.
function note_of(run)
{
    if (run in elapsed && done[run] + failed[run] != ended[run, "done"] + ended[run, "failed"])
        return quiet_note(run)
    if (per_line[run] > 1)
        return commas(urls[run]) " URLs, " commas(per_line[run]) " a line: each column shows what most of the" \
            " open ones do, and x if one failed. At most " commas(peak[run]) " open at once."
    if (urls[run] == 0)
        return "no URL, nothing to draw"
    return ""
}

function quiet_note(run,    missing)
{
    missing = done[run] + failed[run] - ended[run, "done"] - ended[run, "failed"]
    if (ended[run, "done"] == 0 && missing > 0)
        return "nothing to draw for " commas(missing) " URLs: not in the log (fetch -q writes failures only)"
    return "the summary counts " commas(done[run] + failed[run]) " URLs, the log shows the end of " \
        commas(ended[run, "done"] + ended[run, "failed"])
}

function cpu_share(run)
{
    return elapsed[run] > 0 ? min(1, cpu[run] / elapsed[run]) : 0
}

# --- Text ---

function draw_text(    run)
{
    left = max(13, min(longest_label(), int(width / 4)))
    columns = width - left - 1
    if (colour) {
        paint["."] = "30;43"
        paint["-"] = "30;46"
        paint["#"] = "30;42"
        paint["|"] = "1"
        paint["x"] = "1;37;41"
        paint["@"] = "30;45"
    }
    if (title != "")
        print_wrapped(title, " ")
    if (runs > 1)
        print_axis()
    for (run = 1; run <= runs; run++)
        if (urls[run] > 0 || run in elapsed)
            print_panel(run)
    print_axis()
    print_wrapped(". connecting  - waiting for the answer  # receiving  | done  x failed" \
                  (unfinished ? "  > not finished" : ""), "  ")
    step_time = longest / columns
    print_wrapped("@ cpu busy  _ cpu idle  one column is " \
                  sprintf(step_time < 1 ? "%.2g" : "%.0f", step_time) " s  (shorter: not seen)", "  ")
}

function longest_label(    run, from, count, most)
{
    for (run = 1; run <= runs; run++)
        for (from = 1; from <= top[run]; from += per_line[run])
            if (count = count_ids(run, from))
                most = max(most, length(label_of(run, count)))
    return most
}

function print_panel(run,    from, count)
{
    if (panels++ > 0)
        print ""
    print_wrapped(header_of(run), " ")
    if (note_of(run) != "")
        print_wrapped(note_of(run), " ")
    for (from = 1; from <= top[run]; from += per_line[run]) {
        count = count_ids(run, from)
        if (count > 0)
            print_row(label_of(run, count), row_of(run, low, high))
    }
    if (per_line[run] > 1)
        print_row(peak[run] > 9 ? "open 9=" peak[run] : "open at once", open_row(run))
    if (run in elapsed)
        print_row(sprintf("cpu %d %%", cpu_share(run) * 100 + 0.5), cpu_row(run))
}

# A digit a column: the number itself, or from 1 to 9 where 9 is the most.
function open_row(run,    c, row)
{
    count_open(run)
    for (c = 1; c <= columns; c++)
        if (open_in[c] == 0)
            row = row " "
        else if (peak[run] <= 9)
            row = row open_in[c]
        else
            row = row int((open_in[c] * 9 + peak[run] - 1) / peak[run])
    return row
}

# cpu_share of the columns up to the end of the log.
function cpu_row(run,    all, busy)
{
    all = column(elapsed[run])
    busy = int(cpu_share(run) * all + 0.5)
    return repeat("@", busy) repeat("_", all - busy)
}

function print_row(label, row,    c, mark, before)
{
    sub(/ +$/, "", row)
    printf "%-" left "s ", cut(label, left)
    for (c = 1; c <= length(row); c++) {
        mark = substr(row, c, 1)
        if (paint[mark] != paint[before])
            printf "\033[%sm", (paint[mark] == "" ? "0" : "0;" paint[mark])
        printf "%s", mark
        before = mark
    }
    print (paint[before] == "" ? "" : "\033[0m")
}

# The tick is where the | stands; its number stands right of it.
function print_axis(    tick, i, row, number)
{
    tick = round_up(longest / columns * 10)
    for (i = 0; i * tick <= longest * 1.000001; i++) {
        row = row repeat(" ", column(i * tick) - 1 - length(row)) "|"
        number = i * tick (i == 0 ? " s" : "")
        if (length(row number) <= columns)
            row = row number
    }
    print repeat(" ", left + 1) row
}

# --- SVG ---

function draw_svg(    run, text)
{
    left = 152
    columns = 630
    y = 8
    if (title != "")
        svg_text(10, y += 12, "h", title)
    svg_legend()
    svg_ticks(y += 22)
    grid_top = y + 4
    grid_place = body
    body = ""
    for (run = 1; run <= runs; run++)
        if (urls[run] > 0 || run in elapsed) {
            svg_panel(run)
            text = text " " header_of(run) "."
        }
    body = grid_place svg_grid() body
    svg_ticks(y += 20)
    svg_print(y + 10, title == "" ? "Who waited when" : title, \
              "A bar a URL, time in seconds from left to right." text, \
              ".c{fill:#e69f00}.w{fill:#0072b2}.r{fill:#009e73}.e{fill:#222}.b{fill:#cc79a7}" \
              ".x,.u{fill:none;stroke:#d55e00;stroke-width:3}.u{stroke:#222}" \
              ".f{fill:none;stroke:#999}.o{fill:#0072b2;fill-opacity:.5}", \
              ".w,.o{fill:#56b4e9}.e{fill:#fff}.u{stroke:#fff}")
}

# The phases differ in height as well as in colour.
function svg_legend(    words, count, i, mark, x)
{
    count = split(". connecting/- waiting for the answer/# receiving/| done/x failed/@ cpu busy" \
                  (unfinished ? "/> not finished" : ""), words, "/")
    y += 20
    x = 10
    for (i = 1; i <= count; i++) {
        mark = substr(words[i], 1, 1)
        if (mark ~ /[-.#@]/)
            svg_run(mark, x, 18, y - 4)
        else
            svg_run(mark, x + 14, 1, y - 4)
        svg_text(x + 24, y, "n", substr(words[i], 3))
        x += 40 + 7 * (length(words[i]) - 2)
    }
}

# One run of the same character, centred on the height middle.
function svg_run(mark, x, w, middle)
{
    if (mark == ".")
        svg_rect(x, middle - 2, w, 4, "c")
    else if (mark == "-")
        svg_rect(x, middle - 4, w, 8, "w")
    else if (mark == "#")
        svg_rect(x, middle - 6, w, 12, "r")
    else if (mark == "@")
        svg_rect(x, middle - 3, w, 6, "b")
    else if (mark == "|")
        svg_rect(x - 1, middle - 7, 3, 14, "e")
    else if (mark == "x")
        svg_path("x", "M" x - 4 " " middle - 5 "l10 10m0 -10l-10 10")
    else if (mark == ">")
        svg_path("u", "M" x - 5 " " middle - 5 "l5 5l-5 5")
}

function svg_row(label, row,    c, w, mark)
{
    y += 16
    svg_text(10, y, "t", cut(label, 21))
    for (c = 1; c <= columns; c += w) {
        mark = substr(row, c, 1)
        w = 1
        while (mark ~ /[-.#@]/ && substr(row, c + w, 1) == mark)
            w++
        svg_run(mark, left + c - 1, w, y - 4)
    }
}

function svg_panel(run,    from, count)
{
    y += 26
    svg_text(10, y, "h", header_of(run))
    if (note_of(run) != "")
        svg_text(10, y += 15, "n", note_of(run))
    for (from = 1; from <= top[run]; from += per_line[run]) {
        count = count_ids(run, from)
        if (count > 0)
            svg_row(label_of(run, count), row_of(run, low, high))
    }
    if (per_line[run] > 1)
        svg_open(run)
    if (run in elapsed) {
        svg_row(sprintf("cpu %d %%", cpu_share(run) * 100 + 0.5), "")
        svg_rect(left, y - 7, column(elapsed[run]), 6, "f")
        svg_rect(left, y - 7, cpu_share(run) * column(elapsed[run]), 6, "b")
    }
}

# A hill: how many URLs were open at once.
function svg_open(run,    c, high, before, d)
{
    count_open(run)
    y += 34
    svg_text(10, y - 8, "t", "open at once, 0-" peak[run])
    d = "M" left " " y
    for (c = 1; c <= columns; c++) {
        high = int(open_in[c] * 28 / max(1, peak[run]) + 0.5)
        if (high != before)
            d = d "H" left + c - 1 "V" y - high
        before = high
    }
    svg_path("o", d "H" left + columns "V" y "z")
}

function svg_ticks(at_y,    i)
{
    tick = round_up(longest / columns * 60)
    for (i = 0; i * tick <= longest * 1.000001; i++)
        svg_text(left + column(i * tick) - 1, at_y, "n", i * tick (i == 0 ? " s" : ""), \
                 " text-anchor=\"middle\"")
}

function svg_grid(    i, d)
{
    for (i = 0; i * tick <= longest * 1.000001; i++)
        d = d "M" left + column(i * tick) - 0.5 " " grid_top "V" y + 6
    return "<path class=\"grid\" d=\"" d "\"/>\n"
}
