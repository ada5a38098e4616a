/*
 * A sample web server for a first deployment: one page that names the pod which answered, /healthz, and an access log
 * line per request on stdout. Listens on $PORT, or 80. One process, no threads, no C library. Who says nothing for ten
 * seconds is cut off; with 256 connections open, a new one takes the place of the one that has been silent longest.
 */
#include "../syscall.h"

#define SLOTS 256
#define REQUEST 2048
#define IDLE_SECONDS 10
typedef unsigned long usize;
struct pollfd { int fd; short events, revents; };
struct utsname { char field[6][65]; };

static char request[SLOTS][REQUEST];
static int filled[SLOTS];
static long heard[SLOTS]; /* in seconds of the monotonic clock */
static struct pollfd polls[SLOTS + 2];
static char out[8192];
static usize used;
static struct utsname host;

/* The compiler may turn loops into calls of these. */
void *memset(void *to, int value, usize n) { char *p = to; while (n--) *p++ = (char)value; return to; }
void *memcpy(void *to, const void *from, usize n) { char *p = to; const char *q = from; while (n--) *p++ = *q++; return to; }

static usize length(const char *s) { usize n = 0; while (s[n]) n++; return n; }
static void put(const char *s, usize n) { while (n-- && used < sizeof out) out[used++] = *s++; }
static void puts_(const char *s) { put(s, length(s)); }
static void number(unsigned long v, int width) {
  char digits[20]; int n = 0;
  do digits[n++] = (char)('0' + v % 10), v /= 10; while (v);
  while (n < width) digits[n++] = '0';
  while (n) put(&digits[--n], 1);
}
static void flush(int fd) {
  usize at = 0;
  while (at < used) { long n = sc(SYS_write, fd, (long)(out + at), (long)(used - at), 0, 0); if (n <= 0) break; at += (usize)n; }
  used = 0;
}
static int starts(const char *s, const char *prefix) { while (*prefix) if (*s++ != *prefix++) return 0; return 1; }

/* Civil date from days since 1970 (Howard Hinnant's algorithm). */
static void timestamp(void) {
  long now[2] = {0, 0};
  sc(SYS_clock_gettime, 0, (long)now, 0, 0, 0);
  unsigned long days = (unsigned long)now[0] / 86400 + 719468, rest = (unsigned long)now[0] % 86400;
  unsigned long era = days / 146097, doe = days % 146097;
  unsigned long yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  unsigned long doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
  unsigned long month = mp < 10 ? mp + 3 : mp - 9;
  number(yoe + era * 400 + (month <= 2), 4); puts_("-"); number(month, 2); puts_("-"); number(doy - (153 * mp + 2) / 5 + 1, 2);
  puts_("T"); number(rest / 3600, 2); puts_(":"); number(rest / 60 % 60, 2); puts_(":"); number(rest % 60, 2); puts_("Z");
}

static const char head[] = "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\"><title>Hello from Pilothouse</title>"
  "<style>body{font:18px/1.5 system-ui,sans-serif;display:grid;place-items:center;min-height:90vh;margin:0;background:#0b2b40;color:#e8f1f5}"
  "main{text-align:center}h1{font-size:2.4em;margin:.2em}code{background:#ffffff1f;padding:.2em .6em;border-radius:.4em}</style>"
  "<main><h1>Hello from Pilothouse</h1><p>This page was served by pod</p><p><code>";
static const char tail[] = "</code></p><p>Scale the deployment and reload: another pod may answer.</p></main></html>\n";

static void answer(int fd, const char *line, int size) {
  int space = 0, method_end = 0, path_end = 0;
  for (int i = 0; i < size && line[i] != '\r' && line[i] != '\n'; i++) {
    if (line[i] != ' ') continue;
    if (!space++) method_end = i; else if (space == 2) path_end = i;
  }
  const char *path = line + method_end + 1;
  int get = starts(line, "GET "), only_head = starts(line, "HEAD ");
  int status = space < 2 ? 400 : !get && !only_head ? 405 : starts(path, "/healthz ") || starts(path, "/healthz?") ? 1 : 200;
  const char *reason = status == 400 ? "400 Bad Request" : status == 405 ? "405 Method Not Allowed" : "200 OK";
  int page = status == 200;
  usize body = page ? sizeof head - 1 + length(host.field[1]) + sizeof tail - 1 : status == 1 ? 3 : 0;
  if (status == 1) status = 200;
  used = 0;
  puts_("HTTP/1.1 "); puts_(reason);
  puts_("\r\nServer: pilothouse-hello\r\nConnection: close\r\nContent-Type: "); puts_(page ? "text/html; charset=utf-8" : "text/plain; charset=utf-8");
  puts_("\r\nContent-Length: "); number(body, 1); puts_("\r\n\r\n");
  if (!only_head) { if (page) put(head, sizeof head - 1), puts_(host.field[1]), put(tail, sizeof tail - 1); else if (body) puts_("ok\n"); }
  flush(fd);
  timestamp(); puts_(" ");
  if (path_end) { /* bytes of a request go into a log: only printable ones */
    for (int i = 0; i < path_end && i < 512; i++) { char c = line[i] > 31 && line[i] < 127 ? line[i] : '?'; put(&c, 1); }
  } else puts_("-");
  puts_(" "); number((unsigned long)status, 1); puts_(" "); number(only_head ? 0 : body, 1); puts_("\n");
  flush(1);
}

