# It does not return until all is sent.
# caught: return, and wait in select() for room
# caught: A socket is tried again when select() says
s/^        return;$/        continue;/
s/^    struct page \*page = &r->page;/&\
    while (!s->over) {/
/^        page_sent(page, s->sent, error);/,/^}/s/^}/    }\
}/
