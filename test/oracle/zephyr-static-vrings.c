/*
 * What a build of Zephyr makes of a memory region of SIZE bytes and buffers of BUFFER bytes with memory alignment ALIGN, told anew after Zephyr 4.4's
 * ipc_rpmsg_static_vrings: as many descriptors as are a power of two and, tried one by one, leave something free past the status. Sizes of rings come
 * from Linux's user-space headers, whose arithmetic OpenAMP shares. `zephyr-static-vrings SIZE BUFFER ALIGN` prints descriptors and offsets.
 */
#include <linux/virtio_ring.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned long align;

static unsigned long up(unsigned long value)
{
	return value % align ? value + align - value % align : value;
}

static unsigned long needed(unsigned count, unsigned long buffer)
{
	return 2 * (up(buffer * count) + up(vring_size(count, align)));
}

int main(int words, char **word)
{
	unsigned long size, buffer, to_device, to_driver;
	unsigned fits = 0, count = 1;

	if (words != 4)
		return 1;
	size = strtoul(word[1], NULL, 0);
	buffer = strtoul(word[2], NULL, 0);
	align = strtoul(word[3], NULL, 0);
	while (needed(fits + 1, buffer) < size - align)
		fits++;
	if (!fits)
		return 1;
	while (2 * count <= fits)
		count *= 2;
	to_device = align + 2 * up(buffer * count);
	to_driver = up(to_device + vring_size(count, align));
	printf("%u descriptors, buffers at %lu, ring 1 at %lu, ring 0 at %lu, end %lu\n", count, align, to_device, to_driver,
	       to_driver + vring_size(count, align));
	return 0;
}
