# Draws a trace of coroutine switches: lines "SECONDS switch FROM -> TO". A lane a coroutine, a
# column a switch.
#
# Most switches last far less than a thousandth of a second, so equal columns stand for switches,
# not for time. Where the thread stayed for a millisecond or longer, that column says so, and the
# time stands below it. A trace may leave the seconds out; then the picture shows the order alone.

BEGIN {
    title = clean(ARGV[1])
    ARGC = 1
    read_trace()
    end_complaints()
    if (steps > 0)
        draw()
    exit status
}

# --- Reading: runner[i] runs from time[i] on; runner[0] ran before the first switch ---

function read_trace(    line, number, why)
{
    while ((getline line) > 0) {
        number++
        why = read_switch(clean(line))
        if (why != "")
            complain_line("standard input", number, why)
    }
    complain_rest("standard input")
    if (number == 0)
        complain("standard input: the trace is empty, nothing to draw")
    else if (steps == 0)
        complain("standard input: no switch in it, nothing to draw")
}

# Returns what is wrong with the line, or "".
function read_switch(line,    word)
{
    if (line ~ /^switch /)
        line = sprintf("%.6f ", time[steps]) line
    else
        timed = 1
    if (split(line, word, " ") != 5 || word[1] !~ /^[0-9]+\.[0-9]+$/ || \
        word[2] != "switch" || word[4] != "->")
        return "not a switch: \"" line "\""
    if (steps > 0 && word[1] + 0 < time[steps])
        return "the time goes back"
    if (steps > 0 && word[3] != runner[steps])
        return word[3] " cannot switch: " runner[steps] " is running"
    if (steps == 0) {
        runner[0] = word[3]
        time[0] = word[1] + 0
        note_lane(word[3])
    }
    steps++
    time[steps] = word[1] + 0
    runner[steps] = word[5]
    note_lane(word[5])
    return ""
}

# Lanes stand in the order in which they first run.
function note_lane(who)
{
    if (!(who in lane)) {
        lane[who] = ++lanes
        who_in[lanes] = who
    }
    runs[lane[who]]++
}

# --- What to draw: columns 1..columns show steps; a gap column shows none ---

function draw(    i)
{
    for (i = 1; i <= lanes; i++)
        left = max(left, length(label_of(i)))
    left = min(left, svg ? 21 : max(12, int(width / 4)))
    shown_lanes = min(lanes, lines)
    choose_steps(svg ? 100 : width - left - 1)
    if (svg)
        draw_svg()
    else
        draw_text()
}

function label_of(i)
{
    return who_in[i] " x" runs[i]
}

# Sets step_in[1..columns]. Too many for the room: the first and the last ones, a gap (-1) between
# them.
function choose_steps(room,    c, head)
{
    columns = min(steps + 1, room)
    head = columns
    if (steps + 1 > room)
        head = int(room / 2)
    for (c = 1; c <= columns; c++)
        step_in[c] = c <= head ? c - 1 : steps - (columns - c)
    if (head < columns) {
        step_in[head + 1] = -1
        gap_from = head
        gap_to = step_in[head + 2] - 1
    }
}

function stayed(i)
{
    return i < steps && time[i + 1] - time[i] >= 0.001
}

# What lane i does in column c: # runs, z stays there a millisecond or longer, : not drawn.
function mark_of(i, c,    s)
{
    s = step_in[c]
    if (s < 0)
        return ":"
    if (lane[runner[s]] != i)
        return " "
    return stayed(s) ? "z" : "#"
}

function header_of()
{
    return commas(steps) " switches between " commas(lanes) \
        (timed ? sprintf(" in %.6f s", time[steps] - time[0]) : "")
}

# What was left out, or "".
function note_of(    note)
{
    if (gap_to > 0)
        note = "Not drawn: columns " commas(gap_from + 1) " to " commas(gap_to + 1) " of " commas(steps + 1) "."
    if (shown_lanes < lanes)
        note = note (note == "" ? "" : " ") "Not drawn: " commas(lanes - shown_lanes) " more lanes, from " \
               who_in[shown_lanes + 1] " to " who_in[lanes] "."
    return note
}

# --- Text ---

function draw_text(    i)
{
    cell = int((width - left - 1) / columns)
    cell = max(1, min(3, cell))
    if (colour) {
        paint["#"] = "30;42"
        paint["z"] = "30;46"
    }
    if (title != "")
        print_wrapped(title, " ")
    print_wrapped(header_of(), " ")
    if (note_of() != "")
        print_wrapped(note_of(), " ")
    for (i = 1; i <= shown_lanes; i++)
        print_lane(i)
    if (timed)
        print_times()
    print_wrapped("# runs" (timed ? "  z stays there 1 ms or longer  | the time when it goes on" : "") \
                  (gap_to > 0 ? "  : not drawn" : ""), "  ")
    print_wrapped("a column is a switch, not a time  \"3 x5\": 3 runs 5 times", "  ")
}

