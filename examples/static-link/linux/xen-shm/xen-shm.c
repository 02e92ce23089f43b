// SPDX-License-Identifier: GPL-2.0
/*
 * Static shared memory of Xen for user space: for every node /reserved-memory/xen-shmem@… a device /dev/xen-shm-<xen,id> whose mmap gives
 * the region as normal write-back memory, as the other guests have it. /dev/mem would refuse it, or map it as device memory.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/slab.h>

struct region {
	struct miscdevice device;
	phys_addr_t base;
	size_t size;
	struct region *next;
};

static struct region *regions;

static int region_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct region *region = container_of(file->private_data, struct region, device);
	size_t length = vma->vm_end - vma->vm_start;
	size_t offset = vma->vm_pgoff << PAGE_SHIFT;

	if (offset > region->size || length > region->size - offset)
		return -EINVAL;
	/* vm_page_prot is that of ordinary memory: write-back, inner shareable. */
	return remap_pfn_range(vma, vma->vm_start, (region->base + offset) >> PAGE_SHIFT, length, vma->vm_page_prot);
}

static const struct file_operations region_operations = {
	.owner = THIS_MODULE,
	.mmap = region_mmap,
};

static int add_region(struct device_node *node)
{
	struct region *region;
	struct resource resource;
	const char *id;
	int error;

	error = of_property_read_string(node, "xen,id", &id);
	if (!error)
		error = of_address_to_resource(node, 0, &resource);
	if (error)
		return error;
	region = kzalloc(sizeof(*region), GFP_KERNEL);
	if (!region)
		return -ENOMEM;
	region->base = resource.start;
	region->size = resource_size(&resource);
	region->device.minor = MISC_DYNAMIC_MINOR;
	region->device.name = kasprintf(GFP_KERNEL, "xen-shm-%s", id);
	region->device.fops = &region_operations;
	error = misc_register(&region->device);
	if (error) {
		kfree(region->device.name);
		kfree(region);
		return error;
	}
	region->next = regions;
	regions = region;
	return 0;
}

static int __init xen_shm_init(void)
{
	struct device_node *node;
	int error = 0;

	for_each_compatible_node(node, NULL, "xen,shared-memory-v1") {
		error = add_region(node);
		if (error)
			pr_err("xen-shm: %pOF: %d\n", node, error);
	}
	return error;
}
module_init(xen_shm_init);

MODULE_DESCRIPTION("Static shared memory of Xen for user space");
MODULE_LICENSE("GPL");
