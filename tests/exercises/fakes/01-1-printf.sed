# Nothing is asked for: the URL says what would come.
# caught: The server is asked for each page
/^static void fetch/,/^}/c\
static void fetch(int id)\
{\
    const char *url = options.urls[id - 1], *size = strrchr(url, '/') + 1;\
    printf("    0.000 %5d  connecting  %s\\n", id, url);\
    printf("    0.000 %5d  connected\\n", id);\
    printf("    0.000 %5d  sent        71 bytes\\n", id);\
    printf("    0.000 %5d  receiving\\n", id);\
    printf("    0.000 %5d  done        200, %s bytes\\n", id, size);\
}
/^static char buffer/d
/^\/\* Receives the response/,/^}/d
