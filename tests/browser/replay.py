"""What a reader does with a page of `make replay-3`, done in a browser.

    python3 replay.py CHECK FILE.html ...     a line for each fault; status 1
    python3 replay.py missing                 says what a browser needs, or nothing
    python3 replay.py picture FILE.html#17 WIDTHxHEIGHT OUT.png [KEY...]
"""

import os
import sys
import time

from webdriver import Browser, missing

faults = []


def expect(good, *words):
    if not good:
        faults.append(" ".join(str(word) for word in words))


def address(name):
    path, hash_sign, place = name.partition("#")
    return "file://" + os.path.abspath(path) + hash_sign + place


def text(b, selector):
    return b.run("return document.querySelector(arguments[0]).innerText",
                 selector).strip()


def place(b):
    """The number of the event that is shown, and how many there are."""
    words = text(b, "#place").split()
    return int(words[1]), int(words[3].rstrip(","))


def asks(b):
    return b.run("return !document.querySelector('#question').hidden")


def future(b):
    """How much of the timeline is covered, at its right end."""
    return b.run("return document.querySelector('.future').width.baseVal.value")


def row(b, panel, first):
    """The cells of the row that begins so."""
    return b.run("""return [...document.querySelectorAll(arguments[0] + ' tr')]
        .map(r => [...r.cells].map(c => c.innerText.replace(/\\s+/g, ' ').trim()))
        .find(cells => cells[0].startsWith(arguments[1]))""", panel, first)


def whole(b, name):
    """Through the whole run and back, event by event."""
    b.open(address(name))
    b.key("g")
    end = place(b)[1]
    expect(end > 10, name, "has only", end, "events")
    for way, target in (("Right", end), ("Left", 1)):
        steps = 0
        while place(b)[0] != target and steps < end:
            b.key(*[way] * min(40, end - steps))
            steps += 40
        expect(place(b)[0] == target, name, way, "leads to", place(b))
        shown = b.run("return document.querySelectorAll('.log li:not([hidden])')"
                      ".length")
        lines = b.run("return document.querySelectorAll('.log li').length")
        runs = b.run("return document.querySelectorAll('.run').length")
        expect((shown == lines) if target == end else shown == 0 or runs > 1,
               name, "shows", shown, "of", lines, "lines at", target)
    b.key("End")
    expect(place(b)[0] == end, name, "End leads to", place(b))
    b.key("Home")
    expect(place(b)[0] == 1, name, "Home leads to", place(b))


def texts(b, name):
    """Step 3 with the pages of /turn: 2 is answered first, then 3, then 1."""
    b.open(address(name))
    b.key("g", "s")
    expect("select() is called. The thread sleeps until pages 1, 2, 3 can go on"
           in text(b, ".now"), "the first select:", text(b, ".now"))
    expect("select(" in text(b, ".here"), "its line is marked:", text(b, ".here"))
    expect(row(b, ".sets", "to write")[1] == "1 2 3", "who asks:",
           row(b, ".sets", "to write"))
    expect(row(b, ".sets", "to write")[2] == "(asleep)", "who is ready:",
           row(b, ".sets", "to write"))
    b.key("s", "s", "s")
    expect("page 2 can be read" in text(b, ".now"), "page 2 is answered:",
           text(b, ".now"))
    expect(row(b, ".sets", "to read")[1:] == ["1 2 3", "2"], "before and after:",
           row(b, ".sets", "to read"))
    b.key("l", "l")
    expect("2 done 200" in text(b, ".now"), "page 2 is done:", text(b, ".now"))
    expect("2 done 200" in " ".join(text(b, ".log li.new").split()),
           "the log says so:", text(b, ".log li.new"))
    expect(row(b, ".pages", "2")[1] == "done", "the table says so:",
           row(b, ".pages", "2"))
    expect(text(b, "#live") == text(b, ".now").lstrip("▶☾ "),
           "a screen reader hears:", text(b, "#live"))
    here, end = place(b)
    time.sleep(0.5)  # the address follows a little later
    link = b.run("return location.hash")
    expect(link == "#%d" % here, "a link to this place:", link)
    b.key("End")
    b.open(address(name) + link)
    expect(place(b) == (here, end), link, "leads to", place(b))
    b.key("End")
    expect(text(b, ".now") == "▶ main() returns.", "the end:", text(b, ".now"))


