/* The header of every rpmsg message (struct rpmsg_hdr, drivers/rpmsg/virtio_rpmsg_bus.c in Linux): 16 bytes, little-endian. */
#ifndef RPMSG_H
#define RPMSG_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct rpmsg_header {
	uint32_t source, destination, reserved;
	uint16_t length, flags;
};

_Static_assert(sizeof(struct rpmsg_header) == 16, "as rpmsg has it");

/* Writes the header of a message with `length` bytes after it. Returns the size of the whole message. */
static inline size_t rpmsg_enclose(unsigned char *message, uint32_t source, uint32_t destination, size_t length)
{
	const struct rpmsg_header header = { source, destination, 0, (uint16_t)length, 0 };

	memcpy(message, &header, sizeof(header));
	return sizeof(header) + length;
}

/* Returns the number of bytes after the header, or -1 if the message is not for `destination` or is malformed. */
static inline long rpmsg_disclose(const unsigned char *message, size_t whole, uint32_t destination)
{
	struct rpmsg_header header;

	if (whole < sizeof(header))
		return -1;
	memcpy(&header, message, sizeof(header));
	return header.destination == destination && header.length <= whole - sizeof(header) ? (long)header.length : -1;
}

#endif
