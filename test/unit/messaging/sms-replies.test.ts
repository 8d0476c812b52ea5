import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { meaningOfReply } from '../../../shared/domain/messages/sms-replies.ts';

const stops = [
  // As providers read them.
  ...[
    'STOP',
    'UNSUBSCRIBE',
    'CANCEL',
    'END',
    'QUIT',
    'OPT-OUT',
    'OPTOUT',
    'REMOVE',
    'ARRET',
    'TD',
    'REVOKE',
    'STOPALL',
  ],
  // As opt-out texts in China ask for.
  ...[
    'T',
    't.',
    'R',
    'r',
    'N',
    '退订',
    '退訂',
    '拒收',
    'TD退订',
    '回T退订',
    '回复TD退订',
    '退订回T',
    '退订T',
    '退订。',
    '回R',
  ],
  // As people write them.
  ...[
    'stop!',
    'Stop.',
    ' Stop please',
    'please stop',
    'STOP STOP STOP',
    'Stop it',
    'STOP ALL',
    'stopp',
    'S T O P',
    'S.T.O.P.',
  ],
  ...[
    'opt out',
    'Opt me out please',
    'un-subscribe',
    'unsubscribe me',
    'Unsubscribed',
    'cancel please',
    'End, thanks.',
  ],
  ...[
    'Arrêt',
    'ARRET SVP',
    'remove me from your list',
    'take me off this list',
    'No more texts',
    'Don’t text me again',
  ],
  ...[
    '请退订',
    '我要退订',
    '退订谢谢',
    '麻烦帮我退订一下',
    '怎么退订？',
    '取消订阅',
    '請幫我退訂',
    '别再发了',
    '不要再发短信了',
    'td 谢谢',
  ],
  // Full-width, quoted, with emoji, over two lines, with invisible characters.
  ...[
    'ＴＤ',
    'ＳＴＯＰ',
    '“STOP”',
    "'stop'",
    '🛑 STOP 🛑',
    'STOP 😡',
    '【退订】',
    'stop\n\nSent from my phone',
    'ST\u200bOP',
  ],
  // A clear keyword first, and nothing against it.
  ...[
    'STOP sending me this',
    'Stop texting me, I ordered once',
    'stop I do not want these messages',
    'STOP!!! how often do I',
  ],
  ...[
    'I want to unsubscribe',
    'I’d like you to stop',
    'Can you stop?',
    'Hi, please stop',
    'ok stop',
    'Stop at once',
    'No, stop',
  ],
  ...['Stop, I have cancelled my order', 'stop this is the wrong number I placed no order', 'STOP the order messages'],
  ...[
    'unsubscribe from order updates',
    'How do I stop this?',
    'Reply STOP',
    'STOP why do you not stop',
    '退订，不要再给我发了',
  ],
  ...['退订短信', '停止发送订单短信', '拒收，我没有订单', '拒收请回复R'],
  // A clear keyword that is a sentence: what comes after it does not matter, however long.
  ...['Stop! Don’t stop by again', `STOP. ${'I have told you so '.repeat(20)}`],
  // A sentence of its own at the end.
  ...[
    'Wrong number. STOP',
    'Who is this? Please stop!',
    'I am not Lena, please unsubscribe',
    'can I unsubscribe',
    '退 订',
  ],
];

