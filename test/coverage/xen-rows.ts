/**
 * The rules by which Xen and xl refuse, lose or overwrite what they are given, as they were counted in the sources: 336 rows in twelve
 * sections, numbered from 1, of which a build can know 300, and 35 only in part. Codes of findings have the numbers of their rows.
 */
import type { Code } from '../../src/diagnostics/catalogue/index.ts'

/** How many rows each section has. */
export const SECTIONS = {
  FDT: 26,
  MOD: 27,
  DOM: 57,
  SM: 17,
  SHM: 34,
  EVC: 16,
  CPU: 14,
  LLC: 18,
  PT: 34,
  KRN: 17,
  D0: 18,
  XL: 58,
} as const

/** What a build can know only in part: the rest is the hardware's, or the moment's. */
export const PARTLY: readonly string[] = [
  ...['FDT-016', 'FDT-018', 'FDT-026', 'DOM-009', 'DOM-010', 'DOM-011', 'DOM-017', 'DOM-023', 'DOM-030'],
  ...['SHM-027', 'SHM-028', 'SHM-029', 'SHM-032', 'CPU-006', 'LLC-002', 'LLC-014', 'LLC-015', 'LLC-016'],
  ...['PT-020', 'PT-023', 'KRN-014', 'KRN-015', 'D0-001', 'D0-002', 'D0-007', 'D0-008', 'D0-017', 'D0-018'],
  ...['XL-010', 'XL-014', 'XL-024', 'XL-033', 'XL-038', 'XL-042', 'XL-054'],
]

/** What no build can know. */
export const UNKNOWABLE: readonly string[] = ['D0-009']

/** Rows that are no code of their own: what is found instead. */
export const FOUND_AS: Readonly<Record<string, readonly Code[]>> = {
  'FDT-002': ['REF-013'],
  'MOD-004': ['MOD-003'],
  'MOD-022': ['FDT-010'],
  'DOM-011': ['DOM-009'],
  'DOM-057': ['MOD-003'],
  'SM-006': ['MOD-007', 'MOD-008', 'MOD-009'],
  'SM-008': ['DOM-008'],
  'SM-012': ['SM-002'],
  'SM-015': ['KRN-004', 'KRN-005'],
  'CPU-010': ['CPU-002', 'CPU-003'],
  'CPU-014': ['D0-012', 'D0-015'],
  'PT-001': ['REF-026', 'MOD-021'],
  'PT-030': ['PT-009', 'PT-017', 'PT-018'],
  'KRN-017': ['KRN-004'],
  'SHM-027': ['DOM-009'],
  'XL-012': ['XL-059'],
  'XL-040': ['XL-002', 'XL-039'],
}

/** Rows that nothing which domforge reads can violate, with the reason. */
export const NEVER: Readonly<Record<string, string>> = {
  'D0-010': 'hardware_dom is an option of x86: Arm reads no such option',
  'D0-017':
    'dom0 reserves the three PPIs of its timer alone (arch/arm/vtimer.c: domain_vtimer_init): Xen leaves out every node with a PPI (domain_build.c: handle_node)',
  'XL-001': 'domforge writes the name of every domain itself',
}
