// The first process of each pod: holds its namespaces, and reaps what loses its parent. In C, because the threads of a Go
// program have process ids of the pod: PostgreSQL takes such an id in an old postmaster.pid for a running server.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void stop(int signal) {
  (void)signal;
  _exit(0);
}

static void reap(int signal) {
  (void)signal;
  while (waitpid(-1, 0, WNOHANG) > 0) {
  }
}

int main(void) {
  struct sigaction action = {.sa_handler = stop};
  sigaction(SIGINT, &action, 0);
  sigaction(SIGTERM, &action, 0);
  action.sa_handler = reap;
  sigaction(SIGCHLD, &action, 0);
  for (;;) pause();
}
