/* Step 1 on one page: each call waits until its work is done.
 *     cc -o sketch sketch.c && ./sketch /delay/300 /delay/100
 * Left out, and in fetch.c: names (open_connection), sending in parts
 * (send_request), a response's end (page_receive), time (page_time_out). */
#define _XOPEN_SOURCE 700
#include <arpa/inet.h>
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
    for (int i = 1; i < argc; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(fd, (struct sockaddr *)&server, sizeof server) == -1) {
            perror("connect");
            return 1;
        }
        dprintf(fd, "GET %s HTTP/1.0\r\n\r\n", argv[i]);
        printf("%s sent\n", argv[i]);
        while (recv(fd, data, sizeof data, 0) > 0)
            continue;
        printf("%s done\n", argv[i]);
        close(fd);
    }
}
