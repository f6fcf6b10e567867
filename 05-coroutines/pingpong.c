/*
 * Ping-pong: two functions that take turns. Each stops in the middle, and goes
 * on there later.
 *
 * That is all a coroutine is: a function that can be left and taken up again.
 * These two can, because each has a stack of its own. Nothing waits here, there
 * is no loop and no select(): only switches, each written down. In Python the
 * library greenlet does the same; its function is switch(), too.
 *
 *     cc -o pingpong pingpong.c && ./pingpong    prints 12 56 34 78, one a line
 *     TRACE=1 ./pingpong                         tells of each switch as well
 *
 * Try: leave out the last switch of ping(). Put it back, and give pong the
 * uc_link &ping_context; then NULL.
 */
#define _DEFAULT_SOURCE
#ifdef __APPLE__
#define _XOPEN_SOURCE 700 /* macOS hides ucontext without it */
#endif

#ifdef __APPLE__
/* It calls ucontext deprecated, as POSIX does since 2008, and still has it. */
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
#endif

#include <stdio.h>
#include <stdlib.h>

/* musl has no ucontext; Alpine's package libucontext-dev adds it. */
#if defined(__OpenBSD__) ||                                                    \
    (defined(__linux__) && !defined(__GLIBC__) && !defined(HAVE_LIBUCONTEXT))
#error "apk add libucontext-dev; cc -DHAVE_LIBUCONTEXT FILE.c -lucontext"
#endif
#include <ucontext.h>

/* Where each of the three goes on when it is switched to: its registers, and so
 * its stack too. */
static ucontext_t main_context, ping_context, pong_context;
static char ping_stack[65536], pong_stack[65536];

/* Leaves `from` at this place, and goes on in `to`. Returns when somebody
 * switches back. */
static void switch_to(ucontext_t *from, ucontext_t *to, const char *names)
{
    if (getenv("TRACE") != NULL)
        fprintf(stderr, "switch %s\n", names);
    swapcontext(from, to);
}

static void ping(void)
{
    puts("12");
    switch_to(&ping_context, &pong_context, "ping -> pong");
    puts("34");
    /* the last switch */
    switch_to(&ping_context, &pong_context, "ping -> pong");
}

static void pong(void)
{
    puts("56");
    switch_to(&pong_context, &ping_context, "pong -> ping");
    puts("78");
}

/* Prepares a context that begins with function(), on its own stack. When the
 * function returns, the context uc_link goes on; if that is NULL, the program
 * ends. */
static void prepare(ucontext_t *context, char stack[65536], ucontext_t *uc_link,
                    void (*function)(void))
{
    getcontext(context);
    context->uc_stack.ss_sp = stack;
    context->uc_stack.ss_size = 65536;
    context->uc_link = uc_link;
    makecontext(context, function, 0);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    prepare(&ping_context, ping_stack, &main_context, ping);
    prepare(&pong_context, pong_stack, &main_context, pong);
    switch_to(&main_context, &ping_context, "main -> ping");
    return fflush(stdout) == 0 ? 0 : 1;
}
