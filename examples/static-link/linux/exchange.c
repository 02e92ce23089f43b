/*
 * Exchanges messages over static links, in a program of Linux: as many as told in every queue at once, with lengths and contents that the other end
 * knows. A link that goes down in the middle, because the other end was killed, comes up again with the other end's next start, and its exchange
 * begins anew.
 *
 *   exchange --env FILE --device PREFIX [--device PREFIX …] [--region FILE] --messages N --exchanges N [--die-after N]
 *
 * The memory of a device is /dev/xen-shm-<id> of its region, which the module xen-shm makes, or the FILE given for all. A device's first output is
 * its configuration, as the driver reads it. Built with -DLAYOUT_HEADER='"virtio.h"' -DDEVICE=DOMFORGE_SAMPLES_LINK__ -DQUEUES='SPLIT(RX) SPLIT(TX)'
 * (and -DCONFIG where the guest is the device of a type with a configuration) it has the layout of one device compiled in.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "../static-link.h"
#include "environment.h"
#include "rpmsg.h"

/* linux/include/uapi/xen/evtchn.h: static channels since 6.6. */
struct bind_static {
	unsigned int port;
};
#define BIND_STATIC _IOC(_IOC_NONE, 'E', 7, sizeof(struct bind_static))
#define NOTIFY _IOC(_IOC_NONE, 'E', 4, sizeof(struct bind_static))

/* A message contains a word that no other message has. */
enum { LEAST_CONTENT = 8 };

enum { LONGEST = 65536, PATIENCE_SECONDS = 60, MOST_DEVICES = 8, MOST_PORTS = MOST_DEVICES * STATIC_LINK_MOST_QUEUES };

/* rpmsg addresses: one endpoint at each end. */
enum { DRIVER_ENDPOINT = 0x400, DEVICE_ENDPOINT = 0x401 };

/* A device, and the progress of its exchange. */
struct exchange {
	const char *name;
	struct link_environment environment;
	struct static_link link;
	unsigned long sent[STATIC_LINK_MOST_QUEUES], received[STATIC_LINK_MOST_QUEUES];
	uint32_t peer;
	int is_over;
};

static struct exchange exchanges[MOST_DEVICES];
static int devices;
static unsigned long messages, die_after;
static int channel = -1;
static unsigned long notified;
static unsigned char message[LONGEST], expected[LONGEST];

/* The driver's last message: it has received everything, and the device may finish. */
static const char over[] = "over";

static void notify(void *context, uint32_t port)
{
	struct bind_static bind = { port };

	(void)context;
	if (channel >= 0)
		ioctl(channel, NOTIFY, &bind);
}

/* Binds a port once. If the kernel cannot, both ends poll. */
static void bind_port(uint32_t port)
{
	static uint32_t bound[MOST_PORTS];
	static int count;
	struct bind_static bind = { port };

	for (int n = 0; n < count; n++)
		if (bound[n] == port)
			return;
	bound[count++] = port;
	if (channel >= 0 && ioctl(channel, BIND_STATIC, &bind) != 0) {
		close(channel);
		channel = -1;
	}
}

static void bind_ports(void)
{
	channel = open("/dev/xen/evtchn", O_RDWR | O_NONBLOCK);
	for (int n = 0; n < devices; n++) {
		const struct static_link_layout *layout = &exchanges[n].environment.layout;

		for (uint32_t queue = 0; queue < layout->queue_count; queue++)
			if (layout->queues[queue].port)
				bind_port(layout->queues[queue].port);
	}
}

/* Waits until the other end notifies, or for a short time. */
static void wait_for_peer(void)
{
	struct pollfd poll_channel = { channel, POLLIN, 0 };
	uint32_t port;

	if (channel < 0) {
		usleep(1000);
		return;
	}
	if (poll(&poll_channel, 1, 20) > 0)
		while (read(channel, &port, sizeof(port)) == sizeof(port)) {
			notified++;
			if (write(channel, &port, sizeof(port)) < 0) /* unmasks it */
				return;
		}
}

static int is_rpmsg(const struct exchange *exchange)
{
	return !strcmp(exchange->environment.type, "rpmsg");
}

