#include "environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The size of the whole file: a few thousand bytes per device. */
static char text[1 << 20];

/* The value of the variable named by prefix, middle and name, up to the end of its line; NULL if there is none. */
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

/* A quoted word without blanks. */
static int word(const char *prefix, const char *middle, const char *name, char *value, int size)
{
	const char *found = find(prefix, middle, name);
	char format[16];

	snprintf(format, sizeof(format), "\"%%%d[^\"\n]", size - 1);
	return found && sscanf(found, format, value) == 1 ? 0 : -1;
}

static int read_queue(const char *prefix, const char *name, struct static_link_queue *queue)
{
	char middle[64], format[16];
	uint32_t flow;
	int error, is_packed;

	snprintf(middle, sizeof(middle), "QUEUE_%s_", name);
	if (word(prefix, middle, "FORMAT", format, sizeof(format)) || small(prefix, middle, "FLOW", &flow))
		return -1;
	is_packed = strcmp(format, "packed") == 0;
	queue->format = is_packed ? STATIC_LINK_PACKED : STATIC_LINK_SPLIT;
	queue->flow = (enum static_link_flow)flow;
	error = number(prefix, middle, is_packed ? "RING_OFFSET" : "DESCRIPTORS_OFFSET", &queue->descriptors) |
		number(prefix, middle, is_packed ? "DRIVER_EVENTS_OFFSET" : "AVAILABLE_OFFSET", &queue->driver_area) |
		number(prefix, middle, is_packed ? "DEVICE_EVENTS_OFFSET" : "USED_OFFSET", &queue->device_area);
	return error | small(prefix, middle, "ENTRIES", &queue->entries) |
	       small(prefix, middle, "FIRST_BUFFER", &queue->first_buffer) | small(prefix, middle, "BUFFERS", &queue->buffers) |
	       small(prefix, middle, "PORT", &queue->port);
}

/* QUEUES="RX TX": their names in the order of their indices. */
static int read_queues(const char *prefix, struct link_environment *environment)
{
	const char *names = find(prefix, "", "QUEUES");
	char name[48];
	int used;

	if (!names || *names++ != '"')
		return -1;
	/* Whoever starts the link sees by the number of queues when they are too many for it. */
	for (uint32_t n = 0; n < STATIC_LINK_MOST_QUEUES && sscanf(names, " %47[^ \"\n]%n", name, &used) == 1; n++) {
		if (read_queue(prefix, name, &environment->queues[n]))
			return -1;
		names += used;
	}
	return 0;
}

/* CONFIG_BYTES="0a1b": two digits for each byte. */
static int read_config(const char *prefix, struct link_environment *environment)
{
	const uint64_t size = environment->layout.config_size;
	const char *digits;

	if (size == 0 || environment->layout.is_driver)
		return 0;
	digits = find(prefix, "", "CONFIG_BYTES");
	if (!digits || *digits++ != '"' || size > sizeof(environment->config))
		return -1;
	for (uint64_t n = 0; n < size; n++)
		if (sscanf(digits + 2 * n, "%2hhx", &environment->config[n]) != 1)
			return -1;
	return 0;
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

int read_environment(const char *file, const char *prefix, struct link_environment *environment)
{
	struct static_link_layout *layout = &environment->layout;
	int error;

	memset(environment, 0, sizeof(*environment));
	if (load(file))
		return -1;
	error = word(prefix, "", "REGION_ID", environment->region_id, sizeof(environment->region_id)) |
		word(prefix, "", "TYPE", environment->type, sizeof(environment->type)) |
		number(prefix, "", "REGION_SIZE", &environment->region_size) |
		number(prefix, "", "LAYOUT_HASH", &layout->hash) | number(prefix, "", "FEATURES", &layout->features) |
		number(prefix, "", "IDENTITY_OFFSET", &layout->identity) |
		number(prefix, "", "DEVICE_STATE_OFFSET", &layout->device_state) |
		number(prefix, "", "DRIVER_STATE_OFFSET", &layout->driver_state) |
		number(prefix, "", "CONFIG_OFFSET", &layout->config) |
		number(prefix, "", "CONFIG_SIZE", &layout->config_size) |
		number(prefix, "", "BUFFERS_OFFSET", &layout->buffers) |
		number(prefix, "", "BUFFER_COUNT", &layout->buffer_count) |
		number(prefix, "", "BUFFER_SIZE", &layout->buffer_size) |
		number(prefix, "", "BUFFER_STRIDE", &layout->buffer_stride);
	error |= small(prefix, "", "LAYOUT_VERSION", &layout->version) | small(prefix, "", "DEVICE_ID", &layout->device_id) |
		 small(prefix, "", "IS_DRIVER", &layout->is_driver) | small(prefix, "", "STATE_PORT", &layout->state_port) |
		 small(prefix, "", "QUEUE_COUNT", &layout->queue_count);
	if (error)
		return -1;
	layout->queues = environment->queues;
	layout->config_bytes = layout->config_size > 0 ? environment->config : NULL;
	return read_queues(prefix, environment) | read_config(prefix, environment);
}
