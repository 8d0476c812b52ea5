/** How a text travels by SMS (DOMAIN 10a): what a part costs is a matter of country and provider. */
export interface SmsParts {
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** Septets in GSM-7 (an extension character takes two), UTF-16 code units in UCS-2. */
  readonly units: number;
  /** Messages paid for; 0 for an empty text. */
  readonly parts: number;
}

/** The default alphabet of 3GPP TS 23.038, section 6.2.1, but for the escape, which is no character. */
const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
    '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Its extension table (6.2.1.1): an escape goes before each. */
const extension = new Set('\f^{}\\[~]|€');

/** Room in a message that goes alone, and in each part of a longer one, which six octets of header go before. */
const room = { 'GSM-7': { alone: 160, part: 153 }, 'UCS-2': { alone: 70, part: 67 } } as const;

/**
 * Counts what a text takes: GSM-7 where every character is in that alphabet, else UCS-2. Neither an escape and its
 * character nor the two halves of a surrogate pair are torn apart by the end of a part; what a reader sees as one
 * character (an emoji of several code points) may be.
 */
export function smsPartsOf(text: string): SmsParts {
  const septets = septetsOf(text);
  if (septets) return fill('GSM-7', septets);
  // By code points, so that a pair stays together; half a pair alone is one unit.
  return fill(
    'UCS-2',
    Array.from(text, (character) => character.length),
  );
}

/** The septets each character takes, or undefined where one is not in the alphabet. */
function septetsOf(text: string): number[] | undefined {
  const septets: number[] = [];
  for (const character of text) {
    if (basic.has(character)) septets.push(1);
    else if (extension.has(character)) septets.push(2);
    else return undefined;
  }
  return septets;
}

function fill(encoding: SmsParts['encoding'], characters: readonly number[]): SmsParts {
  const { alone, part } = room[encoding];
  let units = 0;
  let parts = 0;
  let free = 0;
  for (const size of characters) {
    units += size;
    if (size > free) {
      parts += 1;
      free = part;
    }
    free -= size;
  }
  return { encoding, units, parts: units <= alone ? Math.min(units, 1) : parts };
}

/** Scripts written without spaces, and the full-width punctuation that brings its own. */
const endsInCjk = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]$/u;

/**
 * The text as it leaves: 【signature】 before, the opt-out text after, both counted in by whoever counts (DOMAIN 10a):
 * `【北方茶】您的订单已确认。拒收请回复R`. A space keeps the opt-out text off Latin letters, so that no link runs into it.
 * The brackets are not in GSM-7: a signed text travels as UCS-2.
 */
export function smsText(body: string, frame: { signature?: string; optOut?: string }): string {
  const signed = frame.signature ? `【${frame.signature}】${body}` : body;
  if (!frame.optOut) return signed;
  const space = signed === '' || /\s$/.test(signed) || endsInCjk.test(signed) ? '' : ' ';
  return `${signed}${space}${frame.optOut}`;
}
