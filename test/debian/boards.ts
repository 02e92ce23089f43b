import { join } from 'node:path'
import { unpack } from './apt-root.ts'
import { type DebianRelease, fetchFromDebian, onlyDependency } from './fetch.ts'

/**
 * A folder with every device tree blob of Debian's generic arm64 kernel package, in its own folders by vendor
 * (`xilinx/zynqmp-zcu102-rev1.0.dtb`): 577 real boards in bookworm. Fetched on first use.
 */
export async function boardTrees(release: DebianRelease): Promise<string> {
  const directory = await fetchFromDebian(`${release}/boards`, release, '1', async (apt, _scratch, into) => {
    const kernel = await onlyDependency(apt, 'linux-image-arm64', /^linux-image-[0-9]/)
    const [deb = ''] = await apt.download([kernel])
    await unpack(deb, join(into, 'trees'), ['--strip-components=4', './usr/lib/linux-image-*/*.dtb'])
  })
  return join(directory, 'trees')
}
