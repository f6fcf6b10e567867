# The whole list is made anew at each wait.
# caught: told what has changed, and not all again
/^static void loop_wait/,/^}/s/^{/{\
    for (int fd = 0; fd < 1000; fd++) {\
        int wanted = loop_wanted(\&loop->watches[fd]);\
        if (wanted != 0) {\
            loop_tell(loop, fd, wanted, 0);\
            loop_tell(loop, fd, 0, wanted);\
        }\
    }/
