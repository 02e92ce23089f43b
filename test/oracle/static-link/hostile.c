/*
 * One end of examples/static-link against another that writes anything into everything that it may write: the end writes only what is its own,
 * and takes no message that is longer than a buffer. Then a single wrong descriptor: it is given back empty, and the next message arrives.
 *
 *   hostile split|packed driver|device SEEDS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "static-link.h"

enum { ENTRIES = 8, BUFFERS = 8, BUFFER_SIZE = 256, REGION_BYTES = 8192, ROUNDS = 3000 };
enum { IDENTITY = 0, DEVICE_STATE = 64, DRIVER_STATE = 128, QUEUES_AT = 256, QUEUE_BYTES = 768, BUFFERS_AT = 2048 };

static struct static_link_queue queues[2];
static struct static_link_layout layouts[2];
static struct static_link links[2];
static unsigned char region[REGION_BYTES], before[REGION_BYTES], message[BUFFER_SIZE];
static uint64_t chance;

static uint32_t any(uint32_t below)
{
	chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(chance >> 33) % below;
}

static void wrong(const char *what)
{
	printf("%s\n", what);
	exit(1);
}

static void lay_out(enum static_link_format format)
{
	for (unsigned n = 0; n < 2; n++) {
		uint64_t at = QUEUES_AT + n * QUEUE_BYTES;

		queues[n] = (struct static_link_queue){ format, n ? STATIC_LINK_TO_DEVICE : STATIC_LINK_TO_DRIVER, at, at + 256, at + 512,
							ENTRIES, n * BUFFERS, BUFFERS, 0 };
		layouts[n] = (struct static_link_layout){
			.hash = 77, .features = format == STATIC_LINK_PACKED ? UINT64_C(1) << 34 : 0, .identity = IDENTITY,
			.device_state = DEVICE_STATE, .driver_state = DRIVER_STATE, .buffers = BUFFERS_AT, .buffer_count = 2 * BUFFERS,
			.buffer_size = BUFFER_SIZE, .buffer_stride = BUFFER_SIZE, .version = 2, .device_id = 3, .is_driver = n,
			.queue_count = 2, .queues = queues,
		};
	}
}

/* Where an end may write: its state, its areas of the queues, buffers; the device also its identity. */
static int is_own(size_t at, int is_driver)
{
	size_t in_queue = (at - QUEUES_AT) % QUEUE_BYTES;
	int is_packed = queues[0].format == STATIC_LINK_PACKED;

	if (at >= BUFFERS_AT)
		return at < BUFFERS_AT + 2 * BUFFERS * BUFFER_SIZE;
	if (at >= QUEUES_AT + 2 * QUEUE_BYTES)
		return 0;
	if (at >= QUEUES_AT)
		return in_queue < 256 ? is_packed || is_driver : (in_queue < 512) == is_driver;
	if (at >= DRIVER_STATE)
		return is_driver && at < DRIVER_STATE + 64;
	return !is_driver;
}

static void pair(void)
{
	for (int n = 0; n < 6; n++) {
		static_link_poll(&links[0]);
		static_link_poll(&links[1]);
	}
	if (links[0].state != STATIC_LINK_UP || links[1].state != STATIC_LINK_UP)
		wrong("the ends do not find each other");
}

static void begin(void)
{
	memset(region, 0, sizeof(region));
	static_link_start(&links[0], &layouts[0], region, NULL, NULL);
	static_link_start(&links[1], &layouts[1], region, NULL, NULL);
	pair();
}

/* A few bytes of what the other end may write: mostly small numbers, which come closest to right ones. */
static void tamper(int is_driver)
{
	for (uint32_t n = any(6); n > 0; n--) {
		size_t at = any(4) ? QUEUES_AT + any(2 * QUEUE_BYTES) : any(REGION_BYTES);

		/* Mostly the header stays: then the link is up, and what the queues say counts. */
		if (is_own(at, !is_driver) && (at >= QUEUES_AT || any(50) == 0))
			region[at] = (unsigned char)(any(2) ? any(ENTRIES + 2) : any(256));
	}
}

static void attacked(int is_driver)
{
	struct static_link *link = &links[is_driver];
	unsigned queue = (unsigned)any(2);
	long length = 0;

	memcpy(before, region, sizeof(region));
	static_link_poll(link);
	if (any(2))
		static_link_send(link, queue, message, any(BUFFER_SIZE + 1));
	else
		length = static_link_receive(link, queue, message, sizeof(message));
	if (length > BUFFER_SIZE * 2 * BUFFERS || (is_driver && length > BUFFER_SIZE))
		wrong("a message is longer than there is room");
	for (size_t at = 0; at < sizeof(region); at++)
		if (region[at] != before[at] && !is_own(at, is_driver))
			wrong("the end writes what is not its own");
	for (unsigned n = 0; n < 2; n++)
		if (link->rings[n].free_count > BUFFERS)
			wrong("more buffers are free than there are");
}

static unsigned long broken;

static void attack(int is_driver)
{
	begin();
	for (int n = 0; n < ROUNDS; n++) {
		tamper(is_driver);
		attacked(is_driver);
		if (links[is_driver].state == STATIC_LINK_BROKEN) {
			broken++;
			begin();
		}
	}
}

/* The driver offers a buffer that lies in the header, then sends a message. */
static void one_wrong_descriptor(void)
{
	begin();
	if (static_link_send(&links[1], 1, "wrong", 6) != 0 || static_link_send(&links[1], 1, "right", 6) != 0)
		wrong("nothing can be sent");
	/* Both formats have the offset first; the driver takes its last free buffer first (split: by number; packed: by place). */
	memset(region + queues[1].descriptors + (queues[1].format == STATIC_LINK_PACKED ? 0 : 16 * (BUFFERS - 1)), 0, 8);
	static_link_poll(&links[0]);
	if (static_link_receive(&links[0], 1, message, sizeof(message)) != 6 || strcmp((char *)message, "right") != 0)
		wrong("the message after a wrong descriptor does not arrive");
	static_link_poll(&links[1]);
	if (links[0].rejected != 1 || static_link_pending(&links[1], 1) != 0)
		wrong("a wrong descriptor is lost");
}

/* A message that does not fit into the buffer that is offered keeps the buffer where it is. */
static void one_short_buffer(void)
{
	const uint64_t entry = queues[0].descriptors + 8;
	const uint32_t short_length = 4;

	begin();
	memcpy(region + entry, &short_length, 4);
	if (static_link_send(&links[0], 0, "longer", 7) != -1 || static_link_send(&links[0], 0, "abc", 4) != 0)
		wrong("a buffer that is too short is lost");
	static_link_poll(&links[1]);
	if (static_link_receive(&links[1], 0, message, sizeof(message)) != 4 || strcmp((char *)message, "abc") != 0)
		wrong("the message that fits does not arrive");
}

int main(int count, char **words)
{
	if (count != 4)
		return 2;
	lay_out(strcmp(words[1], "packed") == 0 ? STATIC_LINK_PACKED : STATIC_LINK_SPLIT);
	one_wrong_descriptor();
	one_short_buffer();
	for (unsigned long seed = strtoul(words[3], NULL, 0); seed > 0; seed--) {
		chance = seed * UINT64_C(0x9e3779b97f4a7c15);
		attack(strcmp(words[2], "driver") == 0);
	}
	printf("held; the other end was found broken: %s\n", broken ? "yes" : "no");
	return 0;
}