static long seconds(void) {
  long now[2] = {0, 0};
  sc(SYS_clock_gettime, 1, (long)now, 0, 0, 0);
  return now[0];
}
static void shut(int slot) {
  if (polls[slot].fd >= 0) sc(SYS_close, polls[slot].fd, 0, 0, 0, 0);
  polls[slot].fd = -1;
}

static void serve(int port) {
  unsigned char address[16] = {2, 0, (unsigned char)(port >> 8), (unsigned char)port};
  int one = 1;
  unsigned long set = BIT(SIGTERM) | BIT(SIGINT), blocked = set | BIT(SIGPIPE);
  block(blocked);
  long signals = sc(SYS_signalfd4, -1, (long)&set, 8, 0, 0);
  long listener = sc(SYS_socket, 2, 1 | 04000 /* NONBLOCK */, 0, 0, 0);
  sc(SYS_setsockopt, listener, 1, 2 /* SO_REUSEADDR */, (long)&one, sizeof one);
  if (sc(SYS_bind, listener, (long)address, sizeof address, 0, 0) < 0 || sc(SYS_listen, listener, 128, 0, 0, 0) < 0) {
    puts_("cannot listen on port "); number((unsigned long)port, 1); puts_("\n"); flush(2); leave(1);
  }
  sc(SYS_uname, (long)&host, 0, 0, 0, 0);
  timestamp(); puts_(" pod "); puts_(host.field[1]); puts_(" listens on port "); number((unsigned long)port, 1); puts_("\n"); flush(1);
  polls[SLOTS].fd = (int)signals; polls[SLOTS].events = 1;
  polls[SLOTS + 1].events = 1;
  for (int i = 0; i < SLOTS; i++) polls[i].fd = -1, polls[i].events = 1;
  polls[SLOTS + 1].fd = (int)listener;
  for (;;) {
    int open = 0;
    for (int i = 0; i < SLOTS; i++) open |= polls[i].fd >= 0;
    long second[2] = {1, 0}; /* nothing open: sleep until somebody comes */
    sc(SYS_ppoll, (long)polls, SLOTS + 2, open ? (long)second : 0, 0, 8);
    if (polls[SLOTS].revents) { timestamp(); puts_(" stopping\n"); flush(1); leave(0); }
    long now = seconds();
    if (polls[SLOTS + 1].revents) {
      int place = 0;
      for (int i = 0; i < SLOTS; i++) {
        if (polls[i].fd < 0) { place = i; break; }
        if (heard[i] < heard[place]) place = i;
      }
      long fd = sc(SYS_accept4, listener, 0, 0, 0, 0);
      if (fd >= 0) {
        long wait[2] = {5, 0};
        sc(SYS_setsockopt, fd, 1, 21 /* SO_SNDTIMEO */, (long)wait, sizeof wait);
        shut(place);
        polls[place].fd = (int)fd; polls[place].revents = 0; filled[place] = 0; heard[place] = now;
      }
    }
    for (int i = 0; i < SLOTS; i++) {
      if (polls[i].fd < 0) continue;
      if (!polls[i].revents) {
        if (now - heard[i] >= IDLE_SECONDS) shut(i);
        continue;
      }
      polls[i].revents = 0;
      heard[i] = now;
      long n = sc(SYS_read, polls[i].fd, (long)(request[i] + filled[i]), REQUEST - 1 - filled[i], 0, 0);
      int done = n <= 0;
      if (n > 0) {
        filled[i] += (int)n; request[i][filled[i]] = 0;
        int end = filled[i] == REQUEST - 1;
        for (int k = 0; k + 1 < filled[i] && !end; k++) end = request[i][k] == '\n' && (request[i][k + 1] == '\n' || (request[i][k + 1] == '\r' && request[i][k + 2] == '\n'));
        if (end) answer(polls[i].fd, request[i], filled[i]), done = 1;
      }
      if (done) shut(i);
    }
  }
}

__attribute__((noreturn, used)) void begin(long *stack) {
  long count = stack[0];
  char **environment = (char **)(stack + 2 + count);
  int port = 80;
  for (; *environment; environment++) {
    if (!starts(*environment, "PORT=")) continue;
    int v = 0; const char *p = *environment + 5;
    while (*p >= '0' && *p <= '9' && v < 65536) v = v * 10 + (*p++ - '0');
    if (*p || v < 1 || v > 65535) { puts_("PORT must be a number from 1 to 65535\n"); flush(2); leave(2); }
    port = v;
  }
  serve(port);
  leave(1);
}
#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n xor %ebp,%ebp\n mov %rsp,%rdi\n and $-16,%rsp\n call begin\n");
#else
__asm__(".globl _start\n_start:\n mov x29,#0\n mov x0,sp\n bl begin\n");
#endif
