/** IOMMUs that Xen drives on Arm, by `compatible`, each with the Kconfig option of its driver (xen/drivers/passthrough/arm; 4.17 to 4.22). */
export const IOMMU_DRIVERS: Readonly<Record<string, string>> = {
  'arm,smmu-v1': 'ARM_SMMU',
  'arm,smmu-v2': 'ARM_SMMU',
  'arm,mmu-400': 'ARM_SMMU',
  'arm,mmu-401': 'ARM_SMMU',
  'arm,mmu-500': 'ARM_SMMU',
  'arm,smmu-v3': 'ARM_SMMU_V3',
  'renesas,ipmmu-r8a7795': 'IPMMU_VMSA',
  'renesas,ipmmu-r8a77965': 'IPMMU_VMSA',
  'renesas,ipmmu-r8a7796': 'IPMMU_VMSA',
  'renesas,ipmmu-r8a77961': 'IPMMU_VMSA',
  'renesas,ipmmu-r8a779f0': 'IPMMU_VMSA',
  'renesas,ipmmu-r8a779g0': 'IPMMU_VMSA',
}
