/* Stands in for Xen and xenstore below the real xl, so that `xl -N create FILE` gets as far as reading the file: all
 * interfaces open, and the few questions that xl asks first are answered as by a machine with CPUS processors in NODES
 * nodes. Every other hypercall fails with ENOSYS. xl is a program for the machine that runs the tests, not for Arm.
 * Layouts are those of Xen's public headers, which do not differ between 4.17 and 4.20 as far as they are used here.
 * cc -shared -fPIC xl-shim.c -o xl-shim.so; LD_PRELOAD=./xl-shim.so xl -N create FILE */
#define __XEN_TOOLS__
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <xenctrl.h>
#include <xen/sysctl.h>
#include <xen/version.h>

#define CPUS 8
#define NODES 2

static int unsupported(void)
{
    errno = ENOSYS;
    return -1;
}

static int version(uint64_t what, void *answer)
{
    switch (what) {
    case XENVER_version:
        return 4 << 16 | 17;
    case XENVER_pagesize:
        return 4096;
    case XENVER_extraversion:
        memset(answer, 0, sizeof(xen_extraversion_t));
        return 0;
    case XENVER_compile_info:
        memset(answer, 0, sizeof(xen_compile_info_t));
        return 0;
    case XENVER_capabilities:
        memset(answer, 0, sizeof(xen_capabilities_info_t));
        return 0;
    case XENVER_changeset:
        memset(answer, 0, sizeof(xen_changeset_info_t));
        return 0;
    case XENVER_platform_parameters:
        memset(answer, 0, sizeof(xen_platform_parameters_t));
        return 0;
    case XENVER_commandline:
        memset(answer, 0, sizeof(xen_commandline_t));
        return 0;
    }
    return unsupported();
}

static int topology(struct xen_sysctl_cputopoinfo *info)
{
    xen_sysctl_cputopo_t *cpus = info->cputopo.p;

    for (uint32_t cpu = 0; cpus && cpu < info->num_cpus && cpu < CPUS; cpu++)
        cpus[cpu] = (xen_sysctl_cputopo_t){ .core = cpu, .node = cpu / (CPUS / NODES) };
    info->num_cpus = CPUS;
    return 0;
}

static int sysctl(struct xen_sysctl *call)
{
    switch (call->cmd) {
    case XEN_SYSCTL_physinfo:
        call->u.physinfo = (struct xen_sysctl_physinfo){
            .threads_per_core = 1, .cores_per_socket = CPUS, .nr_cpus = CPUS, .max_cpu_id = CPUS - 1,
            .nr_nodes = NODES, .max_node_id = NODES - 1, .total_pages = 1 << 20, .free_pages = 1 << 20,
            .capabilities = XEN_SYSCTL_PHYSCAP_hvm | XEN_SYSCTL_PHYSCAP_hap,
        };
        return 0;
    case XEN_SYSCTL_cputopoinfo:
        return topology(&call->u.cputopoinfo);
    }
    return unsupported();
}

/* libxencall */
static int handle;
struct xencall_handle;
#define HANDLE ((void *)&handle)

struct xencall_handle *xencall_open(struct xentoollog_logger *logger, unsigned flags) { return HANDLE; }
int xencall_close(struct xencall_handle *xcall) { return 0; }
int xencall_fd(struct xencall_handle *xcall) { return -1; }
void *xencall_alloc_buffer(struct xencall_handle *xcall, size_t size) { return calloc(1, size); }
void *xencall_alloc_buffer_pages(struct xencall_handle *xcall, size_t pages) { return calloc(pages, 4096); }
void xencall_free_buffer(struct xencall_handle *xcall, void *buffer) { free(buffer); }
void xencall_free_buffer_pages(struct xencall_handle *xcall, void *buffer, size_t pages) { free(buffer); }
int xencall0(struct xencall_handle *xcall, unsigned op) { return unsupported(); }
int xencall1(struct xencall_handle *xcall, unsigned op, uint64_t a)
{
    return op == __HYPERVISOR_sysctl ? sysctl((void *)(uintptr_t)a) : unsupported();
}
int xencall2(struct xencall_handle *xcall, unsigned op, uint64_t a, uint64_t b)
{
    return op == __HYPERVISOR_xen_version ? version(a, (void *)(uintptr_t)b) : unsupported();
}
long xencall2L(struct xencall_handle *xcall, unsigned op, uint64_t a, uint64_t b) { return unsupported(); }
int xencall3(struct xencall_handle *xcall, unsigned op, uint64_t a, uint64_t b, uint64_t c) { return unsupported(); }
int xencall4(struct xencall_handle *xcall, unsigned op, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    return unsupported();
}
int xencall5(struct xencall_handle *xcall, unsigned op, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
    return unsupported();
}

/* libxenforeignmemory and libxendevicemodel, which are opened and not used */
void *xenforeignmemory_open(struct xentoollog_logger *logger, unsigned flags) { return HANDLE; }
int xenforeignmemory_close(void *memory) { return 0; }
void *xendevicemodel_open(struct xentoollog_logger *logger, unsigned flags) { return HANDLE; }
int xendevicemodel_close(void *model) { return 0; }

/* libxenstore, which holds nothing */
void *xs_open(unsigned long flags) { return HANDLE; }
void xs_close(void *store) { }
void *xs_read(void *store, uint32_t transaction, const char *path, unsigned *length)
{
    errno = ENOENT;
    return NULL;
}
