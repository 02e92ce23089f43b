/* virtio.env, which a guest of Linux finds below /etc/domforge. */
#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

#include "../static-link.h"

/* What the environment says of a device beside its layout. */
struct link_environment {
	struct static_link_layout layout;
	char region_id[16];
};

/*
 * Reads the device whose names begin with `prefix`, such as DOMFORGE_SAMPLES_LINK__, with the queues `to_driver` and `to_device`. 0, or -1 after
 * saying on stderr what is missing.
 */
int read_environment(const char *file, const char *prefix, const char *to_driver, const char *to_device,
		     struct link_environment *environment);

#endif
