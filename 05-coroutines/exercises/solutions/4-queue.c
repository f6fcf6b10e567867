/*
 * Exercise 05-4: A channel, where coroutines wait for each other.
 *
 * Some put items in, others take them out, in the same order. There is room for
 * a few only: one that finds it full waits until there is room, one that finds
 * it empty waits until there is something. So the fast can't run away from the
 * slow: a crawler that finds links faster than it fetches pages does not fill
 * the memory. (Go: a channel; Python: gevent.queue.Queue.) And at the end of
 * the work all must hear that nothing more will come.
 *
 *     # in this folder:
 *     cc -I.. -o 4-queue 4-queue.c && ./4-queue 1 ab! '*'
 *
 * makes a channel with room for 1 item and two coroutines. The first puts a and
 * b and closes, the second gets items until the end:
 *
 *     1 adds a
 *     2 takes a
 *     1 adds b
 *     2 takes b
 *     2 is at the end
 *     # 2 of 2 have ended, ... switches
 *
 * In an argument, a letter puts it, ! closes, - gets one item, * gets items
 * until the end, and a point lets the others run.
 *
 * To do: put(), get() and close_channel(), with wait_in() and wake_one() of
 * coroutine.h. Checked (make exercise-05-4): that all items come out, in order;
 * that nobody takes from an empty channel or adds to a full one, also if
 * somebody else was faster; that all end that can; and that one that waits is
 * not resumed again and again only to look.
 */
#include "coroutine.h"

enum { MOST_ROOM = 100 };

struct channel {
    char items[MOST_ROOM]; /* a ring */
    int room;              /* it takes so many */
    int first, count;      /* where the oldest is, and how many there are */
    bool is_closed;        /* nothing more will be put */
    struct queue getters;  /* who waits for an item */
    struct queue putters;  /* who waits for room */
};

static struct channel channel;
static int ended_count;

/* Adds an item. There must be room. */
static void add(char item)
{
    printf("%d adds %c%s\n", current->number, item,
           channel.count == channel.room ? " to a full channel" : "");
    if (channel.count == channel.room)
        exit(1);
    channel.items[(channel.first + channel.count++) % channel.room] = item;
}

/* Takes the oldest item out. There must be one. */
static char take(void)
{
    if (channel.count == 0) {
        printf("%d takes from an empty channel\n", current->number);
        exit(1);
    }
    char item = channel.items[channel.first];
    channel.first = (channel.first + 1) % channel.room;
    channel.count--;
    printf("%d takes %c\n", current->number, item);
    return item;
}

/* Puts an item into the channel; waits until there is room for it. Nobody puts
 * after the close. */
static void put(char item)
{
    while (channel.count == channel.room)
        wait_in(&channel.putters);
    add(item);
    wake_one(&channel.getters);
}

/* Gets the oldest item; waits until there is one. Returns false if there is
 * none and the channel is closed: what was put before the close can still be
 * had. */
static bool get(char *item)
{
    while (channel.count == 0 && !channel.is_closed)
        wait_in(&channel.getters);
    if (channel.count == 0)
        return false;
    *item = take();
    wake_one(&channel.putters);
    return true;
}

/* Says that nothing more will be put. */
static void close_channel(void)
{
    channel.is_closed = true;
    while (channel.getters.first != NULL)
        wake_one(&channel.getters);
}

/* ---- All below is given. ---- */

/* Gets items until the end, or one only. */
static void get_items(bool all)
{
    char item;
    while (get(&item))
        if (!all)
            return;
    printf("%d is at the end\n", current->number);
}

/* What each coroutine does: one step for each character. */
static void act(void *argument)
{
    for (const char *step = argument; *step != '\0'; step++) {
        if (*step == '.')
            yield();
        else if (*step == '!')
            close_channel();
        else if (*step == '-' || *step == '*')
            get_items(*step == '*');
        else
            put(*step);
    }
    ended_count++;
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    channel.room = argc > 1 ? atoi(argv[1]) : 0;
    if (channel.room < 1 || channel.room > MOST_ROOM) {
        fprintf(stderr, "usage: 4-queue ROOM STEPS...   (ROOM: 1 to %d)\n",
                MOST_ROOM);
        return 2;
    }
    for (int i = 2; i < argc; i++)
        if (!coroutine_start(act, argv[i]))
            return 1;
    run_scheduler();
    printf("# %d of %d have ended, %ld switches\n", ended_count, argc - 2,
           co_switches);
    return 0;
}
