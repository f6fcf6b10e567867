# It sleeps a little until there is room, and waits for nobody else meanwhile.
# caught: Nobody else waits
s/^        return;$/        continue;/
s/^    struct page \*page = &r->page;/&\
    for (double end = now() + 1; !s->over \&\& now() < end;) {\
        nanosleep(\&(struct timespec){0, 1000000}, NULL);/
/^        page_sent(page, s->sent, error);/,/^}/s/^}/    }\
}/
