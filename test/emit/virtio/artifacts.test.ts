/** Which guest is given which file, where it is installed, and the numbers in those that are written from the plan. */
import { describe, expect, it } from 'vitest'
import { Emitted } from '../../support/virtio/emitted-system.ts'

const emitted = new Emitted()
const { artifacts } = emitted

describe('the files', () => {
  it('are those of the guests that can use them', () => {
    const of = (name: RegExp) => artifacts.flatMap(({ path }) => (name.test(path) ? [path.split('/')[1]] : []))
    expect(of(/virtio\.json$/)).toEqual(['dom0', 'app', 'mcu', 'bare', 'rtos'])
    expect(of(/virtio\.h$/)).toEqual(['dom0', 'app', 'mcu', 'bare', 'rtos'])
    expect(of(/virtio\.env$/)).toEqual(['dom0', 'app', 'mcu', 'bare', 'rtos'])
    expect(of(/virtio\.overlay$/)).toEqual(['mcu', 'rtos'])
    expect(of(/linux\.config$/)).toEqual(['dom0', 'app', 'bare'])
    expect(of(/\/old\.resource-table$/)).toEqual(['bare'])
    expect(of(/resource-table$/)).toEqual(['bare'])
    expect(of(/metadata\.cpio$/)).toEqual(['dom0', 'app'])
  })

  it('are installed in their guest, where its programs look', () => {
    expect(
      artifacts.flatMap(({ path, install = [] }) => (path.startsWith('domains/mcu/') ? [[path, install]] : [])),
    ).toEqual([
      ['domains/mcu/virtio.json', [{ domain: 'mcu', at: '/etc/domforge/virtio.json', mode: '0644' }]],
      ['domains/mcu/virtio.h', []],
      ['domains/mcu/virtio.env', [{ domain: 'mcu', at: '/etc/domforge/virtio.env', mode: '0644' }]],
      ['domains/mcu/virtio.overlay', []],
    ])
  })

  it('of a guest that boots are in one archive, with what waits for the programs where it drives a virtio-mmio device', () => {
    const files = (guest: string) => {
      const archive = artifacts.find(({ path }) => path === `domains/${guest}/metadata.cpio`)?.contents ?? ''
      const heads = Buffer.from(archive).toString('latin1').split('070701').slice(1)
      return heads.map(
        (head) => `${Number.parseInt(head.slice(8, 16), 16).toString(8)} ${/^[^\0]*/.exec(head.slice(104))?.[0]}`,
      )
    }
    const metadata = ['100644 etc/domforge/virtio.env', '100644 etc/domforge/virtio.json']
    expect(files('dom0')).toEqual(['40755 etc', '40755 etc/domforge', ...metadata, '0 TRAILER!!!'])
    expect(files('app')).toEqual([
      ...['etc', 'etc/domforge', 'conf', 'conf/conf.d', 'etc/systemd', 'etc/systemd/system'].map(
        (path) => `40755 ${path}`,
      ),
      '40755 etc/systemd/system/sysinit.target.wants',
      ...metadata,
      '100755 etc/domforge/virtio-wait',
      '100644 conf/conf.d/domforge-virtio',
      '100644 etc/systemd/system/domforge-virtio.service',
      '120777 etc/systemd/system/sysinit.target.wants/domforge-virtio.service',
      '0 TRAILER!!!',
    ])
  })
})

describe('linux.config', () => {
  const options = (guest: string) =>
    emitted.lines(`domains/${guest}/linux.config`).filter((line) => line.startsWith('CONFIG_'))

  it('has what the domain of the programs needs: no driver', () => {
    expect(options('dom0')).toEqual(['CONFIG_XEN=y', 'CONFIG_BLK_DEV_INITRD=y'])
  })

  it('has what a driver by registers, with grants, regions and channels need', () => {
    expect(options('app')).toEqual([
      'CONFIG_XEN=y',
      'CONFIG_BLK_DEV_INITRD=y',
      'CONFIG_XEN_DEV_EVTCHN=y',
      'CONFIG_MODULES=y',
      'CONFIG_VIRTIO_MMIO=m',
      'CONFIG_VIRTIO_BLK=m',
      'CONFIG_XEN_VIRTIO=y',
      'CONFIG_XEN_GRANT_DMA_OPS=y',
      'CONFIG_XEN_GRANT_DMA_IOMMU=y',
      'CONFIG_SERIAL_AMBA_PL011=y',
      'CONFIG_SERIAL_AMBA_PL011_CONSOLE=y',
    ])
  })

  it('has no channels, console and driver for a guest without', () => {
    expect(options('bare')).toEqual(['CONFIG_XEN=y', 'CONFIG_MODULES=y'])
    expect(emitted.text('domains/bare/linux.config')).toContain(
      '# the guest runs on Xen, and finds its regions by the nodes',
    )
    expect(emitted.text('domains/dom0/linux.config')).toContain('# the guest runs on Xen\n')
  })
})
