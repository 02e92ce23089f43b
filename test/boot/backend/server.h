/* An ioreq server: the end of Xen's that takes a guest's accesses to memory that is not there. */
#ifndef SERVER_H
#define SERVER_H

#include <stdint.h>

/* Where a device is, as its script says: window and INTID of the guest. */
struct place {
	unsigned domain;
	uint64_t base;
	unsigned interrupt;
	unsigned vcpus;
};

struct answers {
	/* One access within the window. */
	uint32_t (*read)(uint32_t offset, unsigned size);
	void (*write)(uint32_t offset, uint32_t value);
	/* A file, or -1, and what follows when it has something to read. */
	int watched;
	void (*readable)(void);
};

/* Attaches to the guest; ends the process with a message when Xen refuses. */
void attach(const struct place *place);

/* Answers accesses until SIGTERM, then gives the window back to Xen. */
void serve(const struct answers *answers);

/* Raises the device's interrupt, which is one of edges. */
void interrupt_guest(void);

/* LENGTH bytes of the guest's memory from ADDRESS on, into or out of BUFFER. */
void read_guest(uint64_t address, void *buffer, uint32_t length);
void write_guest(uint64_t address, const void *buffer, uint32_t length);

#endif
