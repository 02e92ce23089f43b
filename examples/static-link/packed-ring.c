/* Packed queues (virtio 1.4, 2.8): one ring, in which two flag bits and a wrap counter show which end owns a descriptor. */
#include "rings.h"

enum { FLAG_AVAILABLE = 1 << 7, FLAG_USED = 1 << 15, EVENTS_SIZE = 4 };

static uint64_t entry_at(struct place place, uint16_t at)
{
	return place.queue->descriptors + (uint64_t)DESCRIPTOR_SIZE * at;
}

static void advance(struct place place, uint16_t *at, uint8_t *wrap)
{
	if (++*at == place.queue->entries) {
		*at = 0;
		*wrap ^= 1;
	}
}

/* The driver clears the ring: the device does not write into it before this driver is READY. */
static void begin(struct place place)
{
	place.ring->written = place.ring->read = 0;
	place.ring->written_wrap = place.ring->read_wrap = 1;
	if (place.link->layout->is_driver) {
		clear(place.link, place.queue->descriptors, (uint64_t)DESCRIPTOR_SIZE * place.queue->entries);
		clear(place.link, place.queue->driver_area, EVENTS_SIZE);
	} else {
		clear(place.link, place.queue->device_area, EVENTS_SIZE);
	}
}

static void offer(struct place place, const struct descriptor *descriptor)
{
	uint64_t entry = entry_at(place, place.ring->written);
	uint16_t turn = place.ring->written_wrap ? FLAG_AVAILABLE : (uint16_t)FLAG_USED;

	write64(place.link, entry, descriptor->offset);
	write32(place.link, entry + 8, descriptor->length);
	write16(place.link, entry + 12, descriptor->id);
	before_release();
	write16(place.link, entry + 14, descriptor->flags | turn);
	advance(place, &place.ring->written, &place.ring->written_wrap);
}

static enum found found_used(struct place place, struct descriptor *used)
{
	uint64_t entry = entry_at(place, place.ring->read);
	uint16_t flags = read16(place.link, entry + 14);
	int available = !!(flags & FLAG_AVAILABLE), is_used = !!(flags & FLAG_USED);

	if (available != is_used || is_used != place.ring->read_wrap)
		return NONE;
	acquired();
	used->length = read32(place.link, entry + 8);
	used->id = read16(place.link, entry + 12);
	return used->id < place.queue->buffers ? ONE : WRONG;
}

static void took_used(struct place place)
{
	advance(place, &place.ring->read, &place.ring->read_wrap);
}

static enum found found_available(struct place place, struct descriptor *found)
{
	uint64_t entry = entry_at(place, place.ring->read);
	uint16_t flags = read16(place.link, entry + 14);
	int available = !!(flags & FLAG_AVAILABLE), is_used = !!(flags & FLAG_USED);

	if (available == is_used || available != place.ring->read_wrap)
		return NONE;
	acquired();
	found->offset = read64(place.link, entry);
	found->length = read32(place.link, entry + 8);
	found->id = read16(place.link, entry + 12);
	found->flags = flags & (FLAG_NEXT | FLAG_WRITE | FLAG_INDIRECT);
	return ONE;
}

static void took_available(struct place place)
{
	advance(place, &place.ring->read, &place.ring->read_wrap);
}

static void give_back(struct place place, uint16_t id, uint32_t length)
{
	uint64_t entry = entry_at(place, place.ring->written);
	uint16_t turn = place.ring->written_wrap ? FLAG_AVAILABLE | FLAG_USED : 0;

	write32(place.link, entry + 8, length);
	write16(place.link, entry + 12, id);
	before_release();
	write16(place.link, entry + 14, turn);
	advance(place, &place.ring->written, &place.ring->written_wrap);
}

const struct ring_operations static_link_packed_ring = {
	.begin = begin,
	.offer = offer,
	.found_used = found_used,
	.took_used = took_used,
	.found_available = found_available,
	.took_available = took_available,
	.give_back = give_back,
};
