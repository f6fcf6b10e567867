/*
 * isolate.h: what keeps a program away from everything but its own folder.
 * Part of limit.c.
 *
 * Linux offers four ways, and each is used where it is allowed:
 *
 *     processes   namespaces: the program sees no process but its own, and when
 *                 its first one ends, the kernel ends all others
 *     files       the program can write to its own folder, and to nothing else;
 *                 the hidden folders are empty (a mount namespace)
 *     writing     the same without the hiding (Landlock)
 *     user        as root: the program runs as a user that nobody else is
 *
 * Elsewhere there is none of these: `limit -p` tells what there is.
 */
#ifndef ISOLATE_H
#define ISOLATE_H

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { MOST_HIDDEN = 4, NO_USER = -1 };

/* What the command line says, and what has been reached. */
struct isolation {
    char box[PATH_MAX];                 /* its folder; empty: no isolation */
    char hidden[MOST_HIDDEN][PATH_MAX]; /* folders that it must not see */
    int hidden_count;
    int user;      /* the user it runs as, or NO_USER */
    int processes; /* 1: it has processes of its own */
    int files;   /* 1: it can only write to its box, and sees nothing hidden */
    int writing; /* 1: it can only write to its box */
};

#ifdef __linux__

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* The newer calls, for C libraries that don't know them. Their numbers are the
 * same on all processors of today. */
enum {
    CALL_MOUNT_SETATTR = 442,
    CALL_LANDLOCK_CREATE_RULESET = 444,
    CALL_LANDLOCK_ADD_RULE = 445,
    CALL_LANDLOCK_RESTRICT_SELF = 446
};

/* Users of this range belong to nobody: systemd keeps it free for services that
 * get a user for as long as they run. */
enum { FIRST_FREE_USER = 61184, FREE_USERS = 4336 };

/* EXERCISE_WITHOUT names what shall not be used: for tests, and for systems
 * where one of them is in the way. */
static int is_wanted(const char *word)
{
    const char *without = getenv("EXERCISE_WITHOUT");
    return without == NULL || strstr(without, word) == NULL;
}

static int write_text(const char *name, const char *text)
{
    int fd = open(name, O_WRONLY | O_CLOEXEC);
    if (fd == -1)
        return -1;
    ssize_t written = write(fd, text, strlen(text));
    close(fd);
    return written == (ssize_t)strlen(text) ? 0 : -1;
}

/* The next child gets processes of its own. If we are not root, it needs a user
 * namespace for that, in which it stays the user that it is. Returns 0, or -1
 * if it is not allowed. */
static int separate(void)
{
    unsigned uid = getuid(), gid = getgid();
    char map[64];
    if (uid == 0)
        return unshare(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC);
    if (unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC) ==
        -1)
        return -1;
    write_text("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "%u %u 1", gid, gid);
    if (write_text("/proc/self/gid_map", map) == -1)
        return -1;
    snprintf(map, sizeof map, "%u %u 1", uid, uid);
    return write_text("/proc/self/uid_map", map);
}

/* Is it allowed to who is not root? Tried in a child: there is no way back when
 * the first half of it was allowed, and the second is not. */
static int can_separate(void)
{
    int status;
    pid_t child = fork();
    if (child == 0)
        _exit(separate() == 0 ? 0 : 1);
    while (waitpid(child, &status, 0) == -1)
        if (errno != EINTR)
            return 0;
    return status == 0;
}

static int is_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 &&
           (path[length] == '/' || path[length] == 0);
}

/* Makes all that is mounted read-only (or, for the box, writable again). */
static int set_read_only(const char *path, unsigned flags, int yes)
{
    struct {
        uint64_t set, clear, propagation, namespace;
    } change = {yes ? 1 : 0, yes ? 0 : 1, 0, 0}; /* 1: MOUNT_ATTR_RDONLY */
    return (int)syscall(CALL_MOUNT_SETATTR, AT_FDCWD, path, flags, &change,
                        sizeof change);
}

/* In the first process of the new namespaces: hides what is to be hidden, and
 * leaves the box as the only place that can be written. The other processes are
 * hidden with a /proc of its own: through theirs one would reach all files. */
static int confine_files(const struct isolation *it)
{
    const unsigned everywhere = 0x8000; /* AT_RECURSIVE */
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
        return -1;
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
              NULL) == -1)
        return -1;
    for (int i = 0; i < it->hidden_count; i++)
        if (mount("none", it->hidden[i], "tmpfs", MS_NOSUID | MS_NODEV,
                  "size=4k,mode=755") == -1 &&
            errno != ENOENT) /* it is below one that is hidden already */
            return -1;
    if (set_read_only("/", everywhere, 1) == -1)
        return -1;
    if (mount(it->box, it->box, NULL, MS_BIND, NULL) == -1)
        return -1;
    return set_read_only(it->box, 0, 0);
}

/* Landlock, from version 1 on: writing is for the box and for devices; from 6
 * on: no signal to anyone who was there before. Returns 0, or -1. */
