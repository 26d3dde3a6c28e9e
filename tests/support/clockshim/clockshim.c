/* Shifts what a process sees of the machine's clocks, never the clocks themselves.
 *
 * Preloaded (LD_PRELOAD) it adds to the wall clock the nanoseconds written in the file that CLOCKSHIM_FILE names, and
 * to the time since boot the second number of that file.  The file is read at each look, so a test moves the clock of
 * a running process by writing it: "3600000000000 0" is somebody setting the clock an hour ahead, twice the same
 * number is a machine that was suspended for an hour.  CLOCK_MONOTONIC, by which threads wait, is left alone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long long shift_of(clockid_t clock) {
    const char *path = getenv("CLOCKSHIM_FILE");
    char text[64];
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return 0;
    ssize_t size = read(file, text, sizeof text - 1);
    close(file);
    if (size <= 0) return 0;
    text[size] = 0;
    char *rest;
    long long wall = strtoll(text, &rest, 10);
    long long boot = strtoll(rest, NULL, 10);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) return wall;
    return clock == CLOCK_BOOTTIME ? boot : 0;
}

int clock_gettime(clockid_t clock, struct timespec *found) {
    int done = (int)syscall(SYS_clock_gettime, clock, found);
    if (done == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_BOOTTIME)) {
        long long all = found->tv_sec * 1000000000LL + found->tv_nsec + shift_of(clock);
        found->tv_sec = all / 1000000000LL;
        found->tv_nsec = all % 1000000000LL;
    }
    return done;
}

int gettimeofday(struct timeval *restrict found, void *restrict zone) {
    struct timespec exact;
    (void)zone;
    int done = clock_gettime(CLOCK_REALTIME, &exact);
    found->tv_sec = exact.tv_sec;
    found->tv_usec = exact.tv_nsec / 1000;
    return done;
}

time_t time(time_t *found) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (found) *found = exact.tv_sec;
    return exact.tv_sec;
}
