/** Arm's own cores by whether they run 32-bit kernels, and mediators for secure firmware. A core in neither set is not known. */

/** `compatible` of cores that run no 32-bit kernel (their Technical Reference Manuals: ID_AA64PFR0_EL1.EL1 is 1). */
export const CORES_WITHOUT_AARCH32: ReadonlySet<string> = new Set([
  'arm,cortex-a34',
  'arm,cortex-a65',
  'arm,cortex-a65ae',
  'arm,cortex-a76',
  'arm,cortex-a76ae',
  'arm,cortex-a77',
  'arm,cortex-a78',
  'arm,cortex-a78ae',
  'arm,cortex-a78c',
  'arm,cortex-a510',
  'arm,cortex-a710',
  'arm,cortex-x1',
  'arm,cortex-x1c',
  'arm,cortex-x2',
  'arm,neoverse-e1',
  'arm,neoverse-n1',
  'arm,neoverse-n2',
  'arm,neoverse-v1',
  'arm,neoverse-v2',
])

/** `compatible` of cores that run 32-bit kernels as well (ID_AA64PFR0_EL1.EL1 is 2), or nothing else. */
export const CORES_WITH_AARCH32: ReadonlySet<string> = new Set([
  'arm,cortex-a32',
  'arm,cortex-a35',
  'arm,cortex-a53',
  'arm,cortex-a55',
  'arm,cortex-a57',
  'arm,cortex-a72',
  'arm,cortex-a73',
  'arm,cortex-a75',
])

/** Values of `tee=`, each with the Kconfig option of its mediator (xen/arch/arm/tee: REGISTER_TEE_MEDIATOR; the option `tee` is new in 4.21). */
export const TEE_MEDIATORS: Readonly<Record<string, string>> = {
  optee: 'OPTEE',
  ffa: 'FFA',
}
