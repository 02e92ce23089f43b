// SPDX-License-Identifier: GPL-2.0
/*
 * Xen's static shared memory for user space: for every node /reserved-memory/xen-shmem@… a device /dev/xen-shm-<xen,id> whose mmap maps
 * the region as normal write-back memory, as the other guests do. /dev/mem would refuse it, or map it as device memory.
 * A region that fails is reported and skipped; the others remain available.
 */
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/slab.h>

struct region {
	struct miscdevice device;
	phys_addr_t base;
	resource_size_t size;
	struct list_head list;
};

static LIST_HEAD(regions);

static int region_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct region *region = container_of(file->private_data, struct region, device);

	/* Rejects a range outside the region. vm_page_prot is that of normal memory: write-back, inner shareable. */
	return vm_iomap_memory(vma, region->base, region->size);
}

static const struct file_operations region_operations = {
	.owner = THIS_MODULE,
	.mmap = region_mmap,
};

static int read_node(struct device_node *node, struct region *region)
{
	struct resource resource;
	const char *id;
	int error;

	error = of_property_read_string(node, "xen,id", &id);
	if (!error)
		error = of_address_to_resource(node, 0, &resource);
	if (error)
		return error;
	region->base = resource.start;
	region->size = resource_size(&resource);
	/* With 64 KiB pages, a region could share its first or last page with something else. */
	if (!PAGE_ALIGNED(region->base) || !PAGE_ALIGNED(region->size))
		return -EINVAL;
	region->device.minor = MISC_DYNAMIC_MINOR;
	region->device.fops = &region_operations;
	region->device.name = kasprintf(GFP_KERNEL, "xen-shm-%s", id);
	return region->device.name ? 0 : -ENOMEM;
}

static int add_region(struct device_node *node)
{
	struct region *region = kzalloc(sizeof(*region), GFP_KERNEL);
	int error;

	if (!region)
		return -ENOMEM;
	error = read_node(node, region);
	if (!error)
		error = misc_register(&region->device);
	if (error) {
		kfree(region->device.name);
		kfree(region);
		return error;
	}
	list_add(&region->list, &regions);
	return 0;
}

static int __init xen_shm_init(void)
{
	struct device_node *node;

	for_each_compatible_node(node, NULL, "xen,shared-memory-v1") {
		int error = add_region(node);

		if (error)
			pr_err("xen-shm: %pOF: %d\n", node, error);
	}
	return list_empty(&regions) ? -ENODEV : 0;
}
module_init(xen_shm_init);

/* No device is open any more: open files and their mappings hold a reference to the module. */
static void __exit xen_shm_exit(void)
{
	struct region *region, *next;

	list_for_each_entry_safe(region, next, &regions, list) {
		misc_deregister(&region->device);
		kfree(region->device.name);
		kfree(region);
	}
}
module_exit(xen_shm_exit);

MODULE_DESCRIPTION("Static shared memory of Xen for user space");
MODULE_LICENSE("GPL");
