/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes faults and hangs of Zephyr visible to Xen. Zephyr's own handler locks interrupts and spins, which looks like a running guest;
 * this one ends the domain as a crash. A thread of the lowest priority feeds Xen's watchdog: when it no longer gets to run, Xen ends the
 * domain.
 *
 * Compile it with SECONDS set to the time in lifecycle.watchdog. The domain needs enhanced: no-xenstore at least.
 */
#include <zephyr/arch/arm64/hypercall.h>
#include <zephyr/fatal.h>
#include <zephyr/kernel.h>
#include <zephyr/xen/public/sched.h>
#include <zephyr/xen/public/xen.h>

#ifndef SECONDS
#define SECONDS 5
#endif

void k_sys_fatal_error_handler(unsigned int reason, const struct arch_esf *frame)
{
	struct sched_shutdown crash = { .reason = SHUTDOWN_crash };

	ARG_UNUSED(reason);
	ARG_UNUSED(frame);
	HYPERVISOR_sched_op(SCHEDOP_shutdown, &crash);
	CODE_UNREACHABLE;
}

static void feed(void *unused1, void *unused2, void *unused3)
{
	struct sched_watchdog watchdog = { .id = 0, .timeout = SECONDS };
	/* The first call arms a watchdog and returns its id, from 1; later calls with that id restart its timeout. */
	int id = HYPERVISOR_sched_op(SCHEDOP_watchdog, &watchdog);

	ARG_UNUSED(unused1);
	ARG_UNUSED(unused2);
	ARG_UNUSED(unused3);
	if (id <= 0)
		k_panic();
	for (;;) {
		k_sleep(K_MSEC(SECONDS * 1000 / 3));
		watchdog.id = (uint32_t)id;
		watchdog.timeout = SECONDS;
		if (HYPERVISOR_sched_op(SCHEDOP_watchdog, &watchdog) != 0)
			k_panic();
	}
}

K_THREAD_DEFINE(xen_watchdog, 1024, feed, NULL, NULL, NULL, K_LOWEST_APPLICATION_THREAD_PRIO, 0, 0);
