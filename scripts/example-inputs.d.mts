/** Writes the files that `examples/<name>/inputs.mjs` describes into `folder`, and returns their names. */
export declare function makeInputs(name: string, folder: string): Promise<readonly string[]>
