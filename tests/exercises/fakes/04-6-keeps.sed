# What is not watched any more stays in the list.
# caught: A descriptor is taken off the list
/^static void loop_tell/,/^}/s/^{/{\
    if (now == 0)\
        return;/
