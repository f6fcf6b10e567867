# No callback: main() goes round and prints, with a sleep after each round.
# caught: Only the loop waits
s/^    loop_run(&loop);/    struct timespec pause = {.tv_nsec = 50000000};\
    for (int left = count; left > 0; nanosleep(\&pause, NULL)) {\
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
