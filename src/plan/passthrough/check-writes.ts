/** Registers that dom0 is to write between two lives of a domain: those of the device that it is given, and no others. */
import { atKey, type Finding, type Report } from '../../diagnostics/diagnostic.ts'
import { formatRange, hex } from '../../units/format.ts'
import { type Bytes, bytes, type HostPhys, isAligned, offset } from '../../units/quantities.ts'
import { contains, type Range, range } from '../../units/range.ts'
import type { GivenDevice } from './planned-device.ts'
import { firstRegisters } from './register-writes.ts'

/** Of a register. */
const WIDTH: Bytes = bytes(4)

/** PT-050 for each that is no whole register of the first range of the device, or that is given twice. */
export function checkWrites({ entry: { quiesce }, closure: { device } }: GivenDevice, report: Report): void {
  if (quiesce?.by !== 'write') return
  const registers = firstRegisters(device)
  for (const [index, { offset: at, pointer }] of quiesce.writes.entries()) {
    const isAgain = quiesce.writes[index - 1]?.offset === at
    const fault = faultOf(at, isAgain, registers)
    if (fault) {
      const message = `${device.place.path}: ${fault.message}`
      report('PT-050', { at: atKey(pointer), message, help: fault.help })
    }
  }
}

type Fault = Required<Pick<Finding, 'message' | 'help'>>

function faultOf(at: Bytes, isAgain: boolean, registers: Range<HostPhys>): Fault | undefined {
  const register = range(offset(registers.base, at), WIDTH)
  const name = `the register at offset ${hex(at)}`
  if (isAgain)
    return { message: `${name} is given twice`, help: "remove one of the two, or give a 'hook' that writes both" }
  if (!contains(registers, register))
    return {
      message: `${name} is past the end of its first register range ${formatRange(registers)}`,
      help: `give an offset below ${hex(registers.size)}, or a 'hook'`,
    }
  if (!isAligned(register.base, WIDTH))
    return {
      message: `${name} is not at a multiple of 4, and dom0 writes whole registers of 32 bits`,
      help: "give the offset and value of the register that has these bits, or a 'hook'",
    }
  return undefined
}
