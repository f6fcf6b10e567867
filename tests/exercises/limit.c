/*
 * limit.c: runs one program under limits, and tells how it ended.
 *
 *     limit [-w BOX] [-h FOLDER]... [-m MIB] SECONDS PROGRAM [ARGUMENT...]
 *     limit -p
 *
 *     -w BOX     the program is not ours: it stands in the folder BOX, and can
 *                write nowhere else, as far as the system allows (isolate.h)
 *     -h FOLDER  it does not see this folder (up to 4)
 *     -m MIB     the memory that it may ask for
 *     -p         prints what isolate.h can do here: some of the words
 *                processes, files, writing, user
 *
 * How it ended goes to descriptor 8, which is the caller's end of a pipe, and
 * which the program never gets. One line:
 *
 *     exit STATUS      it ended by itself
 *     signal N NAME    a signal ended it: a crash
 *     busy CPU         the time was over, and it had worked: an endless loop
 *     idle CPU         the time was over, and it had slept: it waited for ever
 *     absent REASON    it could not be started
 *
 * where CPU is the processor time used, in seconds. There are three processes:
 * this one, which keeps the time; a keeper, its child, which waits; and the
 * program. So the time limit survives whatever the program does to its parent.
 * Whatever it has started ends with it. It reads nothing (stdin is /dev/null),
 * has no terminal, dumps no core, writes no file above 16 MiB, and gets only a
 * few of our variables. timeout(1) would not do: macOS has none, and it can't
 * tell busy from idle.
 */
#ifdef __linux__
#define _GNU_SOURCE
#elif !defined __FreeBSD__
#define _XOPEN_SOURCE    700
#define _DARWIN_C_SOURCE /* RLIMIT_NPROC */
#endif

#include "isolate.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>

enum {
    FILE_LIMIT = 16 * 1024 * 1024,
    PROCESS_LIMIT = 200,
    LAST_INHERITED = 1023, /* no shell opens a descriptor above */
    RESULT = 8,            /* the descriptor of the result */
    NO_TIME_LEFT = 1,
    INTERRUPTED = 2
};

/* What the keeper writes into a pipe. */
struct news {
    enum { STARTED, ENDED, ABSENT } what;
    int value; /* the program's number, wait status, or errno */
};

extern char **environ;

static struct isolation isolation = {.user = NO_USER};
static double seconds;
static rlim_t memory; /* bytes, 0: any */
static pid_t keeper;  /* waits for the program; in its namespace the first */
static pid_t group;   /* the program's process group, if it can be reached */
static volatile sig_atomic_t stopped, rings;

/* Ends the program and all it has forked: directly if it can be reached, or
 * through its keeper. The keeper then waits for all of them, so that we learn
 * how much time was used. If it has not done so a second later, it is ended.
 * Called by a signal: kill() is allowed there. */
static void stop(int signal_number)
{
    if (!stopped)
        stopped = signal_number == SIGALRM ? NO_TIME_LEFT : INTERRUPTED;
    if (group > 0)
        kill(-group, SIGKILL);
    if (isolation.processes)
        kill(keeper, SIGTERM);
    if (++rings > 1)
        kill(keeper, SIGKILL);
}

/* The keeper's answer to that. To it, -1 is all of its namespace. */
static void end_all(int signal_number)
{
    (void)signal_number;
    kill(-1, SIGKILL);
}

static void die(const char *what)
{
    fprintf(stderr, "limit: %s: %s\n", what, strerror(errno));
    exit(2);
}

#ifdef __GLIBC__
typedef __rlimit_resource_t resource_name;
#else
typedef int resource_name;
#endif

static void set_limit(resource_name resource, rlim_t limit)
{
    struct rlimit now;
    if (getrlimit(resource, &now) == -1)
        return;
    if (now.rlim_max != RLIM_INFINITY && now.rlim_max < limit)
        limit = now.rlim_max;
    now.rlim_cur = now.rlim_max = limit;
    setrlimit(resource, &now);
}

