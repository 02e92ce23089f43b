/*
 * Both ends of examples/static-link in one process, each a coroutine that may lose the processor, or its life, at every access to the memory that
 * they share. Every message says which starts of both ends it belongs to and which number it has there: none may be lost, doubled or invented
 * as long as both starts last, and the configuration is never seen half changed. In the end nobody is killed any more, and all that is sent
 * must arrive.
 *
 *   schedules split|packed FIRST-SEED SEEDS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "static-link.h"

enum { DRIVER, DEVICE, ENDS };
enum { ENTRIES = 4, BUFFER_SIZE = 320, QUEUES = 4, QUEUE_BYTES = 512, REGION_BYTES = 16384, CONFIG_BYTES = 520 };
enum { STEPS = 30000, MOST_STEPS = 4000000, IN_THE_END = 30, STACK = 1 << 16 };
enum { QUEUES_AT = 1024, BUFFERS_AT = QUEUES_AT + QUEUES * QUEUE_BYTES };

struct message {
	uint32_t starts[ENDS], queue, number;
	unsigned char filling[BUFFER_SIZE - 16];
};

/* What an end has sent and received in each queue since it and the other found each other. */
struct count {
	uint32_t starts[ENDS], sent[QUEUES], received[QUEUES];
};

static struct static_link_queue queues[QUEUES];
static struct static_link_layout layouts[ENDS];
static unsigned char region[REGION_BYTES], config[CONFIG_BYTES];
static struct static_link links[ENDS];
static struct count counts[ENDS];
static ucontext_t scheduler, ends[ENDS];
static unsigned char stacks[ENDS][STACK];
static int running, may_be_killed, is_killed;
static uint64_t chance, steps;
static uint32_t switches_in, kills_in, driver_share;
static unsigned long seed, kills, exchanged, pairs;

static uint32_t any(uint32_t below)
{
	chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(chance >> 33) % below;
}

static void wrong(const char *what, const struct message *message, const struct count *count)
{
	printf("seed %lu, step %lu: %s %s", seed, (unsigned long)steps, running == DRIVER ? "driver" : "device", what);
	if (message)
		printf(": message %u of starts %u and %u in queue %u, expected %u of %u and %u", message->number,
		       message->starts[DRIVER], message->starts[DEVICE], message->queue, count->received[message->queue % QUEUES],
		       count->starts[DRIVER], count->starts[DEVICE]);
	printf("\n");
	exit(1);
}

/* Called by the code under test at every access to shared memory. */
void step(void)
{
	steps++;
	if (may_be_killed && any(kills_in) == 0)
		is_killed = 1;
	if (is_killed || any(switches_in) == 0)
		swapcontext(&ends[running], &scheduler);
}

static void notify(void *context, uint32_t port)
{
	(void)context;
	(void)port;
}

static void fill(struct message *message)
{
	for (size_t n = 0; n < sizeof(message->filling); n++)
		message->filling[n] = (unsigned char)(message->number * 7 + message->queue + message->starts[DRIVER] + n);
}

static void send_one(struct static_link *link, struct count *count, unsigned queue)
{
	struct message message = { { count->starts[DRIVER], count->starts[DEVICE] }, queue, count->sent[queue], { 0 } };

	fill(&message);
	if (static_link_send(link, queue, &message, sizeof(message)) == 0)
		count->sent[queue]++;
}

static void receive_one(struct static_link *link, struct count *count, unsigned queue)
{
	struct message message, expected;
	long length = static_link_receive(link, queue, &message, sizeof(message));

	if (length < 0)
		return;
	if (length != sizeof(message))
		wrong("receives a message that nobody sent", NULL, count);
	if (message.queue != queue || message.number != count->received[queue] ||
	    memcmp(message.starts, count->starts, sizeof(message.starts)) != 0)
		wrong("loses, doubles or invents a message", &message, count);
	expected = message;
	fill(&expected);
	if (memcmp(&expected, &message, sizeof(message)) != 0)
		wrong("receives a message that was changed on its way", &message, count);
	count->received[queue]++;
	exchanged++;
}

/* Bytes of the configuration that change together are all the same. */
static void use_config(struct static_link *link, struct count *count)
{
	unsigned char bytes[CONFIG_BYTES];

	memset(bytes, (int)any(256), sizeof(bytes));
	if (running == DEVICE) {
		static_link_write_config(link, 0, bytes, sizeof(bytes));
	} else if (static_link_read_config(link, 0, bytes, sizeof(bytes)) == 0) {
		for (size_t n = 1; n < sizeof(bytes); n++)
			if (bytes[n] != bytes[0])
				wrong("sees a configuration that is half changed", NULL, count);
	}
}

