/*
 * The machine of the engine: programs of its own (iptables) run from a mount of its root, and the settings of the pods' bridge over
 * netlink, so that no program is needed for them. Numbers are those of linux/rtnetlink.h, linux/if_link.h and linux/if_bridge.h.
 */
#define NET "/sys/class/net/"
#define CALLS "/proc/sys/net/bridge/bridge-nf-call-"
/* Docker Desktop's engine may be a service of its machine, with a root of its own, where it has its iptables. */
#define SERVICE_ROOT "/containers/services/docker/rootfs"

static const char *const folders[] = {"/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/", "/run/current-system/sw/bin/"};

/* Does not come back when the program is there. */
static void execute_here(char **command, char **environment) {
  char path[256];
  for (usize i = 0; i < sizeof folders / sizeof *folders; i++) {
    path[0] = 0;
    add(path, sizeof path, folders[i]);
    add(path, sizeof path, command[0]);
    sc(SYS_execve, (long)path, (long)command, (long)environment, 0, 0);
  }
}
static __attribute__((noreturn)) void run(const char *root, char **command, char **environment) {
  if (sc(SYS_chroot, (long)root, 0, 0, 0, 0) < 0) give_up(126, "the root of the engine's machine cannot be entered");
  sc(SYS_chdir, (long)"/", 0, 0, 0, 0);
  execute_here(command, environment);
  if (sc(SYS_chroot, (long)SERVICE_ROOT, 0, 0, 0, 0) == 0) {
    sc(SYS_chdir, (long)"/", 0, 0, 0, 0);
    execute_here(command, environment);
  }
  say(2, command[0]);
  give_up(127, ": there is no such program on the machine of the engine");
}

static __attribute__((noreturn)) void print_file(const char *path) {
  static char part[16384];
  long fd = open_file(path, 0), n;
  if (fd < 0) give_up(1, "the file cannot be read");
  while ((n = sc(SYS_read, fd, (long)part, sizeof part, 0, 0)) > 0) sc(SYS_write, 1, (long)part, n, 0, 0);
  leave(n < 0);
}

/* One request of rtnetlink, put together from its end: attributes grow behind the header. */
static struct { u32 size; u16 type, flags; u32 sequence, port; u8 rest[240]; } request;
static void begin_request(u16 type, u16 flags, const void *head, usize size) {
  memset(&request, 0, sizeof request);
  request.type = type;
  request.flags = flags | 1 /* REQUEST */ | 4 /* ACK */;
  memcpy(request.rest, head, size);
  request.size = 16 + (u32)size;
}
static u16 *attribute(u16 type, const void *value, usize size) {
  u8 *at = request.rest + request.size - 16;
  u16 head[2] = {(u16)(4 + size), type};
  memcpy(at, head, 4);
  if (size) memcpy(at + 4, value, size);
  request.size += (4 + (u32)size + 3) & ~3u;
  return (u16 *)at;
}
static void nest_end(u16 *nest) { *nest = (u16)(request.rest + request.size - 16 - (u8 *)nest); }
static long send_request(void) {
  static u8 answer[4096];
  long fd = sc(SYS_socket, 16 /* NETLINK */, 3 | 02000000 /* RAW, CLOEXEC */, 0, 0, 0);
  if (fd < 0) return fd;
  long n = sc(SYS_write, fd, (long)&request, request.size, 0, 0);
  if (n > 0) n = sc(SYS_read, fd, (long)answer, sizeof answer, 0, 0);
  sc(SYS_close, fd, 0, 0, 0, 0);
  if (n < 20) return n < 0 ? n : -5;
  int code;
  memcpy(&code, answer + 16, 4); /* NLMSG_ERROR; 0 is the acknowledgement */
  return code;
}

