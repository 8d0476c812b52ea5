import { describe, expect, test } from 'vitest';
import { journeySchema } from '../../../shared/domain/journeys/journey.ts';
import { journeyProblems, namedIn } from '../../../shared/domain/journeys/journey-problems.ts';
import { journeyPresets } from '../../../shared/domain/journeys/presets.ts';

const send = (id: string, more: object = {}) => ({
  send: { id, class: 'care', channels: ['email'], template: 'greeting', ...more },
});
const rule = { field: 'stage', op: 'eq', value: 'silent' };
const clicked = (step: string, yes: unknown[] = [send('z')]) => ({ branch: { if: { reacted: 'clicked', step }, yes } });
const parsed = (input: object) =>
  journeySchema.parse({ id: 'j', name: 'J', trigger: { on: 'purchase.first' }, steps: [send('a')], ...input });
const fieldsOf = (input: object) => journeyProblems(parsed(input)).map(({ field }) => field);

describe('what a definition says against itself', () => {
  test.each([
    ['nothing', { steps: [send('a'), { wait: { days: 1 } }, clicked('a')] }, []],
    ['an id twice', { steps: [send('a'), { points: { id: 'a', amount: 1, reason: 'r' } }] }, ['steps[1].points.id']],
    [
      'an id twice, in a branch',
      { steps: [send('a'), { branch: { if: { rule }, yes: [send('b')], no: [send('b')] } }] },
      ['steps[1].branch.no[0].send.id'],
    ],
    ['a reaction to a later message', { steps: [clicked('b'), send('b')] }, ['steps[0].branch.if.step']],
    [
      'a reaction to a message on one way only',
      { steps: [{ branch: { if: { rule }, yes: [send('b')] } }, clicked('b')] },
      ['steps[1].branch.if.step'],
    ],
    ['a reaction within the same way', { steps: [{ branch: { if: { rule }, yes: [send('b'), clicked('b')] } }] }, []],
    [
      'a reaction to what is no message',
      { steps: [{ tag: { id: 't', add: 'x' } }, clicked('t')] },
      ['steps[1].branch.if.step'],
    ],
    ['a branch to nowhere', { steps: [send('a'), clicked('a', [])] }, ['steps[1].branch.yes']],
    ['a tag that does nothing', { steps: [{ tag: { id: 't' } }] }, ['steps[0].tag']],
    ['a channel twice', { steps: [send('a', { channels: ['sms', 'sms'] })] }, ['steps[0].send.channels']],
    ['nothing but waiting', { steps: [{ wait: { days: 1 } }] }, ['steps']],
    ['a festival nobody knows', { trigger: { on: 'festival', festival: 'easter' } }, ['trigger.festival']],
    ['an exit by a filter that is not there', { exit: ['rule'] }, ['exit[0]']],
    ['an exit by a filter', { exit: ['rule'], filter: rule }, []],
    ['payment, without an order', { trigger: { on: 'birthday' }, exit: ['purchase', 'paid'] }, ['exit[1]']],
  ])('%s', (_name, input, fields) => expect(fieldsOf(input)).toEqual(fields));
});

test('the presets say nothing against themselves; two of them are on at first', () => {
  for (const { definition } of journeyPresets) expect(journeyProblems(definition)).toEqual([]);
  expect(journeyPresets.filter(({ enabled }) => enabled).map(({ definition }) => definition.id)).toEqual([
    'order-confirmation',
    'turned-silent',
  ]);
  expect(new Set(journeyPresets.map(({ definition }) => definition.id)).size).toBe(journeyPresets.length);
});

test('what it takes from elsewhere, with the place', () => {
  const named = namedIn(
    parsed({
      trigger: { on: 'tier.up', tier: 'vip' },
      shops: ['north'],
      steps: [
        send('a', { channels: ['sms', 'email'], coupon: 'ladder' }),
        {
          branch: {
            if: { rule },
            yes: [send('b', { coupon: 'ten' })],
            no: [{ coupon: { id: 'c', coupon: 'twenty' } }],
          },
        },
      ],
    }),
  );
  expect(named).toMatchObject([
    { field: 'shops[0]', kind: 'shop', id: 'north' },
    { field: 'trigger.tier', kind: 'tier', id: 'vip' },
    { field: 'steps[0].send.template', kind: 'template', id: 'greeting', channel: 'sms', class: 'care' },
    { field: 'steps[0].send.template', kind: 'template', id: 'greeting', channel: 'email', class: 'care' },
    {
      field: 'steps[1].branch.yes[0].send.template',
      kind: 'template',
      id: 'greeting',
      channel: 'email',
      class: 'care',
    },
    { field: 'steps[1].branch.yes[0].send.coupon', kind: 'coupon', id: 'ten' },
    { field: 'steps[1].branch.no[0].coupon.coupon', kind: 'coupon', id: 'twenty' },
  ]);
  // Not everybody gets a coupon by the ladder; whoever gets `ten` gets it for certain.
  expect(named.flatMap(({ situation }) => situation?.coupon ?? [])).toEqual([false, false, true]);
  expect(named[2]?.situation).toEqual({
    class: 'care',
    order: false,
    refund: false,
    coupon: false,
    trigger: ['tier', 'tierZh', 'tierEn'],
  });
  const first = parsed({ trigger: { on: 'refund.changed' } });
  expect(namedIn(first)[0]?.situation).toMatchObject({ order: true, refund: true });
  expect(namedIn(parsed({}))[0]?.situation).toMatchObject({ order: true, refund: false, trigger: [] });
  expect(namedIn(parsed({ trigger: { on: 'segment.entered', segment: 'tea' } }))[0]).toEqual({
    field: 'trigger.segment',
    kind: 'segment',
    id: 'tea',
  });
});
