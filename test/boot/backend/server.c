#include "server.h"

#include <err.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <xen/hvm/dm_op.h>
#include <xen/hvm/ioreq.h>
#include <xen/memory.h>
#include <xendevicemodel.h>
#include <xenevtchn.h>
#include <xenforeignmemory.h>

#define PAGE 4096u
#define WINDOW 0x200u
#define MOST_VCPUS 8
/* 64 MiB of the guest's pages are kept mapped, each in its slot. */
#define SLOTS 16384

static struct place at;
static xendevicemodel_handle *model;
static xenforeignmemory_handle *memory;
static xenevtchn_handle *channels;
static ioservid_t server;
static shared_iopage_t *requests;
static xenevtchn_port_or_error_t ports[MOST_VCPUS];
static volatile sig_atomic_t ended;

static struct {
	uint64_t frame;
	void *page;
} slots[SLOTS];

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

static void open_interfaces(void)
{
	model = xendevicemodel_open(NULL, 0);
	memory = xenforeignmemory_open(NULL, 0);
	channels = xenevtchn_open(NULL, 0);
	if (!model || !memory || !channels)
		err(1, "Xen's interfaces");
}

static void bind_channels(void)
{
	for (unsigned vcpu = 0; vcpu < at.vcpus; vcpu++) {
		ports[vcpu] = xenevtchn_bind_interdomain(channels, at.domain, requests->vcpu_ioreq[vcpu].vp_eport);
		if (ports[vcpu] < 0)
			err(1, "event channel of vCPU %u", vcpu);
	}
}

void attach(const struct place *place)
{
	void *page = NULL;

	at = *place;
	if (at.vcpus > MOST_VCPUS)
		errx(1, "at most %d vCPUs", MOST_VCPUS);
	signal(SIGTERM, end);
	open_interfaces();
	if (xendevicemodel_create_ioreq_server(model, at.domain, HVM_IOREQSRV_BUFIOREQ_OFF, &server))
		err(1, "create_ioreq_server");
	if (!xenforeignmemory_map_resource(memory, at.domain, XENMEM_resource_ioreq_server, server,
					   XENMEM_resource_ioreq_server_frame_ioreq(0), 1, &page,
					   PROT_READ | PROT_WRITE, 0))
		err(1, "map_resource");
	requests = page;
	if (xendevicemodel_map_io_range_to_ioreq_server(model, at.domain, server, 1, at.base, at.base + WINDOW - 1))
		err(1, "map_io_range");
	if (xendevicemodel_set_ioreq_server_state(model, at.domain, server, 1))
		err(1, "set_ioreq_server_state");
	bind_channels();
}

static void answer(ioreq_t *request, const struct answers *answers)
{
	uint32_t offset = request->addr - at.base;

	if (request->type != IOREQ_TYPE_COPY)
		return;
	if (request->dir == IOREQ_READ)
		request->data = answers->read(offset, request->size);
	else
		answers->write(offset, request->data);
}

static void answer_vcpu(unsigned vcpu, const struct answers *answers)
{
	ioreq_t *request = &requests->vcpu_ioreq[vcpu];

	if (request->state != STATE_IOREQ_READY)
		return;
	__sync_synchronize();
	request->state = STATE_IOREQ_INPROCESS;
	answer(request, answers);
	__sync_synchronize();
	request->state = STATE_IORESP_READY;
	xenevtchn_notify(channels, ports[vcpu]);
}

static void answer_guest(const struct answers *answers)
{
	xenevtchn_port_or_error_t port = xenevtchn_pending(channels);

	if (port < 0)
		return;
	xenevtchn_unmask(channels, port);
	for (unsigned vcpu = 0; vcpu < at.vcpus; vcpu++)
		if (ports[vcpu] == port)
			answer_vcpu(vcpu, answers);
}

void serve(const struct answers *answers)
{
	struct pollfd waits[] = {
		{ .fd = xenevtchn_fd(channels), .events = POLLIN },
		{ .fd = answers->watched, .events = POLLIN },
	};

	while (!ended) {
		if (poll(waits, 2, -1) <= 0)
			continue;
		if (waits[0].revents)
			answer_guest(answers);
		if (waits[1].revents)
			answers->readable();
	}
	xendevicemodel_destroy_ioreq_server(model, at.domain, server);
}

void interrupt_guest(void)
{
	xendevicemodel_set_irq_level(model, at.domain, at.interrupt, 1);
	xendevicemodel_set_irq_level(model, at.domain, at.interrupt, 0);
}

static char *guest_page(uint64_t frame)
{
	unsigned slot = frame % SLOTS;
	xen_pfn_t wanted = frame;
	int error = 0;

	if (slots[slot].page && slots[slot].frame == frame)
		return slots[slot].page;
	if (slots[slot].page)
		xenforeignmemory_unmap(memory, slots[slot].page, 1);
	slots[slot].page = xenforeignmemory_map(memory, at.domain, PROT_READ | PROT_WRITE, 1, &wanted, &error);
	slots[slot].frame = frame;
	if (!slots[slot].page || error)
		errx(1, "no page of the guest at frame %#llx", (unsigned long long)frame);
	return slots[slot].page;
}

/* The part of a page that an access beginning at ADDRESS can have. */
static uint32_t within_page(uint64_t address, uint32_t length)
{
	uint32_t rest = PAGE - address % PAGE;

	return length < rest ? length : rest;
}

void read_guest(uint64_t address, void *buffer, uint32_t length)
{
	for (char *to = buffer; length > 0;) {
		uint32_t part = within_page(address, length);
		memcpy(to, guest_page(address / PAGE) + address % PAGE, part);
		to += part;
		address += part;
		length -= part;
	}
}

void write_guest(uint64_t address, const void *buffer, uint32_t length)
{
	for (const char *from = buffer; length > 0;) {
		uint32_t part = within_page(address, length);
		memcpy(guest_page(address / PAGE) + address % PAGE, from, part);
		from += part;
		address += part;
		length -= part;
	}
}
