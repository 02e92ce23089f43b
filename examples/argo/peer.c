/*
 * A bare-metal guest that sends its peer one message with Argo, and prints on its console what it receives. Both guests are built from this
 * file, each with the argo.h that domforge generated for it. The MMU stays off, so real hardware, unlike QEMU, would need cache maintenance:
 * Xen accesses this memory as cacheable.
 */
#include <stdint.h>

#include "argo.h"

#define PORT DOMFORGE_ARGO__TELEMETRY__PORT
#define PEER_ID DOMFORGE_ARGO__TELEMETRY__PEER_ID

/* Constants from public/xen.h, public/argo.h and public/errno.h. */
enum { ARGO_OP = 39, REGISTER_RING = 1, SENDV = 3, CONNECTION_REFUSED = 111 };

/* The virtual PL011 of a guest that is not direct-mapped (public/arch-arm.h, GUEST_PL011_BASE). */
static volatile uint32_t *const uart = (volatile uint32_t *)0x22000000;

struct address {
	uint32_t port;
	uint16_t domain;
	uint16_t pad;
};

/* One page: the read pointer (the guest's) and the write pointer (Xen's), and messages from offset 64 on. */
struct ring {
	volatile uint32_t read;
	volatile uint32_t written;
	uint8_t reserved[56];
	uint8_t messages[4096 - 64];
} __attribute__((aligned(4096)));

struct header {
	uint32_t length;
	struct address source;
	uint32_t type;
};

struct registration {
	uint32_t port;
	uint16_t partner;
	uint16_t pad;
	uint32_t length;
};

struct piece {
	uint64_t address;
	uint32_t length;
	uint32_t pad;
};

static struct ring ring;

/* Xen returns an int; the upper half of the register is zero. */
static int32_t argo(uint64_t operation, const volatile void *first, const volatile void *second, uint64_t third, uint64_t fourth)
{
	register uint64_t x0 asm("x0") = operation;
	register uint64_t x1 asm("x1") = (uint64_t)first;
	register uint64_t x2 asm("x2") = (uint64_t)second;
	register uint64_t x3 asm("x3") = third;
	register uint64_t x4 asm("x4") = fourth;
	register uint64_t x16 asm("x16") = ARGO_OP;

	asm volatile("hvc 0xea1" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x16) : : "memory");
	return (int32_t)x0;
}

static void put(const char *text, uint32_t length)
{
	for (uint32_t at = 0; at < length; at++)
		*uart = (uint32_t)text[at];
}

static void say(const char *text)
{
	uint32_t length = 0;

	while (text[length])
		length++;
	put(text, length);
}

static void say_number(int32_t number)
{
	uint32_t rest = number < 0 ? -(uint32_t)number : (uint32_t)number;
	char digits[10];
	uint32_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + rest % 10);
	while (rest /= 10);
	if (number < 0)
		say("-");
	put(digits + at, sizeof(digits) - at);
}

/* Prints what Xen returned: 0 or more, or a negative errno. */
static void say_result(const char *what, int32_t result)
{
	say(DOMFORGE_ARGO_DOMAIN ": ");
	say(what);
	say(" ");
	say_number(result);
	say("\n");
}

/* The ring is initialised here: nothing else has cleared this memory. */
static int32_t register_ring(void)
{
	struct registration registration = { (uint32_t)PORT, PEER_ID, 0, sizeof(ring.messages) };
	uint64_t frame = (uint64_t)&ring / 4096;

	ring.read = ring.written = 0;
	return argo(REGISTER_RING, &registration, &frame, 1, 0);
}

static int32_t send(const char *text, uint32_t length)
{
	struct address ends[2] = { { (uint32_t)PORT, DOMFORGE_ARGO_DOMAIN_ID, 0 }, { (uint32_t)PORT, PEER_ID, 0 } };
	struct piece piece = { (uint64_t)text, length, 0 };

	return argo(SENDV, ends, &piece, 1, 0);
}

/* The first message is at the start of the ring, and does not wrap. */
static void receive(void)
{
	const volatile struct header *header = (const volatile struct header *)ring.messages;

	while (ring.read == ring.written)
		;
	say(DOMFORGE_ARGO_DOMAIN ": received '");
	put((const char *)ring.messages + sizeof(*header), header->length - sizeof(*header));
	say("' from domain ");
	say_number(header->source.domain);
	say(" port ");
	say_number(header->source.port);
	say("\n");
	ring.read = ring.written;
}

void guest(void)
{
	static const char message[] = "this is " DOMFORGE_ARGO_DOMAIN;
	int32_t sent;

	say_result("ring", register_ring());
	/* Until the peer has registered its ring, Xen refuses the connection. */
	while ((sent = send(message, sizeof(message) - 1)) == -CONNECTION_REFUSED)
		for (volatile uint32_t pause = 0; pause < 1000000; pause++)
			;
	say_result("sent", sent);
	receive();
	for (;;)
		asm volatile("wfi");
}
