/** The page for users of ImageBuilder: it has an answer for everything that they can write, and its example builds. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it, test } from 'vitest'
import { domforge, workplace } from '../support/cli/tool.ts'

const page = readFileSync(resolve(import.meta.dirname, '../../docs/imagebuilder.md'), 'utf8')

/** Variables of a configuration (uboot-script-gen and disk_image, upstream until January 2026, and AMD's branch), without their indexes. */
const VARIABLES = `
  MEMORY_START MEMORY_END LOAD_CMD XEN_LOAD DOM0_LOAD DOMU_LOAD BOOT_CMD DEVICE_TREE XEN XEN_POLICY XEN_CMD XEN_COLORS XEN_STATIC_HEAP UBOOT_SOURCE UBOOT_SCRIPT
  APPEND_EXTRA_CMDS DBG_FDT_PRINT_CHOSEN FDTEDIT FIT FIT_ENC_KEY_DIR FIT_ENC_UB_DTB BITSTREAM NUM_DT_OVERLAY DT_OVERLAY NUM_BOOT_AUX_FILE BOOT_AUX_FILE GPT
  LINUX LINUX_CMD LINUX_RAMDISK LINUX_ROOTFS DOM0_KERNEL DOM0_RAMDISK DOM0_CMD DOM0_MEM DOM0_VCPUS DOM0_COLORS DOM0_ROOTFS DOM0_VIOMMU NUM_DOMUS DOMU_KERNEL
  DOMU_CMD DOMU_RAMDISK DOMU_MEM DOMU_VCPUS DOMU_VCPU_HARD_AFFINITY DOMU_STATIC_MEM DOMU_DIRECT_MAP DOMU_SHARED_MEM DOMU_STATIC_EVTCHNS DOMU_VPL011 DOMU_NR_SPIS
  DOMU_ENHANCED DOMU_GRANT_VER DOMU_GRANT_FRAMES DOMU_MAPTRACK_FRAMES DOMU_CAPS DOMU_TRAP_UNMAP DOMU_DOMID DOMU_PASSTHROUGH_PROP DOMU_P2M_MEM_MB DOMU_COLORS
  NUM_CPUPOOLS CPUPOOL DOMU_CPUPOOL DOMU_PASSTHROUGH_PATHS DOMU_PASSTHROUGH_DTB PASSTHROUGH_DTS_REPO LOPPER_PATH LOPPER_CMD DOMU_NOBOOT DOMU_ROOTFS
  DOMU_DRIVER_DOMAIN DOMU_VIOMMU DOMU_VUART_PL011`
  .trim()
  .split(/\s+/)

/** Of both scripts. */
const OPTIONS = ['-c', '-d', '-t', '-o', '-k', '-u', '-f', '-p', '-s', '-w', '-a']

/** First cells of the tables, and the text about disk images. */
const asked = page
  .split('\n')
  .map((line) =>
    line.startsWith('|')
      ? (line.split(' | ')[0] ?? '')
      : line.startsWith('`NUM_') || line.startsWith('domforge makes no')
        ? line
        : '',
  )
  .join('\n')

test.each([...VARIABLES, ...OPTIONS])('%s has an answer', (name) => {
  expect(asked).toMatch(new RegExp(`\`${name}(?:\\[[^\`]*\\])?(?:=[^\`]*)?\``))
})

it('the example builds, without a warning', async () => {
  const place = await workplace('dom0-and-two')
  const { folder } = place
  const manifest = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  place.write(manifest)
  renameSync(join(folder, 'board.dtb'), join(folder, 'mpsoc.dtb'))
  const put = (from: string, to: string): void => writeFileSync(join(folder, to), readFileSync(join(folder, from)))
  put('Image', 'Image-dom0')
  put('camera.cpio.gz', 'dom0-ramdisk.cpio')
  for (const name of ['domu0', 'domu1']) {
    mkdirSync(join(folder, name))
    put('Image', `${name}/Image`)
    put('camera.cpio.gz', `${name}/ramdisk.cpio`)
  }
  const { status, stderr } = domforge(['build', 'system.yaml'], folder)
  expect([status, stderr]).toEqual([0, expect.not.stringMatching(/ (error|warning) /)])
  place.remove()
})
