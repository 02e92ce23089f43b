/* The layouts of the guest's devices, read from the file virtio.env that U-Boot loaded after the guest's ramdisk. */
#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

#include "../static-link.h"

enum { ENVIRONMENT_CONFIG_BYTES = 4096 };

/* What a program needs to know about a device: its layout, and the region that it is in. */
struct link_environment {
	struct static_link_layout layout;
	struct static_link_queue queues[STATIC_LINK_MOST_QUEUES];
	unsigned char config[ENVIRONMENT_CONFIG_BYTES];
	char region_id[16], type[32];
	uint64_t region_size;
};

/* Reads the device with this prefix, such as DOMFORGE_SAMPLES_LINK__, from `file`. Returns 0, or -1 after printing what is missing. */
int read_environment(const char *file, const char *prefix, struct link_environment *environment);

#endif
