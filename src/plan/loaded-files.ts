import type { LoadedFile, LoadPlan } from './system-plan.ts'

/** Everything that has a place in memory, once each. */
export const loadedFiles = ({ xen, deviceTree, modules, overlays, bitstream }: LoadPlan): readonly LoadedFile[] => [
  xen,
  deviceTree,
  ...modules,
  ...overlays,
  ...(bitstream ? [bitstream] : []),
]
