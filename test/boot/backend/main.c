/* A virtio device of another domain. backend disk|entropy|network SOURCE DOMAIN BASE INTERRUPT VCPUS READY: makes the file READY when it serves. */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "server.h"

static const struct {
	const char *name;
	const struct device *device;
} kinds[] = { { "disk", &disk }, { "entropy", &entropy }, { "network", &network } };

static const struct device *device_named(const char *name)
{
	for (unsigned index = 0; index < sizeof(kinds) / sizeof(kinds[0]); index++)
		if (strcmp(kinds[index].name, name) == 0)
			return kinds[index].device;
	errx(1, "no device %s", name);
}

static void say_ready(const char *path)
{
	int file = open(path, O_CREAT | O_WRONLY, 0644);

	if (file < 0)
		err(1, "%s", path);
	close(file);
}

int main(int count, char **words)
{
	if (count != 8)
		errx(1, "disk|entropy|network SOURCE DOMAIN BASE INTERRUPT VCPUS READY");
	struct place place = {
		.domain = strtoul(words[3], NULL, 10),
		.base = strtoull(words[4], NULL, 16),
		.interrupt = strtoul(words[5], NULL, 10),
		.vcpus = strtoul(words[6], NULL, 10),
	};
	const struct device *device = device_named(words[1]);
	int watched = device->open(words[2]);

	attach(&place);
	say_ready(words[7]);
	serve_device(device, watched);
	return 0;
}
