#include "device.h"

#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server.h"

#define SECTOR 512u
#define FLUSH_FEATURE (1u << 9)

/* Types of requests, and the status at their end (virtio 1.2: 5.2.6). */
enum { READ = 0, WRITE = 1, FLUSH = 4 };
enum { OK = 0, FAILED = 1, UNSUPPORTED = 2 };

struct header {
	uint32_t type;
	uint32_t reserved;
	uint64_t sector;
};

static int image;
static uint64_t sectors;

static bool transfer(uint32_t type, const struct buffer *buffer, uint64_t offset)
{
	char *bytes = malloc(buffer->length);
	ssize_t done = -1;

	if (!bytes)
		return false;
	if (type == READ) {
		done = pread(image, bytes, buffer->length, offset);
		if (done > 0)
			write_guest(buffer->address, bytes, done);
	} else {
		read_guest(buffer->address, bytes, buffer->length);
		done = pwrite(image, bytes, buffer->length, offset);
	}
	free(bytes);
	return done == (ssize_t)buffer->length;
}

static uint8_t move(const struct header *header, const struct buffer *buffers, unsigned count, uint32_t *written)
{
	uint64_t offset = header->sector * SECTOR;

	for (unsigned index = 0; index < count; index++) {
		if (buffers[index].is_for_device != (header->type == READ))
			return FAILED;
		if (offset + buffers[index].length > sectors * SECTOR || !transfer(header->type, &buffers[index], offset))
			return FAILED;
		offset += buffers[index].length;
		if (header->type == READ)
			*written += buffers[index].length;
	}
	return OK;
}

static uint8_t answer(const struct header *header, const struct buffer *data, unsigned count, uint32_t *written)
{
	switch (header->type) {
	case READ:
	case WRITE:
		return move(header, data, count, written);
	case FLUSH:
		return fdatasync(image) ? FAILED : OK;
	default:
		return UNSUPPORTED;
	}
}

/* First a header, last a byte for the status, the data between them. */
static uint32_t handle(const struct buffer *buffers, unsigned count)
{
	struct header header;
	uint32_t written = 0;
	uint8_t status;

	if (count < 2 || buffers[0].length < sizeof(header))
		return 0;
	read_guest(buffers[0].address, &header, sizeof(header));
	status = answer(&header, buffers + 1, count - 2, &written);
	write_guest(buffers[count - 1].address, &status, sizeof(status));
	return written + sizeof(status);
}

static void notified(unsigned queue)
{
	struct request request;

	while (take(queue, &request))
		give_back(&request, handle(request.buffers, request.count));
}

static int open_image(const char *path)
{
	struct stat found;

	image = open(path, O_RDWR);
	if (image < 0 || fstat(image, &found))
		err(1, "%s", path);
	sectors = found.st_size / SECTOR;
	return -1;
}

const struct device disk = {
	.type = 2,
	.features = FLUSH_FEATURE,
	.configuration = &sectors,
	.configuration_size = sizeof(sectors),
	.queues = 1,
	.notified = notified,
	.open = open_image,
};
