#include "static-link.h"

#include <stdatomic.h>
#include <string.h>

/* The header: words of each part, from its start. */
enum { MAGIC = 0, VERSION = 4, HASH = 8, DEVICE_ID = 16, QUEUE_COUNT = 20, FEATURES = 24 };
enum { GENERATION = 0, STATUS = 4, PEER = 8, CONFIG_GENERATION = 12, DRIVER_HASH = 16 };
enum { RESET = 0, READY = 1, REFUSED = 2 };
#define MAGIC_VALUE UINT32_C(0x4c564644) /* "DFVL" in memory */

/* Of a split queue (virtio 1.4, 2.7). */
enum { DESCRIPTOR_SIZE = 16, RING_INDEX = 2, RING_ENTRIES = 4, USED_ENTRY_SIZE = 8, DEVICE_WRITES = 2 };

typedef _Atomic uint16_t *shared16;
typedef _Atomic uint32_t *shared32;
typedef _Atomic uint64_t *shared64;

static unsigned char *at(const struct static_link *link, uint64_t offset)
{
	return link->region + offset;
}

static uint16_t read16(const struct static_link *link, uint64_t offset)
{
	return atomic_load_explicit((shared16)at(link, offset), memory_order_relaxed);
}

static void write16(struct static_link *link, uint64_t offset, uint16_t value)
{
	atomic_store_explicit((shared16)at(link, offset), value, memory_order_relaxed);
}

static uint32_t read32(const struct static_link *link, uint64_t offset)
{
	return atomic_load_explicit((shared32)at(link, offset), memory_order_relaxed);
}

static void write32(struct static_link *link, uint64_t offset, uint32_t value)
{
	atomic_store_explicit((shared32)at(link, offset), value, memory_order_relaxed);
}

static uint64_t read64(const struct static_link *link, uint64_t offset)
{
	return atomic_load_explicit((shared64)at(link, offset), memory_order_relaxed);
}

static void write64(struct static_link *link, uint64_t offset, uint64_t value)
{
	atomic_store_explicit((shared64)at(link, offset), value, memory_order_relaxed);
}

/* What follows was written before what was just read said so. */
static void acquired(void)
{
	atomic_thread_fence(memory_order_acquire);
}

/* What was written is there before what says so. */
static void before_release(void)
{
	atomic_thread_fence(memory_order_release);
}

static uint64_t own_state(const struct static_link *link)
{
	return link->layout->is_driver ? link->layout->driver_state : link->layout->device_state;
}

static uint64_t peer_state(const struct static_link *link)
{
	return link->layout->is_driver ? link->layout->device_state : link->layout->driver_state;
}

uint32_t static_link_generation(const struct static_link *link)
{
	return read32(link, own_state(link) + GENERATION);
}

uint32_t static_link_peer_generation(const struct static_link *link)
{
	return read32(link, peer_state(link) + GENERATION);
}

/* Behind all that was written before, and before all that is written next. */
static void set_status(struct static_link *link, uint32_t status)
{
	before_release();
	write32(link, own_state(link) + STATUS, status);
	before_release();
}

/* After what was written: the other end must not look before it is there. */
static void tell(struct static_link *link, unsigned queue)
{
	uint32_t port = link->layout->queue[queue].port;

	atomic_thread_fence(memory_order_seq_cst);
	if (link->notify && port)
		link->notify(link->context, port);
}

/* Clears what this end writes in the queues: descriptors and available rings, or used rings. */
static void clear_queues(struct static_link *link)
{
	for (unsigned index = 0; index < STATIC_LINK_QUEUES; index++) {
		const struct static_link_queue *queue = &link->layout->queue[index];

		link->written[index] = link->read[index] = 0;
		if (link->layout->is_driver) {
			memset(at(link, queue->descriptors), 0, (size_t)DESCRIPTOR_SIZE * queue->entries);
			memset(at(link, queue->available), 0, 6 + (size_t)2 * queue->entries);
		} else {
			memset(at(link, queue->used), 0, 6 + (size_t)USED_ENTRY_SIZE * queue->entries);
		}
	}
}

