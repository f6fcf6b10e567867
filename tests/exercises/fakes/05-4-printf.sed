# No channel: the first coroutine prints what all would do.
# caught: does so by itself
s/^static void put(char item)/static char had[1000];\
static int puts_done, gets_done;\
\
&/
/^    while (channel.count == channel.room)/,/^    wake_one(&channel.getters);/c\
    had[puts_done++] = item;\
    channel.count = 0;
/^    while (channel.count == 0 && /,/^    return true;/c\
    while (gets_done == puts_done && !channel.is_closed)\
        yield();\
    if (gets_done == puts_done)\
        return false;\
    *item = had[gets_done++];\
    printf("%d adds %c\\n", 1, *item);\
    printf("%d takes %c\\n", current->number, *item);\
    return true;
s/^static void add(char item)/static inline void add(char item)/
s/^static char take(void)/static inline char take(void)/
