/** What our rules say of the items of lists, and of texts with a form of their own: right and wrong for the real xl as well. */
import type { XlEntry } from '../../src/assemble/assembly.ts'

type Keys = Readonly<Record<string, XlEntry['value']>>

/** One rule with values of one key. */
export interface ItemGroup {
  readonly code: string
  readonly since?: '4.20'
  /** Right for xl and for the rule. */
  readonly taken: readonly Keys[]
  /** Wrong for both. */
  readonly refused: readonly Keys[]
  /** Wrong for the rule alone, by reason. */
  readonly stricter?: Readonly<Record<string, readonly Keys[]>>
}

const lists = (key: string, items: readonly string[]): Keys[] => items.map((item) => ({ [key]: [item] }))
const texts = (key: string, values: readonly string[]): Keys[] => values.map((value) => ({ [key]: value }))

const UUID = '01234567-89ab-cdef-0123-456789ABCDEF'

export const itemGroups: readonly ItemGroup[] = [
  {
    code: 'XL-004',
    taken: texts('uuid', [UUID]),
    refused: texts('uuid', [
      '',
      'x',
      UUID.slice(1),
      `${UUID}0`,
      UUID.replaceAll('-', ''),
      ` ${UUID}`,
      UUID.replace('0', 'g'),
    ]),
  },
  {
    code: 'XL-026',
    since: '4.20',
    taken: lists('virtio', [
      'type=virtio,device22,transport=mmio',
      'backend=d,type=virtio,device,transport=MMIO,grant_usage=1',
      ' type=virtio,device1,  transport=mmio',
      'type=virtio,device1,,transport=mmio',
    ]),
    refused: lists('virtio', [
      'type=virtio,device1,transport=mmio,x=1',
      'type=virtio,device1,transport=mmio,irq=33',
      'device1,transport=mmio,type=virtio,device1',
      'Type=virtio,device1,transport=mmio',
    ]),
  },
  {
    code: 'XL-027',
    since: '4.20',
    taken: lists('virtio', ['type=virtio,device1,transport=mmio']),
    refused: lists('virtio', [
      'type=virtio',
      'transport=mmio,type=virtio',
      'type=virtio,',
      'transport=mmio,type=virtio-net',
    ]),
  },
  {
    code: 'XL-028',
    since: '4.20',
    taken: lists('virtio', ['type=virtio,device1,transport=mmio']),
    refused: [],
    stricter: { 'libxl crashes, later': lists('virtio', ['transport=mmio', 'backend=d,transport=mmio']) },
  },
  {
    code: 'XL-029',
    since: '4.20',
    taken: lists('virtio', ['type=virtio,device1,transport=mmio', 'type=virtio,device,transport=mmio']),
    refused: [],
    stricter: {
      'libxl refuses it, later': lists('virtio', [
        'type=i2c,transport=mmio',
        'type=virtio,transport=mmio,transport=mmio',
      ]),
    },
  },
  {
    code: 'XL-030',
    since: '4.20',
    taken: lists('virtio', ['type=virtio,device1,transport=mmio']),
    refused: [],
    stricter: {
      'libxl leaves the device out, later': lists('virtio', [
        'type=virtio,device1',
        'type=virtio,device1,transport=unknown',
      ]),
    },
  },
  {
    code: 'XL-031',
    since: '4.20',
    taken: lists('virtio', ['type=virtio,device1,transport=mmio', 'type=virtio,device1,transport=Mmio']),
    refused: lists('virtio', [
      'type=virtio,device1,transport=pci',
      'type=virtio,device1,transport=',
      'type=virtio,device1,transport=mmio ',
    ]),
  },
  {
    code: 'XL-032',
    since: '4.20',
    taken: lists('virtio', [
      'type=virtio,device1,transport=mmio,grant_usage=0',
      'type=virtio,device1,transport=mmio,grant_usage=1',
    ]),
    refused: [],
    stricter: { 'xl reads it as 0': lists('virtio', ['type=virtio,device1,transport=mmio,grant_usage=true']) },
  },
  {
    code: 'XL-037',
    taken: lists('disk', ['vdev=xvda,target=/x', '/x,raw,xvda', 'vdev=d2p3,target=/x', 'vdev=51712,target=/x']),
    refused: lists('disk', ['format=raw,target=/x', '/x,raw', 'phy:/x']),
    stricter: {
      'libxl refuses it, later': lists('disk', ['vdev=foo,target=/x', 'vdev=sdz,target=/x', 'vdev=xvda01,target=/x']),
    },
  },
  {
    code: 'XL-038',
    taken: lists('disk', ['vdev=xvda,target=/x,y', 'cdrom,vdev=hdc', 'devtype=cdrom,vdev=hdc']),
    refused: lists('disk', ['vdev=xvda', 'vdev=xvda,access=rw', 'devtype=disk,vdev=hdc']),
  },
  {
    code: 'XL-039',
    taken: lists('disk', [
      'phy:/dev/vg/lv,xvda,w',
      'file:/x.img,hda,r',
      'tap:/x,xvda,w',
      'tap2:/x,xvda,w',
      'tapdisk:/x,xvda,w',
      'aio:/x,xvda',
      'qcow2:/x,xvda,w',
      'raw:/x,xvda,ro',
      'nbd:/x,xvda',
      'iscsi:/x,xvda,w',
      '/x,raw,xvda,rw',
      '/x,,xvda',
      '/x,qcow2,xvda,w',
      '/x,raw,hdc:cdrom,r',
      ',hdc:cdrom,r',
      ',,hdc:cdrom,r',
      'format=qed, vdev=xvda, access=, target=/x',
      'backendtype=qdisk,vdev=xvda,target=/x',
      'backend=d,script=block-x,direct-io-safe,discard,vdev=xvda,target=/x',
      'no-discard,vdev=xvda,target=/x,y=z',
      'specification=virtio,backendtype=standalone,vdev=xvda,target=/x',
      'vdev=xvda,format=raw,format=raw,target=/x',
    ]),
    refused: lists('disk', [
      'format=foo,vdev=xvda,target=/x',
      'access=x,vdev=xvda,target=/x',
      'backendtype=foo,vdev=xvda,target=/x',
      'specification=foo,vdev=xvda,target=/x',
      'devtype=foo,vdev=xvda,target=/x',
      'foo=bar,vdev=xvda,target=/x',
      'foo=,vdev=xvda,target=/x',
      'foo:/x,xvda,w',
      '/x,raw,xvda,w,extra',
      '/x,foo,xvda,w',
      '/x,raw,xvda,x',
      '/x,raw,xvda:foo,w',
      'vdev=xvda,vdev=xvdb,target=/x',
      'vdev=xvda,format=raw,format=qcow2,target=/x',
      'grant_usage=2,vdev=xvda,target=/x',
    ]),
  },
  {
    code: 'XL-039',
    since: '4.20',
    taken: lists('disk', [
      'trusted,vdev=xvda,target=/x',
      'untrusted,vdev=xvda,target=/x',
      'grant_usage=1,vdev=xvda,target=/x',
      'grant_usage=0,vdev=xvda,target=/x',
    ]),
    refused: lists('disk', ['grant_usage=true,vdev=xvda,target=/x']),
  },
  {
    code: 'XL-041',
    taken: lists('iomem', ['fe000,1', '0xfe000,0x1', 'fe000,10@10000', 'FE000,1@0x10000', ' fe000, 1', 'fe000,1@ 10']),
    refused: lists('iomem', [
      'fe000',
      '',
      'fe000,',
      'fe000-1',
      'fe000,1@',
      'fe000,1 ',
      'fe000,1@10 ',
      'fe000 ,1',
      'fe000,1@10@1',
      'xyz,1',
      'fe000,1;2',
    ]),
    stricter: { 'xl counts backwards': lists('iomem', ['-1,1', 'fe000,-1']) },
  },
  {
    code: 'XL-051',
    since: '4.20',
    taken: lists('llc_colors', ['0', '0-3', '3-3', ' 1', '1- 2', '1x']),
    refused: lists('llc_colors', ['', 'a', '3-1', ',1', 'x1']),
  },
  {
    code: 'XL-056',
    taken: lists('vif', [
      'mac=00:16:3e:01:02:03',
      'mac=0:16:3E:1:2:3,bridge=xenbr0',
      'bridge=xenbr0',
      'type=vif',
      'type=ioemu,mac=00-16-3e-01-02-03',
      '',
    ]),
    refused: lists('vif', [
      'mac=',
      'mac=00:16:3e:01:02',
      'mac=00:16:3e:01:02:xx',
      'mac=100:16:3e:01:02:03',
      'mac=00163e010203',
      'type=x',
      'type=',
    ]),
  },
]
