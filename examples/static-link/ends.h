/* Shared by the files of this folder: the words of a link's header, and the state of both ends. */
#ifndef STATIC_LINK_ENDS_H
#define STATIC_LINK_ENDS_H

#include "rings.h"

/* Offsets of the words in each part of the header. */
enum { MAGIC = 0, VERSION = 4, HASH = 8, DEVICE_ID = 16, QUEUE_COUNT = 20, FEATURES = 24 };
enum { GENERATION = 0, STATUS = 4, PEER = 8, CONFIG_GENERATION = 12, DRIVER_HASH = 16 };
enum { RESET = 0, READY = 1, REFUSED = 2 };
#define MAGIC_VALUE UINT32_C(0x4c564644) /* "DFVL" in memory */

static inline uint64_t own_state(const struct static_link *link)
{
	return link->layout->is_driver ? link->layout->driver_state : link->layout->device_state;
}

static inline uint64_t peer_state(const struct static_link *link)
{
	return link->layout->is_driver ? link->layout->device_state : link->layout->driver_state;
}

/* Ordered after all earlier writes and before all later ones. */
static inline void set_status(struct static_link *link, uint32_t status)
{
	before_release();
	write32(link, own_state(link) + STATUS, status);
	before_release();
	link->status = status;
}

/* Notifies after a full barrier: the other end must see everything written so far. */
static inline void tell(const struct static_link *link, uint32_t port)
{
	atomic_thread_fence(memory_order_seq_cst);
	if (link->notify && port)
		link->notify(link->context, port);
}

/* Whether everything read so far belongs to the current start of the other end. */
static inline int is_paired(const struct static_link *link)
{
	acquired();
	return read32(link, peer_state(link) + STATUS) == READY &&
	       read32(link, peer_state(link) + GENERATION) == link->peer_generation;
}

static inline struct place place_of(struct static_link *link, unsigned queue)
{
	return (struct place){ link, &link->layout->queues[queue], &link->rings[queue] };
}

static inline const struct ring_operations *operations(struct place place)
{
	return place.queue->format == STATIC_LINK_PACKED ? &static_link_packed_ring : &static_link_split_ring;
}

/* Offset of buffer `id` of a queue from the start of the region. */
static inline uint64_t buffer_at(struct place place, uint32_t id)
{
	const struct static_link_layout *layout = place.link->layout;

	return layout->buffers + (place.queue->first_buffer + id) * layout->buffer_stride;
}

/* Driver: offers `length` bytes of a buffer to the device. Descriptor n of a queue always has the queue's buffer n. */
static inline void offer(struct place place, uint32_t id, uint32_t length)
{
	struct descriptor descriptor = {
		.offset = buffer_at(place, id),
		.length = length,
		.id = (uint16_t)id,
		.flags = place.queue->flow == STATIC_LINK_TO_DRIVER ? FLAG_WRITE : 0,
	};

	place.ring->is_out[id] = 1;
	operations(place)->offer(place, &descriptor);
}

#endif
