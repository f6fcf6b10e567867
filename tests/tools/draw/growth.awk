# Draws a table of lines "NAME COUNT SECONDS" as curves on two logarithmic axes, as SVG: on them a
# cost that grows in step with the count is a straight line that climbs one decade a decade. A first
# line of words is a header.

BEGIN {
    title = clean(ARGV[1])
    ARGC = 1
    read_table()
    end_complaints()
    if (points > 0)
        draw()
    exit status
}

# --- Reading: point i of curve k is count[k, i], seconds[k, i] ---

function read_table(    line, number, why)
{
    while ((getline line) > 0) {
        number++
        why = read_point(clean(line), number)
        if (why != "")
            complain_line("standard input", number, why)
    }
    complain_rest("standard input")
    if (points == 0)
        complain("standard input: no line NAME COUNT SECONDS in it, nothing to draw")
}

# Returns what is wrong with the line, or "".
function read_point(line, number,    word, fields, k, n)
{
    fields = split(line, word, " ")
    if (number == 1 && fields > 0 && line !~ /[0-9]+ +[0-9.]+ *$/)
        return ""
    if (fields != 3 || word[2] !~ /^[0-9]+$/ || word[3] !~ /^[0-9]+(\.[0-9]+)?$/)
        return "not NAME COUNT SECONDS: \"" line "\""
    if (word[2] + 0 == 0 || word[3] + 0 == 0)
        return "a logarithmic axis has no 0"
    k = word[1] in curve ? curve[word[1]] : add_curve(word[1])
    if (size[k] > 0 && word[2] + 0 <= count[k, size[k]])
        return "the counts of " word[1] " must grow"
    n = ++size[k]
    count[k, n] = word[2] + 0
    seconds[k, n] = word[3] + 0
    points++
    note_range(count[k, n], seconds[k, n])
    return ""
}

function add_curve(who)
{
    curve[who] = ++curves
    who_is[curves] = who
    return curves
}

function note_range(x, y)
{
    x_low = points == 1 ? x : min(x_low, x)
    x_high = max(x_high, x)
    y_low = points == 1 ? y : min(y_low, y)
    y_high = max(y_high, y)
}

# --- Drawing ---

function draw(    k, told)
{
    left = 70
    right = 620
    top = title == "" ? 20 : 44
    bottom = top + 340
    x_low = decade_below(x_low)
    x_high = max(x_low * 10, decade_above(x_high))
    y_low = decade_below(y_low)
    y_high = max(y_low * 10, decade_above(y_high))
    if (title != "")
        svg_text(10, 24, "h", title)
    draw_grid()
    for (k = 1; k <= curves; k++)
        draw_curve(k)
    draw_labels()
    for (k = 1; k <= curves; k++)
        told = told " " label_of(k) " for " commas(count[k, size[k]]) "."
    svg_print(bottom + 44, title == "" ? "Elapsed time against the number of pages" : title, \
              "Two logarithmic axes: pages from left to right, seconds from bottom to top." told, \
              "path,circle{fill:none;stroke-width:2}.grid{stroke-width:1}.lead{stroke:#999;stroke-width:1}" \
              ".k1{stroke:#d55e00}.k2{stroke:#cc79a7}.k3{stroke:#0072b2}.k4{stroke:#009e73}.k5{stroke:#e69f00}" \
              ".k2{stroke-dasharray:8 3}.k3{stroke-dasharray:2 2}.k4{stroke-dasharray:8 3 2 3}" \
              ".k5{stroke-dasharray:4 4}.m{stroke-dasharray:none}", ".k3{stroke:#56b4e9}")
}

# The logarithm of v to base 10, bit by bit: squaring v doubles it. (busybox is often built without
# log.)
function log10(v,    out, bit)
{
    for (out = 0; v >= 10; v /= 10)
        out++
    for (; v < 1; v *= 10)
        out--
    for (bit = 0.5; bit > 0.00001; bit /= 2) {
        v *= v
        if (v >= 10) {
            v /= 10
            out += bit
        }
    }
    return out
}

function decade_below(v,    power)
{
    for (power = 1; power > v; power /= 10)
        ;
    while (power * 10 <= v)
        power *= 10
    return power
}

function decade_above(v,    power)
{
    power = decade_below(v)
    return power < v ? power * 10 : power
}

function x_of(n)
{
    return left + (right - left) * log10(n / x_low) / log10(x_high / x_low)
}

function y_of(s)
{
    return bottom - (bottom - top) * log10(s / y_low) / log10(y_high / y_low)
}

function draw_grid(    v, d)
{
    for (v = x_low; v <= x_high * 1.001; v *= 10) {
        d = d sprintf("M%d.5 %dV%d", x_of(v), top, bottom)
        svg_text(x_of(v), bottom + 16, "n", commas(sprintf("%.0f", v)), " text-anchor=\"middle\"")
    }
    for (v = y_low; v <= y_high * 1.001; v *= 10) {
        d = d sprintf("M%d %d.5H%d", left, y_of(v), right)
        svg_text(left - 8, y_of(v) + 4, "n", sprintf("%.6g s", v), " text-anchor=\"end\"")
    }
    svg_path("grid", d)
    svg_text((left + right) / 2, bottom + 34, "n", "pages", " text-anchor=\"middle\"")
}

function draw_curve(k,    i, d, class)
{
    class = "k" (k - 1) % 5 + 1
    for (i = 1; i <= size[k]; i++)
        d = d sprintf("%s%.1f %.1f", i == 1 ? "M" : "L", x_of(count[k, i]), y_of(seconds[k, i]))
    svg_path(class, d)
    for (i = 1; i <= size[k]; i++)
        draw_marker(class, (k - 1) % 5, x_of(count[k, i]), y_of(seconds[k, i]))
}

# Square, triangle, circle, cross, diamond: the curves can be told apart without colour.
function draw_marker(class, shape, x, y,    at)
{
    at = sprintf("%.1f %.1f", x, y)
    if (shape == 0)
        svg_path(class " m", "M" at "m-4 -4h8v8h-8z")
    else if (shape == 1)
        svg_path(class " m", "M" at "m0 -5l5 9h-10z")
    else if (shape == 2)
        body = body sprintf("<circle class=\"%s m\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>\n", class, x, y)
    else if (shape == 3)
        svg_path(class " m", "M" at "m-4 -4l8 8m0 -8l-8 8")
    else
        svg_path(class " m", "M" at "m0 -6l5 6l-5 6l-5 -6z")
}

function label_of(k)
{
    return who_is[k] " " sprintf("%.4g", seconds[k, size[k]]) " s"
}

# Each curve's name stands at its end, from the top one down, moved down where it would cover the
# one above.
function draw_labels(    turn, k, best, told, place, free)
{
    for (turn = 1; turn <= curves; turn++) {
        best = 0
        for (k = 1; k <= curves; k++)
            if (!(k in told) && (best == 0 || seconds[k, size[k]] > seconds[best, size[best]]))
                best = k
        told[best] = 1
        place = max(y_of(seconds[best, size[best]]), free)
        free = place + 15
        svg_path("lead", sprintf("M%.1f %.1fL%d %.1f", x_of(count[best, size[best]]) + 7, \
                                 y_of(seconds[best, size[best]]), right + 14, place))
        svg_text(right + 18, place + 4, "t", cut(label_of(best), 24))
    }
}
