#include "static-link.h"

#include "ends.h"

#define RING_PACKED (UINT64_C(1) << 34)

/* What the other end says of itself; its words in this order: what it answered first, then whether that still holds. */
struct peer {
	uint32_t generation, answered, status;
};

static struct peer look_at_peer(const struct static_link *link)
{
	struct peer peer;

	peer.generation = read32(link, peer_state(link) + GENERATION);
	acquired();
	peer.answered = read32(link, peer_state(link) + PEER);
	acquired();
	peer.status = read32(link, peer_state(link) + STATUS);
	acquired();
	return peer;
}

static int is_served(const struct static_link_layout *layout)
{
	int is_served = layout->queue_count <= STATIC_LINK_MOST_QUEUES &&
			!(layout->config_size > 0 && !layout->is_driver && !layout->config_bytes);

	for (unsigned n = 0; is_served && n < layout->queue_count; n++)
		is_served = layout->queues[n].buffers <= STATIC_LINK_MOST_BUFFERS &&
			    layout->queues[n].buffers <= layout->queues[n].entries &&
			    (layout->queues[n].format == STATIC_LINK_PACKED) == !!(layout->features & RING_PACKED);
	return is_served;
}

enum static_link_state static_link_start(struct static_link *link, const struct static_link_layout *layout, void *region,
					 void (*notify)(void *context, uint32_t port), void *context)
{
	memset(link, 0, sizeof(*link));
	link->layout = layout;
	link->region = region;
	link->notify = notify;
	link->context = context;
	link->state = is_served(layout) ? STATIC_LINK_DOWN : STATIC_LINK_REFUSED;
	if (link->state == STATIC_LINK_REFUSED)
		return link->state;
	set_status(link, RESET);
	link->generation = read32(link, own_state(link) + GENERATION) + 1;
	if (link->generation == 0)
		link->generation = 1;
	if (layout->is_driver)
		write64(link, layout->driver_state + DRIVER_HASH, layout->hash);
	before_release();
	write32(link, own_state(link) + GENERATION, link->generation);
	before_release();
	if (!layout->is_driver) {
		copy_in(link, layout->config, layout->config_bytes, layout->config_size);
		write32(link, layout->device_state + CONFIG_GENERATION, 0);
	}
	tell(link, layout->state_port);
	return link->state;
}

static void begin_queues(struct static_link *link)
{
	for (unsigned n = 0; n < link->layout->queue_count; n++)
		operations(place_of(link, n))->begin(place_of(link, n));
}

/* Writes the identity of the device, which the driver compares. */
static void write_identity(struct static_link *link)
{
	const struct static_link_layout *layout = link->layout;

	write32(link, layout->identity + MAGIC, MAGIC_VALUE);
	write32(link, layout->identity + VERSION, layout->version);
	write64(link, layout->identity + HASH, layout->hash);
	write32(link, layout->identity + DEVICE_ID, layout->device_id);
	write32(link, layout->identity + QUEUE_COUNT, layout->queue_count);
	write64(link, layout->identity + FEATURES, layout->features);
}

static int is_same_layout(const struct static_link *link)
{
	const struct static_link_layout *layout = link->layout;

	return read32(link, layout->identity + MAGIC) == MAGIC_VALUE &&
	       read32(link, layout->identity + VERSION) == layout->version &&
	       read64(link, layout->identity + HASH) == layout->hash &&
	       read32(link, layout->identity + DEVICE_ID) == layout->device_id &&
	       read32(link, layout->identity + QUEUE_COUNT) == layout->queue_count &&
	       read64(link, layout->identity + FEATURES) == layout->features;
}

/* Tells the driver that the device is ready for this start of the driver. */
static void answer_driver(struct static_link *link, uint32_t generation)
{
	set_status(link, RESET);
	begin_queues(link);
	write_identity(link);
	link->peer_generation = generation;
	before_release();
	write32(link, own_state(link) + PEER, generation);
	set_status(link, READY);
	tell(link, link->layout->state_port);
}

/* Device: starts over whenever the driver has started. */
static enum static_link_state poll_device(struct static_link *link)
{
	struct peer driver = look_at_peer(link);

	if (link->status != READY || driver.generation != link->peer_generation) {
		answer_driver(link, driver.generation);
		return STATIC_LINK_DOWN;
	}
	if (driver.answered != link->generation || driver.status == RESET)
		return STATIC_LINK_DOWN;
	return driver.status == READY && read64(link, link->layout->driver_state + DRIVER_HASH) == link->layout->hash ?
		       STATIC_LINK_UP :
		       STATIC_LINK_REFUSED;
}

/* Driver: offers all buffers of queues to the driver; those of queues to the device are free. */
static void deal_buffers(struct static_link *link)
{
	for (unsigned n = 0; n < link->layout->queue_count; n++) {
		struct place place = place_of(link, n);

		place.ring->free_count = 0;
		memset(place.ring->is_out, 0, sizeof(place.ring->is_out));
		for (uint32_t id = 0; id < place.queue->buffers; id++)
			if (place.queue->flow == STATIC_LINK_TO_DRIVER)
				offer(place, id, (uint32_t)link->layout->buffer_size);
			else
				place.ring->free[place.ring->free_count++] = (uint16_t)id;
	}
}

/* Driver: answers the device according to what it found. */
static void answer_device(struct static_link *link, uint32_t status)
{
	before_release();
	write32(link, own_state(link) + PEER, link->peer_generation);
	set_status(link, status);
	tell(link, link->layout->state_port);
}

static void reset(struct static_link *link)
{
	if (link->status != RESET)
		set_status(link, RESET);
}

/* Driver: the link is up while a device that has answered this start is ready. */
static enum static_link_state poll_driver(struct static_link *link)
{
	struct peer device = look_at_peer(link);
	int is_there = device.answered == link->generation && device.status == READY;

	if (is_there && link->status != RESET && device.generation == link->peer_generation)
		return link->status == READY ? STATIC_LINK_UP : STATIC_LINK_REFUSED;
	reset(link);
	if (!is_there)
		return STATIC_LINK_DOWN;
	link->peer_generation = device.generation;
	if (!is_same_layout(link)) {
		if (!is_paired(link))
			return STATIC_LINK_DOWN;
		answer_device(link, REFUSED);
		return STATIC_LINK_REFUSED;
	}
	begin_queues(link);
	deal_buffers(link);
	answer_device(link, READY);
	return STATIC_LINK_UP;
}

enum static_link_state static_link_poll(struct static_link *link)
{
	if (link->state == STATIC_LINK_BROKEN || link->generation == 0)
		return link->state;
	link->state = link->layout->is_driver ? poll_driver(link) : poll_device(link);
	return link->state;
}

void static_link_stop(struct static_link *link)
{
	if (link->generation == 0)
		return;
	set_status(link, RESET);
	link->generation = 0;
	link->state = STATIC_LINK_DOWN;
	tell(link, link->layout->state_port);
}
