import type { ContactPolicy } from '../contact-policy/policy.ts';
import type { CasePatch, ServiceSettings } from './case-settings.ts';
import type { ChannelSettings, MessagingPatch, MessagingSettings } from './messaging-settings.ts';

/** What a patch makes of the settings of messaging: each member by itself, an allowance as a whole. */
export function patchedMessaging(settings: MessagingSettings, patch: MessagingPatch): MessagingSettings {
  return {
    policy: patchedPolicy(settings.policy, patch.policy ?? {}),
    quietHours: { ...settings.quietHours, ...given(patch.quietHours) },
    staleAfterHours: patch.staleAfterHours ?? settings.staleAfterHours,
    shopAnniversary: patch.shopAnniversary === undefined ? settings.shopAnniversary : patch.shopAnniversary,
    eventBus: patch.eventBus ?? settings.eventBus,
    attributionDays: patch.attributionDays ?? settings.attributionDays,
    couponLadder: patch.couponLadder ?? settings.couponLadder,
    channels: patchedChannels(settings.channels, patch.channels ?? {}),
    prices: {
      sms: withoutNulls({ ...settings.prices.sms, ...given(patch.prices?.sms) }) as MessagingSettings['prices']['sms'],
      email: patch.prices?.email ?? settings.prices.email,
    },
  };
}

/** The same of the settings of cases and questionnaires. */
export function patchedService({ cases, questionnaire }: ServiceSettings, patch: CasePatch): ServiceSettings {
  const { dueHours, ...limits } = patch.cases ?? {};
  return {
    cases: { ...cases, ...given(limits), dueHours: { ...cases.dueHours, ...given(dueHours) } },
    questionnaire: withoutNulls({ ...questionnaire, ...given(patch.questionnaire) }),
  };
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
