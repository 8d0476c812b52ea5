/** Codes as people read and type them: no 0 and O, no 1 and I. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** 60 bits: nobody guesses one, and two causes hardly ever meet in one. */
const codeLength = 12;

/**
 * The code that a cause gets: the same one, however often it is asked for, and one that nobody can reckon without the key.
 * @param keyedHash of at least 8 bytes, in base64url
 * @param attempt above 0 where the code before was somebody else's already
 */
export function generatedCode(
  { coupon, customer, cause }: { readonly coupon: string; readonly customer: string; readonly cause: string },
  attempt: number,
  keyedHash: (text: string) => string,
): string {
  const bits = [...keyedHash(`coupon:${coupon} ${customer} ${cause} ${attempt}`)]
    .map((letter) => base64url.indexOf(letter).toString(2).padStart(6, '0'))
    .join('');
  return Array.from({ length: codeLength }, (_, index) => {
    return alphabet[Number.parseInt(bits.slice(index * 5, index * 5 + 5), 2)];
  }).join('');
}

/** How codes are compared: customers type them in any case, and copy blanks along. */
export function comparableCode(code: string): string {
  return code.trim().toUpperCase();
}
