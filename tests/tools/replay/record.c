/*
 * record.c - a lesson that writes down what it does: record.h, the instrumented
 * copy of the lesson, and here what only this lesson has: its requests, watches
 * or queues.
 *
 *     cc -D RECORD_LOOP -D PROGRAM='"fetch.c"' -I COPIES record.c
 *     RECORD=FILE ./a.out ARGUMENT... 1<>LOG
 *
 * RECORD_BLOCKING      its calls wait (step 1)
 * RECORD_ROUNDS        it asks again and again (step 2)
 * RECORD_REQUESTS      it has requests with a state (steps 2 and 3)
 * RECORD_LOOP          it has an event loop (step 4)
 * RECORD_COROUTINES    it has the queues of coroutine.h (step 5)
 * RECORD_SWITCHES      it switches stacks
 * RECORD_NO_ARGUMENTS  its main() takes none
 */
#include "record.h"

#ifdef PROGRAM
#define main lesson_main
/* cppcheck-suppress preprocessorErrorDirective */
#include PROGRAM
#undef main
#else /* for linters, which know no PROGRAM */
static int lesson_main(int argc, char **argv)
{
    return argc > 1 ? puts(argv[1]) : 0;
}
#endif

#if defined RECORD_REQUESTS
static void rec_state(void)
{
    const char *const state_names[] = {"idle", "connecting", "sending",
                                       "receiving"};
    for (int i = 0; requests != NULL && i < options.connections; i++) {
        const struct request *r = &requests[i];
        if (r->page.id != 0 && r->state != IDLE)
            rec_keep(r->page.id, "page %d %s fd=%d sent=%zu until=%.3f",
                     r->page.id, state_names[r->state], r->fd, r->sent,
                     r->deadline);
        else if (r->page.id != 0)
            rec_keep(r->page.id, "page %d idle", r->page.id);
    }
}
#elif defined RECORD_LOOP
/* The name of a callback. */
/* cppcheck-suppress constParameter */
static const char *rec_name(loop_callback *function)
{
    return function == on_connected  ? "on_connected"
           : function == on_readable ? "on_readable"
           : function == on_writable ? "on_writable"
                                     : "-";
}

static void rec_state(void)
{
    char timers[900] = "";
    size_t length = 0;
    for (int fd = 0; fd < FD_SETSIZE; fd++) {
        const struct watch *w = &loop.watches[fd];
        bool reads = FD_ISSET(fd, &loop.read_set);
        bool writes = FD_ISSET(fd, &loop.write_set);
        const struct request *r = w->data;
        if (reads || writes)
            rec_keep(fd, "watch %d page=%d read=%s write=%s", fd, r->page.id,
                     reads ? rec_name(w->on_readable) : "-",
                     writes ? rec_name(w->on_writable) : "-");
        else if (w->data != NULL)
            rec_keep(fd, "watch %d", fd);
    }
    for (struct timer *t = loop.timers.next;
         t != NULL && t != &loop.timers && length < sizeof timers - 32;
         t = t->next) {
        const struct request *r = t->data;
        length += (size_t)snprintf(timers + length, sizeof timers - length,
                                   " %d:%.3f", r->page.id, t->due - rec_start);
    }
    rec_keep(FD_SETSIZE, "queue timers%s", timers);
}
#elif defined RECORD_COROUTINES
/* Writes who stands in a queue, and what for. */
static void rec_queue(int number, const char *name, const struct queue *queue)
{
    char text[900] = "";
    size_t length = 0;
    for (const struct coroutine *c = queue->first;
         c != NULL && length < sizeof text - 32; c = c->next) {
        char *to = text + length;
        length += (size_t)(queue == &co_waiting
                               ? snprintf(to, 64, " %d:%d:%s:%.3f", c->number,
                                          c->fd, c->to_write ? "write" : "read",
                                          c->deadline - rec_start)
                               : snprintf(to, 64, " %d", c->number));
    }
    rec_keep(number, "queue %s%s", name, text);
}

static void rec_state(void)
{
    const struct queue none = {0};
    const struct queue *round = &none;
    struct rec_stack *stack = &rec_stacks[0];
    for (int i = 0; i < stack->depth; i++)
        for (int j = 0; j < stack->frames[i].var_count; j++)
            if (stack->frames[i].vars[j].kind == 'q')
                round = stack->frames[i].vars[j].at;
    rec_queue(0, "ready", &co_ready);
    rec_queue(1, "round", round);
    rec_queue(2, "waiting", &co_waiting);
}
#else
static void rec_state(void)
{
}
#endif

/* When the program ends: what is left of the log. */
static void rec_end(void)
{
    fflush(stdout);
    rec_log();
#ifdef RECORD_ROUNDS
    rec_next_round();
    fclose(rec_file);
    rec_file = rec_whole;
#endif
    fclose(rec_file);
}

int main(int argc, char **argv)
{
    const char *name = getenv("RECORD");
    if (name == NULL || (rec_file = fopen(name, "w")) == NULL) {
        fprintf(stderr, "record: set RECORD to the name of a file\n");
        return 2;
    }
    /* Above all that the lesson opens, so that its numbers stay the same. */
    int high = fcntl(fileno(rec_file), F_DUPFD, 200);
    if (high != -1) {
        fclose(rec_file);
        rec_file = fdopen(high, "w");
    }
    setvbuf(stdout, NULL, _IOLBF, 0); /* the log comes line by line */
    atexit(rec_end);
    rec_start = rec_time();
#ifdef RECORD_NO_ARGUMENTS
    (void)argc, (void)argv;
    return lesson_main();
#else
    return lesson_main(argc, argv);
#endif
}
