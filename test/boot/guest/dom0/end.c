/*
 * end DOMAIN REASON: ends a domain as if it had done so itself, for that reason: 0 power off, 1 reboot, 3 crash, 4 watchdog
 * (Xen, public/sched.h: SCHEDOP_remote_shutdown).
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include "privcmd.h"

enum { SCHED_OP = 29, REMOTE_SHUTDOWN = 4 };

struct remote_shutdown {
	uint16_t domain;
	uint32_t reason;
};

int main(int count, char **words)
{
	struct hypercall call = { .number = SCHED_OP };
	struct remote_shutdown *shutdown;
	int privcmd = open("/dev/xen/privcmd", O_RDWR);

	if (count != 3 || privcmd < 0)
		return 2;
	/* Xen reads it by its address: it has to be in memory. */
	shutdown = mmap(NULL, sizeof(*shutdown), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0);
	if (shutdown == MAP_FAILED)
		return 2;
	shutdown->domain = (uint16_t)atoi(words[1]);
	shutdown->reason = (uint32_t)atoi(words[2]);
	call.arguments[0] = REMOTE_SHUTDOWN;
	call.arguments[1] = (uint64_t)(uintptr_t)shutdown;
	if (ioctl(privcmd, DO_HYPERCALL, &call) == 0)
		return 0;
	perror("end");
	return 1;
}
