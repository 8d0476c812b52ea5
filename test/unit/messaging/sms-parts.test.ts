import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { split } from 'split-sms';
import { describe, expect, test } from 'vitest';
import { smsPartsOf, smsText } from '../../../shared/domain/messages/sms-parts.ts';
import { runsOf } from '../../config/runs.ts';

const gsm = '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà';
const extended = '\f^{}\\[~]|€';

/** Texts whose length lies about a limit, where parts are won and lost; never long: the oracles are slow. */
const textOf = (character: fc.Arbitrary<string>) =>
  fc
    .constantFrom(0, 60, 66, 68, 70, 133, 135, 150, 158, 160, 300)
    .chain((length) => fc.array(character, { minLength: length, maxLength: length + 6, size: 'max' }))
    .map((characters) => characters.join(''));
const inGsm = textOf(
  fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...gsm) }, { weight: 1, arbitrary: fc.constantFrom(...extended) }),
);
const inUcs = textOf(
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...'回头客ABC[€。') },
    { weight: 1, arbitrary: fc.constantFrom('😀', '𠮷') },
  ),
);
/** Any code units, halves of pairs among them. */
const anyText = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));
/** Emoji of several code points, combining marks, ends of lines. */
const withGraphemes = textOf(fc.constantFrom('茶', 'a', 'e\u0301', '👨‍👩‍👧', '🇨🇳', '👍🏽', '\r\n', '한'));

function bySplitSms(text: string) {
  const { characterSet, parts, bytes } = split(text, { summary: true });
  return characterSet === 'GSM'
    ? { encoding: 'GSM-7', units: bytes, parts: parts.length }
    : { encoding: 'UCS-2', units: bytes / 2, parts: parts.length };
}

function byCalculator(text: string) {
  const { encodingName, segmentsCount, messageSize } = new SegmentedMessage(text);
  return { encoding: encodingName, units: messageSize / (encodingName === 'GSM-7' ? 7 : 16), parts: segmentsCount };
}

describe('parts, against two other counters', () => {
  test('texts in GSM-7, extension characters among them', () => {
    fc.assert(
      fc.property(inGsm, (text) => {
        fc.pre(text !== '');
        const counted = smsPartsOf(text);
        expect(counted).toEqual(bySplitSms(text));
        expect(counted).toEqual(byCalculator(text));
      }),
      { numRuns: runsOf(100) },
    );
  });

  test('texts in UCS-2, surrogate pairs among them', () => {
    fc.assert(
      fc.property(inUcs, (text) => {
        fc.pre(/[^A-C[€]/.test(text));
        const counted = smsPartsOf(text);
        expect(counted).toEqual(bySplitSms(text));
        expect(counted).toEqual(byCalculator(text));
      }),
      { numRuns: runsOf(100) },
    );
  });

  test('emoji of several code points: split-sms and the standard tear them, the calculator moves them whole', () => {
    fc.assert(
      fc.property(withGraphemes, (text) => {
        fc.pre(text !== '' && /[^a\r\n]/.test(text));
        const counted = smsPartsOf(text);
        expect(counted).toEqual(bySplitSms(text));
        expect(counted.parts).toBeLessThanOrEqual(byCalculator(text).parts);
      }),
      { numRuns: runsOf(100) },
    );
    const family = `${'茶'.repeat(65)}👨‍👩‍👧${'茶'.repeat(61)}`;
    expect(smsPartsOf(family)).toEqual({ encoding: 'UCS-2', units: 134, parts: 2 });
    expect(byCalculator(family).parts).toBe(3);
  });

  test('any text at all has the units of its encoding', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { encoding, units } = smsPartsOf(text);
        if (encoding === 'UCS-2') expect(units).toBe(text.length);
        expect(encoding).toBe(bySplitSms(text).encoding);
      }),
    );
  });

  test('the very characters of the alphabet, among the first 0x3000', () => {
    const alone = (code: number) => smsPartsOf(String.fromCharCode(code)).encoding === 'GSM-7';
    const here = Array.from({ length: 0x3000 }, (_, code) => code).filter(alone);
    const there = here.filter((code) => byCalculator(String.fromCharCode(code)).encoding === 'GSM-7');
    expect(here).toHaveLength(127 + 10);
    expect(there).toEqual(here);
  });
});