/* Whether its buffers are large enough for distinct messages, and a queue can carry them; prints what is wrong. */
static int can_exchange(const struct exchange *exchange)
{
	const struct static_link_layout *layout = &exchange->environment.layout;
	size_t least = LEAST_CONTENT + (strcmp(exchange->environment.type, "rpmsg") ? 0 : sizeof(struct rpmsg_header));
	uint32_t buffers = 0;
	int one_way = 0;

	for (uint32_t queue = 0; queue < layout->queue_count && queue < STATIC_LINK_MOST_QUEUES; queue++) {
		one_way |= layout->queues[queue].flow != STATIC_LINK_BOTH;
		if (buffers < layout->queues[queue].buffers)
			buffers = layout->queues[queue].buffers;
	}
	if (layout->queue_count > STATIC_LINK_MOST_QUEUES)
		fprintf(stderr, "%u queues: compile with -DSTATIC_LINK_MOST_QUEUES=%u\n", layout->queue_count, layout->queue_count);
	else if (buffers > STATIC_LINK_MOST_BUFFERS)
		fprintf(stderr, "%u buffers in a queue: compile with -DSTATIC_LINK_MOST_BUFFERS=%u\n", buffers, buffers);
	else if (layout->buffer_size < least)
		fprintf(stderr, "buffers of %u bytes: a message takes %u\n", (unsigned)layout->buffer_size, (unsigned)least);
	else if (!one_way)
		fprintf(stderr, "no queue carries messages one way\n");
	else
		return 1;
	return 0;
}

/* How many bytes fit into a message after the header of its device type. */
static size_t most_content(const struct exchange *exchange)
{
	size_t most = exchange->link.layout->buffer_size < LONGEST ? (size_t)exchange->link.layout->buffer_size : LONGEST;

	return is_rpmsg(exchange) ? most - sizeof(struct rpmsg_header) : most;
}

static unsigned char *content_of(const struct exchange *exchange, unsigned char *whole)
{
	return is_rpmsg(exchange) ? whole + sizeof(struct rpmsg_header) : whole;
}

/* Message n of a queue: its length and its bytes. */
static size_t content(unsigned char *into, size_t most, uint32_t queue, unsigned long n)
{
	uint64_t word = (n * STATIC_LINK_MOST_QUEUES + queue + 1) * UINT64_C(0x9e3779b97f4a7c15);
	size_t length = LEAST_CONTENT + word % (most - LEAST_CONTENT + 1);

	for (size_t i = 0; i < length; i++)
		into[i] = (unsigned char)((word >> (i % 8 * 8)) + i);
	return length;
}

/* Sends `length` bytes of content, which are in `message` already. */
static int send_content(struct exchange *exchange, uint32_t queue, size_t length)
{
	int is_driver = (int)exchange->link.layout->is_driver;
	size_t whole = length;

	if (is_rpmsg(exchange))
		whole = rpmsg_enclose(message, is_driver ? DRIVER_ENDPOINT : DEVICE_ENDPOINT,
				      is_driver ? DEVICE_ENDPOINT : DRIVER_ENDPOINT, length);
	return static_link_send(&exchange->link, queue, message, whole);
}

/* Returns the length of the next message's content, or -1 if there is none. Exits if the message is not for this end. */
static long receive_content(struct exchange *exchange, uint32_t queue)
{
	long length = static_link_receive(&exchange->link, queue, message, sizeof(message));

	if (length < 0 || !is_rpmsg(exchange))
		return length;
	length = rpmsg_disclose(message, (size_t)length, exchange->link.layout->is_driver ? DRIVER_ENDPOINT : DEVICE_ENDPOINT);
	if (length < 0) {
		printf("a message of queue %u has no header of rpmsg, or a wrong one\n", queue);
		exit(1);
	}
	return length;
}

/* Whether this end sends in a queue (1), receives (0), or neither (-1). */
static int sends_in(const struct exchange *exchange, uint32_t queue)
{
	enum static_link_flow flow = exchange->link.layout->queues[queue].flow;

	if (flow == STATIC_LINK_BOTH)
		return -1;
	return (flow == STATIC_LINK_TO_DEVICE) == !!exchange->link.layout->is_driver;
}

/* The first queue to the device, in which the driver says that it has received everything; queue_count if there is none. */
static uint32_t last_word_queue(const struct exchange *exchange)
{
	uint32_t queue = 0;

	while (queue < exchange->link.layout->queue_count && exchange->link.layout->queues[queue].flow != STATIC_LINK_TO_DEVICE)
		queue++;
	return queue;
}

/* Whether this exchange expects more from a queue: later messages may belong to the next exchange. */
static int expects_more(const struct exchange *exchange, uint32_t queue)
{
	return exchange->received[queue] < messages || (!exchange->link.layout->is_driver && !exchange->is_over &&
							queue == last_word_queue(exchange));
}

/* Receives messages. Exits if one is not what the other end should have sent. */
static void receive_all(struct exchange *exchange, uint32_t queue)
{
	const unsigned char *found = content_of(exchange, message);
	long length;

	while (expects_more(exchange, queue) && (length = receive_content(exchange, queue)) >= 0) {
		if (exchange->received[queue] == messages && length == sizeof(over) && !memcmp(found, over, sizeof(over))) {
			exchange->is_over = 1;
			continue;
		}
		if ((size_t)length != content(expected, most_content(exchange), queue, exchange->received[queue]) ||
		    memcmp(found, expected, (size_t)length) != 0) {
			printf("message %lu of queue %u is not what was sent\n", exchange->received[queue], queue);
			exit(1);
		}
		exchange->received[queue]++;
	}
}

