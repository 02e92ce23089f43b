#include "device.h"

#include <err.h>
#include <fcntl.h>
#include <unistd.h>

#include "server.h"

#define MOST 256

static int source;

/* Requests get the source from start to end, over and over: whoever reads any of it can be told what it is. */
static uint32_t fill(const struct buffer *buffer)
{
	char bytes[MOST];
	uint32_t wanted = buffer->length < MOST ? buffer->length : MOST;
	ssize_t got = buffer->is_for_device ? read(source, bytes, wanted) : 0;

	if (got == 0 && buffer->is_for_device && lseek(source, 0, SEEK_SET) == 0)
		got = read(source, bytes, wanted);

	if (got <= 0)
		return 0;
	write_guest(buffer->address, bytes, got);
	return got;
}

static void notified(unsigned queue)
{
	struct request request;

	while (take(queue, &request))
		give_back(&request, fill(&request.buffers[0]));
}

static int open_source(const char *path)
{
	source = open(path, O_RDONLY);
	if (source < 0)
		err(1, "%s", path);
	return -1;
}

const struct device entropy = { .type = 4, .queues = 1, .notified = notified, .open = open_source };
