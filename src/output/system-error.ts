/** Why a folder cannot be made or gone into, in words where the system's own say what it did rather than what is wrong. */
export const whyNoFolder = (error: NodeJS.ErrnoException): string =>
  error.code === 'EEXIST' || error.code === 'ENOTDIR' ? 'a file is where a folder has to be' : error.message

/** What the operating system refuses, unlike a bug of ours. */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && typeof error.syscall === 'string'