static void send_some(struct exchange *exchange, uint32_t queue)
{
	while (exchange->sent[queue] < messages) {
		size_t length = content(content_of(exchange, message), most_content(exchange), queue, exchange->sent[queue]);

		if (send_content(exchange, queue, length) != 0)
			return;
		exchange->sent[queue]++;
	}
}

static unsigned long sum(const unsigned long *counts)
{
	unsigned long all = 0;

	for (int n = 0; n < STATIC_LINK_MOST_QUEUES; n++)
		all += counts[n];
	return all;
}

static int has_all(const struct exchange *exchange)
{
	for (uint32_t queue = 0; queue < exchange->link.layout->queue_count; queue++) {
		int sends = sends_in(exchange, queue);

		if ((sends == 1 && exchange->sent[queue] < messages) || (sends == 0 && exchange->received[queue] < messages))
			return 0;
	}
	return 1;
}

/* The driver says in its first queue to the device when it has received everything; then the device is done. */
static int is_complete(struct exchange *exchange)
{
	uint32_t queue = last_word_queue(exchange);

	if (!has_all(exchange))
		return 0;
	if (!exchange->link.layout->is_driver)
		return exchange->is_over || queue == exchange->link.layout->queue_count;
	if (queue == exchange->link.layout->queue_count)
		return 1;
	if (!exchange->is_over) {
		memcpy(content_of(exchange, message), over, sizeof(over));
		exchange->is_over = send_content(exchange, queue, sizeof(over)) == 0;
	}
	return exchange->is_over && static_link_pending(&exchange->link, queue) == 0;
}

static void print_config(struct exchange *exchange)
{
	static unsigned char config[ENVIRONMENT_CONFIG_BYTES];
	size_t size = (size_t)exchange->link.layout->config_size;

	if (!exchange->link.layout->is_driver || size == 0 || size > sizeof(config) ||
	    static_link_read_config(&exchange->link, 0, config, size) != 0)
		return;
	printf("configuration: ");
	for (size_t n = 0; n < size; n++)
		printf("%02x", config[n]);
	printf("\n");
}

/* The other end has restarted: the exchange starts over. */
static void begin_anew(struct exchange *exchange)
{
	if (sum(exchange->sent) + sum(exchange->received) > 0)
		printf("lost: peer generation %u became %u\n", exchange->peer, exchange->link.peer_generation);
	memset(exchange->sent, 0, sizeof(exchange->sent));
	memset(exchange->received, 0, sizeof(exchange->received));
	exchange->is_over = 0;
	exchange->peer = exchange->link.peer_generation;
	print_config(exchange);
}

/* Looks at the other end of a device, and proceeds as far as possible. Returns whether the exchange is complete. */
static int go_on(struct exchange *exchange, time_t *end)
{
	enum static_link_state state = static_link_poll(&exchange->link);

	if (state == STATIC_LINK_REFUSED || state == STATIC_LINK_BROKEN || time(NULL) > *end) {
		printf("%s after %lu sent and %lu received\n",
		       state == STATIC_LINK_REFUSED ? "another layout" :
		       state == STATIC_LINK_BROKEN  ? "a broken queue" :
						      "no peer",
		       sum(exchange->sent), sum(exchange->received));
		exit(1);
	}
	/* The device may exit as soon as it has the driver's last message. */
	if (state != STATIC_LINK_UP)
		return exchange->link.layout->is_driver && exchange->is_over;
	if (exchange->peer != exchange->link.peer_generation) {
		begin_anew(exchange);
		*end = time(NULL) + PATIENCE_SECONDS;
	}
	for (uint32_t queue = 0; queue < exchange->link.layout->queue_count; queue++) {
		int sends = sends_in(exchange, queue);

		if (sends == 0)
			receive_all(exchange, queue);
		if (sends == 1)
			send_some(exchange, queue);
	}
	if (die_after && sum(exchange->received) >= die_after)
		raise(SIGKILL);
	return is_complete(exchange);
}

