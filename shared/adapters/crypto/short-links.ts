import { dayMs } from '../../domain/durations.ts';
import type { TouchKey } from '../../usecases/messages/messaging-ports.ts';
import type { LinkPurpose } from './public-links.ts';
import { equalInConstantTime, type RootKeys } from './root-keys.ts';

/** For how long clicks and openings are counted, and a questionnaire or a coupon can be had: half a year. */
export const linkValidMs = 180 * dayMs;

/** What a short token says: the name its message is found by, and the place of the link it stands for. */
export interface ShortToken {
  readonly name: string;
  readonly place: string;
}

/** Tokens for text messages, where every character costs: what they stand for is found in the table, by the message's name. */
export interface ShortLinks {
  /** Some 48 bits in 8 characters: two messages in many millions may share one, and the tag tells them apart. */
  nameOf(touch: TouchKey): string;
  write(purpose: LinkPurpose, touch: TouchKey, place?: number): string;
  /** @returns undefined for what is no short token */
  read(token: string): ShortToken | undefined;
  /** Whether a token was made here, for this purpose of this message. */
  isFor(purpose: LinkPurpose, token: string, touch: TouchKey): boolean;
}

const form = /^([A-Za-z0-9]{8})[A-Za-z0-9]{6}(\d{0,3})$/;
const nameLength = 8;
const tagLength = 6;

/** Letters and digits only: phones end a link before a dash. */
function plain(tag: string, length: number): string {
  return tag.slice(0, length).replaceAll('-', 'A').replaceAll('_', 'B');
}

/** Token: name of the message, some 36 bits of the tag over all it stands for, the place of the link where there is one. */
export function shortLinks({ linkTag }: Pick<RootKeys, 'linkTag'>): ShortLinks {
  const nameOf = ({ customer, id }: TouchKey) => plain(linkTag(`name ${customer} ${id}`), nameLength);
  const write: ShortLinks['write'] = (purpose, touch, place) => {
    const end = place === undefined ? '' : String(place);
    const tag = plain(linkTag(`short ${purpose} ${touch.customer} ${touch.id} ${end}`), tagLength);
    return `${nameOf(touch)}${tag}${end}`;
  };
  return {
    nameOf,
    write,
    read(token) {
      const [whole, name = '', place = ''] = form.exec(token) ?? [];
      return whole === undefined ? undefined : { name, place };
    },
    isFor(purpose, token, touch) {
      const place = form.exec(token)?.[2];
      if (place === undefined) return false;
      return equalInConstantTime(token, write(purpose, touch, place === '' ? undefined : Number(place)));
    },
  };
}