static void set_limits(void)
{
    set_limit(RLIMIT_CORE, 0);
    set_limit(RLIMIT_FSIZE, FILE_LIMIT);
    /* a second limit, for whoever has escaped the first */
    set_limit(RLIMIT_CPU, (rlim_t)seconds + 2);
#ifdef RLIMIT_AS /* OpenBSD has none */
    if (memory > 0)
        set_limit(RLIMIT_AS, memory);
#endif
#ifdef RLIMIT_NPROC
    /* Counted for a user, with all that else runs for him. So only where the
     * user, or a count of its own, is the program's alone. */
    if (isolation.user != NO_USER || isolation.files)
        set_limit(RLIMIT_NPROC, PROCESS_LIMIT);
#endif
}

/* Leaves only the variables that programs and compilers need: what else there
 * is, passwords perhaps, is none of the program's business. */
static void clean_environment(void)
{
    static const char *const kept[] = {
        "EXERCISE_", "ASAN_",     "UBSAN_",  "LSAN_",    "PATH=",
        "LANG=",     "LC_",       "TMPDIR=", "HOME=",    "LD_LIBRARY_PATH=",
        "CPATH=",    "C_INCLUDE", "LIBRARY", "COMPILER", "GCC_",
        "NIX_",      "SDKROOT=",  "DEVELOP", "CCACHE_",  "MACOSX_"};
    char **to = environ;
    for (char **from = environ; *from != NULL; from++)
        for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
            if (strncmp(*from, kept[i], strlen(kept[i])) == 0) {
                *to++ = *from;
                break;
            }
    *to = NULL;
    if (isolation.box[0] != 0) {
        setenv("HOME", isolation.box, 1);
        setenv("TMPDIR", isolation.box, 1);
    }
}

/* In the child: becomes the program. If it can't, errno goes to the pipe, which
 * otherwise closes by itself. */
static void become(char **command, int news_pipe)
{
    int null = open("/dev/null", O_RDONLY);
    for (int number = 1; number < 32; number++)
        signal(number, SIG_DFL); /* Python starts us with some ignored */
    setsid();
    if (isolation.box[0] != 0 && chdir(isolation.box) == -1)
        die(isolation.box);
    if (null > 0) {
        dup2(null, 0);
        close(null);
    }
    for (int fd = 3; fd <= LAST_INHERITED; fd++)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    clean_environment();
    isolate_program(&isolation);
    set_limits();
    execvp(command[0], command);
    struct news absent = {ABSENT, errno};
    if (write(news_pipe, &absent, sizeof absent) == -1)
        _exit(126);
    _exit(127);
}

/* The keeper: starts the program, waits for it, tells how it ended. */
static void keep(char **command, int news_pipe)
{
    struct news news = {ENDED, 0};
    isolate_keeper(&isolation);
    if (isolation.processes)
        signal(SIGTERM, end_all);
    pid_t program = fork();
    if (program == 0)
        become(command, news_pipe);
    struct news started = {STARTED, (int)program};
    if (program == -1 ||
        write(news_pipe, &started, sizeof started) != (ssize_t)sizeof started)
        _exit(1);
    for (;;) { /* the first process of a namespace gets the orphans, too */
        pid_t ended = waitpid(-1, &news.value, 0);
        if (ended == program)
            break;
        if (ended == -1 && errno != EINTR)
            _exit(1);
    }
    kill(-program, SIGKILL); /* what it has left behind */
    if (write(news_pipe, &news, sizeof news) == -1)
        _exit(1);
    _exit(0);
}

