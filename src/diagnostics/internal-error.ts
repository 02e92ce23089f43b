/** A bug of the tool, never of its input: shown with its stack, exit status 70. */
export class InternalError extends Error {
  override readonly name = 'InternalError'
}
