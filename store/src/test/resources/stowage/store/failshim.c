/*
 * A library to preload: counts the calls by which a process changes files and makes one of them
 * fail or be the last.
 *
 * FS_MATCH  only calls on paths that contain this text count
 * FS_AT     the call, counted from 1
 * FS_ACT    what happens at it: kill (before it is done), eio, enospc, emfile
 * FS_LOG    a file that gets a line for each call: its number, its name, its path
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static atomic_long count;
static long fail_at = -1;
static const char *act = "kill", *match;
static int log_fd = -1;

__attribute__((constructor)) static void start(void) {
  char *at = getenv("FS_AT"), *how = getenv("FS_ACT"), *to = getenv("FS_LOG");
  if (at) fail_at = atol(at);
  if (how) act = how;
  match = getenv("FS_MATCH");
  if (to) {
    int (*real)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
    log_fd = real(to, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
  }
}

/* Whether this call fails; errno is set then. */
static int hit(const char *call, const char *path) {
  if (match && !strstr(path, match)) return 0;
  long number = atomic_fetch_add(&count, 1) + 1;
  if (log_fd >= 0) {
    char line[4300];
    int size = snprintf(line, sizeof line, "%ld %s %s\n", number, call, path);
    ssize_t (*real)(int, const void *, size_t) =
        (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    if (real(log_fd, line, size) < 0) return 0;
  }
  if (number != fail_at) return 0;
  if (!strcmp(act, "kill")) kill(getpid(), SIGKILL);
  errno = !strcmp(act, "enospc") ? ENOSPC : !strcmp(act, "emfile") ? EMFILE : EIO;
  return 1;
}

static void path_of(int fd, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t size = readlink(link, path, 4095);
  path[size < 0 ? 0 : size] = 0;
}

static int hit_fd(const char *call, int fd) {
  char path[4096];
  path_of(fd, path);
  return path[0] == '/' && hit(call, path);
}

static int hit_at(const char *call, int directory, const char *name) {
  char path[8300];
  if (name[0] == '/' || directory == AT_FDCWD) return hit(call, name);
  path_of(directory, path);
  size_t size = strlen(path);
  snprintf(path + size, sizeof path - size, "/%s", name);
  return hit(call, path);
}

#define ON_FD(name) \
  int name(int fd) { REAL(int, name, int); return hit_fd(#name, fd) ? -1 : real(fd); }
ON_FD(fsync)
ON_FD(fdatasync)
ON_FD(syncfs)

ssize_t write(int fd, const void *from, size_t size) {
  REAL(ssize_t, write, int, const void *, size_t);
  struct stat stat;
  if (fd > 2 && fd != log_fd && !fstat(fd, &stat) && S_ISREG(stat.st_mode) && hit_fd("write", fd))
    return -1;
  return real(fd, from, size);
}
ssize_t pwrite64(int fd, const void *from, size_t size, off64_t at) {
  REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
  return hit_fd("pwrite", fd) ? -1 : real(fd, from, size, at);
}
int ftruncate64(int fd, off64_t size) {
  REAL(int, ftruncate64, int, off64_t);
  return hit_fd("ftruncate", fd) ? -1 : real(fd, size);
}
int fallocate64(int fd, int mode, off64_t at, off64_t size) {
  REAL(int, fallocate64, int, int, off64_t, off64_t);
  return hit_fd("fallocate", fd) ? -1 : real(fd, mode, at, size);
}
ssize_t copy_file_range(int a, off64_t *x, int b, off64_t *y, size_t size, unsigned flags) {
  REAL(ssize_t, copy_file_range, int, off64_t *, int, off64_t *, size_t, unsigned);
  return hit_fd("copy_file_range", b) ? -1 : real(a, x, b, y, size, flags);
}

int rename(const char *a, const char *b) {
  REAL(int, rename, const char *, const char *);
  return hit("rename", b) ? -1 : real(a, b);
}
int renameat(int x, const char *a, int y, const char *b) {
  REAL(int, renameat, int, const char *, int, const char *);
  return hit_at("renameat", y, b) ? -1 : real(x, a, y, b);
}
int renameat2(int x, const char *a, int y, const char *b, unsigned flags) {
  REAL(int, renameat2, int, const char *, int, const char *, unsigned);
  return hit_at("renameat2", y, b) ? -1 : real(x, a, y, b, flags);
}
int unlink(const char *path) {
  REAL(int, unlink, const char *);
  return hit("unlink", path) ? -1 : real(path);
}
int unlinkat(int directory, const char *name, int flags) {
  REAL(int, unlinkat, int, const char *, int);
  return hit_at("unlinkat", directory, name) ? -1 : real(directory, name, flags);
}
int rmdir(const char *path) {
  REAL(int, rmdir, const char *);
  return hit("rmdir", path) ? -1 : real(path);
}
int mkdir(const char *path, mode_t mode) {
  REAL(int, mkdir, const char *, mode_t);
  return hit("mkdir", path) ? -1 : real(path, mode);
}
int mkdirat(int directory, const char *name, mode_t mode) {
  REAL(int, mkdirat, int, const char *, mode_t);
  return hit_at("mkdirat", directory, name) ? -1 : real(directory, name, mode);
}
int link(const char *a, const char *b) {
  REAL(int, link, const char *, const char *);
  return hit("link", b) ? -1 : real(a, b);
}
int linkat(int x, const char *a, int y, const char *b, int flags) {
  REAL(int, linkat, int, const char *, int, const char *, int);
  return hit_at("linkat", y, b) ? -1 : real(x, a, y, b, flags);
}
int symlinkat(const char *to, int directory, const char *name) {
  REAL(int, symlinkat, const char *, int, const char *);
  return hit_at("symlinkat", directory, name) ? -1 : real(to, directory, name);
}

static int changes(int flags) { return flags & (O_CREAT | O_WRONLY | O_RDWR); }

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    REAL(int, name, const char *, int, ...); \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = va_arg(rest, int); \
    va_end(rest); \
    return changes(flags) && hit("open", path) ? -1 : real(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
  int name(int directory, const char *path, int flags, ...) { \
    REAL(int, name, int, const char *, int, ...); \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = va_arg(rest, int); \
    va_end(rest); \
    return changes(flags) && hit_at("openat", directory, path) ? -1 \
                                                             : real(directory, path, flags, mode); \
  }
OPENAT(openat)
OPENAT(openat64)
