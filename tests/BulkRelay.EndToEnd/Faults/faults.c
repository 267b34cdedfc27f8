/*
 * Faults at exact places: preloaded (LD_PRELOAD) into a process, wraps the calls that make mail durable or send it, counts them over
 * all threads, and does what the environment asks for at the n-th. Only files whose path contains FAULT_FILE count for writes and syncs.
 *
 *   FAULT_KILL_AT_SYNC=n    SIGKILL instead of the n-th fsync or fdatasync
 *   FAULT_KILL_AT_WRITE=n   SIGKILL instead of the n-th pwrite
 *   FAULT_KILL_AT_SEND=n    SIGKILL instead of the n-th send, sendto or sendmsg
 *   FAULT_KILL_DELAY=ms     waits so long before the SIGKILL, while other threads go on
 *   FAULT_EIO_FROM_SYNC=n   EIO from the n-th sync on ...
 *   FAULT_EIO_COUNT=k       ... for k syncs (default 1), which are not executed
 *   FAULT_ENOSPC_AFTER=b    ENOSPC for every pwrite once b octets were written ...
 *   FAULT_ENOSPC_WHILE=path ... as long as there is a file of that name
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static atomic_long syncs, writes, sends, octets;

static long number(const char *name, long otherwise)
{
    const char *value = getenv(name);
    return value ? atol(value) : otherwise;
}

static int counts(int fd)
{
    const char *part = getenv("FAULT_FILE");
    char link[64], path[4096];
    if (!part) return 1;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, part) != NULL;
}

static void kill_at(const char *name, long count)
{
    if (count != number(name, -1)) return;
    usleep((useconds_t)number("FAULT_KILL_DELAY", 0) * 1000);
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static int sync_fails(int fd)
{
    if (!counts(fd)) return 0;
    long count = atomic_fetch_add(&syncs, 1) + 1, from = number("FAULT_EIO_FROM_SYNC", -1);
    kill_at("FAULT_KILL_AT_SYNC", count);
    return from > 0 && count >= from && count < from + number("FAULT_EIO_COUNT", 1);
}

static int write_fails(int fd, size_t size)
{
    if (!counts(fd)) return 0;
    kill_at("FAULT_KILL_AT_WRITE", atomic_fetch_add(&writes, 1) + 1);
    long limit = number("FAULT_ENOSPC_AFTER", -1);
    const char *sign = getenv("FAULT_ENOSPC_WHILE");
    return limit >= 0 && atomic_fetch_add(&octets, (long)size) >= limit && (!sign || access(sign, F_OK) == 0);
}

#define FAIL(code) return errno = (code), -1

int fsync(int fd) { if (sync_fails(fd)) FAIL(EIO); return REAL(fsync)(fd); }
int fdatasync(int fd) { if (sync_fails(fd)) FAIL(EIO); return REAL(fdatasync)(fd); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { if (write_fails(fd, size)) FAIL(ENOSPC); return REAL(pwrite)(fd, data, size, at); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) { if (write_fails(fd, size)) FAIL(ENOSPC); return REAL(pwrite64)(fd, data, size, at); }
ssize_t send(int fd, const void *data, size_t size, int flags) { kill_at("FAULT_KILL_AT_SEND", atomic_fetch_add(&sends, 1) + 1); return REAL(send)(fd, data, size, flags); }
ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *to, socklen_t length) { kill_at("FAULT_KILL_AT_SEND", atomic_fetch_add(&sends, 1) + 1); return REAL(sendto)(fd, data, size, flags, to, length); }
ssize_t sendmsg(int fd, const struct msghdr *message, int flags) { kill_at("FAULT_KILL_AT_SEND", atomic_fetch_add(&sends, 1) + 1); return REAL(sendmsg)(fd, message, flags); }
