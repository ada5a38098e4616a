/*
 * Connections of the pods' network, carried over standard input and output. A frame is a head of eight bytes (stream, type, zero, size of the
 * payload; little-endian, as both machines are) and at most CHUNK bytes. Each direction of a stream may have WINDOW bytes under way; the
 * receiver gives credit back as it passes them on, so that a slow stream holds up nobody else, and no buffer grows. What the app does
 * wrong ends the program: the app starts another.
 */
#define STREAMS 1024
#define LISTENERS 16
#define WINDOW 262144u
#define CHUNK 16384
#define HEAD 8
/* Every frame of the app is answered by at most one short frame; it is taken only while there is room for that. */
#define ANSWER_ROOM 64
#define OUT 524288
#define SILENT_SECONDS 60
#define DRAIN_SECONDS 30
#define EMFILE 24

enum { HELLO, OPEN, OPENED, DATA, CREDIT, ENDED, CLOSED, LISTEN_TCP, LISTEN_UDP, ACCEPTED, DATAGRAM, PING, PONG, TYPES };
static const u8 version[] = {'P', 'H', 'G', 'W', 1, 0};

struct pollfd { int fd; short events, revents; };
#define POLLIN 1
#define POLLOUT 4

struct stream {
  u32 id;            /* 0: the place is free */
  int fd;            /* -1: it has failed, which is still to be said */
  u32 credit;        /* what the app still takes */
  u32 at, held;      /* of the ring: what the app has sent and the socket has not taken */
  u32 owed;          /* taken by the socket, and not yet given back as credit */
  u8 connecting, app_ended, shut, peer_ended, say_ended, app_gone;
  u16 error;
  long gone_at;
};
struct listener { u32 id; int fd; u8 udp; };
struct message { void *name; u32 name_size, pad; struct { void *base; usize size; } *parts; usize part_count; void *control; usize control_size; int flags, pad2; };

static struct stream streams[STREAMS];
static u8 rings[STREAMS][WINDOW];
static struct listener listeners[LISTENERS];
static struct pollfd polls[2 + LISTENERS + STREAMS];
static u8 in[65536], out[OUT], one[CHUNK];
static u32 in_size, out_at, out_size, next_accepted;
static long heard;
static int crowded; /* the system gives no more files, until one is closed */

static long seconds(void) { long now[2] = {0, 0}; sc(SYS_clock_gettime, 1, (long)now, 0, 0, 0); return now[0]; }
static u32 room(void) { return OUT - out_size; }
/* Appends a frame; the caller has looked for room. */
static void frame(u32 id, u8 type, const void *payload, u32 size) {
  if (out_at + out_size + HEAD + size > OUT) { memcpy(out, out + out_at, out_size); out_at = 0; }
  u8 *to = out + out_at + out_size;
  u16 small = (u16)size;
  memcpy(to, &id, 4); to[4] = type; to[5] = 0; memcpy(to + 6, &small, 2);
  if (size) memcpy(to + HEAD, payload, size);
  out_size += HEAD + size;
}
static void closed(u32 id, u16 error) { frame(id, CLOSED, &error, 2); }
static void option(long fd, int level, int name, const void *value, int size) { sc(SYS_setsockopt, fd, level, name, (long)value, size); }

static struct stream *find(u32 id) {
  for (int i = 0; i < STREAMS; i++) if (streams[i].id == id) return &streams[i];
  return 0;
}
static struct stream *place(u32 id, int fd) {
  struct stream *s = find(0);
  if (!s) return 0;
  memset(s, 0, sizeof *s);
  polls[2 + LISTENERS + (s - streams)].revents = 0; /* what was found of the one before */
  s->id = id; s->fd = fd; s->credit = WINDOW;
  int on = 1;
  option(fd, 6, 1 /* TCP_NODELAY */, &on, sizeof on);
  option(fd, 1, 9 /* SO_KEEPALIVE */, &on, sizeof on);
  return s;
}
static void forget(struct stream *s) {
  if (s->fd >= 0) sc(SYS_close, s->fd, 0, 0, 0, 0);
  s->id = 0;
  crowded = 0;
  sc(SYS_madvise, (long)rings[s - streams], WINDOW, 4 /* MADV_DONTNEED */, 0, 0);
}
static void reset(struct stream *s) {
  int linger[2] = {1, 0};
  if (s->fd >= 0) option(s->fd, 1, 13 /* SO_LINGER */, linger, sizeof linger);
  forget(s);
}
static void fail(struct stream *s, long error) {
  if (s->app_gone) return forget(s);
  sc(SYS_close, s->fd, 0, 0, 0, 0);
  s->fd = -1; s->held = 0; s->error = (u16)-error;
}

