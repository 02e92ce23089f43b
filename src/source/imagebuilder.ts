/** Tells a configuration of ImageBuilder, which is assignments of a shell, from a manifest. */

/** At the start of a line, where a manifest has a key or a comment: a variable that nearly every configuration sets. */
const ASSIGNMENT = /^(?:export[ \t]+)?(?:MEMORY_START|DEVICE_TREE|XEN|DOM0_KERNEL|NUM_DOMUS|DOMU_KERNEL\[\d+\])=/m

/** Whether `text` is one. */
export const isImageBuilders = (text: string): boolean => ASSIGNMENT.test(text)
