/* Linux system calls without a C library, for x86-64 and arm64. Both images are built from this and nothing else. */
#ifndef PILOTHOUSE_SYSCALL_H
#define PILOTHOUSE_SYSCALL_H

#if defined(__x86_64__)
enum { SYS_read = 0, SYS_write = 1, SYS_close = 3, SYS_rt_sigprocmask = 14, SYS_socket = 41, SYS_accept4 = 288, SYS_bind = 49, SYS_listen = 50,
       SYS_setsockopt = 54, SYS_exit_group = 231, SYS_wait4 = 61, SYS_uname = 63, SYS_rt_sigtimedwait = 128, SYS_signalfd4 = 289, SYS_ppoll = 271,
       SYS_clock_gettime = 228, SYS_getpeername = 52, SYS_ioctl = 16, SYS_madvise = 28, SYS_connect = 42,
       SYS_sendmsg = 46, SYS_recvmsg = 47, SYS_shutdown = 48, SYS_getsockopt = 55, SYS_execve = 59, SYS_fcntl = 72, SYS_chdir = 80, SYS_chroot = 161,
       SYS_getdents64 = 217, SYS_openat = 257 };
static long sc(long n, long a, long b, long c, long d, long e) {
  long r;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8) : "rcx", "r11", "memory");
  return r;
}
#elif defined(__aarch64__)
enum { SYS_read = 63, SYS_write = 64, SYS_close = 57, SYS_rt_sigprocmask = 135, SYS_socket = 198, SYS_accept4 = 242, SYS_bind = 200, SYS_listen = 201,
       SYS_setsockopt = 208, SYS_exit_group = 94, SYS_wait4 = 260, SYS_uname = 160, SYS_rt_sigtimedwait = 137, SYS_signalfd4 = 74, SYS_ppoll = 73,
       SYS_clock_gettime = 113, SYS_getpeername = 205, SYS_ioctl = 29, SYS_madvise = 233, SYS_connect = 203,
       SYS_sendmsg = 211, SYS_recvmsg = 212, SYS_shutdown = 210, SYS_getsockopt = 209, SYS_execve = 221, SYS_fcntl = 25, SYS_chdir = 49, SYS_chroot = 51,
       SYS_getdents64 = 61, SYS_openat = 56 };
static long sc(long n, long a, long b, long c, long d, long e) {
  register long x8 __asm__("x8") = n;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
  return x0;
}
#else
#error "no system calls known for this machine"
#endif

#define SIGINT 2
#define SIGTERM 15
#define SIGCHLD 17
#define SIGPIPE 13
#define BIT(signal) (1UL << ((signal)-1))

static void block(unsigned long set) { sc(SYS_rt_sigprocmask, 0, (long)&set, 0, 8, 0); }
static __attribute__((noreturn)) void leave(int code) {
  for (;;) sc(SYS_exit_group, code, 0, 0, 0, 0);
}
#endif