static struct listener *listening(u32 id) {
  for (int i = 0; i < LISTENERS; i++) if (listeners[i].id == id) return &listeners[i];
  return 0;
}
/* `at`: four bytes of address, two of port, both as the network has them. */
static void address_of(u8 address[16], const u8 *at) { memset(address, 0, 16); address[0] = 2; memcpy(address + 2, at + 4, 2); memcpy(address + 4, at, 4); }

static void open_stream(u32 id, const u8 *at) {
  u8 address[16];
  address_of(address, at);
  long fd = sc(SYS_socket, 2, 1 | 04000 | 02000000 /* NONBLOCK, CLOEXEC */, 0, 0, 0);
  if (fd < 0) return closed(id, (u16)-fd);
  struct stream *s = place(id, (int)fd);
  long failed = s ? sc(SYS_connect, fd, (long)address, 16, 0, 0) : -EMFILE;
  if (failed == -EINPROGRESS) { s->connecting = 1; return; }
  if (failed < 0) {
    if (s) forget(s); else sc(SYS_close, fd, 0, 0, 0, 0);
    return closed(id, (u16)-failed);
  }
  frame(id, OPENED, 0, 0);
}
static void open_listener(u32 id, int udp, const u8 *at) {
  u8 address[16];
  int on = 1, big = 1 << 20;
  struct listener *l = listening(0);
  long fd = l ? sc(SYS_socket, 2, (udp ? 2 : 1) | 04000 | 02000000, 0, 0, 0) : -EMFILE;
  if (fd < 0) return closed(id, (u16)-fd);
  address_of(address, at);
  if (udp) option(fd, 1, 8 /* SO_RCVBUF */, &big, sizeof big); else option(fd, 1, 2 /* SO_REUSEADDR */, &on, sizeof on);
  long failed = sc(SYS_bind, fd, (long)address, 16, 0, 0);
  if (failed == 0 && !udp) failed = sc(SYS_listen, fd, 512, 0, 0, 0);
  if (failed < 0) { sc(SYS_close, fd, 0, 0, 0, 0); return closed(id, (u16)-failed); }
  l->id = id; l->fd = (int)fd; l->udp = (u8)udp;
  frame(id, OPENED, 0, 0);
}
static void send_datagram(struct listener *l, u8 *payload, u32 size) {
  u8 address[16];
  address_of(address, payload);
  struct { void *base; usize size; } part = {payload + 6, size - 6};
  struct message m = {address, 16, 0, (void *)&part, 1, 0, 0, 0, 0};
  sc(SYS_sendmsg, l->fd, (long)&m, 0, 0, 0); /* as UDP has it: what cannot be sent is lost */
}

static void wrong(const char *why) { give_up(3, why); }
static void take(u32 id, u8 type, u8 *payload, u32 size) {
  struct stream *s = id ? find(id) : 0;
  struct listener *l = id ? listening(id) : 0;
  u32 credit;
  switch (type) {
  case OPEN: case LISTEN_TCP: case LISTEN_UDP:
    if (!(id & 1) || s || l || size != 6) wrong("a stream cannot be opened like that");
    if (type == OPEN) open_stream(id, payload); else open_listener(id, type == LISTEN_UDP, payload);
    break;
  case DATA:
    if (!s || s->fd < 0) break; /* it has been closed from here */
    if (s->app_ended || s->app_gone || size > WINDOW - s->held - s->owed) wrong("more was sent than was asked for");
    for (u32 done = 0; done < size;) {
      u32 to = (s->at + s->held) % WINDOW, part = size - done < WINDOW - to ? size - done : WINDOW - to;
      memcpy(rings[s - streams] + to, payload + done, part);
      s->held += part; done += part;
    }
    break;
  case CREDIT:
    if (size != 4) wrong("credit is a number");
    memcpy(&credit, payload, 4);
    if (s && (credit > WINDOW || s->credit + credit > WINDOW)) wrong("more credit was given than was used");
    if (s) s->credit += credit;
    break;
  case ENDED:
    if (s) s->app_ended = 1;
    break;
  case CLOSED:
    if (l) { sc(SYS_close, l->fd, 0, 0, 0, 0); l->id = 0; }
    if (!s) break;
    if (s->fd < 0 || (s->connecting && !s->held)) forget(s);
    else if (size && payload[0]) reset(s);
    else { s->app_gone = 1; s->gone_at = seconds(); }
    break;
  case DATAGRAM:
    if (size < 6) wrong("a datagram has an address");
    if (l && l->udp) send_datagram(l, payload, size);
    break;
  case PING: frame(0, PONG, 0, 0); break;
  default: wrong("a frame of an unknown type");
  }
}
/* Takes the frames that are there, as long as their answers have room. */
static void take_all(void) {
  u32 at = 0;
  while (in_size - at >= HEAD && room() >= ANSWER_ROOM) {
    u32 id; u16 size;
    memcpy(&id, in + at, 4); memcpy(&size, in + at + 6, 2);
    if (size > CHUNK || in[at + 5]) wrong("that is no frame");
    if (in_size - at < HEAD + (u32)size) break;
    take(id, in[at + 4], in + at + HEAD, size);
    at += HEAD + size;
  }
  in_size -= at;
  if (at && in_size) memcpy(in, in + at, in_size);
}

