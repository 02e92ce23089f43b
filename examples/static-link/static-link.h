/*
 * Both ends of a virtio device in the layout `static-vrings` that domforge generates: any number of queues, split or packed, each of which
 * carries messages one way (rpmsg, console, the pairs of a network device). It needs no operating system, only memory that is mapped as the metadata
 * says and a function that notifies the other end. C11 with memcpy and memset, nothing else.
 *
 * The protocol is the one that virtio.h states in its first comment; it has been checked with a model of both ends (test/models). In short: an
 * end counts its own starts in its generation; the device leads, the driver follows. When either end starts again, messages that were still in
 * the queues are lost, and both ends see the link go down. Until the next start of an end, no message is lost, duplicated or invented.
 */
#ifndef STATIC_LINK_H
#define STATIC_LINK_H

#include <stddef.h>
#include <stdint.h>

/* The largest device that a program can hold; define larger numbers for all files that include this one. */
#ifndef STATIC_LINK_MOST_QUEUES
#define STATIC_LINK_MOST_QUEUES 8
#endif
#ifndef STATIC_LINK_MOST_BUFFERS
#define STATIC_LINK_MOST_BUFFERS 1024
#endif

enum static_link_format { STATIC_LINK_SPLIT, STATIC_LINK_PACKED };

/* Who writes the buffers of a queue. Queues of requests with replies (`both`) are left to the program. */
enum static_link_flow { STATIC_LINK_TO_DRIVER, STATIC_LINK_TO_DEVICE, STATIC_LINK_BOTH };

/* A queue; offsets from the start of the region. */
struct static_link_queue {
	enum static_link_format format;
	enum static_link_flow flow;
	uint64_t descriptors; /* split: table of descriptors; packed: the ring */
	uint64_t driver_area; /* split: available ring; packed: driver's event suppression */
	uint64_t device_area; /* split: used ring; packed: device's event suppression */
	uint32_t entries, first_buffer, buffers;
	uint32_t port; /* of this end; 0: none */
};

/* What the metadata of this end says; offsets from the start of the region. */
struct static_link_layout {
	uint64_t hash, features;
	uint64_t identity, device_state, driver_state, config, buffers;
	uint64_t config_size, buffer_count, buffer_size, buffer_stride;
	uint32_t version, device_id, is_driver;
	uint32_t state_port; /* changes of state and of the configuration are notified on it; 0: none */
	uint32_t queue_count;
	const struct static_link_queue *queues;
	const void *config_bytes; /* config_size bytes that the device writes when it starts; NULL at the driver */
};

/*
 * The layout from virtio.h: the device's prefix, such as DOMFORGE_SAMPLES_LINK__, and its queues in the order of their indices:
 *
 *   static const struct static_link_queue queues[] = { STATIC_LINK_SPLIT_QUEUE(DOMFORGE_SAMPLES_LINK__, RX), … };
 *   static const struct static_link_layout layout = STATIC_LINK_LAYOUT(DOMFORGE_SAMPLES_LINK__, queues, NULL);
 *
 * The last argument: an array initialised with CONFIG_BYTES, at the device of a type that has a configuration; else NULL.
 */
#define STATIC_LINK_LAYOUT(device, queue_list, config_list) \
	{ \
		.hash = device##LAYOUT_HASH, .features = device##FEATURES, .identity = device##IDENTITY_OFFSET, \
		.device_state = device##DEVICE_STATE_OFFSET, .driver_state = device##DRIVER_STATE_OFFSET, \
		.config = device##CONFIG_OFFSET, .buffers = device##BUFFERS_OFFSET, .config_size = device##CONFIG_SIZE, \
		.buffer_count = device##BUFFER_COUNT, .buffer_size = device##BUFFER_SIZE, \
		.buffer_stride = device##BUFFER_STRIDE, .version = device##LAYOUT_VERSION, .device_id = device##DEVICE_ID, \
		.is_driver = device##IS_DRIVER, .state_port = device##STATE_PORT, .queue_count = device##QUEUE_COUNT, \
		.queues = queue_list, .config_bytes = config_list \
	}