static int index_of(const char *name) {
  struct { char name[16]; int index; char rest[20]; } asked;
  memset(&asked, 0, sizeof asked);
  add(asked.name, sizeof asked.name, name);
  long fd = sc(SYS_socket, 2, 2 | 02000000, 0, 0, 0);
  long failed = sc(SYS_ioctl, fd, 0x8933 /* SIOCGIFINDEX */, (long)&asked, 0, 0);
  sc(SYS_close, fd, 0, 0, 0, 0);
  return failed < 0 ? 0 : asked.index;
}
struct link { u8 family, pad; u16 type; int index; u32 flags, change; };
static long send_back(int index) {
  struct link head = {7 /* AF_BRIDGE */, 0, 0, index, 0, 0};
  u8 on = 1;
  begin_request(19 /* SETLINK */, 0, &head, sizeof head);
  u16 *nest = attribute(12 | 0x8000 /* PROTINFO */, 0, 0);
  attribute(4 /* BRPORT_MODE: hairpin */, &on, 1);
  nest_end(nest);
  return send_request();
}
static long meet_rules(int index) {
  struct link head = {0, 0, 0, index, 0, 0};
  u8 on = 1;
  begin_request(16 /* NEWLINK */, 0, &head, sizeof head);
  u16 *info = attribute(18 | 0x8000 /* LINKINFO */, 0, 0);
  attribute(1 /* KIND */, "bridge", 6);
  u16 *data = attribute(2 | 0x8000 /* DATA */, 0, 0);
  attribute(36 /* NF_CALL_IPTABLES */, &on, 1);
  nest_end(data);
  nest_end(info);
  return send_request();
}
static long route(const u8 *network, u8 bits, int index) {
  u8 head[12] = {2 /* AF_INET */, bits, 0, 0, 254 /* main */, 3 /* boot */, 253 /* link */, 1 /* unicast */};
  begin_request(24 /* NEWROUTE */, 0x400 | 0x100 /* CREATE, REPLACE */, head, sizeof head);
  attribute(1 /* DST */, network, 4);
  attribute(4 /* OIF */, &index, 4);
  return send_request();
}

/* `10.96.0.0/16`; 0 when it is none. */
static int parse_range(const char *text, u8 network[4], u8 *bits) {
  for (int i = 0; i < 5; i++) {
    u32 value = 0, digits = 0;
    for (; *text >= '0' && *text <= '9' && digits < 4; text++, digits++) value = value * 10 + (u32)(*text - '0');
    if (!digits || value > (i < 4 ? 255u : 32u)) return 0;
    if (i < 4) network[i] = (u8)value; else *bits = (u8)value;
    if (i < 4 && *text++ != (i < 3 ? '.' : '/')) return 0;
  }
  return !*text;
}
static const char *calls_path(char *path, usize room, const char *root, const char *table) {
  path[0] = 0;
  add(path, room, root); add(path, room, CALLS); add(path, room, table);
  return path;
}
/* The module switches the rules on for every bridge when it is loaded; those of others stay as they were. */
static void leave_others(const char *root) {
  static const char *const tables[] = {"iptables", "ip6tables", "arptables"};
  char path[128];
  for (int i = 0; i < 3; i++) {
    long fd = open_file(calls_path(path, sizeof path, root, tables[i]), 1 /* write */);
    if (fd >= 0) { sc(SYS_write, fd, (long)"0", 1, 0, 0); sc(SYS_close, fd, 0, 0, 0, 0); }
  }
}
struct entry { usize inode, offset; u16 size; u8 type; char name[]; };
/* Says `absent`, or `present` and whether bridged packets meet the rules: `filtered`, `unfiltered`, `unloaded` (there is no module for it). */
static __attribute__((noreturn)) void bridge(const char *name, const char *range, const char *fresh_root) {
  static char listing[32768], path[256], text[32];
  u8 network[4], bits;
  if (!parse_range(range, network, &bits)) give_up(2, "that is no range of addresses");
  int index = index_of(name), filtered = 0;
  path[0] = 0;
  add(path, sizeof path, NET); add(path, sizeof path, name); add(path, sizeof path, "/brif");
  long folder = index ? open_file(path, 0) : -1;
  if (folder < 0) { say(1, "absent\n"); leave(0); }
  if (fresh_root) leave_others(fresh_root);
  int loaded = read_text(calls_path(path, sizeof path, "", "iptables"), text, sizeof text) > 0;
  if (loaded) filtered = text[0] == '1' || meet_rules(index) == 0;
  if (loaded && text[0] == '1') meet_rules(index); /* whoever turns it off for all bridges shall not turn policies off */
  for (;;) {
    long size = sc(SYS_getdents64, folder, (long)listing, sizeof listing, 0, 0);
    if (size <= 0) break;
    for (long at = 0; at < size;) {
      struct entry *entry = (struct entry *)(listing + at);
      at += entry->size;
      int port = entry->name[0] == '.' ? 0 : index_of(entry->name);
      /* A port may go away meanwhile: ENODEV, EINVAL. */
      long failed = port ? send_back(port) : 0;
      if (failed && failed != -19 && failed != -22 && failed != -95) give_up(1, "a port of the pods' bridge cannot be told to send packets back");
    }
  }
  if (route(network, bits, index) < 0) give_up(1, "the route to the Services' range cannot be made");
  say(1, filtered ? "present filtered\n" : loaded ? "present unfiltered\n" : "present unloaded\n");
  leave(0);
}
