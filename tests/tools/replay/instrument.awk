# instrument.awk: copies C sources so that the copy tells what it does. The
# lines keep their numbers.
#
#     awk -v to=DIRECTORY -f instrument.awk pass=1 FILE... pass=2 FILE...
#
# It relies on the layout of this project (clang-format): a function begins and
# ends in the first column. What it adds, see record.h:
#
#     {                     ->  { REC_IN("start", page of the first argument)
#     advance(r);           ->  REC_AT(advance)(r);       a call: on which line?
#     r->func(&r->page);    ->  rec_at(__LINE__), r->func(&r->page);
#     size_t sent = 0;      ->  size_t sent = 0; REC_VAR(sent)

BEGIN {
    # Nobody wants to step into these: clocks, a queue's link, the trace.
    silent = "_(time|timeval|push|pop|note_switch|crash|crashes|free)$"
    # Not stepped into, but they print: from which line?
    speaking = "^(page_(begin|log|sent|receive|end)|summary|printf|puts)$"
}

FNR == 1 {
    base = FILENAME
    sub(/.*\//, "", base)
    signature = ""
    inside = 0
}

# The name of the function that a signature declares.
function name_in(signature) {
    sub(/\(.*/, "", signature)
    sub(/.*[ *]/, "", signature)
    return signature
}

# C text for the page that the function is about, as its arguments tell.
function about(signature,    parameters, n, i, p, name) {
    if (name_in(signature) == "start")
        return 0 # it begins a page; which one is not known yet
    sub(/^[^(]*\(/, "", signature)
    sub(/\)$/, "", signature)
    n = split(signature, parameters, /, */)
    for (i = 1; i <= n; i++) {
        p = name = parameters[i]
        sub(/.*[ *]/, "", name)
        if (p ~ /struct request \*/)
            return name "->page.id"
        if (p ~ /struct page \*/)
            return name "->id"
        if (p ~ /^void \*data/ && base == "fetch.c")
            return "((struct request *)" name ")->page.id"
        if (p ~ /^int (id|i)$/)
            return name
        if (p ~ /^int fd$/)
            return "rec_page_of(" name ")"
    }
    return 0
}

# Text that lets the arguments be seen later.
function arguments(signature,    parameters, n, i, p, name, text) {
    sub(/^[^(]*\(/, "", signature)
    sub(/\)$/, "", signature)
    n = split(signature, parameters, /, */)
    for (i = 1; i <= n; i++) {
        p = name = parameters[i]
        sub(/.*[ *]/, "", name)
        if (p ~ /^(int|size_t|bool|double) [a-z_]+$/ && name !~ /^argc$/)
            text = text " REC_VAR(" name ")"
    }
    return text
}

# Puts REC_AT() around the name of each function of these files that is called.
function mark_calls(line,    out, name, before) {
    out = ""
    while (match(line, /[A-Za-z_][A-Za-z_0-9]*\(/)) {
        name = substr(line, RSTART, RLENGTH - 1)
        out = out substr(line, 1, RSTART - 1)
        before = substr(out, length(out))
        if ((name in functions || name ~ speaking) && before !~ /[.>]/)
            out = out "REC_AT(" name ")("
        else
            out = out name "("
        line = substr(line, RSTART + RLENGTH)
    }
    return out line
}

# A signature may take several lines; it ends with the line "{".
/^[a-z].*[a-z_0-9]\(/ && !/;$/ { signature = $0; next_line = 1 }
signature != "" && !next_line && !inside && !/^[{]/ {
    line = $0
    sub(/^ +/, " ", line)
    signature = signature line
}

pass == 1 {
    if (/^[{]$/ && signature != "") {
        if (name_in(signature) !~ silent)
            functions[name_in(signature)] = 1
        inside = 1
    }
    if (/^#define [a-z_]+\(/) {
        split($2, part, "(")
        macros[part[1]] = 1
    }
    if (/^}/) {
        signature = ""
        inside = 0
    }
    next_line = 0
    next
}

pass == 2 {
    if (FNR == 1)
        printf "#line 1 \"%s\"\n", base >(to "/" base)
    line = $0
}
pass == 2 && next_line { next_line = 0 }
pass == 2 && /^[{]$/ && signature != "" {
    inside = name_in(signature) in functions
}
pass == 2 && /^[{]$/ && inside {
    line = "{ REC_IN(\"" name_in(signature) "\", " about(signature) ")" \
        arguments(signature)
}
pass == 2 && /^}/ {
    # main() may end without a return; under another name it must not.
    if (inside && name_in(signature) == "main")
        line = "return 0; }"
    inside = 0
    signature = ""
}
pass == 2 && inside && !/^[{#]/ && !/^ *(\/?\*)/ {
    line = mark_calls(line)
    word = line
    sub(/^ +/, "", word)
    sub(/\(.*/, "", word)
    if (word in macros || word ~ /^[a-z_]+.*(->|\.|\])[a-z_]*$/ &&
        word !~ /[ =,]/)
        sub(/^ +/, "&rec_at(__LINE__), ", line)
    if (line ~ /^ +(int|size_t|ssize_t|struct queue) [a-z_]+ = .*;/ &&
        line !~ /, [a-z_]+ =|, [a-z_]+;/) {
        name = line
        sub(/ = .*/, "", name)
        sub(/.* /, "", name)
        line = line " REC_VAR(" name ")"
    }
}
pass == 2 { print line >(to "/" base) }
