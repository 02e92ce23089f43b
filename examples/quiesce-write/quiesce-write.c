/*
 * quiesce-write DOMAIN DEVICE ADDRESS=VALUE[,ADDRESS=VALUE...]: writes 32-bit registers of a device of the host, in the order given.
 * The supervisor in dom0 calls it before it creates the domain with the device again. It needs no library but libc.
 *
 * Xen permits dom0 to access the registers of a device that is assigned to a guest, but does not map them (domain_build.c,
 * handle_device). This program maps each page at its own address (public/memory.h, XENMAPSPACE_dev_mmio). Xen has no stable call
 * that unmaps such a page: it stays mapped until the machine is reset. If dom0 may not access the page, Xen reports no error and
 * maps nothing: the access ends the program (with Linux 6.1, by SIGKILL).
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MEMORY_OP = 12, ADD_TO_PHYSMAP_BATCH = 23, DEV_MMIO = 5, DOMID_SELF = 0x7ff0, XEN_PAGE_SHIFT = 12 };

/* Linux, include/uapi/xen/privcmd.h. */
struct hypercall {
	uint64_t number;
	uint64_t arguments[5];
};

/* A batch of one page. What it points to is in the same struct, so that a single page of memory holds all of it. */
struct batch {
	uint16_t domain;
	uint16_t space;
	uint16_t count;
	uint16_t reserved;
	uint64_t from, to, errors;
	uint64_t frame;
	int32_t error;
};

static int fail(const char *what)
{
	fprintf(stderr, "quiesce-write: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Maps the host page with this physical address into dom0. Xen accesses `batch` through its address. */
static int let_in(int privcmd, struct batch *batch, uint64_t address)
{
	struct hypercall call = { MEMORY_OP, { ADD_TO_PHYSMAP_BATCH, (uintptr_t)batch } };

	*batch = (struct batch){ .domain = DOMID_SELF, .space = DEV_MMIO, .count = 1, .frame = address >> XEN_PAGE_SHIFT };
	batch->from = batch->to = (uintptr_t)&batch->frame;
	batch->errors = (uintptr_t)&batch->error;
	if (ioctl(privcmd, _IOC(_IOC_NONE, 'P', 0, sizeof(call)), &call) != 0)
		return -1;
	errno = -batch->error;
	return batch->error == 0 ? 0 : -1;
}

static int write_register(int memory, uint64_t address, uint32_t value)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), within = address % page;
	char *mapped = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, memory, (off_t)(address - within));

	if (mapped == MAP_FAILED)
		return -1;
	*(volatile uint32_t *)(mapped + within) = value;
	/* The write must complete before the page is unmapped. */
	__asm__ volatile("dsb sy" ::: "memory");
	return munmap(mapped, page);
}

int main(int count, char **words)
{
	int privcmd, buffers, memory;
	struct batch *batch;

	if (count != 4) {
		fprintf(stderr, "usage: quiesce-write DOMAIN DEVICE ADDRESS=VALUE[,ADDRESS=VALUE...]\n");
		return 2;
	}
	privcmd = open("/dev/xen/privcmd", O_RDWR | O_CLOEXEC);
	buffers = open("/dev/xen/hypercall", O_RDWR | O_CLOEXEC);
	memory = open("/dev/mem", O_RDWR | O_SYNC | O_CLOEXEC);
	if (privcmd < 0 || buffers < 0 || memory < 0)
		return fail("/dev/xen/privcmd, /dev/xen/hypercall or /dev/mem");
	/* Memory that the kernel does not move while Xen accesses it. */
	batch = mmap(NULL, sizeof(*batch), PROT_READ | PROT_WRITE, MAP_SHARED, buffers, 0);
	if (batch == MAP_FAILED)
		return fail("/dev/xen/hypercall");
	for (char *one = strtok(words[3], ","); one; one = strtok(NULL, ",")) {
		uint64_t address, value;
		char *end;

		errno = 0;
		address = strtoull(one, &end, 0);
		value = *end == '=' ? strtoull(end + 1, &end, 0) : UINT64_MAX;
		if (errno != 0 || *end != '\0' || address % 4 != 0 || value > UINT32_MAX) {
			fprintf(stderr, "quiesce-write: %s: not a multiple of 4, '=' and 32 bits\n", one);
			return 2;
		}
		/* Printed first: an access that faults ends the program. */
		fprintf(stderr, "quiesce-write: %s of %s: 0x%" PRIx64 " = 0x%" PRIx64 "\n", words[2], words[1], address, value);
		if (let_in(privcmd, batch, address) != 0 || write_register(memory, address, (uint32_t)value) != 0)
			return fail(one);
	}
	return 0;
}
