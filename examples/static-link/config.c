/* The configuration of the device, read and changed at run time. */
#include "ends.h"

/* A reader gives up after this many concurrent changes: something is wrong with the device. */
enum { MOST_READS = 1000 };

static int is_in_config(const struct static_link_layout *layout, size_t offset, size_t length)
{
	return offset <= layout->config_size && length <= layout->config_size - offset;
}

int static_link_read_config(struct static_link *link, size_t offset, void *into, size_t length)
{
	const struct static_link_layout *layout = link->layout;
	uint32_t before;

	if (!layout->is_driver || link->state != STATIC_LINK_UP || !is_in_config(layout, offset, length))
		return -1;
	for (unsigned n = 0; n < MOST_READS; n++) {
		before = read32(link, layout->device_state + CONFIG_GENERATION);
		acquired();
		copy_out(link, layout->config + offset, into, length);
		acquired();
		if (before % 2 == 0 && read32(link, layout->device_state + CONFIG_GENERATION) == before)
			return is_paired(link) ? 0 : -1;
	}
	return -1;
}

int static_link_write_config(struct static_link *link, size_t offset, const void *bytes, size_t length)
{
	const struct static_link_layout *layout = link->layout;
	uint64_t generation = layout->device_state + CONFIG_GENERATION;
	uint32_t before;

	if (layout->is_driver || link->status != READY || !is_in_config(layout, offset, length))
		return -1;
	before = read32(link, generation) & ~UINT32_C(1);
	write32(link, generation, before + 1);
	before_release();
	copy_in(link, layout->config + offset, bytes, length);
	before_release();
	write32(link, generation, before + 2);
	tell(link, layout->state_port);
	return 0;
}
