/** Types of properties by their names, where bytes alone do not tell: Devicetree Specification 0.4 §2.3, §2.4 and chapter 3. */

const NUMBERS = new Set([
  ...['reg', 'ranges', 'dma-ranges', 'phandle', 'linux,phandle', 'virtual-reg', 'interrupt-parent', 'interrupts'],
  ...['interrupts-extended', 'interrupt-map', 'interrupt-map-mask', 'clock-frequency', 'timebase-frequency'],
  ...['clocks', 'resets', 'power-domains', 'dmas', 'iommus', 'gpios', 'msi-parent', 'bus-range', 'cpu-release-addr'],
  ...['linux,initrd-start', 'linux,initrd-end', 'assigned-clocks', 'assigned-clock-parents', 'assigned-clock-rates'],
])
const NUMBER_NAME = /^#.*-cells$|-gpios?$|-supply$|-frequency$|^pinctrl-[0-9]+$/

const STRINGS = new Set(['compatible', 'model', 'status', 'device_type', 'bootargs', 'stdout-path', 'label'])
const STRING_NAME = /-names$/

/** Numbers, even when they look like text. */
export const holdsNumbers = (name: string): boolean => NUMBERS.has(name) || NUMBER_NAME.test(name)

/** Strings, even when some of them are empty. */
export const holdsStrings = (name: string): boolean => STRINGS.has(name) || STRING_NAME.test(name)
