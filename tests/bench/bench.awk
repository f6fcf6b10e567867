# bench.awk: makes the table of tests/bench/bench from its samples, lines
#
#     COLUMN ROUND PROGRAM PAGES SECONDS CPU KIB        SECONDS and CPU of the whole run
#     calls|instructions ROUND PROGRAM 0 EACH MASKS 0   counted for one page
#
# Expects `programs`, the rows in order. The first row that was measured is what the others are
# compared with.

function median(list,   n, value, i, j, swap) {
    n = split(list, value, " ")
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && value[j] + 0 < value[j - 1] + 0; j--) {
            swap = value[j]
            value[j] = value[j - 1]
            value[j - 1] = swap
        }
    return (value[int((n + 1) / 2)] + value[int(n / 2) + 1]) / 2
}

# The median of what a program's rounds gave, printed by this format; a dash if it has none.
function cell(width, format, list) {
    return sprintf("%" width "s", list == "" ? "-" : sprintf(format, median(list)))
}

# The rounds' ratios, as a list: of two programs in a column, or of two columns for a program.
function ratios(column, program, column2, program2,   i, list) {
    for (i = 1; i <= rounds; i++)
        if (cpu[column2, i, program2] > 0 && (column, i, program) in cpu)
            list = list " " cpu[column, i, program] / cpu[column2, i, program2]
    return list
}

$1 == "calls" || $1 == "instructions" {
    each[$1, $3] = $5
    masks[$3] += $6
    next
}
{
    cpu[$1, $2, $3] = 1e6 * $6 / $4
    cpus[$1, $3] = cpus[$1, $3] " " cpu[$1, $2, $3]
    seconds[$1, $3] = seconds[$1, $3] " " $5
    megabytes[$1, $3] = megabytes[$1, $3] " " $7 / 1024
    if ($2 > rounds)
        rounds = $2
}

END {
    n = split(programs, program, " ")
    base = program[1]
    for (i = 2; i <= n && cpus["pages", base] == ""; i++)
        base = program[i]
    for (i = 1; i <= n; i++) {
        p = program[i]
        calls = cell(0, "%.1f", each["calls", p]) (masks[p] >= 0.1 ? sprintf("+%.1f", masks[p]) : "")
        if (p ~ /nonblocking/)
            calls = "varies" # it asks as long as there is time: no property of a page
        printf "%-14s%s%s %9s%s%s%s%s%s%s\n", p, cell(5, "%.1f", cpus["pages", p]),
            cell(6, "%.2f", ratios("pages", p, "pages", base)), calls,
            cell(8, "%d", each["instructions", p]), cell(8, "%d", cpus["big", p]),
            cell(6, "%.2f", ratios("big", p, "big", base)), cell(7, "%.3f", seconds["held", p]),
            cell(5, "%.1f", megabytes["held", p]), cell(6, "%.2f", ratios("many", p, "few", p))
    }
}
