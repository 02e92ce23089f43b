/*
 * domforge-mark up|reboot: leaves a mark for the supervisor in the guest's own part of xenstore, at data/domforge. `up` says that
 * the guest has started (boot-limit); it waits until there is a xenstore. `reboot` says that the reset that follows is intended
 * (reboot-told-by: mark). It needs /proc, and no library but libc.
 *
 * One request over /dev/xen/xenbus: a header, then path and value; the reply has a header, too
 * (xen/include/public/io/xs_wire.h). A path without a leading slash is below the guest's own node.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { XS_WRITE = 11, XS_ERROR = 16 };

struct header {
	uint32_t type;
	uint32_t request;
	uint32_t transaction;
	uint32_t length;
};

static const char path[] = "data/domforge";
static const char served[] = " xenbus\n";

static int fail(const char *what)
{
	fprintf(stderr, "domforge-mark: %s: %s\n", what, strerror(errno));
	return 1;
}

/*
 * Whether the kernel is connected to xenstore, which the name of its interrupt shows. A guest that Xen starts runs before dom0 has
 * given it the page for xenstore. A write before that wakes the kernel thread that waits for the page, which then uses page 0
 * instead and crashes (drivers/xen/xenbus/xenbus_probe.c). Negative: it cannot be determined.
 */
static int is_ready(void)
{
	FILE *interrupts = fopen("/proc/interrupts", "r");
	char line[1024];
	int found = 0;

	if (!interrupts)
		return -1;
	while (!found && fgets(line, sizeof(line), interrupts)) {
		size_t length = strlen(line);

		found = length >= sizeof(served) && strcmp(line + length - strlen(served), served) == 0;
	}
	fclose(interrupts);
	return found;
}

int main(int count, char **words)
{
	char message[sizeof(struct header) + sizeof(path) + 8];
	struct header header = { .type = XS_WRITE };
	ssize_t got;
	int bus;
	int ready;

	if (count != 2 || (strcmp(words[1], "up") != 0 && strcmp(words[1], "reboot") != 0)) {
		fprintf(stderr, "usage: domforge-mark up|reboot\n");
		return 2;
	}
	while ((ready = is_ready()) == 0) {
		if (strcmp(words[1], "reboot") == 0) {
			fprintf(stderr, "domforge-mark: there is no xenstore yet\n");
			return 1;
		}
		sleep(1);
	}
	if (ready < 0)
		return fail("/proc/interrupts");
	header.length = (uint32_t)(sizeof(path) + strlen(words[1]));
	memcpy(message, &header, sizeof(header));
	memcpy(message + sizeof(header), path, sizeof(path));
	memcpy(message + sizeof(header) + sizeof(path), words[1], strlen(words[1]));

	bus = open("/dev/xen/xenbus", O_RDWR);
	if (bus < 0)
		return fail("/dev/xen/xenbus");
	if (write(bus, message, sizeof(header) + header.length) != (ssize_t)(sizeof(header) + header.length))
		return fail("write");
	got = read(bus, &header, sizeof(header));
	if (got != (ssize_t)sizeof(header))
		return fail("read");
	if (header.type == XS_ERROR) {
		fprintf(stderr, "domforge-mark: xenstore refuses the write\n");
		return 1;
	}
	return close(bus) == 0 ? 0 : fail("close");
}
