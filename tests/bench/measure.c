/*
 * measure.c: runs a command and prints what it has cost, as the kernel counted
 * it: one line
 *
 *     WALL USER SYS KIB STATUS
 *
 * with seconds of the clock, seconds of processor time in the program and in
 * the kernel (getrusage, all its threads and waited-for children), the most
 * memory it had resident at once in KiB, and its exit status (128 + signal
 * number if one ended it). What the command writes to stdout is dropped.
 *
 *     cc -o measure measure.c && ./measure sleep 1
 */
#define _DARWIN_C_SOURCE /* macOS hides ru_maxrss without it */
#define _XOPEN_SOURCE    700

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ru_maxrss is in KiB, on macOS in bytes (getrusage(2) of each). */
#ifdef __APPLE__
enum { MAXRSS_UNITS_IN_KIB = 1024 };
#else
enum { MAXRSS_UNITS_IN_KIB = 1 };
#endif

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double now(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Becomes the command. Returns only if that fails. */
static void become(char **command)
{
    int null = open("/dev/null", O_WRONLY);
    if (null != -1 && dup2(null, STDOUT_FILENO) != -1 &&
        (null == STDOUT_FILENO || close(null) == 0))
        execvp(command[0], command);
    perror(command[0]);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: measure COMMAND [ARGUMENT]...\n", stderr);
        return 2;
    }
    double start = now();
    pid_t child = fork();
    if (child == 0) {
        become(argv + 1);
        _exit(127);
    }
    int status;
    struct rusage usage;
    if (child == -1 || waitpid(child, &status, 0) == -1 ||
        getrusage(RUSAGE_CHILDREN, &usage) == -1) {
        perror("measure");
        return 2;
    }
    printf("%.4f %.4f %.4f %ld %d\n", now() - start, seconds(usage.ru_utime),
           seconds(usage.ru_stime), usage.ru_maxrss / MAXRSS_UNITS_IN_KIB,
           WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return 0;
}
