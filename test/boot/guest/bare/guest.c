/* A guest without a system: it finds its console in the tree that Xen makes, and says there that it is up. */
#include <stdint.h>

enum { BEGIN_NODE = 1, END_NODE = 2, PROPERTY = 3, NOTHING = 4 };

static uint32_t word(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* The address behind `name`, when the node is called `wanted` (with its @). */
static uint64_t address_of(const unsigned char *name, const char *wanted)
{
	uint64_t address = 0;

	for (; *wanted; wanted++, name++)
		if (*name != (unsigned char)*wanted)
			return 0;
	for (; *name; name++)
		address = address << 4 | (uint64_t)(*name <= '9' ? *name - '0' : *name - 'a' + 10);
	return address;
}

/* Devicetree Specification 0.4, 5.4: the structure block. */
static uint64_t console_in(const unsigned char *tree)
{
	const unsigned char *at = tree + word(tree + 8);

	for (;;) {
		uint32_t token = word(at);

		at += 4;
		if (token == BEGIN_NODE) {
			uint64_t address = address_of(at, "sbsa-uart@");
			uint32_t length = 0;

			if (address)
				return address;
			while (at[length])
				length++;
			at += (length + 4) & ~3u;
		} else if (token == PROPERTY) {
			at += 8 + ((word(at) + 3) & ~3u);
		} else if (token != END_NODE && token != NOTHING) {
			return 0;
		}
	}
}

void guest(const unsigned char *tree)
{
	volatile uint32_t *console = (volatile uint32_t *)console_in(tree);

	for (;;) {
		for (const char *text = "up\n"; console && *text; text++)
			*console = (uint32_t)*text;
		for (volatile uint32_t n = 0; n < 100000000; n++)
			;
	}
}
