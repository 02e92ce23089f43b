/** Crypto device (virtio 1.4 §5.9). */
import { type DeviceType, le32, le64 } from './device-type.ts'
import { field, structure } from './structure.ts'

export const crypto: DeviceType = {
  name: 'crypto',
  id: 20,
  source: 'virtio 1.4 §5.9',
  summary: 'ciphers, hashes and signatures',
  queues: [
    {
      queues: [{ name: 'dataq', flow: 'both' }],
      repeats: { first: 1, counted: { field: 'max-dataqueues', besides: 0 } },
    },
    { queues: [{ name: 'controlq', flow: 'both' }] },
  ],
  ...structure([
    field('status', le32),
    field('max-dataqueues', le32),
    field('crypto-services', le32),
    field('cipher-algo-l', le32),
    field('cipher-algo-h', le32),
    field('hash-algo', le32),
    field('mac-algo-l', le32),
    field('mac-algo-h', le32),
    field('aead-algo', le32),
    field('max-cipher-key-len', le32),
    field('max-auth-key-len', le32),
    field('akcipher-algo', le32),
    field('max-size', le64),
  ]),
  features: [
    { name: 'revision-1', bit: 0 },
    { name: 'cipher-stateless-mode', bit: 1, needs: ['revision-1'] },
    { name: 'hash-stateless-mode', bit: 2, needs: ['revision-1'] },
    { name: 'mac-stateless-mode', bit: 3, needs: ['revision-1'] },
    { name: 'aead-stateless-mode', bit: 4, needs: ['revision-1'] },
    { name: 'akcipher-stateless-mode', bit: 5, needs: ['revision-1'] },
  ],
}
