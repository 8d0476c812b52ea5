import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { channels } from '../../../shared/domain/messages/message-class.ts';
import {
  channelOfTouch,
  claimed,
  contactOf,
  deferred,
  failed,
  isOpen,
  keepsItsPlace,
  reacted,
  reactionKinds,
  refusedForNow,
  rejected,
  sent,
  skipped,
  type Touch,
  touchIdOf,
  unconfirmed,
} from '../../../shared/domain/touches/touch.ts';
import { aPlan, aTouch, identityHash, minute, noon } from '../../support/touches.ts';

const claim = { at: noon + 10, until: noon + 2 * minute, address: 'e:ann', customer: 'c1' };
const underWay = claimed(aTouch(), claim, { at: noon + 5, gates: [] });

describe('the id of a touch', () => {
  test('comes from its cause: the same cause gives the same', () => {
    expect(touchIdOf(aPlan({ priority: 1, expiresAt: 5 }), identityHash)).toBe(touchIdOf(aPlan(), identityHash));
  });

  test('differs by step, occurrence and channel', () => {
    const { origin } = aPlan();
    const plans = [
      aPlan(),
      aPlan({ occurrence: 'silent 2026-11-24' }),
      aPlan({ channel: 'sms' }),
      aPlan({ origin: { ...origin, step: 'other' } }),
      aPlan({ origin: { ...origin, id: 'other' } }),
    ];
    expect(new Set(plans.map((plan) => touchIdOf(plan, identityHash))).size).toBe(plans.length);
    expect(new Set(plans.map(contactOf)).size).toBe(plans.length - 1);
  });

  test('is one that mail providers take as a tag, and tells its channel', () => {
    for (const channel of channels) {
      const id = touchIdOf(aPlan({ channel, occurrence: 'paid 北店#订单 1' }), identityHash);
      expect(id).toMatch(/^[\w-]{1,256}$/);
      expect(channelOfTouch(id)).toBe(channel);
    }
  });
});

describe('a life', () => {
  test('from planned to sent', () => {
    expect(aTouch()).toMatchObject({ state: 'planned', dueAt: noon, refusals: 0 });
    expect(underWay).toMatchObject({ state: 'claimed', dueAt: claim.until, claim });
    const out = sent(underWay, noon + 20, { providerId: 'm1', parts: 2 });
    expect(out).toMatchObject({ state: 'sent', sentAt: claim.at, providerId: 'm1', parts: 2 });
    expect(out).not.toHaveProperty('dueAt');
    expect([aTouch(), underWay, out].map(isOpen)).toEqual([true, true, false]);
  });

  test('waiting keeps no claim and forgets why it waited once it goes', () => {
    const waiting = refusedForNow(underWay, noon + 3 * minute, 'throttling');
    expect(waiting).toMatchObject({ state: 'planned', dueAt: noon + 3 * minute, reason: 'throttling', refusals: 1 });
    expect(waiting).not.toHaveProperty('claim');
    expect(claimed(waiting, claim, { at: noon, gates: [] })).not.toHaveProperty('reason');
    expect(deferred(aTouch(), noon + 5, 'quiet_hours')).toMatchObject({
      state: 'planned',
      dueAt: noon + 5,
      refusals: 0,
    });
  });

  test('what is settled is not due any more', () => {
    for (const end of [
      skipped(aTouch(), 'consent'),
      failed(underWay, 'x'),
      unconfirmed(underWay, 'timeout'),
      rejected(underWay),
    ]) {
      expect(end).not.toHaveProperty('dueAt');
      expect(isOpen(end)).toBe(false);
    }
  });
});

describe('reactions', () => {
  test('keep the earliest time of each kind, and prove that it was sent when it was claimed', () => {
    const opened = reacted(reacted(unconfirmed(underWay, 'timeout'), 'opened', noon + 90), 'opened', noon + 70);
    expect(opened).toMatchObject({ state: 'sent', sentAt: claim.at, reactions: { opened: noon + 70 } });
    expect(opened).not.toHaveProperty('reason');
    expect(reacted(opened, 'opened', noon + 80)).toBe(opened);
  });

  test('in any order, before or after the sender has written down that it is out, end in the same', () => {
    type Step = (touch: Touch) => Touch;
    const steps: Step[] = [
      ...reactionKinds.map(
        (kind, index): Step =>
          (touch) =>
            reacted(touch, kind, noon + 100 + index),
      ),
      (touch) => reacted(touch, 'opened', noon + 50),
      (touch) => sent(touch, noon + 11),
      (touch) => sent(touch, noon + 12, { providerId: 'm1' }),
    ];
    const starts = [underWay, unconfirmed(underWay, 'timeout'), sent(underWay, noon + 12, { providerId: 'm1' })];
    const all = steps.reduce((touch, step) => step(touch), underWay);
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...steps, ...steps], { minLength: 2 * steps.length }),
        fc.constantFrom(...starts),
        (order, start) => {
          expect(order.reduce((touch, step) => step(touch), start)).toEqual(all);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('that it was rejected is the last word, whenever it comes', () => {
    const steps = [
      rejected,
      (touch: Touch) => sent(touch, noon + 11),
      (touch: Touch) => sent(touch, noon + 12, { providerId: 'm1' }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(steps, { minLength: 3 }), (order) => {
        const end = order.reduce((touch, step) => step(touch), underWay);
        expect(end).toMatchObject({ state: 'failed', reason: 'rejected', providerId: 'm1' });
        expect(end).not.toHaveProperty('sentAt');
      }),
    );
  });

  test('a place is kept by what went out or may have, and freed by what bounced or failed', () => {
    const out = sent(underWay, noon);
    const kept = [
      underWay,
      out,
      unconfirmed(underWay, 'x'),
      reacted(out, 'softBounced', noon),
      reacted(out, 'complained', noon),
    ];
    const freed = [
      aTouch(),
      failed(underWay, 'x'),
      skipped(aTouch(), 'x'),
      reacted(out, 'bounced', noon),
      rejected(out),
    ];
    expect(kept.map(keepsItsPlace)).toEqual(kept.map(() => true));
    expect(freed.map(keepsItsPlace)).toEqual(freed.map(() => false));
  });
});
