/** What a reply asks for: no more messages to this number, messages again, or something for a person to read. */
export type ReplyMeaning = 'stop' | 'start' | 'other';

/**
 * Keywords that mean one thing wherever a message begins with them. `UNSUB...` in any form and spelling; `STOPP` is how
 * some languages write it. TD and 退订 are what Chinese opt-out texts ask for, 拒收 what they speak of.
 */
const always = 'STOPALL|UNSUB[A-Z]*|OPTOUT|TD|取消订阅|取消訂閱';
/** These can also be said of an order. */
const mostly = 'STOP+|退订|退訂|拒收|停止|不要再发|不要再發|别再发|別再發';
const clear = `${always}|${mostly}`;
/**
 * Keywords only where they are the whole message: letters opt-out texts ask for (回T退订, 拒收请回复R), and the words
 * that providers and 47 CFR 64.1200(a)(10) count as revocation but that begin many other sentences.
 */
const bare = 'T|R|N|CANCEL|END|QUIT|REMOVE|REVOKE|ARRET';
const restart = 'START|UNSTOP|恢复订阅|恢復訂閱';

/** Words that change nothing beside a keyword, and marks. */
const courtesy =
  'PLEASE|PLS|PLZ|KINDLY|THANKS?|THANK (?:YOU|U)|THX|TKS|TY|NOW|SVP|MERCI|REPLY|请|請|谢谢|謝謝|回复|回復|回|了|吧|啊|[.?]';
/** What may come before a clear keyword. */
const lead =
  `${courtesy}|HI|HELLO|HEY|OK|OKAY|YES|NO|JUST|TEXT|SEND|I (?:WANT|WISH|NEED) (?:YOU )?TO|` +
  'I(?:D| WOULD) LIKE (?:YOU )?TO|(?:CAN|COULD|WOULD) (?:YOU|I)|YOU (?:NEED|HAVE) TO|HOW (?:DO I|CAN I|TO)|' +
  '你好|您好|麻烦|麻煩|帮我|幫我|给我|給我|我要|我想|怎么|怎麼|如何|发送|發送';

/** What makes "stop" another word: "stop by the shop". "Stop at once" is not that. */
const elsewhere = 'STOP+ (?:BY|IN|AT(?! ONCE)|OVER|OFF|NEAR)';
/** What is to stop is an order, not the messages about it: "stop my order", 退订这个订单. */
const goods =
  'ORDERS?|DELIVER(?:Y|IES)|SHIP(?:PING|MENTS?)|PARCELS?|PACKAGES?|PAYMENTS?|订单|訂單|单|單|包裹|快递|快遞|货|貨|发货|發貨|商品';
const shopTalk =
  `(?:${mostly}) ` +
  `(?:(?:THE|THIS|THAT|THESE|MY|OUR|ALL|LAST|NEW|OF|SENDING|DELIVERY|我|的|这|這|个|個|该|該|那) )*(?:${goods})`;
const messages =
  'TEXT[A-Z]*|MESSAG[A-Z]*|MSGS?|SMS|SPAM|E?MAILS?|UPDATES?|NOTI[A-Z]*|ADS?|PROMO[A-Z]*|OFFERS?|短信|簡訊|信息|消息|广告|廣告|通知';
/** A keyword taken back: "STOP? No, don't stop". */
const takenBack = `(?:DONT|DO NOT|不|别|別|不要|不想) (?:${clear})`;

/** Ways to say a keyword in several words. */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/\bOPT (?:ME )?OUT\b/g, 'OPTOUT'],
  [/\bUN SUB/g, 'UNSUB'],
  [/\b(?:REMOVE ME|TAKE ME OFF|NO MORE (?:TEXTS|MESSAGES|MSGS|SMS|SPAM))\b/g, 'OPTOUT'],
  [/\b(?:DO NOT|DONT) (?:TEXT|MESSAGE|SMS|CONTACT|CALL) (?:ME|US|AGAIN|ANYMORE)\b/g, 'OPTOUT'],
];

/** A whole message of at least one of `these`, among any of `others`. */
const onlyOf = (these: string, others: string) =>
  new RegExp(`^(?:(?:${others}) )*(?:${these}) (?:(?:${these}|${others}) )*$`);
