# The end of the connection is waited for, whatever the length says.
# caught: do not wait for its end
s/^    bool more = true;/    bool more = true, over = false;/
s/^            more = page_receive.*/            over = over || !page_receive(page, buffer, (size_t)n);\
            more = n > 0;/