def guess(b, name):
    """By keyboard alone: a wrong guess of each kind, a right one, none."""
    b.open(address(name))
    b.key("s", "s", "s")
    expect(asks(b), "after the first select it asks")
    expect(future(b) > 0, "what comes is not shown:", future(b))
    expect("pages 1, 2, 3 can be written to" in text(b, ".now"),
           "it asks before it shows:", text(b, ".now"))
    before = place(b)
    b.key("2")
    expect("page 2 is ready as well" in text(b, "#verdict").lower(),
           "what was overlooked:", text(b, "#verdict"))
    expect("guessed 0 of 1" in text(b, "#place"), "score:", text(b, "#place"))
    b.key("1")
    expect("guessed 0 of 1" in text(b, "#place"), "one guess:", text(b, "#place"))
    b.key("Enter")
    expect(place(b)[0] > before[0] and not asks(b), "it goes on:", place(b))
    for _ in range(4):
        if not asks(b):
            b.key("s")
    expect("page 2 can be read" in text(b, ".now"), "the next:", text(b, ".now"))
    b.key("1")
    expect("none of the sets" in text(b, "#verdict"), "what was overlooked:",
           text(b, "#verdict"))
    b.key("Enter")
    for _ in range(4):
        if not asks(b):
            b.key("s")
    b.key("3")
    expect(text(b, "#verdict").startswith("Right."), "a right guess:",
           text(b, "#verdict"))
    expect("guessed 1 of 3" in text(b, "#place"), "score:", text(b, "#place"))
    b.open(address(name))
    b.key("g", *["s"] * 12)
    expect(not asks(b), "g turns it off")
    expect(future(b) == 0, "then the whole run is shown:", future(b))


def switches(b, name):
    """Step 5: at which line does a coroutine go on?"""
    b.open(address(name))
    for _ in range(40):
        if asks(b) and "line" in text(b, "#ask"):
            break
        b.key("1" if asks(b) else "w", "w")
    expect("Coroutine 1 goes on. At which line" in text(b, "#ask"),
           "it asks:", text(b, "#ask"))
    options = b.run("return [...document.querySelectorAll('#answers code')]"
                    ".map(c => c.textContent)")
    right = [i for i, option in enumerate(options) if "co_connect" in option]
    expect(len(right) == 1 and len(options) > 1, "the answers:", options)
    b.key(str(right[0] + 1))
    expect(text(b, "#verdict").startswith("Right."), "where it stopped:",
           text(b, "#verdict"))


# Each part is in sight or scrolls inside a part that is; no text is wider than
# its box; each button can be hit. Returns the names of those that are not.
CUT = """
const cut = [], wide = innerWidth + 0.5, phone = innerWidth < 760;
for (const e of document.querySelectorAll('body *')) {
    const r = e.getBoundingClientRect();
    const style = getComputedStyle(e);
    if (!r.width || !r.height || e.closest('.unseen, svg') ||
        style.visibility === 'hidden')
        continue;
    const name = e.tagName + '.' + e.className + ' ' +
        e.textContent.trim().slice(0, 30);
    if (r.left < -0.5 || r.right > wide)
        cut.push('outside: ' + name);
    if (e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 &&
        style.display !== 'inline' && e.tagName !== 'SELECT')
        cut.push('too wide for its box: ' + name);
    if (e.tagName === 'BUTTON' || e.tagName === 'SELECT' || e.id === 'slider') {
        const hit = document.elementFromPoint(r.left + r.width / 2,
                                              r.top + r.height / 2);
        if (!hit || !(hit === e || e.contains(hit)))
            cut.push('cannot be hit: ' + name);
    }
}
if (document.documentElement.scrollWidth > innerWidth)
    cut.push('the page scrolls sideways');
if (!phone && document.documentElement.scrollHeight > innerHeight)
    cut.push('the page is higher than the window');
return [...new Set(cut)].slice(0, 5);
"""


def sizes(b, name):
    """Nothing is cut off, wherever one looks."""
    for width, height, keys in ((1280, 720, ""), (390, 844, ""),
                                (1280, 720, "z"), (1024, 768, "z"),
                                (1920, 1080, "zd")):
        b.size(width, height)
        b.open(address(name))
        b.key("g", *keys)
        for steps in (0, 5, 6, 6):
            b.key(*["s"] * steps)
            b.run("scrollTo(0, 0)")
            for fault in b.run(CUT):
                expect(False, name, "%dx%d" % (width, height), keys, "at",
                       place(b)[0], fault)
    b.size(1280, 720)


def together(b, name):
    """Several runs: who is not led follows by the log."""
    b.open(address(name))
    for _ in range(6):
        b.key("l", "Right", "Right")
        counts = b.run(
            "return [...document.querySelectorAll('.run')].map(run =>"
            " run.querySelectorAll('.log li:not([hidden])').length)")
        expect(len(counts) > 1 and len(set(counts)) == 1,
               "as many lines in each:", counts)


CHECKS = {f.__name__: f for f in (whole, texts, guess, switches, sizes, together)}

if __name__ == "__main__":
    if sys.argv[1] == "missing":
        print(missing() or "")
        sys.exit(0)
    with Browser() as browser:
        if sys.argv[1] == "picture":
            browser.size(*map(int, sys.argv[3].split("x")))
            browser.open(address(sys.argv[2]))
            browser.key(*sys.argv[5:])
            browser.picture(sys.argv[4])
        else:
            browser.size(1280, 720)
            for file in sys.argv[2:]:
                CHECKS[sys.argv[1]](browser, file)
                for message in browser.errors():
                    expect(False, file, "console:", message)
    print("\n".join(faults), end="\n" if faults else "")
    sys.exit(1 if faults else 0)