static uint64_t buffer_of(const struct static_link *link, unsigned queue, uint32_t descriptor)
{
	const struct static_link_layout *layout = link->layout;

	return layout->buffers + (layout->queue[queue].first_buffer + descriptor) * layout->buffer_stride;
}

/* Puts a descriptor into the available ring: descriptor n of a queue always has the queue's buffer n. */
static void offer(struct static_link *link, unsigned index, uint16_t descriptor, uint32_t length, uint16_t flags)
{
	const struct static_link_queue *queue = &link->layout->queue[index];
	uint64_t entry = queue->descriptors + (uint64_t)DESCRIPTOR_SIZE * descriptor;
	uint16_t slot = link->written[index]++ % queue->entries;

	write64(link, entry, buffer_of(link, index, descriptor));
	write32(link, entry + 8, length);
	write16(link, entry + 12, flags);
	write16(link, queue->available + RING_ENTRIES + 2u * slot, descriptor);
	before_release();
	write16(link, queue->available + RING_INDEX, link->written[index]);
}

/* Takes the next descriptor that the device has given back. -1: none. */
static int take_used(struct static_link *link, unsigned index, uint32_t *length)
{
	const struct static_link_queue *queue = &link->layout->queue[index];
	uint64_t entry = queue->used + RING_ENTRIES + (uint64_t)USED_ENTRY_SIZE * (link->read[index] % queue->entries);
	uint32_t descriptor;

	if (read16(link, queue->used + RING_INDEX) == link->read[index])
		return -1;
	acquired();
	link->read[index]++;
	descriptor = read32(link, entry);
	*length = read32(link, entry + 4);
	return descriptor < queue->buffers ? (int)descriptor : -1;
}

/* Takes the next descriptor that the driver offers: its buffer, and how long it is. -1: none, or none that lies where it may. */
static int take_available(struct static_link *link, unsigned index, uint64_t *buffer, uint32_t *length)
{
	const struct static_link_layout *layout = link->layout;
	const struct static_link_queue *queue = &layout->queue[index];
	uint16_t descriptor;

	if (read16(link, queue->available + RING_INDEX) == link->read[index])
		return -1;
	acquired();
	descriptor = read16(link, queue->available + RING_ENTRIES + 2u * (link->read[index]++ % queue->entries));
	if (descriptor >= queue->entries)
		return -1;
	*buffer = read64(link, queue->descriptors + (uint64_t)DESCRIPTOR_SIZE * descriptor);
	*length = read32(link, queue->descriptors + (uint64_t)DESCRIPTOR_SIZE * descriptor + 8);
	return *buffer <= layout->region_size && *length <= layout->region_size - *buffer ? descriptor : -1;
}

static void give_back(struct static_link *link, unsigned index, uint32_t descriptor, uint32_t length)
{
	const struct static_link_queue *queue = &link->layout->queue[index];
	uint64_t entry = queue->used + RING_ENTRIES + (uint64_t)USED_ENTRY_SIZE * (link->written[index]++ % queue->entries);

	write32(link, entry, descriptor);
	write32(link, entry + 4, length);
	before_release();
	write16(link, queue->used + RING_INDEX, link->written[index]);
}

/* The device describes itself, for the driver to compare. */
static void write_identity(struct static_link *link)
{
	const struct static_link_layout *layout = link->layout;

	write32(link, layout->identity + MAGIC, MAGIC_VALUE);
	write32(link, layout->identity + VERSION, layout->version);
	write64(link, layout->identity + HASH, layout->hash);
	write32(link, layout->identity + DEVICE_ID, layout->device_id);
	write32(link, layout->identity + QUEUE_COUNT, STATIC_LINK_QUEUES);
	write64(link, layout->identity + FEATURES, layout->features);
	if (layout->config_size > 0)
		memcpy(at(link, layout->config), layout->config_bytes, layout->config_size);
	write32(link, layout->device_state + CONFIG_GENERATION, 0);
}

