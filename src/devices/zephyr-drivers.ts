/** What Zephyr's own drivers of virtio devices take in a device tree (Zephyr 4.2 to 4.4: dts/bindings/ethernet, serial, rng), by the type's name. Absent: Zephyr has none. */
export const ZEPHYR_DRIVERS: Readonly<Record<string, readonly string[]>> = {
  net: ['virtio,net'],
  console: ['virtio,console'],
  // The driver of 4.2 goes by the second, its binding and later drivers by the first.
  entropy: ['virtio,entropy', 'virtio,device4'],
}
