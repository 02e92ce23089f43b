/*
 * Both ends of a virtio device in the layout `static-vrings` that domforge generates, with two split queues: one to the driver, one to the device
 * (rpmsg, or the pair of a network device). No operating system is needed: memory that is mapped as the metadata says, and a function that
 * notifies the other end. C11 with memcpy and memset, nothing else.
 *
 * The header says how the ends find each other: an end counts its own starts in its generation; the device leads; the driver follows. What was in
 * the queues when either end starts anew is lost, and both ends know it.
 */
#ifndef STATIC_LINK_H
#define STATIC_LINK_H

#include <stddef.h>
#include <stdint.h>

enum { STATIC_LINK_TO_DRIVER, STATIC_LINK_TO_DEVICE, STATIC_LINK_QUEUES };

/* The largest queue that this program can hold. */
enum { STATIC_LINK_MOST_ENTRIES = 1024 };

/* A split queue; offsets from the start of the region. */
struct static_link_queue {
	uint64_t descriptors, available, used;
	uint32_t entries, first_buffer, buffers;
	uint32_t port; /* 0: none */
};

/* What the metadata of this end says; offsets from the start of the region. */
struct static_link_layout {
	uint64_t hash, features;
	uint64_t identity, device_state, driver_state, config, buffers;
	uint64_t region_size, buffer_size, buffer_stride;
	uint32_t version, device_id, is_driver;
	struct static_link_queue queue[STATIC_LINK_QUEUES];
	const void *config_bytes; /* of the end that is the device */
	size_t config_size;
};

/* The layout from virtio.h: the device's prefix, such as DOMFORGE_SAMPLES_LINK__, and the names of its queues there, such as RX and TX. */
#define STATIC_LINK_LAYOUT(device, to_driver, to_device) \
	{ \
		.hash = device##LAYOUT_HASH, .features = device##FEATURES, \
		.identity = device##IDENTITY_OFFSET, .device_state = device##DEVICE_STATE_OFFSET, \
		.driver_state = device##DRIVER_STATE_OFFSET, .buffers = device##BUFFERS_OFFSET, \
		.region_size = device##REGION_SIZE, .buffer_size = device##BUFFER_SIZE, \
		.buffer_stride = device##BUFFER_STRIDE, .version = device##LAYOUT_VERSION, \
		.device_id = device##DEVICE_ID, .is_driver = device##IS_DRIVER, \
		.queue = { STATIC_LINK_QUEUE(device, to_driver), STATIC_LINK_QUEUE(device, to_device) } \
	}
#define STATIC_LINK_QUEUE(device, name) \
	{ \
		.descriptors = device##QUEUE_##name##_DESCRIPTORS_OFFSET, \
		.available = device##QUEUE_##name##_AVAILABLE_OFFSET, .used = device##QUEUE_##name##_USED_OFFSET, \
		.entries = device##QUEUE_##name##_ENTRIES, .first_buffer = device##QUEUE_##name##_FIRST_BUFFER, \
		.buffers = device##QUEUE_##name##_BUFFERS, .port = device##QUEUE_##name##_PORT \
	}

enum static_link_state {
	STATIC_LINK_DOWN,    /* the other end is not there, or not yet */
	STATIC_LINK_UP,      /* messages may be sent and received */
	STATIC_LINK_REFUSED, /* the other end was built for another layout */
};

struct static_link {
	const struct static_link_layout *layout;
	unsigned char *region;
	void (*notify)(void *context, uint32_t port);
	void *context;
	enum static_link_state state;
	uint32_t peer_generation;
	/* How far this end has come in the ring that it writes, and in the one that it reads. */
	uint16_t written[STATIC_LINK_QUEUES], read[STATIC_LINK_QUEUES];
	/* Of the driver: descriptors of the queue to the device that are free. */
	uint16_t free[STATIC_LINK_MOST_ENTRIES];
	uint32_t free_count;
};

/* Begins: from now on the other end finds this one. The region is mapped as normal memory, write-back, inner shareable. */
void static_link_start(struct static_link *link, const struct static_link_layout *layout, void *region,
		       void (*notify)(void *context, uint32_t port), void *context);

/* Looks at the other end, and answers what it did. Call it when notified, and before send and receive. */
enum static_link_state static_link_poll(struct static_link *link);

/* Sends a message of at most buffer_size bytes. 0: it is on its way. -1: there is no room, or the link is not up. */
int static_link_send(struct static_link *link, const void *message, size_t length);

/* Takes the next message, of which `most` bytes are kept. Its length; -1: there is none. */
long static_link_receive(struct static_link *link, void *message, size_t most);

/* Messages on their way to the other end, of the driver: 0 when the device has read all. */
uint32_t static_link_pending(const struct static_link *link);

/* Ends in order: the other end sees it when it looks. Only static_link_start brings it back. */
void static_link_stop(struct static_link *link);

/* How often this end, and the other, have started. */
uint32_t static_link_generation(const struct static_link *link);
uint32_t static_link_peer_generation(const struct static_link *link);

#endif
