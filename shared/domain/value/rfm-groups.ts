/** The eight value groups (DOMAIN 4), in the order of its table. */
export const rfmGroups = [
  'key_value',
  'general_value',
  'key_develop',
  'general_develop',
  'key_keep',
  'general_keep',
  'key_win_back',
  'general_win_back',
] as const;
export type RfmGroup = (typeof rfmGroups)[number];