const isStop = onlyOf(`${clear}|${bare}`, courtesy);
const isStart = onlyOf(restart, courtesy);
const beginsClear = new RegExp(`^(?:(?:${lead}) )*(?:${clear}) `);
const beginsAndEnds = new RegExp(`^(?:(?:${lead}) )*(?:${clear}) \\. `);
const endsClear = new RegExp(`[.?] (?:(?:${lead}) )*(?:STOP+|UNSUB[A-Z]*|OPTOUT) (?:(?:${courtesy}) )*$`);
const saysElsewhere = new RegExp(`^(?:(?:${lead}) )*${elsewhere} `);
const talksShop = new RegExp(`^(?:(?:${lead}) )*${shopTalk} `);
const speaksOfMessages = new RegExp(` (?:${messages}) `);
const takesBack = new RegExp(` ${takenBack} `);

/** A reply of more than one message is a letter: its first word does not decide. */
const shortReply = 160;

/**
 * Understands a reply with tolerance (DOMAIN 10a). Case, accents, full-width letters, punctuation, quotes, spaces
 * within a keyword and emoji do not matter. The rule:
 * 1. A message of nothing but keywords and courtesies means what its keywords say.
 * 2. A short one that begins with a clear keyword, lead-ins ("please", "I want to", 我要) left aside, is a stop, unless
 *    what follows makes it another word ("stop by"), speaks of an order, or takes it back ("don't stop").
 * 3. So is a short one whose last sentence is nothing but that ("Wrong number. Please stop!"); only in English, for a
 *    quoted text of ours may end in 退订回T.
 * 4. Everything else is `other`: a keyword in the middle of a sentence decides nothing.
 * In doubt it is a stop: one too many annoys one customer, one missed breaks the law. `start` is never in doubt.
 */
export function meaningOfReply(text: string): ReplyMeaning {
  const said = phrases.reduce((words, [phrase, keyword]) => words.replace(phrase, keyword), wordsOf(text));
  if (isStop.test(said) || isStop.test(spelledOut(said))) return 'stop';
  if (isStart.test(said)) return 'start';
  return isSaidToStop(said, text.trim().length <= shortReply) ? 'stop' : 'other';
}

function isSaidToStop(said: string, short: boolean): boolean {
  if (beginsAndEnds.test(said)) return true;
  return short && (endsClear.test(said) || (beginsClear.test(said) && !isContradicted(said)));
}

function isContradicted(said: string): boolean {
  if (saysElsewhere.test(said) || takesBack.test(said)) return true;
  return talksShop.test(said) && !speaksOfMessages.test(said);
}

/** Chinese is written without spaces: these are words, any other character is one by itself. */
const chineseWords =
  '恢复订阅|恢復訂閱|取消订阅|取消訂閱|不要再发|不要再發|别再发|別再發|退订|退訂|拒收|停止|谢谢|謝謝|回复|回復|你好|您好|麻烦|' +
  '麻煩|帮我|幫我|给我|給我|我要|我想|不要|不想|怎么|怎麼|如何|发送|發送|订单|訂單|包裹|快递|快遞|发货|發貨|商品|短信|簡訊|信息|消息|广告|廣告|通知';
const word = new RegExp(
  `${chineseWords}|\\p{Script=Han}|(?:(?!\\p{Script=Han})[\\p{L}\\p{N}])+|(?<mark>[.,!;:。，！；：\\n])|\\?`,
  'gu',
);

/** Words in capitals, each with a space after it; what ends a phrase is ".", a question keeps its mark. */
function wordsOf(text: string): string {
  const plain = text
    .replace(/[’‘`´]/g, "'")
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}']/gu, '')
    .replace(/(?<=\p{Script=Han}) +(?=\p{Script=Han})/gu, '')
    .toUpperCase();
  let words = '';
  for (const match of plain.matchAll(word)) words += `${match.groups?.mark ? '.' : match[0]} `;
  return words;
}

/** "S T O P " -> "STOP ", where the message is single letters throughout. */
function spelledOut(said: string): string {
  return /^(?:[A-Z.] )+$/.test(said) ? `${said.replace(/[. ]/g, '')} ` : said;
}
