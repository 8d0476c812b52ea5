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

export const rfmGroupNames: Readonly<Record<RfmGroup, { readonly en: string; readonly zh: string }>> = {
  key_value: { en: 'Key value', zh: '重要价值' },
  general_value: { en: 'General value', zh: '一般价值' },
  key_develop: { en: 'Key develop', zh: '重要发展' },
  general_develop: { en: 'General develop', zh: '一般发展' },
  key_keep: { en: 'Key keep', zh: '重要保持' },
  general_keep: { en: 'General keep', zh: '一般保持' },
  key_win_back: { en: 'Key win-back', zh: '重要挽留' },
  general_win_back: { en: 'General win-back', zh: '一般挽留' },
};
