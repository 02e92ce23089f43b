/*
 * A guest without a system: it says on its console what the tree that Xen made for it holds, and from then on that it is up. Its console is
 * the virtual UART of the tree; one that has none is dom0, which writes by a hypercall.
 */
#include <stdint.h>

enum { BEGIN_NODE = 1, END_NODE = 2, PROPERTY = 3, NOTHING = 4 };

/* Values up to so many bytes are printed whole. */
enum { LONGEST = 32, LINE = 120 };

struct output {
	volatile uint32_t *uart;
	uint32_t length;
	char line[LINE];
};

struct place {
	int depth;
	/* Of the node below the root that is told of; 0: none. */
	int told;
	char names[LINE];
	uint32_t ends[16];
};

static uint32_t word(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint32_t length_of(const char *text)
{
	uint32_t length = 0;

	while (text[length])
		length++;
	return length;
}

static int starts_with(const char *text, const char *start)
{
	for (; *start; start++, text++)
		if (*start != *text)
			return 0;
	return 1;
}

/* HYPERVISOR_console_io, CONSOLEIO_write (Xen, public/xen.h). */
static void write_by_hypercall(const char *text, uint64_t length)
{
	register uint64_t operation asm("x0") = 0;
	register uint64_t count asm("x1") = length;
	register const char *buffer asm("x2") = text;
	register uint64_t number asm("x16") = 18;

	asm volatile("hvc 0xea1" : "+r"(operation), "+r"(count), "+r"(buffer), "+r"(number) : : "memory");
}

static void end_line(struct output *out)
{
	out->line[out->length++] = '\n';
	if (out->uart)
		for (uint32_t at = 0; at < out->length; at++)
			*out->uart = (uint32_t)out->line[at];
	else
		write_by_hypercall(out->line, out->length);
	out->length = 0;
}

static void put(struct output *out, const char *text)
{
	for (; *text && out->length < LINE - 1; text++)
		out->line[out->length++] = *text;
}

static void put_hex(struct output *out, const unsigned char *bytes, uint32_t length)
{
	char digits[3];

	digits[2] = 0;
	for (uint32_t at = 0; at < length; at++) {
		digits[0] = "0123456789abcdef"[bytes[at] >> 4];
		digits[1] = "0123456789abcdef"[bytes[at] & 15];
		put(out, digits);
	}
}

/* FNV-1a of 32 bits. */
static void put_hash(struct output *out, const unsigned char *bytes, uint32_t length)
{
	uint32_t hash = 2166136261u;
	unsigned char parts[4];

	for (uint32_t at = 0; at < length; at++)
		hash = (hash ^ bytes[at]) * 16777619u;
	for (int at = 0; at < 4; at++)
		parts[at] = (unsigned char)(hash >> (24 - 8 * at));
	put(out, "#");
	put_hex(out, parts, 4);
}

/* The address behind `name`, when the node is called `wanted` (with its @). */
static uint64_t address_of(const char *name, const char *wanted)
{
	uint64_t address = 0;

	if (!starts_with(name, wanted))
		return 0;
	for (name += length_of(wanted); *name; name++)
		address = address << 4 | (uint64_t)(*name <= '9' ? *name - '0' : *name - 'a' + 10);
	return address;
}

static int is_told_node(const char *name)
{
	return starts_with(name, "memory") || starts_with(name, "chosen") || starts_with(name, "reserved-memory") ||
	       starts_with(name, "cpus");
}

static int is_told_property(const char *name)
{
	return starts_with(name, "reg") || starts_with(name, "bootargs") || starts_with(name, "linux,initrd-") ||
	       starts_with(name, "xen,id");
}

static void tell(struct output *out, const struct place *at, const char *name, const unsigned char *value, uint32_t length)
{
	put(out, "told ");
	put(out, at->names);
	put(out, " ");
	put(out, name);
	put(out, " ");
	if (length <= LONGEST)
		put_hex(out, value, length);
	else
		put_hash(out, value, length);
	end_line(out);
}

static void enter(struct place *at, const char *name)
{
	uint32_t end = at->depth > 0 && at->depth < 16 ? at->ends[at->depth - 1] : 0;

	if (at->depth == 1)
		at->told = is_told_node(name);
	if (at->depth > 0 && at->depth < 16 && at->told) {
		at->names[end++] = '/';
		for (; *name && end < LINE - 1; name++)
			at->names[end++] = *name;
		at->names[end] = 0;
		at->ends[at->depth] = end;
	}
	at->depth++;
}

static void leave(struct place *at)
{
	at->depth--;
	if (at->depth > 0 && at->depth < 16)
		at->names[at->depth > 1 ? at->ends[at->depth - 1] : 0] = 0;
}

/* Devicetree Specification 0.4, 5.4: the structure block. Gives the address of the UART; tells on `out`, where there is one. */
static uint64_t read_tree(const unsigned char *tree, struct output *out)
{
	const unsigned char *at = tree + word(tree + 8);
	const char *names = (const char *)tree + word(tree + 12);
	struct place place;
	uint64_t uart = 0;

	place.depth = place.told = 0;
	place.names[0] = 0;
	place.ends[0] = 0;
	for (;;) {
		uint32_t token = word(at);

		at += 4;
		if (token == BEGIN_NODE) {
			const char *name = (const char *)at;
			uint64_t address = address_of(name, "sbsa-uart@");

			if (address)
				uart = address;
			enter(&place, name);
			at += (length_of(name) + 4) & ~3u;
		} else if (token == PROPERTY) {
			const char *name = names + word(at + 4);

			if (out && place.depth > 1 && place.told && is_told_property(name))
				tell(out, &place, name, at + 8, word(at));
			at += 8 + ((word(at) + 3) & ~3u);
		} else if (token == END_NODE) {
			leave(&place);
		} else if (token != NOTHING) {
			return uart;
		}
	}
}

void guest(const unsigned char *tree)
{
	struct output out;

	out.length = 0;
	out.uart = (volatile uint32_t *)read_tree(tree, 0);
	read_tree(tree, &out);
	for (;;) {
		put(&out, "up");
		end_line(&out);
		for (volatile uint32_t n = 0; n < 100000000; n++)
			;
	}
}