static void read_stream(struct stream *s) {
  u32 wanted = s->credit < CHUNK ? s->credit : CHUNK;
  long n = sc(SYS_read, s->fd, (long)one, wanted, 0, 0);
  if (n == -EAGAIN || n == -EINTR) return;
  if (n < 0) return fail(s, n);
  if (n == 0) { s->peer_ended = s->say_ended = 1; return; }
  s->credit -= (u32)n;
  frame(s->id, DATA, one, (u32)n);
}
static void write_stream(struct stream *s) {
  while (s->held) {
    u32 part = s->held < WINDOW - s->at ? s->held : WINDOW - s->at;
    long n = sc(SYS_write, s->fd, (long)(rings[s - streams] + s->at), part, 0, 0);
    if (n == -EAGAIN || n == -EINTR) return;
    if (n < 0) return fail(s, n);
    s->at = (s->at + (u32)n) % WINDOW; s->held -= (u32)n; s->owed += (u32)n;
  }
}
static void finish_connect(struct stream *s) {
  int error = 0, size = sizeof error;
  sc(SYS_getsockopt, s->fd, 1, 4 /* SO_ERROR */, (long)&error, (long)&size);
  s->connecting = 0;
  if (error) fail(s, -error); else frame(s->id, OPENED, 0, 0);
}
/* Whether settle has something to do. */
static int unsettled(const struct stream *s) {
  if (s->fd < 0) return 1;
  if (!s->connecting && !s->held && (s->app_gone || (s->app_ended && !s->shut))) return 1;
  return !s->app_gone && (s->owed >= WINDOW / 4 || s->say_ended || (s->shut && s->peer_ended));
}
/* Says what is to be said of a stream, while there is room, and lets go of what is over. */
static void settle(struct stream *s) {
  if (s->fd >= 0 && !s->connecting && !s->held) {
    if (s->app_gone) return forget(s);
    if (s->app_ended && !s->shut) { s->shut = 1; sc(SYS_shutdown, s->fd, 1, 0, 0, 0); }
  }
  if (room() < ANSWER_ROOM) return;
  if (s->fd < 0) { closed(s->id, s->error); return forget(s); }
  if (s->app_gone) return;
  if (s->owed >= WINDOW / 4) { frame(s->id, CREDIT, &s->owed, 4); s->owed = 0; }
  if (s->say_ended) { frame(s->id, ENDED, 0, 0); s->say_ended = 0; }
  if (s->shut && s->peer_ended && room() >= ANSWER_ROOM) { closed(s->id, 0); forget(s); }
}

static void accept_one(struct listener *l) {
  u8 address[16], payload[10];
  int size = sizeof address;
  if (!find(0)) return;
  long fd = sc(SYS_accept4, l->fd, (long)address, (long)&size, 04000 | 02000000, 0);
  if (fd == -EMFILE) crowded = 1;
  if (fd < 0) return;
  do next_accepted += 2; while (!next_accepted || find(next_accepted));
  place(next_accepted, (int)fd);
  memcpy(payload, &l->id, 4); memcpy(payload + 4, address + 4, 4); memcpy(payload + 8, address + 2, 2);
  frame(next_accepted, ACCEPTED, payload, sizeof payload);
}
static void receive_one(struct listener *l) {
  u8 address[16];
  struct { void *base; usize size; } part = {one + 6, CHUNK - 6};
  struct message m = {address, 16, 0, (void *)&part, 1, 0, 0, 0, 0};
  long n = sc(SYS_recvmsg, l->fd, (long)&m, 0, 0, 0);
  if (n < 0 || m.flags & 0x20 /* TRUNC */) return;
  memcpy(one, address + 4, 4); memcpy(one + 4, address + 2, 2);
  frame(l->id, DATAGRAM, one, (u32)n + 6);
}
static int roomy(void) { return room() >= HEAD + CHUNK + ANSWER_ROOM; }