describe('limits by name', () => {
  const parts = (text: string) => smsPartsOf(text).parts;

  test.each([
    ['a', 0, 0],
    ['a', 1, 1],
    ['a', 160, 1],
    ['a', 161, 2],
    ['a', 306, 2],
    ['a', 307, 3],
    ['茶', 1, 1],
    ['茶', 70, 1],
    ['茶', 71, 2],
    ['茶', 134, 2],
    ['茶', 135, 3],
  ])('%s, %i times: %i', (character, times, expected) => expect(parts(character.repeat(times))).toBe(expected));

  test('an extension character takes two, and is not torn', () => {
    expect(smsPartsOf('€'.repeat(80))).toEqual({ encoding: 'GSM-7', units: 160, parts: 1 });
    expect(parts('€'.repeat(81))).toBe(2);
    // 305 septets would fit into two parts, were the one at 153 divisible.
    expect(parts(`${'a'.repeat(152)}€${'a'.repeat(152)}`)).toBe(3);
    expect(parts(`${'a'.repeat(151)}€${'a'.repeat(153)}`)).toBe(2);
  });

  test('a surrogate pair is not torn', () => {
    expect(parts(`${'茶'.repeat(66)}😀${'茶'.repeat(66)}`)).toBe(3);
    expect(parts(`${'茶'.repeat(65)}😀${'茶'.repeat(67)}`)).toBe(2);
  });

  test('half a surrogate pair is one unit; split-sms takes the character after it along', () => {
    expect(smsPartsOf('茶\ud83d')).toEqual({ encoding: 'UCS-2', units: 2, parts: 1 });
    expect(bySplitSms('茶\ud83d').units).toBe(3);
  });

  test('a hundred thousand characters are counted in no time', () => {
    const begin = performance.now();
    expect(smsPartsOf('茶'.repeat(100_000)).parts).toBe(Math.ceil(100_000 / 67));
    expect(performance.now() - begin).toBeLessThan(500);
  });
});

describe('the frame', () => {
  test('signature and opt-out text as DOMAIN 10a has them, counted in', () => {
    const text = smsText('您的订单已确认。', { signature: '北方茶', optOut: '拒收请回复R' });
    expect(text).toBe('【北方茶】您的订单已确认。拒收请回复R');
    expect(smsPartsOf(text)).toEqual({ encoding: 'UCS-2', units: 19, parts: 1 });
  });

  test.each([
    ['Your tea is on its way.', { optOut: 'Reply STOP to end' }, 'Your tea is on its way. Reply STOP to end'],
    ['详情 https://t.example/a', { optOut: '拒收请回复R' }, '详情 https://t.example/a 拒收请回复R'],
    ['Ends in a space ', { optOut: 'STOP ends' }, 'Ends in a space STOP ends'],
    ['お茶です', { optOut: '配信停止はSTOP' }, 'お茶です配信停止はSTOP'],
    ['Tea', { signature: 'North' }, '【North】Tea'],
    ['', { signature: '北方茶', optOut: '拒收请回复R' }, '【北方茶】拒收请回复R'],
    ['', { optOut: 'STOP ends' }, 'STOP ends'],
    ['Tea', {}, 'Tea'],
    ['Tea', { signature: '', optOut: '' }, 'Tea'],
  ])('%s %o', (body, frame, expected) => expect(smsText(body, frame)).toBe(expected));

  test('nothing of the three is lost', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (body, signature, optOut) => {
        const text = smsText(body, { signature, optOut });
        expect(text.startsWith(`【${signature}】${body}`)).toBe(true);
        expect(text.endsWith(optOut)).toBe(true);
        expect(text.length - body.length - signature.length - optOut.length).toBeLessThanOrEqual(3);
      }),
    );
  });
});
