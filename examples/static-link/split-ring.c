/* Split queues (virtio 1.4, 2.7). */
#include "rings.h"

#define EVENT_IDX (UINT64_C(1) << 29)

enum { RING_INDEX = 2, RING_ENTRIES = 4, RING_OTHER_BYTES = 6, USED_ENTRY_SIZE = 8 };

static uint64_t available_entry(struct place place, uint16_t index)
{
	return place.queue->driver_area + RING_ENTRIES + 2u * (index % place.queue->entries);
}

static uint64_t used_entry(struct place place, uint16_t index)
{
	return place.queue->device_area + RING_ENTRIES + (uint64_t)USED_ENTRY_SIZE * (index % place.queue->entries);
}

static uint64_t table_entry(struct place place, uint16_t id)
{
	return place.queue->descriptors + (uint64_t)DESCRIPTOR_SIZE * id;
}

static void begin(struct place place)
{
	const struct static_link_queue *queue = place.queue;

	place.ring->written = place.ring->read = 0;
	if (place.link->layout->is_driver) {
		clear(place.link, queue->descriptors, (uint64_t)DESCRIPTOR_SIZE * queue->entries);
		clear(place.link, queue->driver_area, RING_OTHER_BYTES + UINT64_C(2) * queue->entries);
	} else {
		clear(place.link, queue->device_area, RING_OTHER_BYTES + (uint64_t)USED_ENTRY_SIZE * queue->entries);
	}
}

static void offer(struct place place, const struct descriptor *descriptor)
{
	uint64_t entry = table_entry(place, descriptor->id);

	write64(place.link, entry, descriptor->offset);
	write32(place.link, entry + 8, descriptor->length);
	write16(place.link, entry + 12, descriptor->flags);
	write16(place.link, available_entry(place, place.ring->written), descriptor->id);
	place.ring->written++;
	before_release();
	write16(place.link, place.queue->driver_area + RING_INDEX, place.ring->written);
}

static enum found found_used(struct place place, struct descriptor *used)
{
	uint16_t ahead = (uint16_t)(read16(place.link, place.queue->device_area + RING_INDEX) - place.ring->read);
	uint32_t id;

	if (ahead == 0)
		return NONE;
	acquired();
	id = read32(place.link, used_entry(place, place.ring->read));
	used->length = read32(place.link, used_entry(place, place.ring->read) + 4);
	used->id = (uint16_t)id;
	return ahead <= place.queue->buffers - place.ring->free_count && id < place.queue->buffers ? ONE : WRONG;
}

static enum found found_available(struct place place, struct descriptor *available)
{
	uint16_t ahead = (uint16_t)(read16(place.link, place.queue->driver_area + RING_INDEX) - place.ring->read);

	if (ahead == 0)
		return NONE;
	acquired();
	available->id = read16(place.link, available_entry(place, place.ring->read));
	if (ahead > place.queue->entries || available->id >= place.queue->entries)
		return WRONG;
	available->offset = read64(place.link, table_entry(place, available->id));
	available->length = read32(place.link, table_entry(place, available->id) + 8);
	available->flags = read16(place.link, table_entry(place, available->id) + 12);
	return ONE;
}

/* With event-idx the other end notifies once it passes the index written here. */
static void took(struct place place, uint64_t event)
{
	place.ring->read++;
	if (place.link->layout->features & EVENT_IDX)
		write16(place.link, event, place.ring->read);
}

static void took_used(struct place place)
{
	took(place, place.queue->driver_area + RING_ENTRIES + UINT64_C(2) * place.queue->entries);
}

static void took_available(struct place place)
{
	took(place, place.queue->device_area + RING_ENTRIES + (uint64_t)USED_ENTRY_SIZE * place.queue->entries);
}

static void give_back(struct place place, uint16_t id, uint32_t length)
{
	write32(place.link, used_entry(place, place.ring->written), id);
	write32(place.link, used_entry(place, place.ring->written) + 4, length);
	place.ring->written++;
	before_release();
	write16(place.link, place.queue->device_area + RING_INDEX, place.ring->written);
}

const struct ring_operations static_link_split_ring = {
	.begin = begin,
	.offer = offer,
	.found_used = found_used,
	.took_used = took_used,
	.found_available = found_available,
	.took_available = took_available,
	.give_back = give_back,
};
