/*
 * limit.c: runs one program under a time limit, and writes down how it ended.
 *
 *     limit SECONDS FILE PROGRAM [ARGUMENT...]
 *
 * FILE receives one line:
 *
 *     exit STATUS      it ended by itself
 *     signal N NAME    a signal ended it: a crash
 *     busy CPU         the time was over, and it had worked: an endless loop
 *     idle CPU         the time was over, and it had slept: it waited for ever
 *
 * where CPU is the processor time used, in seconds. The program gets a process
 * group of its own, so that what it has forked ends with it. It reads nothing
 * (stdin is /dev/null), dumps no core and writes no file above 16 MiB.
 * timeout(1) would not do: macOS has none, and it can't tell busy from idle.
 */
#define _XOPEN_SOURCE 700

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FILE_LIMIT = 16 * 1024 * 1024, NO_TIME_LEFT = 1, INTERRUPTED = 2 };

static pid_t child; /* the program, and the number of its process group */
static volatile sig_atomic_t stopped;

/* Ends the program and all it has forked. Called by a signal: kill() is allowed
 * there. */
static void stop(int signal_number)
{
    stopped = signal_number == SIGALRM ? NO_TIME_LEFT : INTERRUPTED;
    kill(-child, SIGKILL);
}

static void die(const char *what)
{
    fprintf(stderr, "limit: %s: %s\n", what, strerror(errno));
    exit(2);
}

/* In the child: becomes the program. */
static void become(char **command)
{
    struct rlimit none = {0, 0}, size = {FILE_LIMIT, FILE_LIMIT};
    int null = open("/dev/null", O_RDONLY);
    setpgid(0, 0);
    setrlimit(RLIMIT_CORE, &none);
    setrlimit(RLIMIT_FSIZE, &size);
    if (null > 0) {
        dup2(null, 0);
        close(null);
    }
    execv(command[0], command);
    die(command[0]);
}

static void start_alarm(double seconds)
{
    struct itimerval timer = {.it_value.tv_sec = (time_t)seconds};
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

/* Writes how the program ended. A busy one may have had to share the processor
 * with others, so a tenth of the time is enough to be called so. */
static void report(const char *name, int status, double seconds)
{
    FILE *file = fopen(name, "w");
    if (file == NULL)
        die(name);
    if (stopped == NO_TIME_LEFT)
        fprintf(file, "%s %.1f\n",
                cpu_seconds() > seconds / 10 ? "busy" : "idle", cpu_seconds());
    else if (WIFSIGNALED(status))
        fprintf(file, "signal %d %s\n", WTERMSIG(status),
                strsignal(WTERMSIG(status)));
    else
        fprintf(file, "exit %d\n", WEXITSTATUS(status));
    if (fclose(file) == EOF)
        die(name);
}

int main(int argc, char **argv)
{
    double seconds = argc > 3 ? strtod(argv[1], NULL) : 0;
    int status;
    if (seconds <= 0 || seconds > 86400) {
        fprintf(stderr, "usage: limit SECONDS FILE PROGRAM [ARGUMENT...]\n");
        return 2;
    }
    child = fork();
    if (child == -1)
        die("fork");
    if (child == 0)
        become(argv + 3);
    /* both do it, so that it is done whoever comes first */
    setpgid(child, child);
    start_alarm(seconds);
    while (waitpid(child, &status, 0) == -1)
        if (errno != EINTR)
            die("waitpid");
    kill(-child, SIGKILL); /* what it has left behind */
    if (stopped == INTERRUPTED)
        return 130;
    report(argv[2], status, seconds);
    return 0;
}
