/** Scalable vectors, which Xen gives a guest on request from 4.18 on (xen/arch/arm/arm64/sve.c). */

/** Lengths of vectors are multiples of this many bits (`SVE_VL_MULTIPLE_VAL`). */
export const SVE_STEP = 128

/** `compatible` of Arm's own cores without SVE (their Technical Reference Manuals: ID_AA64PFR0_EL1.SVE is 0). */
export const CORES_WITHOUT_SVE: ReadonlySet<string> = new Set([
  'arm,cortex-a34',
  'arm,cortex-a35',
  'arm,cortex-a53',
  'arm,cortex-a55',
  'arm,cortex-a57',
  'arm,cortex-a65',
  'arm,cortex-a65ae',
  'arm,cortex-a72',
  'arm,cortex-a73',
  'arm,cortex-a75',
  'arm,cortex-a76',
  'arm,cortex-a76ae',
  'arm,cortex-a77',
  'arm,cortex-a78',
  'arm,cortex-a78ae',
  'arm,cortex-a78c',
  'arm,cortex-x1',
  'arm,cortex-x1c',
  'arm,neoverse-e1',
  'arm,neoverse-n1',
])
