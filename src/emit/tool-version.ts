/** This tool's version; the bundler puts package.json's in. */
declare const __DOMFORGE_VERSION__: string

export const TOOL_VERSION: string = __DOMFORGE_VERSION__
