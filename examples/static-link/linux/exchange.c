/*
 * Exchanges messages over a static link, in a program of Linux: as many as told in both directions at once, with lengths and contents that the
 * other end knows. A link that goes down in the middle, because the other end was killed, comes up again with the other end's next start, and the
 * exchange begins anew.
 *
 *   exchange --env FILE --device PREFIX --region FILE --messages N --exchanges N [--die-after N]
 *
 * FILE of the region: /dev/xen-shm-<id>, which the module xen-shm makes; `--env` tells its id, and then `--region` may be left out. Built with
 * -DLAYOUT_HEADER='"virtio.h"' -DDEVICE=DOMFORGE_SAMPLES_LINK__ -DTO_DRIVER=RX -DTO_DEVICE=TX it has the layout compiled in.
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

#ifdef LAYOUT_HEADER
#include LAYOUT_HEADER
#define WITH(a, b, c) STATIC_LINK_LAYOUT(a, b, c)
#define JOINED(a, b) a##b
#define ID(device) JOINED(device, REGION_ID)
#endif

/* linux/include/uapi/xen/evtchn.h: static channels since 6.6. */
struct bind_static {
	unsigned int port;
};
#define BIND_STATIC _IOC(_IOC_NONE, 'E', 7, sizeof(struct bind_static))
#define NOTIFY _IOC(_IOC_NONE, 'E', 4, sizeof(struct bind_static))

enum { LONGEST = 65536, PATIENCE_SECONDS = 60, KINDS = 2 };

/* How far an exchange is. */
struct exchange {
	unsigned long sent, received;
	int is_over;
};

static struct static_link a_link;
static int channel = -1;
static unsigned long notified;
static unsigned char message[LONGEST], expected[LONGEST];

/* The last message of the driver: it has received everything, and the device may be done. */
static const char over[] = "over";

static void notify(void *context, uint32_t port)
{
	struct bind_static bind = { port };

	(void)context;
	if (channel >= 0)
		ioctl(channel, NOTIFY, &bind);
}

/* Binds each port once. Without a kernel that can, both ends look by themselves. */
static void bind_ports(const struct static_link_layout *layout)
{
	channel = open("/dev/xen/evtchn", O_RDWR | O_NONBLOCK);
	for (unsigned n = 0; channel >= 0 && n < STATIC_LINK_QUEUES; n++) {
		struct bind_static bind = { layout->queue[n].port };

		if (!bind.port || (n > 0 && bind.port == layout->queue[0].port))
			continue;
		if (ioctl(channel, BIND_STATIC, &bind) != 0) {
			close(channel);
			channel = -1;
		}
	}
}

/* Until the other end notifies, or a moment has passed. */
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

/* Message n of a direction: its length and its bytes. */
static size_t content(unsigned char *into, size_t most, int direction, unsigned long n)
{
	uint64_t word = (n * KINDS + (unsigned)direction + 1) * UINT64_C(0x9e3779b97f4a7c15);
	size_t length = 8 + word % (most - 8 + 1);

	for (size_t i = 0; i < length; i++)
		into[i] = (unsigned char)((word >> (i % 8 * 8)) + i);
	return length;
}

/* Takes what has come. Ends the program when it is not what the other end sends. */
static void receive_all(struct exchange *exchange, size_t most, unsigned long messages)
{
	long length;

	while ((length = static_link_receive(&a_link, message, sizeof(message))) >= 0) {
		if (exchange->received == messages && length == sizeof(over) && !memcmp(message, over, sizeof(over))) {
			exchange->is_over = 1;
			continue;
		}
		if ((size_t)length != content(expected, most, !a_link.layout->is_driver, exchange->received) ||
		    memcmp(message, expected, (size_t)length) != 0) {
			printf("message %lu is not what was sent\n", exchange->received);
			exit(1);
		}
		exchange->received++;
	}
}

static void send_some(struct exchange *exchange, size_t most, unsigned long messages)
{
	while (exchange->sent < messages) {
		size_t length = content(message, most, (int)a_link.layout->is_driver, exchange->sent);

		if (static_link_send(&a_link, message, length) != 0)
			return;
		exchange->sent++;
	}
}

/* The driver says when it has all; the device is done when it hears that. */
static int is_complete(struct exchange *exchange, unsigned long messages)
{
	if (exchange->sent < messages || exchange->received < messages)
		return 0;
	if (!a_link.layout->is_driver)
		return exchange->is_over;
	if (!exchange->is_over)
		exchange->is_over = static_link_send(&a_link, over, sizeof(over)) == 0;
	return exchange->is_over && static_link_pending(&a_link) == 0;
}

/* Exchanges all messages once, from the beginning whenever the link goes down. */
static void run(unsigned long messages, unsigned long die_after)
{
	size_t most = a_link.layout->buffer_size < LONGEST ? a_link.layout->buffer_size : LONGEST;
	struct exchange exchange = { 0, 0, 0 };
	uint32_t peer = 0;
	time_t end = time(NULL) + PATIENCE_SECONDS;

	while (!is_complete(&exchange, messages)) {
		enum static_link_state state = static_link_poll(&a_link);

		if (state == STATIC_LINK_REFUSED || time(NULL) > end) {
			printf("%s after %lu sent and %lu received\n",
			       state == STATIC_LINK_REFUSED ? "another layout" : "no peer", exchange.sent, exchange.received);
			exit(1);
		}
		if (state == STATIC_LINK_UP && peer != a_link.peer_generation) {
			if (exchange.sent + exchange.received > 0)
				printf("lost: peer generation %u became %u\n", peer, a_link.peer_generation);
			memset(&exchange, 0, sizeof(exchange));
			peer = a_link.peer_generation;
			end = time(NULL) + PATIENCE_SECONDS;
		}
		if (state == STATIC_LINK_UP) {
			receive_all(&exchange, most, messages);
			send_some(&exchange, most, messages);
		}
		if (die_after && exchange.received >= die_after)
			raise(SIGKILL);
		if (!is_complete(&exchange, messages))
			wait_for_peer();
	}
	printf("complete: %lu sent, %lu received, generation %u, peer generation %u\n", exchange.sent, exchange.received,
	       static_link_generation(&a_link), peer);
}

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

int main(int count, char **words)
{
#ifdef LAYOUT_HEADER
	static const struct link_environment environment = { .layout = WITH(DEVICE, TO_DRIVER, TO_DEVICE),
							     .region_id = ID(DEVICE) };
#else
	static struct link_environment environment;
	const char *file = option(count, words, "--env"), *prefix = option(count, words, "--device");

	if (!file || !prefix || read_environment(file, prefix, "RX", "TX", &environment) != 0)
		return 2;
#endif
	const char *given = option(count, words, "--region");
	char device[64];
	int region;
	void *memory;

	snprintf(device, sizeof(device), "/dev/xen-shm-%s", environment.region_id);
	region = open(given ? given : device, O_RDWR);
	memory = region < 0 ? MAP_FAILED :
			      mmap(NULL, environment.layout.region_size, PROT_READ | PROT_WRITE, MAP_SHARED, region, 0);
	if (memory == MAP_FAILED) {
		printf("%s: %s\n", given ? given : device, strerror(errno));
		return 1;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	bind_ports(&environment.layout);
	static_link_start(&a_link, &environment.layout, memory, notify, NULL);
	for (unsigned long n = amount(count, words, "--exchanges"); n > 0; n--)
		run(amount(count, words, "--messages"), amount(count, words, "--die-after"));
	printf("notified: %s\n", notified ? "yes" : "no");
	static_link_stop(&a_link);
	return 0;
}