static int is_same_layout(const struct static_link *link)
{
	const struct static_link_layout *layout = link->layout;

	return read32(link, layout->identity + MAGIC) == MAGIC_VALUE &&
	       read32(link, layout->identity + VERSION) == layout->version &&
	       read64(link, layout->identity + HASH) == layout->hash &&
	       read64(link, layout->identity + FEATURES) == layout->features;
}

void static_link_start(struct static_link *link, const struct static_link_layout *layout, void *region,
		       void (*notify)(void *context, uint32_t port), void *context)
{
	uint32_t generation;

	memset(link, 0, sizeof(*link));
	link->layout = layout;
	link->region = region;
	link->notify = notify;
	link->context = context;
	set_status(link, RESET);
	generation = static_link_generation(link) + 1;
	if (layout->is_driver)
		write64(link, layout->driver_state + DRIVER_HASH, layout->hash);
	before_release();
	write32(link, own_state(link) + GENERATION, generation ? generation : 1);
	tell(link, STATIC_LINK_TO_DEVICE);
}

/* The device: whenever the driver has started, everything begins anew. */
static enum static_link_state poll_device(struct static_link *link)
{
	const uint64_t own = link->layout->device_state, driver = link->layout->driver_state;
	uint32_t generation = read32(link, driver + GENERATION), status;

	acquired();
	if (read32(link, own + STATUS) != READY || link->peer_generation != generation) {
		set_status(link, RESET);
		clear_queues(link);
		write_identity(link);
		link->peer_generation = generation;
		write32(link, own + PEER, generation);
		set_status(link, READY);
		tell(link, STATIC_LINK_TO_DRIVER);
		return STATIC_LINK_DOWN;
	}
	status = read32(link, driver + STATUS);
	acquired();
	if (status == RESET || read32(link, driver + PEER) != static_link_generation(link) ||
	    read32(link, driver + GENERATION) != generation)
		return STATIC_LINK_DOWN;
	return status == READY && read64(link, driver + DRIVER_HASH) == link->layout->hash ? STATIC_LINK_UP :
											      STATIC_LINK_REFUSED;
}

/* The driver: as soon as a device that knows of this start is ready, and for as long. */
static enum static_link_state poll_driver(struct static_link *link)
{
	const uint64_t own = link->layout->driver_state, device = link->layout->device_state;
	uint32_t generation = read32(link, device + GENERATION);
	int is_there;

	acquired();
	is_there = read32(link, device + STATUS) == READY;
	acquired();
	is_there = is_there && read32(link, device + PEER) == static_link_generation(link) &&
		   read32(link, device + GENERATION) == generation;
	if (link->state == STATIC_LINK_UP && is_there && link->peer_generation == generation)
		return STATIC_LINK_UP;
	if (!is_there) {
		if (read32(link, own + STATUS) != RESET)
			set_status(link, RESET);
		return STATIC_LINK_DOWN;
	}
	if (!is_same_layout(link)) {
		write32(link, own + PEER, generation);
		set_status(link, REFUSED);
		tell(link, STATIC_LINK_TO_DEVICE);
		return STATIC_LINK_REFUSED;
	}
	if (read32(link, own + STATUS) != RESET)
		set_status(link, RESET);
	clear_queues(link);
	link->free_count = 0;
	for (uint32_t n = 0; n < link->layout->queue[STATIC_LINK_TO_DEVICE].buffers; n++)
		link->free[link->free_count++] = (uint16_t)n;
	for (uint32_t n = 0; n < link->layout->queue[STATIC_LINK_TO_DRIVER].buffers; n++)
		offer(link, STATIC_LINK_TO_DRIVER, (uint16_t)n, (uint32_t)link->layout->buffer_size, DEVICE_WRITES);
	link->peer_generation = generation;
	write32(link, own + PEER, generation);
	set_status(link, READY);
	tell(link, STATIC_LINK_TO_DEVICE);
	return STATIC_LINK_UP;
}

