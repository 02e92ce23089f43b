/** SHA-256 (FIPS 180-4). Node's cryptography is loaded with the first hash: it takes longer to start than most runs have need of it. */

/** Of the concatenation of `parts`; text as UTF-8. */
export function sha256(...parts: readonly (string | Uint8Array)[]): Buffer {
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** The same in hexadecimal. */
export const sha256Hex = (...parts: readonly (string | Uint8Array)[]): string => sha256(...parts).toString('hex')
