/** Writes what `examples/<name>/inputs.mjs` describes into `folder`; returns the file names. */
export declare function makeInputs(name: string, folder: string): Promise<readonly string[]>