/* Packed queues are another program's. */
static int is_known(const struct static_link_layout *layout)
{
	const uint64_t packed = UINT64_C(1) << 34;
	int is_known = !(layout->features & packed);

	for (unsigned index = 0; index < STATIC_LINK_QUEUES; index++)
		is_known = is_known && layout->queue[index].entries <= STATIC_LINK_MOST_ENTRIES;
	return is_known;
}

enum static_link_state static_link_poll(struct static_link *link)
{
	if (!is_known(link->layout))
		return STATIC_LINK_REFUSED;
	link->state = link->layout->is_driver ? poll_driver(link) : poll_device(link);
	return link->state;
}

/* Descriptors that the device has read are free again. */
static void reclaim(struct static_link *link)
{
	uint32_t length;
	int descriptor;

	while ((descriptor = take_used(link, STATIC_LINK_TO_DEVICE, &length)) >= 0)
		if (link->free_count < link->layout->queue[STATIC_LINK_TO_DEVICE].buffers)
			link->free[link->free_count++] = (uint16_t)descriptor;
}

int static_link_send(struct static_link *link, const void *message, size_t length)
{
	uint64_t buffer;
	uint32_t room;
	int descriptor;

	if (link->state != STATIC_LINK_UP || length > link->layout->buffer_size)
		return -1;
	if (link->layout->is_driver) {
		reclaim(link);
		if (link->free_count == 0)
			return -1;
		descriptor = link->free[--link->free_count];
		memcpy(at(link, buffer_of(link, STATIC_LINK_TO_DEVICE, (uint32_t)descriptor)), message, length);
		offer(link, STATIC_LINK_TO_DEVICE, (uint16_t)descriptor, (uint32_t)length, 0);
		tell(link, STATIC_LINK_TO_DEVICE);
		return 0;
	}
	descriptor = take_available(link, STATIC_LINK_TO_DRIVER, &buffer, &room);
	if (descriptor < 0)
		return -1;
	if (room > length)
		room = (uint32_t)length;
	memcpy(at(link, buffer), message, room);
	give_back(link, STATIC_LINK_TO_DRIVER, (uint32_t)descriptor, room);
	tell(link, STATIC_LINK_TO_DRIVER);
	return room == length ? 0 : -1;
}

long static_link_receive(struct static_link *link, void *message, size_t most)
{
	uint64_t buffer;
	uint32_t length;
	int descriptor;

	if (link->state != STATIC_LINK_UP)
		return -1;
	if (link->layout->is_driver) {
		descriptor = take_used(link, STATIC_LINK_TO_DRIVER, &length);
		if (descriptor < 0 || length > link->layout->buffer_size)
			return -1;
		memcpy(message, at(link, buffer_of(link, STATIC_LINK_TO_DRIVER, (uint32_t)descriptor)),
		       length < most ? length : most);
		offer(link, STATIC_LINK_TO_DRIVER, (uint16_t)descriptor, (uint32_t)link->layout->buffer_size, DEVICE_WRITES);
		tell(link, STATIC_LINK_TO_DRIVER);
		return (long)length;
	}
	descriptor = take_available(link, STATIC_LINK_TO_DEVICE, &buffer, &length);
	if (descriptor < 0)
		return -1;
	memcpy(message, at(link, buffer), length < most ? length : most);
	give_back(link, STATIC_LINK_TO_DEVICE, (uint32_t)descriptor, 0);
	tell(link, STATIC_LINK_TO_DEVICE);
	return (long)length;
}

uint32_t static_link_pending(const struct static_link *link)
{
	uint32_t buffers = link->layout->queue[STATIC_LINK_TO_DEVICE].buffers;
	uint64_t used = link->layout->queue[STATIC_LINK_TO_DEVICE].used;

	if (!link->layout->is_driver)
		return 0;
	return buffers - link->free_count - (uint16_t)(read16(link, used + RING_INDEX) - link->read[STATIC_LINK_TO_DEVICE]);
}

void static_link_stop(struct static_link *link)
{
	set_status(link, RESET);
	link->state = STATIC_LINK_DOWN;
	tell(link, STATIC_LINK_TO_DEVICE);
}
