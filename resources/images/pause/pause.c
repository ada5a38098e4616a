/* PID 1 of a sandbox: holds its namespaces open, reaps orphans, leaves with 0 on SIGTERM or SIGINT. No C library. */
#include "../syscall.h"

__attribute__((noreturn, used)) void _start(void) {
  unsigned long set = BIT(SIGTERM) | BIT(SIGINT) | BIT(SIGCHLD);
  block(set);
  for (;;) {
    long signal = sc(SYS_rt_sigtimedwait, (long)&set, 0, 0, 8, 0);
    if (signal == SIGCHLD) while (sc(SYS_wait4, -1, 0, 1 /* WNOHANG */, 0, 0) > 0);
    else if (signal == SIGTERM || signal == SIGINT) leave(0);
  }
}
