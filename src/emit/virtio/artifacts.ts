/** Files for guests with virtio devices, all from one document. */
import { InternalError } from '../../diagnostics/internal-error.ts'
import { METADATA_FOLDER as FOLDER, metadataOutput } from '../../guests/metadata.ts'
import { type VirtioDocument, virtioDocument } from '../../guests/virtio-document.ts'
import { isJoined, metadataInDom0 } from '../../lifecycle/joined-ramdisk.ts'
import type { Domain } from '../../model/system-model.ts'
import { bootedGuest } from '../../plan/by-domain.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { devicesOf, mmioOf } from '../../plan/virtio/planned-virtio.ts'
import { argoMetadata } from '../argo/artifacts.ts'
import type { Artifact, Emitter, InstallPlace } from '../artifact.ts'
import { guestMarkFiles } from '../lifecycle/guest-mark.ts'
import { guestWatchdogFiles } from '../lifecycle/guest-watchdog.ts'
import { headerText } from './c-header.ts'
import { type CpioFile, cpioArchive } from './cpio.ts'
import { environmentText } from './environment.ts'
import { documentText } from './json.ts'
import { linuxOptionsText } from './linux-options.ts'
import { resourceTableBytes } from './resource-table-bytes.ts'
import { waitFiles } from './wait.ts'
import { overlayText } from './zephyr-overlay.ts'

const virtioJson: Emitter = {
  name: 'virtio.json',
  summary: 'what a guest must know about its virtio devices, for programs',
  emit: ({ plan }) =>
    guests(plan).map((guest) => metadata(guest, 'virtio.json', documentText(documentOf(plan, guest)))),
}

const virtioHeader: Emitter = {
  name: 'virtio.h',
  summary: 'the same for C and C++',
  emit: ({ plan }) => guests(plan).map((guest) => file(guest, 'virtio.h', headerText(documentOf(plan, guest)))),
}

const virtioEnvironment: Emitter = {
  name: 'virtio.env',
  summary: 'the same for shells and systemd',
  emit: ({ plan }) =>
    guests(plan).map((guest) => metadata(guest, 'virtio.env', environmentText(documentOf(plan, guest)))),
}

const zephyrOverlay: Emitter = {
  name: 'virtio.overlay',
  summary: "regions of shared memory and virtio-mmio devices for a build of Zephyr, for guests with 'os: zephyr'",
  emit: ({ plan }) =>
    guests(plan)
      .filter(({ os }) => os === 'zephyr')
      .map((guest) => file(guest, 'virtio.overlay', overlayText(documentOf(plan, guest), macsOf(plan)))),
}

/** MAC addresses that QEMU gives to network devices, by the devices' names. */
const macsOf = ({ virtio }: SystemPlan): ReadonlyMap<string, string> =>
  new Map(
    mmioOf(virtio).flatMap(({ device }) => {
      const program = device['backend-program']
      return program?.kind === 'qemu' && program.options.mac !== undefined ? [[device.name, program.options.mac]] : []
    }),
  )

const linuxOptions: Emitter = {
  name: 'linux.config',
  summary: "Kconfig fragment with the options that a guest's kernel must have",
  emit: ({ plan }) =>
    guests(plan)
      .filter(({ os }) => os === 'linux')
      .map((guest) => file(guest, 'linux.config', linuxOptionsText(plan, guest))),
}

const resourceTables: Emitter = {
  name: 'resource-tables',
  summary:
    'resource tables as remoteproc and OpenAMP read them, one per device with that layout, for the guest that is the device',
  emit: ({ plan }) =>
    guests(plan).flatMap((guest) => {
      const document = documentOf(plan, guest)
      return Object.entries(document.devices).flatMap(([name, device]) =>
        device.transport === 'static-shm' && device.layout === 'resource-table' && device.role === 'device'
          ? [file(guest, `${name}.resource-table`, resourceTableBytes(device, document))]
          : [],
      )
    }),
}

/** The archives that U-Boot loads behind ramdisks, from which guests have their numbers and scripts. */
export const metadataArchives: Emitter = {
  name: 'metadata.cpio',
  summary:
    'virtio.json and virtio.env, argo.json and argo.env, what waits for programs, feeds the watchdog and leaves word for the supervisor, as an archive that the boot script loads right after the ramdisk of a Linux guest',
  emit: ({ plan }) =>
    [...plan.metadata].map(([name, room]) => {
      const files: readonly CpioFile[] = [
        ...virtioMetadata(plan, name),
        ...argoMetadata(plan, name),
        ...plan.model.domains
          .filter((domain) => domain.name === name)
          .flatMap((domain) => [...guestWatchdogFiles(domain), ...guestMarkFiles(domain)]),
      ]
      const install = forDom0(plan, name)
      return {
        path: metadataOutput(name),
        contents: archive(name, files, Number(room)),
        ...(install.length > 0 ? { install } : {}),
      }
    }),
}

/** Places of an archive in dom0, whose supervisor needs it to create the domain again. */
function forDom0(plan: SystemPlan, name: string): readonly InstallPlace[] {
  const domain = bootedGuest(plan, name)?.domain
  return plan.dom0 && domain && isJoined(plan, domain)
    ? [{ domain: plan.dom0.domain.name, at: metadataInDom0(name), mode: '0644' }]
    : []
}

function virtioMetadata(plan: SystemPlan, name: string): readonly CpioFile[] {
  if (devicesOf(plan.virtio, name).length === 0) return []
  const document = virtioDocument(plan, name)
  return [
    [`${FOLDER}/virtio.env`, Buffer.from(environmentText(document))],
    [`${FOLDER}/virtio.json`, Buffer.from(documentText(document))],
    ...waitFiles(document),
  ]
}

/** An archive of exactly `room` bytes. The plan reserves room for the longest names that there can be, which a test tries: throws if it is too small. */
function archive(domain: string, files: readonly CpioFile[], room: number): Uint8Array {
  try {
    return cpioArchive(files, room)
  } catch (error) {
    throw new InternalError(`metadata of ${domain}: ${String(error)}`)
  }
}

/** Domains that are an end of a device. */
const guests = ({ model, virtio }: SystemPlan): readonly Domain[] =>
  model.domains.filter(({ name }) => devicesOf(virtio, name).length > 0)

const documentOf = (plan: SystemPlan, { name }: Domain): VirtioDocument => virtioDocument(plan, name)

const metadata = (guest: Domain, base: string, contents: string): Artifact => ({
  ...file(guest, base, contents),
  install: [{ domain: guest.name, at: `/${FOLDER}/${base}`, mode: '0644' }],
})

const file = ({ name }: Domain, base: string, contents: string | Uint8Array) => ({
  path: `domains/${name}/${base}`,
  contents,
})

/** All files for guests. */
export const virtioArtifacts: readonly Emitter[] = [
  virtioJson,
  virtioHeader,
  virtioEnvironment,
  zephyrOverlay,
  linuxOptions,
  resourceTables,
  metadataArchives,
]
