/** Properties of Arm's cores, and words of Xen's command line, that decide whether Xen can start. */

/** Cores that run no 32-bit kernel, by `compatible` (their Technical Reference Manuals: ID_AA64PFR0_EL1.EL1 is 1). */
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

/** Cores that run 32-bit kernels as well. */
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

/** Values of `tee=` with the Kconfig option of the mediator (xen/arch/arm/tee: REGISTER_TEE_MEDIATOR; from 4.21 on). */
export const TEE_MEDIATORS: Readonly<Record<string, string>> = {
  optee: 'OPTEE',
  ffa: 'FFA',
}