static void note_pair(const struct static_link *link, struct count *count)
{
	uint32_t starts[ENDS];

	starts[running] = link->generation;
	starts[!running] = link->peer_generation;
	if (memcmp(starts, count->starts, sizeof(starts)) == 0)
		return;
	memset(count, 0, sizeof(*count));
	memcpy(count->starts, starts, sizeof(starts));
	pairs++;
}

static void live(void)
{
	struct static_link *link = &links[running];
	struct count *count = &counts[running];

	static_link_start(link, &layouts[running], region, notify, NULL);
	for (;;) {
		if (static_link_poll(link) == STATIC_LINK_REFUSED || link->state == STATIC_LINK_BROKEN)
			wrong("refuses the other end", NULL, count);
		if (link->state == STATIC_LINK_UP) {
			note_pair(link, count);
			for (uint32_t n = any(6); n > 0; n--) {
				send_one(link, count, any(QUEUES));
				receive_one(link, count, any(QUEUES));
			}
			if (any(4) == 0)
				use_config(link, count);
		}
		if (link->rejected)
			wrong("finds descriptors that lie where none may", NULL, count);
		step();
	}
}

static void revive(int end)
{
	memset(&counts[end], 0, sizeof(counts[end]));
	getcontext(&ends[end]);
	ends[end].uc_stack.ss_sp = stacks[end];
	ends[end].uc_stack.ss_size = STACK;
	ends[end].uc_link = NULL;
	makecontext(&ends[end], live, 0);
}

static int all_arrived(void)
{
	for (unsigned n = 0; n < QUEUES; n++)
		if (counts[n % 2 == 0 ? DRIVER : DEVICE].received[n] < IN_THE_END)
			return 0;
	return memcmp(counts[DRIVER].starts, counts[DEVICE].starts, sizeof(counts[0].starts)) == 0;
}

/* Queues to the driver and to the device take turns. */
static void lay_out(enum static_link_format format)
{
	for (unsigned n = 0; n < QUEUES; n++) {
		uint64_t at = QUEUES_AT + n * QUEUE_BYTES;

		queues[n] = (struct static_link_queue){ format, n % 2 ? STATIC_LINK_TO_DEVICE : STATIC_LINK_TO_DRIVER, at, at + 128,
							at + 256, ENTRIES, n * ENTRIES, n < 2 ? ENTRIES : ENTRIES - 1, n + 1 };
	}
	layouts[DRIVER] = (struct static_link_layout){
		.hash = UINT64_C(0x123456789abcdef0), .features = format == STATIC_LINK_PACKED ? UINT64_C(0x1700000000) : UINT64_C(0x1300000000),
		.identity = 0, .device_state = 64, .driver_state = 128, .config = 192, .buffers = BUFFERS_AT,
		.config_size = CONFIG_BYTES, .buffer_count = QUEUES * ENTRIES, .buffer_size = BUFFER_SIZE, .buffer_stride = BUFFER_SIZE,
		.version = 2, .device_id = 3, .is_driver = 1, .state_port = 1, .queue_count = QUEUES, .queues = queues,
	};
	layouts[DEVICE] = layouts[DRIVER];
	layouts[DEVICE].is_driver = 0;
	layouts[DEVICE].config_bytes = config;
}

/* For a while one end may hardly get on, just where it lost the processor. */
static int next_end(void)
{
	static const uint32_t shares[] = { 1, 8, 32, 56, 63 };

	if (any(32) == 0)
		driver_share = shares[any(5)];
	return any(64) < driver_share ? DRIVER : DEVICE;
}

static void run(void)
{
	chance = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	switches_in = 1u << (1 + any(7));
	kills_in = 1u << (8 + any(8));
	steps = 0;
	driver_share = 32;
	for (size_t n = 0; n < sizeof(region); n++)
		region[n] = (unsigned char)(seed % 3 == 0 ? 0 : seed % 3 == 1 ? 0xff : any(256));
	revive(DRIVER);
	revive(DEVICE);
	while (steps < STEPS || !all_arrived()) {
		if (steps > MOST_STEPS)
			wrong("waits for ever", NULL, &counts[0]);
		may_be_killed = steps < STEPS;
		running = next_end();
		swapcontext(&scheduler, &ends[running]);
		if (is_killed) {
			is_killed = 0;
			kills++;
			revive(running);
		}
	}
}

int main(int count, char **words)
{
	if (count != 4)
		return 2;
	lay_out(strcmp(words[1], "packed") == 0 ? STATIC_LINK_PACKED : STATIC_LINK_SPLIT);
	memset(config, 0x5a, sizeof(config));
	seed = strtoul(words[2], NULL, 0);
	for (unsigned long left = strtoul(words[3], NULL, 0); left > 0; left--, seed++)
		run();
	printf("%lu messages, %lu kills, %lu pairs of starts\n", exchanged, kills, pairs);
	return 0;
}
