/*
 * This app's hand on the machine of an engine that is not its own (a virtual machine, a remote host). One static program of a few
 * kilobytes without a C library; each command is one way to use it:
 *   hold                          stays, so that the others can be run beside it (what pause does)
 *   tunnel                        carries connections between the app and the pods' network over its input and output
 *   run ROOT PROGRAM [ARGUMENT…]  a program of the machine, whose root is mounted at ROOT
 *   cat FILE                      what a file says, such as the table of routes
 *   bridge NAME RANGE [ROOT]      settings of the pods' bridge and the route to the Services' range; ROOT: the module was just loaded
 */
#include "common.h"
#include "machine.h"
#include "tunnel.h"

static __attribute__((noreturn)) void hold(void) {
  unsigned long set = BIT(SIGTERM) | BIT(SIGINT) | BIT(SIGCHLD);
  block(set);
  for (;;) {
    long signal = sc(SYS_rt_sigtimedwait, (long)&set, 0, 0, 8, 0);
    if (signal == SIGCHLD) while (sc(SYS_wait4, -1, 0, 1 /* WNOHANG */, 0, 0) > 0);
    else if (signal == SIGTERM || signal == SIGINT) leave(0);
  }
}

__attribute__((noreturn, used)) void begin(long *stack) {
  long count = stack[0];
  char **arguments = (char **)(stack + 1), **environment = (char **)(stack + 2 + count);
  const char *command = count > 1 ? arguments[1] : "hold";
  if (same(command, "hold")) hold();
  if (same(command, "tunnel")) tunnel();
  if (same(command, "run") && count > 3) run(arguments[2], arguments + 3, environment);
  if (same(command, "cat") && count > 2) print_file(arguments[2]);
  if (same(command, "bridge") && count > 3) bridge(arguments[2], arguments[3], count > 4 ? arguments[4] : 0);
  give_up(2, "usage: gateway hold | tunnel | run ROOT PROGRAM [ARGUMENT] | cat FILE | bridge NAME RANGE [ROOT]");
}
#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n xor %ebp,%ebp\n mov %rsp,%rdi\n and $-16,%rsp\n call begin\n");
#else
__asm__(".globl _start\n_start:\n mov x29,#0\n mov x0,sp\n bl begin\n");
#endif
