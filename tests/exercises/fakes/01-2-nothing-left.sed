# Does not look whether any time is left, and asks the kernel for 0, which is no limit.
# caught: The server keeps silent
# caught: Nothing may wait longer than the page has time
s/    if (microseconds <= 0) {/    if (microseconds < 0)\n        microseconds = 0;\n    if (false) {/
