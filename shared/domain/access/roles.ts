/** What a key may do (DOMAIN 12). */
export const roles = ['admin', 'marketer', 'service', 'analyst'] as const;
export type Role = (typeof roles)[number];

/** An analyst counts customers and does not get to know them. */
export function seesPersonalData(role: Role): boolean {
  return role !== 'analyst';
}