static int confine_writing(const struct isolation *it)
{
    struct {
        uint64_t files, net, scoped;
    } rules = {0, 0, 0};
    long version = syscall(CALL_LANDLOCK_CREATE_RULESET, NULL, 0, 1u);
    const uint64_t refer = 1u << 13, truncate = 1u << 14, signals = 1u << 1;
    if (version < 1)
        return -1;
    for (int right = 1; right <= 12; right++) /* but for execute and reading */
        if (right != 2 && right != 3)
            rules.files |= (uint64_t)1 << right;
    rules.files |= (version >= 2 ? refer : 0) | (version >= 3 ? truncate : 0);
    rules.scoped = version >= 6 ? signals : 0;
    size_t size = version >= 6 ? sizeof rules : sizeof rules.files;
    int set = (int)syscall(CALL_LANDLOCK_CREATE_RULESET, &rules, size, 0u);
    const char *places[] = {it->box, "/dev"};
    for (int i = 0; set != -1 && i < 2; i++) {
        struct {
            uint64_t allowed;
            int32_t folder;
        } rule = {i == 0 ? rules.files : (uint64_t)1 << 1,
                  open(places[i], O_PATH | O_CLOEXEC)};
        if (rule.folder == -1 ||
            syscall(CALL_LANDLOCK_ADD_RULE, set, 1, &rule, 0u) != 0)
            return -1;
        close(rule.folder);
    }
    return set == -1 ? -1 : (int)syscall(CALL_LANDLOCK_RESTRICT_SELF, set, 0u);
}

/* Can every user reach this folder? One that is private to root is of no use to
 * another user. */
static int is_reachable(const char *folder)
{
    char path[PATH_MAX];
    struct stat status;
    snprintf(path, sizeof path, "%s", folder);
    for (char *end = strrchr(path, '/'); end != NULL && end != path;
         end = strrchr(path, '/')) {
        *end = 0;
        if (stat(path, &status) == -1 || !(status.st_mode & S_IXOTH))
            return 0;
    }
    return 1;
}

/* Before the fork. */
static void isolate_first(struct isolation *it)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1); /* who is left behind becomes our child */
    if (it->box[0] == 0)
        return;
    if (getuid() == 0 && is_wanted("user") && is_reachable(it->box)) {
        it->user = FIRST_FREE_USER + (int)(getpid() % FREE_USERS);
        if (chown(it->box, (uid_t)it->user, (gid_t)it->user) == -1)
            it->user = NO_USER;
    }
    it->processes = is_wanted("processes") &&
                    (getuid() == 0 || can_separate()) && separate() == 0;
}

/* In the child that watches over the program. */
static void isolate_keeper(struct isolation *it)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* it does not outlive us */
    it->files = it->processes && is_wanted("files") && confine_files(it) == 0;
}

/* In the program's own process, just before it becomes the program. */
static void isolate_program(struct isolation *it)
{
    if (it->box[0] != 0) {
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); /* su and sudo are of no use */
        it->writing = is_wanted("writing") && confine_writing(it) == 0;
        /* To root that has lost its privileges, it is a user like others. The
         * bits: SECBIT_NOROOT, SECBIT_NO_SETUID_FIXUP, and that they stay. */
        if (it->user == NO_USER && getuid() == 0 &&
            prctl(PR_SET_SECUREBITS, 0xf, 0, 0, 0) == -1)
            it->files = 0;
        if (it->user != NO_USER &&
            (setgroups(0, NULL) == -1 || setgid((gid_t)it->user) == -1 ||
             setuid((uid_t)it->user) == -1))
            _exit(126); /* rather not at all than as root */
        /* If memory is short, the kernel ends this one first. */
        write_text("/proc/self/oom_score_adj", "1000");
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* The parent of a process, or 0. */
static pid_t parent_of(const char *pid)
{
    char name[64], text[512];
    int parent = 0;
    snprintf(name, sizeof name, "/proc/%.20s/stat", pid);
    FILE *file = fopen(name, "re");
    if (file == NULL)
        return 0;
    if (fgets(text, sizeof text, file) != NULL) {
        char *end = strrchr(text, ')'); /* a name may hold anything */
        if (end == NULL || sscanf(end, ") %*c %d", &parent) != 1)
            parent = 0;
    }
    fclose(file);
    return parent;
}

/* Ends whatever the program has left behind: since all become our children when
 * their parents are gone, until there is none. */
static void end_the_rest(void)
{
    for (int rounds = 0; rounds < 1000; rounds++) {
        if (waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD)
            return;
        struct dirent *entry;
        DIR *processes = opendir("/proc");
        while (processes != NULL && (entry = readdir(processes)) != NULL)
            if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
                parent_of(entry->d_name) == getpid())
                kill((pid_t)atol(entry->d_name), SIGKILL);
        if (processes != NULL)
            closedir(processes);
        waitpid(-1, NULL, 0);
    }
}

#else /* not Linux */

static void isolate_first(struct isolation *it)
{
    (void)it;
}

static void isolate_keeper(struct isolation *it)
{
    (void)it;
}

static void isolate_program(struct isolation *it)
{
    (void)it;
}

static int is_below(const char *path, const char *folder)
{
    (void)path, (void)folder;
    return 0;
}

static void end_the_rest(void)
{
}

#endif
#endif
