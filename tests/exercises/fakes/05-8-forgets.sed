# The socket is a local variable: it is lost where the task is left.
# caught: It does not crash
s/^    int place, fd;/    int place;/
s/^    f->fd = start_connection();/    fd = start_connection();/
s/f->fd/fd/g
/^static enum poll fetch/,/^}/s/^    BEGIN(f);/    int fd = -1;\
&/