static void start_alarm(void)
{
    struct itimerval timer = {.it_interval.tv_sec = 1,
                              .it_value.tv_sec = (time_t)seconds};
    timer.it_value.tv_usec =
        (suseconds_t)((seconds - (double)timer.it_value.tv_sec) * 1e6);
    struct sigaction action = {.sa_handler = stop};
    int signals[] = {SIGALRM, SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaction(signals[i], &action, NULL);
    if (setitimer(ITIMER_REAL, &timer, NULL) == -1)
        die("setitimer");
}

static double cpu_seconds(void)
{
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* Tells how the program ended. A busy one may have had to share the processor
 * with others, so a tenth of the time is enough to be called so. */
static void report(struct news last)
{
    int status = last.value;
    if (stopped == NO_TIME_LEFT)
        dprintf(RESULT, "%s %.1f\n",
                cpu_seconds() > seconds / 10 ? "busy" : "idle", cpu_seconds());
    else if (last.what == ABSENT)
        dprintf(RESULT, "absent %s\n", strerror(last.value));
    else if (last.what == STARTED) /* it has ended its keeper */
        dprintf(RESULT, "signal %d %s\n", SIGKILL, strsignal(SIGKILL));
    else if (WIFSIGNALED(status))
        dprintf(RESULT, "signal %d %s\n", WTERMSIG(status),
                strsignal(WTERMSIG(status)));
    else
        dprintf(RESULT, "exit %d\n", WEXITSTATUS(status));
}

/* Reads the next news; 0 at the end, when nobody is left who could write. */
static int read_news(int news_pipe, struct news *news)
{
    ssize_t n;
    do
        n = read(news_pipe, news, sizeof *news);
    while (n == -1 && errno == EINTR);
    return n == (ssize_t)sizeof *news;
}

/* Runs the command; its last news. */
static struct news run(char **command)
{
    struct news last = {STARTED, 0}, news;
    int ends[2];
    if (pipe(ends) == -1)
        die("pipe");
    isolate_first(&isolation);
    keeper = fork();
    if (keeper == -1)
        die("fork");
    if (keeper == 0)
        keep(command, ends[1]);
    close(ends[1]);
    start_alarm();
    while (read_news(ends[0], &news)) {
        if (news.what == STARTED && !isolation.processes) {
            group = news.value;
            if (stopped) /* between the fork and here */
                kill(-group, SIGKILL);
        }
        if (last.what != ABSENT) /* the reason counts, not the status after */
            last = news;
    }
    while (waitpid(keeper, NULL, 0) == -1 && errno == EINTR) {
    }
    if (group > 0)
        kill(-group, SIGKILL);
    end_the_rest();
    return last;
}

/* limit -p: what there is, tried on a program that does nothing. */
static int print_protection(void)
{
    char box[] = "/tmp/limit.XXXXXX";
    if (mkdtemp(box) == NULL)
        die(box);
    if (realpath(box, isolation.box) == NULL)
        die(box);
    isolate_first(&isolation);
    fflush(stdout);
    keeper = fork();
    if (keeper == 0) {
        isolate_keeper(&isolation);
        isolate_program(&isolation);
        printf("%s%s%s%s\n", isolation.processes ? "processes " : "",
               isolation.files ? "files " : "",
               isolation.writing ? "writing " : "",
               isolation.user != NO_USER ? "user" : "");
        fflush(stdout);
        _exit(0);
    }
    waitpid(keeper, NULL, 0);
    rmdir(box);
    return 0;
}

/* A folder that holds the box can't be hidden. */
static void hide(const char *folder)
{
    if (isolation.hidden_count < MOST_HIDDEN &&
        realpath(folder, isolation.hidden[isolation.hidden_count]) != NULL)
        isolation.hidden_count++;
}

static void drop_hidden_above_box(void)
{
    int kept = 0;
    for (int i = 0; i < isolation.hidden_count; i++)
        if (!is_below(isolation.box, isolation.hidden[i]))
            memmove(isolation.hidden[kept++], isolation.hidden[i], PATH_MAX);
    isolation.hidden_count = kept;
}

int main(int argc, char **argv)
{
    int option;
    while ((option = getopt(argc, argv, "+w:h:m:p")) != -1)
        if (option == 'w') {
            if (realpath(optarg, isolation.box) == NULL)
                die(optarg);
        } else if (option == 'h')
            hide(optarg);
        else if (option == 'm')
            memory = (rlim_t)atol(optarg) * 1024 * 1024;
        else if (option == 'p')
            return print_protection();
        else
            optind = argc;
    seconds = optind + 1 < argc ? strtod(argv[optind], NULL) : 0;
    if (seconds <= 0 || seconds > 86400) {
        fprintf(stderr, "usage: limit [-w BOX] [-h FOLDER]... [-m MIB] SECONDS "
                        "PROGRAM [ARGUMENT...]\n");
        return 2;
    }
    drop_hidden_above_box();
    struct news last = run(argv + optind + 1);
    if (stopped == INTERRUPTED)
        return 130;
    report(last);
    return 0;
}
