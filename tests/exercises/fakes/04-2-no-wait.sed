# The same without a sleep: only the order is right.
# caught: the loop that waits
s/^    loop_run(&loop);/    for (int left = count; left > 0;) {\
        left = 0;\
        for (int i = 0; i < count; i++) {\
            struct countdown *c = \&countdowns[i];\
            if (c->left >= 0 \&\& c->left-- > 0)\
                printf("%s %d\\n", c->name, c->left + 1);\
            else if (c->left == -1)\
                printf("%s lifts off\\n", (c->left--, c->name));\
            left += c->left >= -1;\
        }\
    }\
    loop_run(\&loop);/
s/^    on_tick(c);/    (void)on_tick;/
