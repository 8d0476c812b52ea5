/** The longest name a greeting carries, in characters as people count them. */
const longest = 20;
const characters = new Intl.Segmenter();

/**
 * A customer's name as a message may say it. Names are written by buyers: one that carries a link, a signature's brackets,
 * a number or a whole sentence would make the shop's message theirs, and is left out.
 */
export function greetingName(name: unknown): string {
  const text = String(name ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const isSuspicious = /:\/\/|www\.|[【】<>@{}]|\d{4}|\.[a-z]{2,}\b/i.test(text) || /\p{Cc}/u.test(text);
  return isSuspicious || isLong(text) ? '' : text;
}

/** No text has more characters than code units, so that most need no counting. */
function isLong(text: string): boolean {
  return text.length > longest && [...characters.segment(text)].length > longest;
}
