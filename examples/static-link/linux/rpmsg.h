/* The header of every message of a device of the type rpmsg (linux/include/linux/rpmsg.h): 16 bytes, little-endian. */
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

/* Writes the header before `length` bytes that follow it; what the whole message takes. */
static inline size_t rpmsg_enclose(unsigned char *message, uint32_t source, uint32_t destination, size_t length)
{
	const struct rpmsg_header header = { source, destination, 0, (uint16_t)length, 0 };

	memcpy(message, &header, sizeof(header));
	return sizeof(header) + length;
}

/* How many bytes follow the header; -1: the message is no message for `destination`. */
static inline long rpmsg_disclose(const unsigned char *message, size_t whole, uint32_t destination)
{
	struct rpmsg_header header;

	if (whole < sizeof(header))
		return -1;
	memcpy(&header, message, sizeof(header));
	return header.destination == destination && header.length <= whole - sizeof(header) ? (long)header.length : -1;
}

#endif
