import type { ContactPolicy } from '../contact-policy/policy.ts';
import type { ChannelSettings, MessagingPatch, MessagingSettings } from './messaging-settings.ts';

/** What a patch makes of the settings of messaging: each member by itself, an allowance as a whole. */
export function patchedMessaging(settings: MessagingSettings, patch: MessagingPatch): MessagingSettings {
  return {
    policy: patchedPolicy(settings.policy, patch.policy ?? {}),
    quietHours: { ...settings.quietHours, ...given(patch.quietHours) },
    staleAfterHours: patch.staleAfterHours ?? settings.staleAfterHours,
    rules: patchedRules(settings.rules, patch.rules ?? {}),
    channels: patchedChannels(settings.channels, patch.channels ?? {}),
  };
}

/** Each rule by its members: switched off and on again it keeps its channels. */
function patchedRules(
  rules: MessagingSettings['rules'],
  patch: NonNullable<MessagingPatch['rules']>,
): MessagingSettings['rules'] {
  const entries = Object.entries(rules).map(([id, rule]) => [
    id,
    withoutNulls({ ...rule, ...given(patch[id as keyof typeof rules]) }),
  ]);
  return Object.fromEntries(entries) as MessagingSettings['rules'];
}

function patchedPolicy(policy: ContactPolicy, patch: NonNullable<MessagingPatch['policy']>): ContactPolicy {
  const stages = Object.entries(policy.stages).map(([stage, row]) => [
    stage,
    { ...row, ...given(patch.stages?.[stage as keyof ContactPolicy['stages']]) },
  ]);
  return {
    stages: Object.fromEntries(stages) as ContactPolicy['stages'],
    perChannel: { ...policy.perChannel, ...given(patch.perChannel) },
    careOnUnknownConsent: patch.careOnUnknownConsent ?? policy.careOnUnknownConsent,
    brake: { ...policy.brake, ...given(patch.brake) },
  };
}

function patchedChannels(channels: ChannelSettings, patch: NonNullable<MessagingPatch['channels']>): ChannelSettings {
  return {
    email: withoutNulls({ ...channels.email, ...given(patch.email) }),
    sms: {
      ...withoutNulls({ ...channels.sms, ...given(patch.sms) }),
      perSecond: patch.sms?.perSecond ?? channels.sms.perSecond,
    },
    webhook: withoutNulls({ ...channels.webhook, ...given(patch.webhook) }),
  };
}

/** The members that a patch gives. */
export function given<T extends object>(value: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(value ?? {}).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** Null takes a member away. */
export function withoutNulls<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], null> } {
  const entries = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], null> };
}
