/** IOMMUs that Xen has a driver for. */
export interface IommuState {
  readonly path: string
  readonly isEnabled: boolean
}
