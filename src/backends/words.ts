/** Command lines before any shell has seen them. */

/** A word of a command line, in pieces: texts as they are, and what is known only when the program starts. */
export type Word = readonly (string | Known)[]

/** `id`: of the running guest. `ready`: path of a file that the program makes when it serves. `socket`: path of a daemon's socket, without the number of the guest. */
export interface Known {
  readonly known: 'id' | 'ready' | 'socket'
}
