/*
 * Reads a resource table with Linux's own structures and its own arithmetic of queues: `structures.h` is cut out of linux/rsc_table.h of a kernel,
 * vring_init comes from its user-space headers. `resource-table FILE BASE` prints what it finds; addresses from BASE on.
 */
#include <linux/types.h>
#include <linux/virtio_ring.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
#define __packed __attribute__((packed))
#include "structures.h"

static char table[65536];

static void read_vdev(const struct fw_rsc_vdev *device, unsigned long base)
{
	printf("notified by %u, a page begins at the table: %d\n", device->notifyid, base % 65536 == 0);
	printf("device %u features %u negotiated %u status %u queues %u config %u\n", device->id, device->dfeatures,
	       device->gfeatures, device->status, device->num_of_vrings, device->config_len);
	for (unsigned n = 0; n < device->num_of_vrings; n++) {
		const struct fw_rsc_vdev_vring *ring = &device->vring[n];
		struct vring known;

		vring_init(&known, ring->num, (void *)(unsigned long)ring->da, ring->align);
		printf("pages of its own: %d\n", ring->da % 65536 == 0 && vring_size(ring->num, ring->align) <= 65536);
		printf("queue %u at %lu entries %u used at %lu size %lu\n", ring->notifyid, ring->da - base, known.num,
		       (unsigned long)known.used - ring->da, (unsigned long)vring_size(ring->num, ring->align));
	}
	printf("bytes ");
	for (unsigned n = 0; n < device->config_len; n++)
		printf("%02x", ((const u8 *)&device->vring[device->num_of_vrings])[n]);
	printf("\n");
}

int main(int count, char **words)
{
	FILE *file = count == 3 ? fopen(words[1], "rb") : NULL;
	size_t length = file ? fread(table, 1, sizeof(table), file) : 0;
	const struct resource_table *head = (const void *)table;

	if (length < sizeof(*head) || head->ver != 1 || head->reserved[0] || head->reserved[1])
		return 1;
	for (unsigned n = 0; n < head->num; n++) {
		const struct fw_rsc_hdr *entry = (const void *)(table + head->offset[n]);

		if (entry->type != RSC_VDEV)
			return 1;
		printf("status at %zu\n", (size_t)((const char *)&((const struct fw_rsc_vdev *)entry->data)->status - table));
		read_vdev((const void *)entry->data, strtoul(words[2], NULL, 0));
	}
	return 0;
}
