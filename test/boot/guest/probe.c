/*
 * What a guest can say of its links to others: `probe memory DEVICE SIZE HALF SEED` fills one half of a region and finds the peer's pattern
 * in the other; `probe event PORT` notifies the peer and is notified. Exit status 0: it worked within a minute.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* linux/include/uapi/xen/evtchn.h, since 6.6 */
struct bind_static {
	unsigned int port;
};
#define BIND_STATIC _IOC(_IOC_NONE, 'E', 7, sizeof(struct bind_static))
struct notify {
	unsigned int port;
};
#define NOTIFY _IOC(_IOC_NONE, 'E', 4, sizeof(struct notify))

static const time_t patience = 60;

static int fail(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	return 1;
}

static uint64_t word(uint64_t seed, uint64_t index)
{
	return (seed + index) * UINT64_C(0x9e3779b97f4a7c15) | 1;
}

static int memory(const char *device, size_t size, int half, uint64_t seed)
{
	int file = open(device, O_RDWR);
	uint64_t *all = file < 0 ? MAP_FAILED : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	size_t words = size / 2 / sizeof(uint64_t);

	if (all == MAP_FAILED)
		return fail(device);
	uint64_t *own = all + (half ? words : 0);
	uint64_t *peer = all + (half ? 0 : words);
	for (size_t i = 0; i + 1 < words; i++)
		own[i] = word(seed + half, i);
	atomic_store_explicit((_Atomic uint64_t *)&own[words - 1], word(seed + half, words - 1), memory_order_release);

	uint64_t last = word(seed + !half, words - 1);
	for (time_t end = time(NULL) + patience;; usleep(10000)) {
		if (atomic_load_explicit((_Atomic uint64_t *)&peer[words - 1], memory_order_acquire) == last)
			break;
		if (time(NULL) > end)
			return fail("no pattern of the peer");
	}
	for (size_t i = 0; i < words; i++)
		if (peer[i] != word(seed + !half, i))
			return fail("another pattern");
	return 0;
}

static int event(unsigned int port)
{
	struct bind_static bind = {port};
	struct notify notify = {port};
	int file = open("/dev/xen/evtchn", O_RDWR);
	int received = 0;

	if (file < 0)
		return fail("/dev/xen/evtchn");
	if (ioctl(file, BIND_STATIC, &bind) != 0)
		return fail("cannot bind");
	/* Some more when the peer's has come: it may not have been there for the first ones. */
	time_t end = time(NULL) + patience;
	for (int more = 20; more > 0; more -= received) {
		struct pollfd wait = {.fd = file, .events = POLLIN};
		uint32_t pending;

		if (ioctl(file, NOTIFY, &notify) != 0)
			return fail("cannot notify");
		if (poll(&wait, 1, 100) > 0 && read(file, &pending, sizeof(pending)) == sizeof(pending)) {
			if (pending != port)
				return fail("another port");
			received = 1;
			if (write(file, &pending, sizeof(pending)) != sizeof(pending))
				return fail("cannot unmask");
		}
		if (time(NULL) > end)
			return fail("no notification of the peer");
	}
	return 0;
}

int main(int count, char **words)
{
	if (count == 6 && strcmp(words[1], "memory") == 0)
		return memory(words[2], strtoull(words[3], NULL, 0), atoi(words[4]), strtoull(words[5], NULL, 0));
	if (count == 3 && strcmp(words[1], "event") == 0)
		return event(atoi(words[2]));
	return 2;
}
