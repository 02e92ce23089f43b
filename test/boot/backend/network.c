#include "device.h"

#include <err.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/if.h>
#include <linux/if_tun.h>

#include "server.h"

#define MAC_FEATURE (1u << 5)
#define MOST 2048

enum { RECEIVE = 0, SEND = 1 };

/* Before each packet (virtio 1.2: 5.1.6). Nothing is left to the device, so all of it is zero, or 1 for `buffers`. */
struct header {
	uint8_t flags;
	uint8_t segmentation;
	uint16_t header_length;
	uint16_t segment_size;
	uint16_t checksum_start;
	uint16_t checksum_offset;
	uint16_t buffers;
};

static const uint8_t mac[6] = { 0x02, 0, 0, 0, 0, 0x01 };
static int tap;

/* Moves up to LENGTH bytes between BYTES and the buffers of a request. Gives how many. */
static uint32_t move(const struct request *request, char *bytes, uint32_t length, bool to_guest)
{
	uint32_t done = 0;

	for (unsigned index = 0; index < request->count && done < length; index++) {
		const struct buffer *buffer = &request->buffers[index];
		uint32_t part = buffer->length < length - done ? buffer->length : length - done;

		if (to_guest)
			write_guest(buffer->address, bytes + done, part);
		else
			read_guest(buffer->address, bytes + done, part);
		done += part;
	}
	return done;
}

static void send_one(const struct request *request)
{
	char bytes[MOST];
	uint32_t length = move(request, bytes, sizeof(bytes), false);

	if (length > sizeof(struct header) &&
	    write(tap, bytes + sizeof(struct header), length - sizeof(struct header)) < 0)
		warn("a packet is lost");
}

/* What the driver gives for packets from outside waits in its queue until one comes. */
static void notified(unsigned queue)
{
	struct request request;

	while (queue == SEND && take(queue, &request)) {
		send_one(&request);
		give_back(&request, 0);
	}
}

static void readable(void)
{
	const struct header header = { .buffers = 1 };
	struct request request;
	char bytes[MOST];
	ssize_t got = read(tap, bytes + sizeof(header), sizeof(bytes) - sizeof(header));

	if (got <= 0 || !take(RECEIVE, &request))
		return;
	memcpy(bytes, &header, sizeof(header));
	give_back(&request, move(&request, bytes, sizeof(header) + got, true));
}

static int open_tap(const char *name)
{
	struct ifreq wanted = { .ifr_flags = IFF_TAP | IFF_NO_PI };

	strncpy(wanted.ifr_name, name, IFNAMSIZ - 1);
	tap = open("/dev/net/tun", O_RDWR);
	if (tap < 0 || ioctl(tap, TUNSETIFF, &wanted))
		err(1, "tap %s", name);
	return tap;
}

const struct device network = {
	.type = 1,
	.features = MAC_FEATURE,
	.configuration = mac,
	.configuration_size = sizeof(mac),
	.queues = 2,
	.notified = notified,
	.open = open_tap,
	.readable = readable,
};
