# Each time from the beginning, until all goes in one piece: never.
# caught: The whole request is sent
s/page->request + s->sent, page->request_length - s->sent/page->request, page->request_length/
s/^    s->sent += .*/    s->sent = n == -1 ? 0 : (size_t)n;/