#define STATIC_LINK_SPLIT_QUEUE(device, name) \
	STATIC_LINK_QUEUE(device, name, STATIC_LINK_SPLIT, DESCRIPTORS, AVAILABLE, USED)
#define STATIC_LINK_PACKED_QUEUE(device, name) \
	STATIC_LINK_QUEUE(device, name, STATIC_LINK_PACKED, RING, DRIVER_EVENTS, DEVICE_EVENTS)
#define STATIC_LINK_QUEUE(device, name, as, first, second, third) \
	{ \
		.format = as, .flow = (enum static_link_flow)device##QUEUE_##name##_FLOW, \
		.descriptors = device##QUEUE_##name##_##first##_OFFSET, \
		.driver_area = device##QUEUE_##name##_##second##_OFFSET, \
		.device_area = device##QUEUE_##name##_##third##_OFFSET, .entries = device##QUEUE_##name##_ENTRIES, \
		.first_buffer = device##QUEUE_##name##_FIRST_BUFFER, .buffers = device##QUEUE_##name##_BUFFERS, \
		.port = device##QUEUE_##name##_PORT \
	}

enum static_link_state {
	STATIC_LINK_DOWN,    /* the other end is not there, or not yet */
	STATIC_LINK_UP,      /* messages may be sent and received */
	STATIC_LINK_REFUSED, /* this end cannot serve the layout, or the other was built for another one */
	STATIC_LINK_BROKEN,  /* the other end wrote something invalid into a queue; only static_link_start recovers */
};

/* The position of this end in a queue. */
struct static_link_ring {
	uint16_t written, read; /* split: free-running; packed: index into the ring */
	uint8_t written_wrap, read_wrap;
	/* Driver only: which buffers the device has, and which are free. */
	uint8_t is_out[STATIC_LINK_MOST_BUFFERS];
	uint16_t free[STATIC_LINK_MOST_BUFFERS];
	uint32_t free_count;
};

struct static_link {
	const struct static_link_layout *layout;
	unsigned char *region;
	void (*notify)(void *context, uint32_t port);
	void *context;
	enum static_link_state state;
	uint32_t status; /* what this end has told the other about itself */
	uint32_t generation, peer_generation;
	uint64_t rejected; /* descriptors and messages of the other end that were out of bounds */
	struct static_link_ring rings[STATIC_LINK_MOST_QUEUES];
};

/*
 * Starts this end: from now on the other end can find it. The region must be mapped as normal memory, write-back, inner shareable. Returns
 * DOWN, or REFUSED if this program cannot serve the layout: too many queues or buffers, or a device without the bytes of its configuration.
 */
enum static_link_state static_link_start(struct static_link *link, const struct static_link_layout *layout, void *region,
					 void (*notify)(void *context, uint32_t port), void *context);

/* Looks at the other end and responds to what it did. Call it when notified, and before send and receive. */
enum static_link_state static_link_poll(struct static_link *link);

/* Sends a message of at most buffer_size bytes. Returns 0 if it was queued, -1 if there is no room or the link is not up. */
int static_link_send(struct static_link *link, unsigned queue, const void *message, size_t length);

/* Receives the next message, of which at most `most` bytes are copied. Returns its length, or -1 if there is none or the link is not up. */
long static_link_receive(struct static_link *link, unsigned queue, void *message, size_t most);

/* Driver only: the number of messages that the device has not read yet. */
uint32_t static_link_pending(struct static_link *link, unsigned queue);

/* Driver only: reads a consistent copy of `length` bytes of the configuration. Returns 0, or -1 if the link is not up or the range is invalid. */
int static_link_read_config(struct static_link *link, size_t offset, void *into, size_t length);

/* Device only: changes `length` bytes of the configuration and notifies the driver. Returns 0, or -1 if it is not ready or the range is invalid. */
int static_link_write_config(struct static_link *link, size_t offset, const void *bytes, size_t length);

/* Takes this end down: the other end sees it at its next poll. Only static_link_start brings it up again. */
void static_link_stop(struct static_link *link);

#endif