/* Exchanges all messages of all devices once. */
static void run(void)
{
	time_t end = time(NULL) + PATIENCE_SECONDS;
	int complete[MOST_DEVICES] = { 0 }, left = devices;

	for (int n = 0; n < devices; n++)
		exchanges[n].peer = 0;
	for (int n = 0; left > 0; n = (n + 1) % devices) {
		struct exchange *exchange = &exchanges[n];

		if (!complete[n] && go_on(exchange, &end)) {
			complete[n] = 1;
			left--;
			printf("%s%scomplete: %lu sent, %lu received, generation %u, peer generation %u\n",
			       devices > 1 ? exchange->name : "", devices > 1 ? " " : "", sum(exchange->sent),
			       sum(exchange->received), exchange->link.generation, exchange->peer);
			memset(exchange->sent, 0, sizeof(exchange->sent));
			memset(exchange->received, 0, sizeof(exchange->received));
			exchange->is_over = 0;
		} else if (n == devices - 1) {
			wait_for_peer();
		}
	}
}

#ifdef LAYOUT_HEADER
#include LAYOUT_HEADER
#define SPLIT(name) STATIC_LINK_SPLIT_QUEUE(DEVICE, name),
#define PACKED(name) STATIC_LINK_PACKED_QUEUE(DEVICE, name),
#define WITH(device, queues, config) STATIC_LINK_LAYOUT(device, queues, config)
#define JOINED(a, b) a##b
#define OF(device, name) JOINED(device, name)

/* The device that is compiled in; options give the rest. */
static int read_devices(int count, char **words)
{
	static const struct static_link_queue queues[] = { QUEUES };
#ifdef CONFIG
	static const unsigned char config[] = OF(DEVICE, CONFIG_BYTES);
#else
	static const unsigned char *const config = NULL;
#endif
	const struct static_link_layout layout = WITH(DEVICE, queues, config);
	struct link_environment *environment = &exchanges[0].environment;

	(void)count;
	(void)words;
	devices = 1;
	environment->layout = layout;
	environment->region_size = OF(DEVICE, REGION_SIZE);
	snprintf(environment->region_id, sizeof(environment->region_id), "%s", OF(DEVICE, REGION_ID));
	snprintf(environment->type, sizeof(environment->type), "%s", OF(DEVICE, TYPE));
	return 0;
}
#endif

static const char *option(int count, char **words, const char *name)
{
	for (int n = 1; n + 1 < count; n += 2)
		if (!strcmp(words[n], name))
			return words[n + 1];
	return NULL;
}

static unsigned long amount(int count, char **words, const char *name)
{
	const char *given = option(count, words, name);

	return given ? strtoul(given, NULL, 0) : 0;
}

#ifndef LAYOUT_HEADER
static int read_devices(int count, char **words)
{
	const char *file = option(count, words, "--env");

	for (int n = 1; n + 1 < count; n += 2)
		if (!strcmp(words[n], "--device")) {
			if (!file || devices == MOST_DEVICES) {
				fprintf(stderr, file ? "%s: at most %d devices\n" : "%s: --env FILE is missing\n", words[0], MOST_DEVICES);
				return -1;
			}
			exchanges[devices].name = words[n + 1];
			if (read_environment(file, words[n + 1], &exchanges[devices].environment))
				return -1;
			devices++;
		}
	if (devices == 0)
		fprintf(stderr, "%s: --env FILE and --device PREFIX are missing\n", words[0]);
	return devices > 0 ? 0 : -1;
}
#endif

static void *map_region(const struct link_environment *environment, const char *given)
{
	char device[64];
	int region;
	void *memory;

	snprintf(device, sizeof(device), "/dev/xen-shm-%s", environment->region_id);
	region = open(given ? given : device, O_RDWR);
	memory = region < 0 ? MAP_FAILED : mmap(NULL, environment->region_size, PROT_READ | PROT_WRITE, MAP_SHARED, region, 0);
	if (memory == MAP_FAILED)
		printf("%s: %s\n", given ? given : device, strerror(errno));
	return memory;
}

int main(int count, char **words)
{
	messages = amount(count, words, "--messages");
	if (messages == 0 || amount(count, words, "--exchanges") == 0) {
		fprintf(stderr, "%s: --messages and --exchanges want a number above 0\n", words[0]);
		return 2;
	}
	if (read_devices(count, words) != 0)
		return 2;
	die_after = amount(count, words, "--die-after");
	setvbuf(stdout, NULL, _IOLBF, 0);
	bind_ports();
	for (int n = 0; n < devices; n++) {
		const struct link_environment *environment = &exchanges[n].environment;
		void *memory;

		if (!can_exchange(&exchanges[n]))
			return 2;
		memory = map_region(environment, option(count, words, "--region"));

		if (memory == MAP_FAILED)
			return 1;
		static_link_start(&exchanges[n].link, &environment->layout, memory, notify, NULL);
	}
	for (unsigned long n = amount(count, words, "--exchanges"); n > 0; n--)
		run();
	printf("notified: %s\n", notified ? "yes" : "no");
	for (int n = 0; n < devices; n++)
		static_link_stop(&exchanges[n].link);
	return 0;
}
