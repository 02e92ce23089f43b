/* A virtio-mmio device, version 2, with split queues (virtio 1.2: 4.2.2, 2.7). */
#ifndef DEVICE_H
#define DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#define MOST_BUFFERS 64

/* A part of the guest's memory. */
struct buffer {
	uint64_t address;
	uint32_t length;
	/* The device writes it; else it reads what the driver has written. */
	bool is_for_device;
};

/* What the driver has put into a queue as one. */
struct request {
	unsigned queue;
	uint16_t head;
	unsigned count;
	struct buffer buffers[MOST_BUFFERS];
};

struct device {
	uint32_t type;
	/* Without VERSION_1, which every one has. */
	uint32_t features;
	const void *configuration;
	uint32_t configuration_size;
	unsigned queues;
	/* The driver says that it has put something into QUEUE. */
	void (*notified)(unsigned queue);
	/* Opens what the device takes its bytes from; ends the process with a message when there is none. Gives a file that is watched, or -1. */
	int (*open)(const char *source);
	/* What is watched has something to read. */
	void (*readable)(void);
};

/* The next request in QUEUE; false: there is none. */
bool take(unsigned queue, struct request *request);

/* Ends a request, into whose buffers the device has written so many bytes. */
void give_back(const struct request *request, uint32_t written);

/* Answers accesses to the registers of DEVICE, which the server passes on. */
void serve_device(const struct device *device, int watched);

extern const struct device disk;
extern const struct device entropy;
extern const struct device network;

#endif
