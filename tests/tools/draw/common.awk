# What all pictures share: cleaning what was read, complaints, wrapping, round ticks, the frame of
# an SVG.
#
# Plain POSIX awk, for mawk, gawk, busybox and the awk of the BSDs and macOS alike. Names after the
# wide gap in a function's head are its local variables: awk has no other way to say it.

# What -v gives is a number to most awks, but a string to some once it was handed to a function.
BEGIN {
    svg += 0
    width += 0
    lines += 0
    colour += 0
}

# A log may hold any byte; only printable ASCII goes on to a terminal or into a file.
function clean(s)
{
    gsub(/[^ -~]/, "?", s)
    return s
}

# Says on stderr what is wrong, and makes the exit status 1. (/dev/stderr is not in every awk.)
function complain(message)
{
    status = 1
    print "timeline: " message | "cat 1>&2"
}

# Names a malformed line. A wrong file would be all complaints, so only the first five are spelled
# out.
function complain_line(where, line_number, why)
{
    if (++complaints[where] <= 5)
        complain(where ": line " line_number ": " why "; skipped")
}

function complain_rest(where)
{
    if (complaints[where] > 5)
        complain(where ": more malformed lines, skipped: " complaints[where] - 5)
}

# Call this once, between reading and drawing: waits until the complaints are out, above the
# picture.
function end_complaints()
{
    close("cat 1>&2")
}

function min(a, b) { return a < b ? a : b }
function max(a, b) { return a > b ? a : b }

function repeat(s, count,    out)
{
    while (count-- > 0)
        out = out s
    return out
}

# 1234567 -> 1,234,567
function commas(n,    out)
{
    n = n ""
    while (length(n) > 3) {
        out = "," substr(n, length(n) - 2) out
        n = substr(n, 1, length(n) - 3)
    }
    return n out
}

# s, cut to count characters: out of the middle, for the end of a URL tells more than its host.
function cut(s, count,    head)
{
    if (length(s) <= count)
        return s
    head = int((count - 2) / 3)
    return substr(s, 1, head) ".." substr(s, length(s) - (count - 2 - head) + 1)
}

# Prints parts of text (separated by sep) on as many lines of the wanted width as they need.
function print_wrapped(text, sep,    part, count, i, out)
{
    count = split(text, part, sep)
    out = part[1]
    for (i = 2; i <= count; i++) {
        if (length(out sep part[i]) > width) {
            print substr(out, 1, width)
            out = part[i]
        } else {
            out = out sep part[i]
        }
    }
    print substr(out, 1, width)
}

# The smallest of 1, 2, 5, 10, 20, 50, ... times a power of ten that is at least wanted.
function round_up(wanted,    power)
{
    power = 1
    while (power > wanted)
        power /= 10
    while (power * 10 <= wanted)
        power *= 10
    if (wanted <= power * 1.000001)
        return power
    if (wanted <= power * 2)
        return power * 2
    return wanted <= power * 5 ? power * 5 : power * 10
}

# --- SVG: the picture grows in `body`, because its height stands in its first line ---

function xml(s)
{
    gsub(/&/, "\\&amp;", s)
    gsub(/</, "\\&lt;", s)
    gsub(/>/, "\\&gt;", s)
    gsub(/"/, "\\&quot;", s)
    return s
}

# more: further attributes, for instance a text-anchor. \047 is an apostrophe.
function svg_text(x, y, class, s, more)
{
    body = body sprintf("<text class=\"%s\" x=\"%d\" y=\"%d\"%s>%s</text>\n", class, x, y, more, xml(s))
}

function svg_rect(x, y, w, h, class)
{
    body = body sprintf("<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n", \
                        class, x, y, w, h)
}

function svg_path(class, d)
{
    body = body "<path class=\"" class "\" d=\"" d "\"/>\n"
}

# Writes the whole file: 800 units wide, scaled by the page that shows it. The background is its
# own, since a picture in a page is told the system's dark mode, not the page's. style, dark:
# further rules.
function svg_print(height, name, description, style, dark)
{
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 800 %d\"", height
    print " role=\"img\" aria-labelledby=\"title desc\">"
    print "<title id=\"title\">" xml(name) "</title>"
    print "<desc id=\"desc\">" xml(description) "</desc>"
    print "<style>"
    print "text{font:11px monospace;fill:#222;white-space:pre}"
    print ".h{font-size:13px;font-weight:bold}.n{fill:#555}.page{fill:#fff}"
    print ".grid{fill:none;stroke:#ddd}" style
    print "@media (prefers-color-scheme:dark){"
    print "text{fill:#e6e6e6}.n{fill:#aaa}.page{fill:#111}.grid{stroke:#333}" dark
    print "}"
    print "</style>"
    printf "<rect class=\"page\" width=\"800\" height=\"%d\" rx=\"6\"/>\n", height
    printf "%s</svg>\n", body
}
