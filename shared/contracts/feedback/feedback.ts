import type { Instant } from '../../domain/calendar.ts';
import type { BlockReason, OwnWord } from '../../domain/contact-policy/standing.ts';
import type { Follower } from '../../domain/messages/machine-reactions.ts';
import type { ReactionKind } from '../../domain/touches/touch.ts';

/** What a provider or a person has told of a message, whatever the form it came in. */
export type Feedback =
  /** About one message that went out. */
  | {
      readonly type: 'reaction';
      readonly channel: 'email' | 'sms';
      readonly kind: ReactionKind | 'sent' | 'rejected';
      readonly at: Instant;
      /** Of an opening or a click: who it was, as far as is known. */
      readonly by?: Follower;
      /** Of a click: what tells the links of one message apart. */
      readonly link?: string;
      /** Our own marks, where the provider carries them. */
      readonly touch?: { readonly customer: string; readonly id: string };
      readonly providerId: string;
      /** Addresses it is about: only those are ever blocked. */
      readonly addresses: readonly string[];
      /** The address takes nothing any more. */
      readonly blocks?: BlockReason;
    }
  /** Somebody answered: about the address, not about one message. */
  | {
      readonly type: 'word';
      readonly channel: 'email' | 'sms';
      readonly address: string;
      readonly word: OwnWord;
      readonly at: Instant;
    }
  | { readonly type: 'ignored'; readonly why: string };
