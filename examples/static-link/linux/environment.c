#include "environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The whole file: a few thousand bytes for a device. */
static char text[1 << 20];

/* The value of prefix, middle and name together; NULL: there is none. The caller reads up to the end of the line. */
static const char *find(const char *prefix, const char *middle, const char *name)
{
	char wanted[256];
	int length = snprintf(wanted, sizeof(wanted), "%s%s%s=", prefix, middle, name);
	const char *line = text;

	while (line && strncmp(line, wanted, (size_t)length) != 0) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	if (!line)
		fprintf(stderr, "%s%s%s is missing\n", prefix, middle, name);
	return line ? line + length : NULL;
}

static int number(const char *prefix, const char *middle, const char *name, uint64_t *value)
{
	const char *found = find(prefix, middle, name);

	*value = found ? strtoull(found, NULL, 0) : 0;
	return found ? 0 : -1;
}

static int small(const char *prefix, const char *middle, const char *name, uint32_t *value)
{
	uint64_t wide;
	int error = number(prefix, middle, name, &wide);

	*value = (uint32_t)wide;
	return error;
}

static int queue(const char *prefix, const char *name, struct static_link_queue *queue)
{
	char middle[64];

	snprintf(middle, sizeof(middle), "QUEUE_%s_", name);
	return number(prefix, middle, "DESCRIPTORS_OFFSET", &queue->descriptors) |
	       number(prefix, middle, "AVAILABLE_OFFSET", &queue->available) |
	       number(prefix, middle, "USED_OFFSET", &queue->used) | small(prefix, middle, "ENTRIES", &queue->entries) |
	       small(prefix, middle, "FIRST_BUFFER", &queue->first_buffer) |
	       small(prefix, middle, "BUFFERS", &queue->buffers) | small(prefix, middle, "PORT", &queue->port);
}

static int load(const char *file)
{
	FILE *stream = fopen(file, "r");
	size_t length = stream ? fread(text, 1, sizeof(text) - 1, stream) : 0;

	text[length] = 0;
	if (stream)
		fclose(stream);
	if (length == 0)
		perror(file);
	return length ? 0 : -1;
}

int read_environment(const char *file, const char *prefix, const char *to_driver, const char *to_device,
		     struct link_environment *environment)
{
	struct static_link_layout *layout = &environment->layout;
	const char *id;

	memset(environment, 0, sizeof(*environment));
	if (load(file))
		return -1;
	id = find(prefix, "", "REGION_ID");
	if (!id || sscanf(id, "\"%15[^\"\n]", environment->region_id) != 1)
		return -1;
	return number(prefix, "", "LAYOUT_HASH", &layout->hash) | number(prefix, "", "FEATURES", &layout->features) |
	       number(prefix, "", "IDENTITY_OFFSET", &layout->identity) |
	       number(prefix, "", "DEVICE_STATE_OFFSET", &layout->device_state) |
	       number(prefix, "", "DRIVER_STATE_OFFSET", &layout->driver_state) |
	       number(prefix, "", "BUFFERS_OFFSET", &layout->buffers) |
	       number(prefix, "", "REGION_SIZE", &layout->region_size) |
	       number(prefix, "", "BUFFER_SIZE", &layout->buffer_size) |
	       number(prefix, "", "BUFFER_STRIDE", &layout->buffer_stride) |
	       small(prefix, "", "LAYOUT_VERSION", &layout->version) | small(prefix, "", "DEVICE_ID", &layout->device_id) |
	       small(prefix, "", "IS_DRIVER", &layout->is_driver) |
	       queue(prefix, to_driver, &layout->queue[STATIC_LINK_TO_DRIVER]) |
	       queue(prefix, to_device, &layout->queue[STATIC_LINK_TO_DEVICE]);
}
