# The socket is kept in a static variable, which all tasks share.
# caught: Each chain has its own pages
s/^    int place, fd;/    int place;/
s/f->fd/fd/g
/^static enum poll fetch/,/^}/s/^    BEGIN(f);/    static int fd;\
&/
