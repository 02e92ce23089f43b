/* What both formats of a queue do for either end, for the files of this folder alone (virtio 1.4, 2.7 and 2.8). One descriptor is one buffer. */
#ifndef STATIC_LINK_RINGS_H
#define STATIC_LINK_RINGS_H

#include "shared-words.h"

enum { DESCRIPTOR_SIZE = 16, FLAG_NEXT = 1, FLAG_WRITE = 2, FLAG_INDIRECT = 4 };

/* What lies next in a queue. */
enum found {
	NONE,
	ONE,
	WRONG, /* what no end may write there */
};

/* A descriptor as it stands in the queue; offset from the start of the region. */
struct descriptor {
	uint64_t offset;
	uint32_t length;
	uint16_t id, flags;
};

/* A queue of a link, and how far this end is in it. */
struct place {
	const struct static_link *link;
	const struct static_link_queue *queue;
	struct static_link_ring *ring;
};

/* Operations of a format. `found_` ones only look; `took_` ones go on. */
struct ring_operations {
	/* Clears what this end writes, and begins at the first place. Of a packed ring the driver writes it first, and clears it. */
	void (*begin)(struct place place);
	/* The driver gives a buffer to the device. */
	void (*offer)(struct place place, const struct descriptor *descriptor);
	/* The next buffer that the device has given back: its id and the length of what is in it. */
	enum found (*found_used)(struct place place, struct descriptor *used);
	void (*took_used)(struct place place);
	/* The next buffer that the driver offers. */
	enum found (*found_available)(struct place place, struct descriptor *available);
	void (*took_available)(struct place place);
	/* The device gives a buffer back. */
	void (*give_back)(struct place place, uint16_t id, uint32_t length);
};

extern const struct ring_operations static_link_split_ring, static_link_packed_ring;

#endif
