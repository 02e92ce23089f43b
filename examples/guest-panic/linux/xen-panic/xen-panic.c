// SPDX-License-Identifier: GPL-2.0
/*
 * Reports a panic to Xen. Linux on Arm does not: it registers handlers for restart and power-off only, and after a panic it resets
 * itself or spins. With this module a panic ends the domain as a crash, whatever panic= says.
 */
#include <linux/module.h>
#include <linux/panic_notifier.h>
#include <xen/interface/sched.h>
#include <xen/xen.h>
#include <asm/xen/hypercall.h>

static int report_crash(struct notifier_block *self, unsigned long event, void *message)
{
	struct sched_shutdown crash = { .reason = SHUTDOWN_crash };

	/* Does not return: Xen lets no virtual CPU of the domain run again. */
	HYPERVISOR_sched_op(SCHEDOP_shutdown, &crash);
	return NOTIFY_DONE;
}

/* Called last, so that other notifiers can record the reason first. */
static struct notifier_block on_panic = {
	.notifier_call = report_crash,
	.priority = INT_MIN,
};

static int __init xen_panic_init(void)
{
	/* Without /hypervisor in the device tree (enhanced: disabled) there is no Xen to tell. */
	if (!xen_domain())
		return -ENODEV;
	return atomic_notifier_chain_register(&panic_notifier_list, &on_panic);
}

static void __exit xen_panic_exit(void)
{
	atomic_notifier_chain_unregister(&panic_notifier_list, &on_panic);
}

module_init(xen_panic_init);
module_exit(xen_panic_exit);
MODULE_DESCRIPTION("Reports a panic to Xen as a crash");
MODULE_LICENSE("GPL");
