/** The option of Linux that has the driver of a virtio device (Kconfig of Linux 6.12), by the type's name. Absent: Linux has none. */
export const LINUX_DRIVERS: Readonly<Record<string, string>> = {
  net: 'VIRTIO_NET',
  block: 'VIRTIO_BLK',
  console: 'VIRTIO_CONSOLE',
  entropy: 'HW_RANDOM_VIRTIO',
  balloon: 'VIRTIO_BALLOON',
  rpmsg: 'RPMSG_VIRTIO',
  scsi: 'SCSI_VIRTIO',
  '9p': 'NET_9P_VIRTIO',
  gpu: 'DRM_VIRTIO_GPU',
  input: 'VIRTIO_INPUT',
  vsock: 'VIRTIO_VSOCKETS',
  crypto: 'CRYPTO_DEV_VIRTIO',
  sound: 'SND_VIRTIO',
  fs: 'VIRTIO_FS',
  pmem: 'VIRTIO_PMEM',
  scmi: 'ARM_SCMI_TRANSPORT_VIRTIO',
  i2c: 'I2C_VIRTIO',
  gpio: 'GPIO_VIRTIO',
}

/** What grants need in the guest's kernel: without them it goes on with its whole memory open (drivers/xen/grant-dma-ops.c, arch/arm/xen). */
export const LINUX_GRANTS = ['XEN_VIRTIO', 'XEN_GRANT_DMA_OPS', 'XEN_GRANT_DMA_IOMMU'] as const
