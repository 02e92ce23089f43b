/** U-Boot's script, as text and as the image that its command `source` runs. */
import type { Emitter } from './artifact.ts'
import { scriptImage } from './legacy-image.ts'
import { ubootScript } from './uboot-script.ts'

/** The text. */
export const bootCommands: Emitter = {
  name: 'boot.cmd',
  summary: "U-Boot's script as plain text",
  emit: ({ script }) => [{ path: 'boot.cmd', contents: ubootScript(script) }],
}

/** The image. */
export const bootScriptImage: Emitter = {
  name: 'boot.scr',
  summary: "U-Boot's script with the header that its source command expects",
  emit: ({ script, plan }, { timestamp }) => [
    { path: 'boot.scr', contents: scriptImage({ script: ubootScript(script), name: plan.model.name, timestamp }) },
  ],
}
