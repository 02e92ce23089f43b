/** The file names that U-Boot requests from a TFTP server. */

/** `MAX_LEN` in net/tftp.c is 128 with the NUL; a board may set another (CONFIG_TFTP_FILE_NAME_MAX_LEN in its header). */
export const LONGEST_TFTP_NAME = 127

/** An address of a server before the path, which is not sent (net/net.c: net_parse_bootfile). */
const SERVER = /^\d{1,3}(\.\d{1,3}){3}:/

/**
 * Why U-Boot would request something else than `path`, as the end of a sentence; `undefined`: it would not. A `prefix` may begin with the
 * address of a server.
 */
export function lostByTftp(path: string, prefix: string): string | undefined {
  const name = path.replace(SERVER, '')
  if (name.length > LONGEST_TFTP_NAME)
    return `has ${name.length} characters, and U-Boot cuts what it asks a TFTP server for after ${LONGEST_TFTP_NAME}`
  if (name.includes('"')) return 'has a quote ("), where tftpboot ends the name of a file'
  return path.slice(prefix.length).includes(':')
    ? 'has a colon, which tftpboot would read as the end of a server address'
    : undefined
}
