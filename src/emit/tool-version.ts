/** This tool's version. The bundler fills in that of package.json. */
declare const __DOMFORGE_VERSION__: string

/** For `--version`, and for outputs that name it. */
export const TOOL_VERSION: string = __DOMFORGE_VERSION__
