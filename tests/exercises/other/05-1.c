/*
 * Exercise 05-1: Three generators, asked in turn.
 *
 * A generator is a coroutine that gives one value at a time: main() asks, the
 * generator runs until it has a value, gives it, and stays where it is until it
 * is asked again. Here it walks a tree. The walk is recursive: it calls itself,
 * and gives values from deep within. So it can't return with each value; here
 * it has a stack of its own, on which it can be left. (Python: yield.)
 *
 *     # in this folder:
 *     cc -I.. -o 1-generator 1-generator.c && ./1-generator 2,1 9 7,8
 *
 * makes three trees of these numbers, and shall print: (in each tree, the
 * smallest comes first)
 *
 *     a stands at 1
 *     main has 1 from a
 *     b stands at 9
 *     main has 9 from b
 *     c stands at 7
 *     main has 7 from c
 *     a stands at 2
 *     main has 2 from a
 *     c stands at 8
 *     main has 8 from c
 *     5 values
 *
 * To do: next(), give() and enter(), a few lines each. pingpong.c has all that
 * you need. Checked: the lines and their order, for several trees (make
 * exercise-05-1). A function that walks the whole tree at once and keeps a list
 * is no generator; the lines tell.
 */
#define _DEFAULT_SOURCE
#ifdef __APPLE__
#define _XOPEN_SOURCE 700 /* macOS hides ucontext without it */
#endif

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
/* musl has no ucontext; Alpine's package libucontext-dev adds it. */
#if defined(__OpenBSD__) ||                                                    \
    (defined(__linux__) && !defined(__GLIBC__) && !defined(HAVE_LIBUCONTEXT))
#error "apk add libucontext-dev; cc -DHAVE_LIBUCONTEXT FILE.c -lucontext"
#endif
#include <ucontext.h>
#ifdef __APPLE__ /* which calls ucontext deprecated, and still has it */
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
#endif

enum { MOST_GENERATORS = 26, MOST_NODES = 1000, STACK_SIZE = 64 * 1024 };

struct node {
    int value;
    struct node *smaller, *larger;
};

struct generator {
    char name;
    struct node *tree;  /* what it walks */
    ucontext_t context; /* where it goes on */
    int value;          /* what it gave last */
    bool has_ended;
};

static struct generator generators[MOST_GENERATORS];
static char stacks[MOST_GENERATORS][STACK_SIZE];
static struct generator *current; /* who is running; NULL: main */
/* where main() goes on, when a generator stops */
static ucontext_t main_context;

/* Leaves one generator, goes on in another; NULL is main. */
static void switch_to(struct generator *from, struct generator *to)
{
    current = to;
    swapcontext(from == NULL ? &main_context : &from->context,
                to == NULL ? &main_context : &to->context);
}

/* Called by the running generator: gives a value to whoever has asked. Returns
 * when the next one is asked for. */
static void give(int value)
{
    struct generator *self = current;
    self->value = value;
    switch_to(self, NULL);
}

/* Gives the values of a tree, the smallest first. */
static void walk(const struct node *node)
{
    if (node == NULL)
        return;
    walk(node->smaller);
    printf("%c stands at %d\n", current->name, node->value);
    give(node->value);
    walk(node->larger);
}

/* Where each generator begins, when it is asked for the first time. */
static void enter(void)
{
    walk(current->tree);
    current->has_ended = true;
    switch_to(current, NULL); /* for good: it is not asked again */
    abort();
}

/* Asks a generator for its next value. Returns true, with the value in *value;
 * or false if there is none left. */
static bool next(struct generator *generator, int *value)
{
    if (generator->has_ended)
        return false;
    switch_to(NULL, generator);
    if (generator->has_ended)
        return false;
    *value = generator->value;
    return true;
}

/* ---- All below is given. ---- */

/* Makes a context that begins at enter(), on this stack. When enter() returns,
 * main goes on. */
static void prepare(ucontext_t *context, char *stack)
{
    getcontext(context);
    context->uc_stack.ss_sp = stack;
    context->uc_stack.ss_size = STACK_SIZE;
    context->uc_link = &main_context;
    makecontext(context, enter, 0);
}

/* Adds the numbers of a text, "3,1,2", to a tree. */
static void plant(struct node **root, const char *text)
{
    static struct node nodes[MOST_NODES];
    static int used;
    while (*text != '\0' && used < MOST_NODES) {
        char *end;
        int value = (int)strtol(text, &end, 10);
        struct node **place = root;
        while (*place != NULL)
            place = value < (*place)->value ? &(*place)->smaller
                                            : &(*place)->larger;
        *place = &nodes[used++];
        (*place)->value = value;
        text = *end == '\0' ? end : end + 1;
    }
}

int main(int argc, char **argv)
{
    int count = argc - 1 < MOST_GENERATORS ? argc - 1 : MOST_GENERATORS;
    for (int i = 0; i < count; i++) {
        generators[i].name = (char)('a' + i);
        plant(&generators[i].tree, argv[i + 1]);
        prepare(&generators[i].context, stacks[i]);
    }
    int values = 0;
    for (int left = count; left > 0;) {
        left = 0;
        for (int i = 0; i < count; i++) {
            int value;
            if (generators[i].has_ended || !next(&generators[i], &value))
                continue;
            printf("main has %d from %c\n", value, generators[i].name);
            values++;
            left++;
        }
    }
    printf("%d values\n", values);
    return 0;
}