const others = [
  // Named in the rules.
  ...[
    'nonstop',
    'non-stop',
    "don't stop",
    'Don’t stop',
    'don´t stop',
    'do not stop',
    'please don’t stop',
    'can’t stop',
  ],
  ...[
    'stopped by the shop yesterday',
    'Is it at the bus stop?',
    'T-shirt please',
    'R u there',
    'end of the week is fine',
  ],
  // "Stop" as another word, and as a word about an order.
  ...[
    'Stop by the shop tomorrow?',
    'Can you stop by at noon',
    'stop in tomorrow',
    'I want to stop at your shop',
    'Stopping by',
  ],
  ...[
    'Stop my order',
    'please stop the delivery',
    'stop shipping',
    '退订这个订单',
    '我要退订单',
    '拒收快递',
    '停止发货',
    '不要再发货',
  ],
  // Taken back.
  ...[
    'Stop? No, don’t stop',
    'unsubscribe? please do not unsubscribe me',
    '不退订',
    '不要退订',
    '别退订',
    '我不想退订',
  ],
  // Keywords in the middle, or words with the same beginning.
  ...[
    'What is the last stop',
    'The train will stop here',
    'cancel my order',
    'Please cancel order 12',
    'Remove the blue one',
  ],
  ...[
    'Quite nice',
    'ending',
    'TDs',
    'Ta',
    'No',
    'n0',
    'N/A',
    'T1',
    'T恤',
    'R码有吗',
    '请问可以退货吗',
    '这个能退订吗',
    '取消订单',
  ],
  ...[
    'YES',
    'Yes please',
    'HELP',
    '订阅',
    '1',
    '5',
    '',
    ' ',
    '👍',
    '?',
    '...',
    'Liked “Reply STOP to end”',
    'thanks',
    '谢谢',
  ],
  ...[
    '【北方茶】您的订单已确认。拒收请回复R',
    'Is there a way to restart',
    'Let’s start',
    'start with the blue one',
    'Don’t start',
  ],
  `stop ${'and '.repeat(50)}`,
  ...['I love it, don’t stop', 'The last one. stop by', '喜欢“满100减20。退订回T”', 'Is it near. The stop'],
];

describe('replies', () => {
  test.each(stops)('%j is a stop', (text) => expect(meaningOfReply(text)).toBe('stop'));
  test.each(others)('%j is none of our business', (text) => expect(meaningOfReply(text)).toBe('other'));
  test.each([
    'START',
    'start',
    'Start please',
    'UNSTOP',
    'unstop!',
    '恢复订阅',
    '恢復訂閱',
    '请恢复订阅，谢谢',
    'ＳＴＡＲＴ',
  ])('%j is a start', (text) => expect(meaningOfReply(text)).toBe('start'));
});

const fullWidth = (text: string) =>
  text.replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));

test('case, width, marks, quotes and emoji around a keyword change nothing', () => {
  const keyword = fc.constantFrom(
    'stop',
    'unsubscribe',
    'td',
    't',
    'r',
    'cancel',
    'end',
    'quit',
    'optout',
    '退订',
    '拒收',
  );
  const around = fc.array(
    fc.constantFrom(' ', '!', '.', '。', '！', '"', '”', '🛑', '👎🏽', '\n', '(', ')', '-', '~', '…', '*'),
  );
  const change = fc.constantFrom(
    (text: string) => text,
    (text: string) => text.toUpperCase(),
    (text: string) => text.charAt(0).toUpperCase() + text.slice(1),
    fullWidth,
  );
  fc.assert(
    fc.property(around, keyword, change, around, (before, text, changed, after) => {
      expect(meaningOfReply(before.join('') + changed(text) + after.join(''))).toBe('stop');
    }),
  );
});

test('a keyword within a word, or after other words, decides nothing', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(letters, fc.constantFrom('stop', 'td', 'cancel', 'end', 't'), (word, keyword) => {
      expect(meaningOfReply(`the ${word} ${keyword} is here`)).toBe('other');
      expect(meaningOfReply(`x${word}${keyword}`)).toBe('other');
    }),
  );
});

test('a short message that begins with STOP and says nothing of orders, places or not stopping is a stop', () => {
  const harmless = fc.array(
    fc.constantFrom('me', 'this', 'you', 'again', 'never', 'not', 'really', 'bye', '2', '?', '!'),
    {
      maxLength: 12,
    },
  );
  fc.assert(
    fc.property(fc.constantFrom('stop', 'unsubscribe', 'td', '退订'), harmless, (keyword, rest) => {
      expect(meaningOfReply([keyword, ...rest].join(' '))).toBe('stop');
    }),
  );
});

test('any text has a meaning, and a very long one is understood in no time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(['stop', 'start', 'other']).toContain(meaningOfReply(text));
    }),
  );
  const begin = performance.now();
  for (const piece of ['please ', 'stop ', 't ', 'i want to ', 'stop the ', '退订', 'do not ', 'a', '.', 'opt me ']) {
    meaningOfReply(`${piece.repeat(10_000)}x`);
  }
  expect(performance.now() - begin).toBeLessThan(1000);
});
