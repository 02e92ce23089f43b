/* What dom0's /dev/xen/privcmd takes (Linux, include/uapi/xen/privcmd.h). */
#ifndef PRIVCMD_H
#define PRIVCMD_H

#include <stdint.h>
#include <sys/ioctl.h>

struct hypercall {
	uint64_t number;
	uint64_t arguments[5];
};

struct mapping {
	uint32_t count;
	uint16_t domain;
	uint64_t address;
	const uint64_t *frames;
	int *errors;
};

#define DO_HYPERCALL _IOC(_IOC_NONE, 'P', 0, sizeof(struct hypercall))
#define MAP_FRAMES _IOC(_IOC_NONE, 'P', 4, sizeof(struct mapping))

#endif