/* What is waited for, `count` of them; answers for how long, in seconds. */
static long prepare(long now, int *count) {
  long wait = heard + SILENT_SECONDS - now;
  int roomy_now = roomy(), free_place = find(0) != 0 && !crowded;
  *count = 2 + LISTENERS;
  polls[0].fd = in_size < sizeof in && room() >= ANSWER_ROOM ? 0 : -1; polls[0].events = POLLIN;
  polls[1].fd = out_size ? 1 : -1; polls[1].events = POLLOUT;
  for (int i = 0; i < LISTENERS; i++) {
    struct listener *l = &listeners[i];
    polls[2 + i].fd = l->id && roomy_now && (l->udp || free_place) ? l->fd : -1; polls[2 + i].events = POLLIN;
  }
  for (int i = 0; i < STREAMS; i++) {
    struct stream *s = &streams[i];
    struct pollfd *p = &polls[2 + LISTENERS + i];
    short events = 0;
    if (s->id && room() >= ANSWER_ROOM && unsettled(s)) wait = 0;
    if (s->id) *count = 2 + LISTENERS + i + 1;
    if (s->id && s->fd >= 0) {
      if (s->connecting ? room() >= ANSWER_ROOM : s->held) events |= POLLOUT;
      if (!s->connecting && !s->peer_ended && !s->app_gone && s->credit && roomy_now) events |= POLLIN;
      if (s->app_gone && wait > 1) wait = 1;
    }
    p->fd = events ? s->fd : -1; p->events = events; p->revents = 0;
  }
  return wait < 0 ? 0 : wait;
}
static void flush(void) {
  while (out_size) {
    long n = sc(SYS_write, 1, (long)(out + out_at), out_size, 0, 0);
    if (n == -EAGAIN || n == -EINTR) return;
    if (n < 0) leave(4);
    out_at += (u32)n; out_size -= (u32)n;
  }
  out_at = 0;
}

static __attribute__((noreturn)) void tunnel(void) {
  block(BIT(SIGPIPE));
  for (int fd = 0; fd < 2; fd++) sc(SYS_fcntl, fd, 4 /* F_SETFL */, sc(SYS_fcntl, fd, 3 /* F_GETFL */, 0, 0, 0) | 04000, 0, 0);
  frame(0, HELLO, version, sizeof version);
  flush();
  heard = seconds();
  for (int first = 0;; first = (first + 1) % STREAMS) {
    int count;
    long limit[2] = {prepare(seconds(), &count), 0};
    sc(SYS_ppoll, (long)polls, count, (long)limit, 0, 8);
    long now = seconds();
    if (polls[0].revents) {
      long n = sc(SYS_read, 0, (long)(in + in_size), (long)(sizeof in - in_size), 0, 0);
      if (n == 0 || (n < 0 && n != -EAGAIN && n != -EINTR)) leave(0); /* the app has gone */
      if (n > 0) { in_size += (u32)n; heard = now; }
    }
    if (now - heard >= SILENT_SECONDS) give_up(5, "the app says nothing any more");
    take_all();
    for (int i = 0; i < LISTENERS; i++) {
      struct listener *l = &listeners[i];
      if (!l->id || polls[2 + i].fd != l->fd || !polls[2 + i].revents || !roomy()) continue;
      if (l->udp) receive_one(l); else accept_one(l);
    }
    for (int k = 0; k < STREAMS; k++) {
      int i = (first + k) % STREAMS;
      struct stream *s = &streams[i];
      if (!s->id) continue;
      /* A place that was given to another stream since the poll is looked at the next time. */
      short found = s->fd >= 0 && polls[2 + LISTENERS + i].fd == s->fd ? polls[2 + LISTENERS + i].revents : 0;
      if (found && s->connecting) { if (room() >= ANSWER_ROOM) finish_connect(s); /* else it is asked again */ }
      else if (found || s->held) {
        if (s->held && s->fd >= 0 && !s->connecting) write_stream(s);
        if (s->id && s->fd >= 0 && found & ~POLLOUT && !s->peer_ended && !s->app_gone && s->credit && roomy()) read_stream(s);
      }
      if (s->id && s->app_gone && now - s->gone_at >= DRAIN_SECONDS) reset(s);
      if (s->id) settle(s);
    }
    flush();
    take_all(); /* what had to wait for room */
  }
}
