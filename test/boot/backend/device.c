#include "device.h"

#include <string.h>

#include "server.h"

/* Offsets of the registers. */
enum {
	MAGIC = 0x000,
	VERSION = 0x004,
	DEVICE_ID = 0x008,
	VENDOR_ID = 0x00c,
	DEVICE_FEATURES = 0x010,
	DEVICE_FEATURES_SEL = 0x014,
	QUEUE_SEL = 0x030,
	QUEUE_NUM_MAX = 0x034,
	QUEUE_NUM = 0x038,
	QUEUE_READY = 0x044,
	QUEUE_NOTIFY = 0x050,
	INTERRUPT_STATUS = 0x060,
	INTERRUPT_ACK = 0x064,
	STATUS = 0x070,
	QUEUE_DESC_LOW = 0x080,
	QUEUE_DESC_HIGH = 0x084,
	QUEUE_DRIVER_LOW = 0x090,
	QUEUE_DRIVER_HIGH = 0x094,
	QUEUE_DEVICE_LOW = 0x0a0,
	QUEUE_DEVICE_HIGH = 0x0a4,
	CONFIGURATION = 0x100,
};

#define VERSION_1_IN_HIGH_WORD 1u
#define USED_BUFFER 1u
#define DESCRIPTOR_NEXT 1u
#define DESCRIPTOR_WRITE 2u

struct descriptor {
	uint64_t address;
	uint32_t length;
	uint16_t flags;
	uint16_t next;
};

#define MOST_QUEUES 2

struct queue {
	uint32_t size;
	uint32_t is_ready;
	uint64_t descriptors;
	uint64_t available;
	uint64_t used;
	uint16_t taken;
};

static const struct device *device;

/* All that the driver has set: gone with a reset. */
static struct {
	uint32_t features_sel;
	uint32_t queue_sel;
	uint32_t interrupt_status;
	uint32_t status;
	struct queue queues[MOST_QUEUES];
} state;

static uint16_t guest_word(uint64_t address)
{
	uint16_t word;

	read_guest(address, &word, sizeof(word));
	return word;
}

/* The buffers of the chain that begins at the descriptor HEAD. */
static unsigned chain(const struct queue *queue, uint16_t head, struct buffer *buffers)
{
	struct descriptor descriptor = { .flags = DESCRIPTOR_NEXT, .next = head };
	unsigned count = 0;

	while ((descriptor.flags & DESCRIPTOR_NEXT) && count < MOST_BUFFERS) {
		read_guest(queue->descriptors + 16ull * descriptor.next, &descriptor, sizeof(descriptor));
		buffers[count].address = descriptor.address;
		buffers[count].length = descriptor.length;
		buffers[count++].is_for_device = descriptor.flags & DESCRIPTOR_WRITE;
	}
	return count;
}

bool take(unsigned number, struct request *request)
{
	struct queue *queue = &state.queues[number];

	if (!queue->is_ready || queue->taken == guest_word(queue->available + 2))
		return false;
	__sync_synchronize();
	request->queue = number;
	request->head = guest_word(queue->available + 4 + 2ull * (queue->taken++ % queue->size));
	request->count = chain(queue, request->head, request->buffers);
	return true;
}

void give_back(const struct request *request, uint32_t written)
{
	const struct queue *queue = &state.queues[request->queue];
	uint16_t index = guest_word(queue->used + 2);
	uint32_t element[2] = { request->head, written };

	write_guest(queue->used + 4 + 8ull * (index % queue->size), element, sizeof(element));
	__sync_synchronize();
	index++;
	write_guest(queue->used + 2, &index, sizeof(index));
	state.interrupt_status |= USED_BUFFER;
	interrupt_guest();
}

static uint32_t read_configuration(uint32_t offset, unsigned size)
{
	uint32_t value = 0;

	if (offset + size <= device->configuration_size)
		memcpy(&value, (const char *)device->configuration + offset, size < 4 ? size : 4);
	return value;
}

/* The one that the driver has selected; none for a number that the device has not. */
static struct queue *selected(void)
{
	return state.queue_sel < device->queues ? &state.queues[state.queue_sel] : NULL;
}

static uint32_t read_register(uint32_t offset, unsigned size)
{
	switch (offset) {
	case MAGIC:
		return 0x74726976;
	case VERSION:
		return 2;
	case DEVICE_ID:
		return device->type;
	case VENDOR_ID:
		return 0x74736574;
	case DEVICE_FEATURES:
		return state.features_sel == 0 ? device->features : state.features_sel == 1 ? VERSION_1_IN_HIGH_WORD : 0;
	case QUEUE_NUM_MAX:
		return selected() ? MOST_BUFFERS : 0;
	case QUEUE_READY:
		return selected() ? selected()->is_ready : 0;
	case INTERRUPT_STATUS:
		return state.interrupt_status;
	case STATUS:
		return state.status;
	default:
		return offset >= CONFIGURATION ? read_configuration(offset - CONFIGURATION, size) : 0;
	}
}

static void set_half(uint64_t *address, bool is_high, uint32_t value)
{
	uint64_t kept = is_high ? *address & 0xffffffffu : *address & ~0xffffffffull;

	*address = kept | (is_high ? (uint64_t)value << 32 : value);
}

static void set_status(uint32_t value)
{
	if (value == 0)
		memset(&state, 0, sizeof(state));
	state.status = value;
}

static void write_queue_register(struct queue *queue, uint32_t offset, uint32_t value)
{
	switch (offset) {
	case QUEUE_NUM:
		queue->size = value;
		break;
	case QUEUE_READY:
		queue->is_ready = value && queue->size > 0;
		break;
	case QUEUE_DESC_LOW:
	case QUEUE_DESC_HIGH:
		return set_half(&queue->descriptors, offset == QUEUE_DESC_HIGH, value);
	case QUEUE_DRIVER_LOW:
	case QUEUE_DRIVER_HIGH:
		return set_half(&queue->available, offset == QUEUE_DRIVER_HIGH, value);
	case QUEUE_DEVICE_LOW:
	case QUEUE_DEVICE_HIGH:
		return set_half(&queue->used, offset == QUEUE_DEVICE_HIGH, value);
	}
}

static void write_register(uint32_t offset, uint32_t value)
{
	switch (offset) {
	case DEVICE_FEATURES_SEL:
		state.features_sel = value;
		break;
	case QUEUE_SEL:
		state.queue_sel = value;
		break;
	case QUEUE_NOTIFY:
		if (value < device->queues)
			device->notified(value);
		break;
	case INTERRUPT_ACK:
		state.interrupt_status &= ~value;
		break;
	case STATUS:
		set_status(value);
		break;
	default:
		if (selected())
			write_queue_register(selected(), offset, value);
	}
}

void serve_device(const struct device *served, int watched)
{
	const struct answers answers = {
		.read = read_register,
		.write = write_register,
		.watched = watched,
		.readable = served->readable,
	};

	device = served;
	serve(&answers);
}
