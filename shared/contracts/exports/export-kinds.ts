/** What can be exported. */
export const exportKinds = ['customers', 'orders', 'touches'] as const;
export type ExportKind = (typeof exportKinds)[number];
