/* Messages over the queues of a link that is up. */
#include "ends.h"

/* Whether neither end has restarted since the link came up; otherwise the link goes down. */
static int still_paired(struct static_link *link)
{
	if (is_paired(link))
		return 1;
	link->state = STATIC_LINK_DOWN;
	return 0;
}

/* Whether what was just found in a queue counts: the state words of the other end decide that, not the queue. */
static int counts(struct static_link *link, enum found found)
{
	if (found == NONE || !still_paired(link))
		return 0;
	if (found == ONE)
		return 1;
	link->state = STATIC_LINK_BROKEN;
	set_status(link, RESET);
	tell(link, link->layout->state_port);
	return 0;
}

/* Driver: the next buffer that the device has returned. */
static int next_used(struct place place, struct static_link *link, struct descriptor *used)
{
	enum found found = operations(place)->found_used(place, used);

	if (found == ONE && !place.ring->is_out[used->id])
		found = WRONG;
	return counts(link, found);
}

static void took_used(struct place place, uint16_t id)
{
	operations(place)->took_used(place);
	place.ring->is_out[id] = 0;
}

/* Frees the buffers that the device has read. */
static void reclaim(struct place place, struct static_link *link)
{
	struct descriptor used;

	while (next_used(place, link, &used)) {
		took_used(place, used.id);
		place.ring->free[place.ring->free_count++] = used.id;
	}
}

static int is_among_buffers(const struct static_link_layout *layout, const struct descriptor *descriptor)
{
	uint64_t size = layout->buffer_count * layout->buffer_stride, at = descriptor->offset - layout->buffers;

	return descriptor->offset >= layout->buffers && at <= size && descriptor->length <= size - at;
}

/* Device: the next buffer that the driver offers; one that is out of bounds is returned empty. */
static int next_available(struct place place, struct static_link *link, struct descriptor *available)
{
	enum { NO_BUFFER = FLAG_NEXT | FLAG_INDIRECT };
	int is_to_driver = place.queue->flow == STATIC_LINK_TO_DRIVER;

	for (;;) {
		enum found found = operations(place)->found_available(place, available);

		if (found == ONE && (available->flags & NO_BUFFER))
			found = WRONG;
		if (!counts(link, found))
			return 0;
		if (!!(available->flags & FLAG_WRITE) == is_to_driver && is_among_buffers(link->layout, available))
			return 1;
		operations(place)->took_available(place);
		operations(place)->give_back(place, available->id, 0);
		link->rejected++;
		tell(link, place.queue->port);
	}
}

static int send_to_device(struct static_link *link, struct place place, const void *message, uint32_t length)
{
	uint16_t id;

	reclaim(place, link);
	if (link->state != STATIC_LINK_UP || place.ring->free_count == 0)
		return -1;
	id = place.ring->free[--place.ring->free_count];
	copy_in(link, buffer_at(place, id), message, length);
	offer(place, id, length);
	return 0;
}

static int send_to_driver(struct static_link *link, struct place place, const void *message, uint32_t length)
{
	struct descriptor available;

	if (!next_available(place, link, &available) || available.length < length)
		return -1;
	copy_in(link, available.offset, message, length);
	operations(place)->took_available(place);
	operations(place)->give_back(place, available.id, length);
	return 0;
}

int static_link_send(struct static_link *link, unsigned queue, const void *message, size_t length)
{
	const struct static_link_layout *layout = link->layout;
	enum static_link_flow flow = layout->is_driver ? STATIC_LINK_TO_DEVICE : STATIC_LINK_TO_DRIVER;
	int error;

	if (link->state != STATIC_LINK_UP || queue >= layout->queue_count || layout->queues[queue].flow != flow ||
	    length > layout->buffer_size)
		return -1;
	error = layout->is_driver ? send_to_device(link, place_of(link, queue), message, (uint32_t)length) :
				    send_to_driver(link, place_of(link, queue), message, (uint32_t)length);
	if (!error)
		tell(link, layout->queues[queue].port);
	return error;
}

/* A buffer returned with a length above its size carries no message, and is offered again. */
static long receive_from_device(struct static_link *link, struct place place, void *message, size_t most)
{
	struct descriptor used;

	while (next_used(place, link, &used)) {
		int is_whole = used.length <= link->layout->buffer_size;

		if (is_whole)
			copy_out(link, buffer_at(place, used.id), message, used.length < most ? used.length : most);
		if (!still_paired(link))
			return -1;
		took_used(place, used.id);
		offer(place, used.id, (uint32_t)link->layout->buffer_size);
		if (is_whole)
			return (long)used.length;
		link->rejected++;
	}
	return -1;
}

static long receive_from_driver(struct static_link *link, struct place place, void *message, size_t most)
{
	struct descriptor available;

	if (!next_available(place, link, &available))
		return -1;
	copy_out(link, available.offset, message, available.length < most ? available.length : most);
	if (!still_paired(link))
		return -1;
	operations(place)->took_available(place);
	operations(place)->give_back(place, available.id, 0);
	return (long)available.length;
}

long static_link_receive(struct static_link *link, unsigned queue, void *message, size_t most)
{
	const struct static_link_layout *layout = link->layout;
	enum static_link_flow flow = layout->is_driver ? STATIC_LINK_TO_DRIVER : STATIC_LINK_TO_DEVICE;
	long length;

	if (link->state != STATIC_LINK_UP || queue >= layout->queue_count || layout->queues[queue].flow != flow)
		return -1;
	length = layout->is_driver ? receive_from_device(link, place_of(link, queue), message, most) :
				     receive_from_driver(link, place_of(link, queue), message, most);
	if (length >= 0)
		tell(link, layout->queues[queue].port);
	return length;
}

uint32_t static_link_pending(struct static_link *link, unsigned queue)
{
	struct place place = place_of(link, queue);

	if (!link->layout->is_driver || link->state != STATIC_LINK_UP || place.queue->flow != STATIC_LINK_TO_DEVICE)
		return 0;
	reclaim(place, link);
	return place.queue->buffers - place.ring->free_count;
}