function print_lane(i,    c, mark, row, blank)
{
    for (c = 1; c <= columns; c++) {
        mark = mark_of(i, c)
        if (mark == " ") {
            blank = blank repeat(" ", cell)
            continue
        }
        row = row blank (paint[mark] == "" ? "" : "\033[" paint[mark] "m") repeat(mark, cell) \
              (paint[mark] == "" ? "" : "\033[0m")
        blank = ""
    }
    printf "%-" left "s %s\n", cut(label_of(i), left), row
}

# The time stands where the thread goes on after a stay, if there is room for it.
function print_times(    c, row, number, place)
{
    for (c = 1; c <= columns; c++) {
        if (c > 1 && !(step_in[c] > 0 && stayed(step_in[c] - 1)))
            continue
        number = sprintf("|%.3f", time[max(0, step_in[c])])
        place = (c - 1) * cell
        if (length(row) > 0 && length(row) >= place || place + length(number) > width - left - 1)
            continue
        row = row repeat(" ", place - length(row)) number
    }
    printf "%-" left "s %s\n", "seconds", row
}

# --- SVG ---

function draw_svg(    i, c, grid)
{
    left = 152
    cell = min(24, int(630 / columns))
    y = 12
    if (title != "")
        svg_text(10, y += 12, "h", title)
    svg_text(10, y += 16, title == "" ? "h" : "n", header_of())
    if (note_of() != "")
        svg_text(10, y += 16, "n", note_of())
    svg_legend(y += 20)
    top = y + 8
    for (i = 1; i <= shown_lanes; i++)
        svg_lane(i, y += 18)
    for (c = 2; c <= columns; c++)
        svg_switch(c)
    svg_path("s", links)
    if (timed)
        svg_times(y += 18)
    svg_print(y + 10, title == "" ? "Which coroutine runs when" : title, \
              "A lane a coroutine, from left to right a column a switch. " header_of() ". " note_of(), \
              ".r{fill:#009e73}.w{fill:#56b4e9}.s{fill:none;stroke:#888}.l{stroke:#ddd}", ".l{stroke:#333}")
}

function svg_legend(at_y)
{
    svg_rect(10, at_y - 11, 18, 14, "r")
    svg_text(34, at_y, "n", "runs")
    if (timed) {
        svg_rect(80, at_y - 7, 18, 6, "w")
        svg_text(104, at_y, "n", "stays there 1 ms or longer; the time when it goes on stands below")
    }
    svg_text(570, at_y, "n", "a column is a switch, not a time")
}

function lane_y(i)
{
    return top + 18 * (i - 1)
}

function svg_lane(i, at_y,    c, mark)
{
    svg_text(10, at_y, "t", cut(label_of(i), 21))
    svg_path("l", "M" left " " at_y - 3.5 "h" columns * cell)
    for (c = 1; c <= columns; c++) {
        mark = mark_of(i, c)
        if (mark == "#")
            svg_rect(left + (c - 1) * cell, at_y - 11, cell, 14, "r")
        else if (mark == "z")
            svg_rect(left + (c - 1) * cell, at_y - 7, cell, 6, "w")
        else if (mark == ":")
            svg_text(left + (c - 1) * cell, at_y, "n", ":")
    }
}

# A thin line from the lane that was left to the lane that was entered.
function svg_switch(c,    from, to)
{
    if (step_in[c] < 0 || step_in[c - 1] < 0)
        return
    from = lane[runner[step_in[c - 1]]]
    to = lane[runner[step_in[c]]]
    if (from <= shown_lanes && to <= shown_lanes)
        links = links "M" left + (c - 1) * cell " " lane_y(from) + 6 "V" lane_y(to) + 6
}

function svg_times(at_y,    c, x, free)
{
    svg_text(10, at_y, "n", "seconds")
    for (c = 1; c <= columns; c++) {
        x = left + (c - 1) * cell
        if (x < free || c > 1 && !(step_in[c] > 0 && stayed(step_in[c] - 1)))
            continue
        svg_text(x, at_y, "n", sprintf("%.3f", time[max(0, step_in[c])]), \
                 c == columns ? " text-anchor=\"end\"" : "")
        free = x + 40
    }
}
