import { describe, expect, test } from 'vitest';
import { type Follower, isMachine } from '../../../shared/domain/messages/machine-reactions.ts';
import { type Followed, followed } from '../../../shared/domain/touches/followed.ts';
import { claimed, sent, type Touch } from '../../../shared/domain/touches/touch.ts';
import { aTouch, emailKey, minute, noon } from '../../support/touches.ts';

const person =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1';

describe('who shows to be a machine', () => {
  test.for([
    [
      'Gmail’s picture proxy',
      'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
    ],
    ['Yahoo’s', 'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html'],
    ['Apple’s privacy proxy', 'Mozilla/5.0'],
    ['nothing at all', ''],
    ['a crawler', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'],
    ['a preview', 'WhatsApp/2.23.20.0'],
    ['a chat’s preview', 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)'],
    [
      'a preview of a search engine',
      'Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b',
    ],
    ['a gateway', 'Mozilla/5.0 (compatible; Barracuda Sentinel (EE))'],
    [
      'a browser without a window',
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/120.0.0.0 Safari/537.36',
    ],
    ['a tool', 'curl/8.5.0'],
    ['a library', 'python-requests/2.31.0'],
  ] as const)('%s', ([, userAgent]) => expect(isMachine({ userAgent })).toBe(true));

  test.for([
    ['a phone', person],
    [
      'a desktop',
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0',
    ],
    ['Outlook', 'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)'],
    [
      'WeChat',
      'Mozilla/5.0 (Linux; Android 13; V2227A) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MMWEBID/5 MicroMessenger/8.0.42 WeChat/arm64',
    ],
    [
      'Cubot, a maker of phones',
      'Mozilla/5.0 (Linux; Android 12; CUBOT_X70) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36',
    ],
    ['Thunderbird', 'Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Thunderbird/115.6.0'],
  ] as const)('not %s', ([, userAgent]) => expect(isMachine({ userAgent })).toBe(false));

  test('whoever asks for the headers alone, or ahead of any reader', () => {
    expect(isMachine({ userAgent: person, isHead: true })).toBe(true);
    expect(isMachine({ userAgent: person, isPrefetch: true })).toBe(true);
  });

  test('not whom nothing is known of', () => expect(isMachine({})).toBe(false));
});

describe('what a message keeps of it', () => {
  const touch = sentTouch();
  const later = noon + 10 * minute;
  const by: Follower = { userAgent: person };
  const click = (at: number, link = 'a', who = by): Followed => ({ kind: 'clicked', at, link, by: who });
  const left = (...all: Followed[]) => all.reduce(followed, touch).reactions;

  test('people’s openings and machines’ stand apart', () => {
    expect(left({ kind: 'opened', at: later, by })).toEqual({ opened: later });
    expect(left({ kind: 'opened', at: later, by: { userAgent: 'Mozilla/5.0' } })).toEqual({ machineOpened: later });
  });

  test('a click within ten seconds of sending is no person’s; the eleventh is', () => {
    expect(left(click(noon + 9_999))).toEqual({ machineClicked: noon + 9_999 });
    expect(left(click(noon + 10_000))).toEqual({ clicked: noon + 10_000 });
  });

  test('two links within a second are a scanner’s, also the first one', () => {
    expect(left(click(later), click(later + 1000, 'b'))).toEqual({ machineClicked: later });
    expect(left(click(later), click(later + 1001, 'b'))).toEqual({ clicked: later });
    expect(left(click(later), click(later + 400, 'b'), click(later + 900, 'c'))).toEqual({ machineClicked: later });
  });

  test('in whatever order they come', () => {
    const burst = [click(later), click(later + 400, 'b'), click(later + 800, 'c')] as const;
    const [a, b, c] = burst;
    for (const order of [
      [a, b, c],
      [a, c, b],
      [b, a, c],
      [b, c, a],
      [c, a, b],
      [c, b, a],
    ]) {
      expect(left(...order, ...order)).toEqual({ machineClicked: later });
    }
  });

  test('one link twice is a person’s, and a person who comes after a scanner is seen', () => {
    expect(left(click(later), click(later + 300))).toEqual({ clicked: later });
    const scanned = [click(later), click(later + 100, 'b')];
    expect(left(...scanned, click(later + 30 * minute))).toEqual({
      machineClicked: later,
      clicked: later + 30 * minute,
    });
  });

  test('a scanner after a person does not take the click back', () => {
    const scanned = [click(later + minute), click(later + minute + 10, 'b')];
    expect(left(click(later), ...scanned)).toEqual({ clicked: later, machineClicked: later + minute });
  });
});

function sentTouch(): Touch {
  const claim = { at: noon, until: noon + minute, address: emailKey('ann@example.com'), customer: 'c1' };
  return sent(claimed(aTouch(), claim, { at: noon, gates: [] }), noon);
}
