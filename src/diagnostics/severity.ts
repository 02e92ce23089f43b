/** What stops the build · what is suspicious · what could not be decided or is only worth knowing · any of these that the user accepts. */
export type Severity = 'error' | 'warning' | 'note' | 'accepted'
