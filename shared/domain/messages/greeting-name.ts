/** The longest name a greeting carries, in characters as people count them. */
const longest = 20;

/**
 * A customer's name as a message may say it. Names are written by buyers: one that carries a link, a signature's brackets,
 * a number or a whole sentence would make the shop's message theirs, and is left out.
 */
export function greetingName(name: unknown): string {
  const text = String(name ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const characters = [...new Intl.Segmenter().segment(text)].length;
  const isSuspicious = /:\/\/|www\.|[【】<>@{}]|\d{4}|\.[a-z]{2,}\b/i.test(text) || /\p{Cc}/u.test(text);
  return characters > longest || isSuspicious ? '' : text;
}
