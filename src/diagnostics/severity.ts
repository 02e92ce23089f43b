/** What stops the build · what is suspicious · what could not be decided or is only worth knowing. */
export type Severity = 'error' | 'warning' | 'note'
