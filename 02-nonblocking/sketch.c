/* Step 2 on one page: no call on a socket waits; if "not yet", we ask again.
 *     cc -o sketch sketch.c && ./sketch /delay/300 /delay/100
 * Left out, and in fetch.c: names (open_connection), sending in parts
 * (send_request), a response's end (page_receive), time (page_time_out). */
#define _XOPEN_SOURCE 700
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    const char *port = getenv("PORT");
    struct sockaddr_in server = {.sin_family = AF_INET};
    server.sin_port = htons((in_port_t)atoi(port != NULL ? port : "8080"));
    inet_pton(AF_INET, "127.0.0.1", &server.sin_addr);
    char data[4096];
    int fds[argc], sent[argc], left = argc - 1;
    for (int i = 1; i < argc; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        fcntl(fd, F_SETFL, O_NONBLOCK);
        if (connect(fd, (struct sockaddr *)&server, sizeof server) == -1 &&
            errno != EINPROGRESS) {
            perror("connect");
            return 1;
        }
        fds[i] = fd;
        sent[i] = 0;
    }
    while (left > 0)
        for (int i = 1; i < argc; i++) {
            if (!sent[i] &&
                dprintf(fds[i], "GET %s HTTP/1.0\r\n\r\n", argv[i]) > 0) {
                printf("%s sent\n", argv[i]);
                sent[i] = 1;
            } else if (sent[i] && recv(fds[i], data, sizeof data, 0) == 0) {
                printf("%s done\n", argv[i]);
                close(fds[i]);
                fds[i] = -1;
                left--;
            }
        }
}
