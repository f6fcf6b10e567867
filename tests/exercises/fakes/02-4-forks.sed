# A process for each page.
# caught: Nothing waits: whoever is asked answers at once
s/^#include "exercises.*/&\
#include <sys\/wait.h>/
s/^    int left = options.url_count;/    int child = 0, left = 1, status, failed = 0;\
    while (child < options.url_count \&\& fork() != 0)\
        child++;\
    if (child == options.url_count) {\
        while (wait(\&status) > 0)\
            failed += status != 0;\
        free(requests);\
        failed_count = failed;\
        done_count = options.url_count - failed;\
        return summary(", %ld polls", polls);\
    }/
s/^        for (int i = 0; i < options.url_count; i++)$/        for (int i = child; i <= child; i++)/
/^                left--;/,/^    free/s/^    free.*/    free(requests);\
    _exit(failed_count > 0);/
