/* What both parts of the gateway need in place of a C library. */
#include "../syscall.h"

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long usize;

#define EAGAIN 11
#define EINTR 4
#define EINPROGRESS 115
#define AT_FDCWD -100

/* The compiler may turn loops into calls of these; the barrier keeps it from turning them into calls of themselves. */
void *memset(void *to, int value, usize n) {
  u8 *p = to;
  while (n--) { *p++ = (u8)value; __asm__ volatile("" ::: "memory"); }
  return to;
}
typedef usize word __attribute__((may_alias, aligned(1)));
void *memcpy(void *to, const void *from, usize n) {
  u8 *p = to; const u8 *q = from;
  for (; n >= sizeof(word); n -= sizeof(word), p += sizeof(word), q += sizeof(word)) { *(word *)p = *(const word *)q; __asm__ volatile("" ::: "memory"); }
  while (n--) { *p++ = *q++; __asm__ volatile("" ::: "memory"); }
  return to;
}

static usize length(const char *s) { usize n = 0; while (s[n]) n++; return n; }
static int same(const char *a, const char *b) { while (*a && *a == *b) a++, b++; return *a == *b; }
static void say(int fd, const char *text) { sc(SYS_write, fd, (long)text, (long)length(text), 0, 0); }
static __attribute__((noreturn)) void give_up(int code, const char *why) { say(2, why); say(2, "\n"); leave(code); }
static long open_file(const char *path, int flags) { return sc(SYS_openat, AT_FDCWD, (long)path, flags, 0, 0); }
/* Appends to a text of at most `room` bytes with its final zero. */
static void add(char *text, usize room, const char *more) {
  usize n = length(text);
  while (*more && n + 1 < room) text[n++] = *more++;
  text[n] = 0;
}
/* What a file says, cut off at `room`; its size, or a negative error. */
static long read_text(const char *path, char *text, usize room) {
  long fd = open_file(path, 0);
  if (fd < 0) return fd;
  long n = sc(SYS_read, fd, (long)text, (long)room - 1, 0, 0);
  sc(SYS_close, fd, 0, 0, 0, 0);
  text[n < 0 ? 0 : n] = 0;
  return n;
}
