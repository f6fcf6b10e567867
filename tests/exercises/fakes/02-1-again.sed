# connect() is called again to see what has become of it.
# caught: What it says when it is called again
s/^        if (getpeername.*/        const struct addrinfo *a = page->addresses;\
        if (connect(fd, a->ai_addr, a->ai_addrlen) == 0 || errno == EISCONN) {/
/socklen_t peer_size/d
/sockaddr_storage peer/d
