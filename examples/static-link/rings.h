/* The operations of both queue formats (virtio 1.4, 2.7 and 2.8); private to the files of this folder. One descriptor is one buffer. */
#ifndef STATIC_LINK_RINGS_H
#define STATIC_LINK_RINGS_H

#include "shared-words.h"

enum { DESCRIPTOR_SIZE = 16, FLAG_NEXT = 1, FLAG_WRITE = 2, FLAG_INDIRECT = 4 };

/* What is next in a queue. */
enum found {
	NONE,
	ONE,
	WRONG, /* something invalid */
};

/* A descriptor as in the queue; the offset is from the start of the region. */
struct descriptor {
	uint64_t offset;
	uint32_t length;
	uint16_t id, flags;
};

/* A queue of a link, and the position of this end in it. */
struct place {
	const struct static_link *link;
	const struct static_link_queue *queue;
	struct static_link_ring *ring;
};

/* Operations of a format: `found_` ones only look, `took_` ones advance. */
struct ring_operations {
	/* Clears what this end writes, and starts at index 0. The driver clears the whole ring of a packed queue. */
	void (*begin)(struct place place);
	/* Driver: offers a buffer to the device. */
	void (*offer)(struct place place, const struct descriptor *descriptor);
	/* Driver: the next buffer that the device has returned: its id, and the length of its content. */
	enum found (*found_used)(struct place place, struct descriptor *used);
	void (*took_used)(struct place place);
	/* Device: the next buffer that the driver offers. */
	enum found (*found_available)(struct place place, struct descriptor *available);
	void (*took_available)(struct place place);
	/* Device: returns a buffer. */
	void (*give_back)(struct place place, uint16_t id, uint32_t length);
};

extern const struct ring_operations static_link_split_ring, static_link_packed_ring;

#endif
