import { beforeEach, describe, expect, test, vi } from 'vitest';
import { messageLinks } from '../../../shared/adapters/crypto/message-links.ts';
import { rootKeys } from '../../../shared/adapters/crypto/root-keys.ts';
import { liquidRenderer } from '../../../shared/adapters/rendering/liquid-renderer.ts';
import type { CouponDefinition } from '../../../shared/domain/coupons/coupon.ts';
import { withUpdate } from '../../../shared/domain/customers/customer-file.ts';
import { consentField } from '../../../shared/domain/customers/statements.ts';
import { builtInTemplate } from '../../../shared/domain/messages/built-in-templates.ts';
import type { Channel } from '../../../shared/domain/messages/message-class.ts';
import type { MessageTemplate } from '../../../shared/domain/messages/template.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { contactOf, deferred, type Touch } from '../../../shared/domain/touches/touch.ts';
import type { CouponIssuer, NotNow, TemplateReader } from '../../../shared/usecases/marketing-ports.ts';
import type { Handover, OutgoingMessage, TouchStore } from '../../../shared/usecases/messages/messaging-ports.ts';
import {
  leaseMs,
  type SendCounts,
  type SendDeps,
  sendTouches,
} from '../../../shared/usecases/messages/send-touches.ts';
import { takeFeedback } from '../../../shared/usecases/messages/take-feedback.ts';
import { StoreBusyError } from '../../../shared/usecases/ports.ts';
import type { Product } from '../../../shared/usecases/transfers/transfer-ports.ts';
import {
  aFile,
  aTouch,
  day,
  emailKey,
  hour,
  type Messaging,
  messaging,
  minute,
  noon,
  phoneKey,
} from '../../support/touches.ts';

const ann = 'ann@example.com';
const phone = '+8613800138000';
const nothing: SendCounts = { sent: 0, deferred: 0, skipped: 0, failed: 0, unconfirmed: 0 };
const refusal = (later: boolean): Handover => ({
  type: 'refused',
  reason: later ? 'throttling' : 'message_rejected',
  later,
});

let answers: Handover[];
let world: Messaging;
beforeEach(async () => {
  answers = [];
  world = messaging({ answer: () => answers.shift() ?? { type: 'accepted', providerId: `m${world.handed.length}` } });
  await world.putFile(aFile({ email: ann, phone }));
});

const campaign = (id: string) => ({
  origin: { type: 'journey' as const, id, version: 1, step: 'send' },
  occurrence: 'launch',
});
/** The better of two that want one place, and the lesser. */
const better = (changes: Partial<Touch> = {}) =>
  aTouch({ ...campaign('better'), class: 'promotional', priority: 90, ...changes });
const lesser = (changes: Partial<Touch> = {}) =>
  aTouch({ ...campaign('lesser'), class: 'promotional', priority: 10, ...changes });

/** Whoever planned it, with this to say. */
const answering = (answer: NotNow | undefined) => ({ whyNotNow: async () => answer });

/** One text for every message. */
const textTemplates = (text: string, messageClass: MessageTemplate['class'] = 'care'): TemplateReader => ({
  template: async (id, channel) => template(id, channel, text, messageClass),
});
const template = (
  id: string,
  channel: Channel,
  text: string,
  messageClass: MessageTemplate['class'],
): MessageTemplate => ({
  id,
  channel,
  class: messageClass,
  locale: 'zh-CN',
  text,
});

async function placesOf(customer = 'c1'): Promise<string[]> {
  const { contacts } = await world.touches.readLive({ contacts: [customer] });
  return contacts.get(customer)?.value.recent.map(({ touch }) => touch) ?? [];
}

async function claimsOn(key: string): Promise<string[]> {
  const { addresses } = await world.touches.readLive({ addresses: [key] });
  return addresses.get(key)?.value.claims.map(({ customer, touch }) => `${customer} ${touch}`) ?? [];
}

/** The store that does something else right before, or instead of, the first request of a kind. */
function meddled(changes: Partial<TouchStore>): TouchStore {
  const { touches } = world;
  return {
    readLive: (keys) => touches.readLive(keys),
    readOpen: (customer) => touches.readOpen(customer),
    readTouch: (key) => touches.readTouch(key),
    listTouches: (customer, after, limit) => touches.listTouches(customer, after, limit),
    plan: (touch) => touches.plan(touch),
    commit: (all) => touches.commit(all),
    ...changes,
  };
}

/** Something that happens between what a sender reads and what it then writes. */
function meanwhile(happens: () => Promise<unknown>): TouchStore {
  let isOver = false;
  return meddled({
    commit: async (changes) => {
      if (!isOver) {
        isOver = true;
        await happens();
      }
      return world.touches.commit(changes);
    },
  });
}

describe('a message that goes out', () => {
  test('is sent once, holds its place and its address, and keeps what the gates saw', async () => {
    const touch = aTouch();
    await world.plan(touch);
    expect(await world.send('c1', 'email')).toEqual({ ...nothing, sent: 1 });
    const sent = await world.touch(touch);
    expect(sent).toMatchObject({
      state: 'sent',
      sentAt: noon,
      providerId: 'm0',
      claim: { customer: 'c1', address: emailKey(ann) },
    });
    expect(sent.judged?.gates.every(({ passed }) => passed)).toBe(true);
    expect(world.handed.map(({ message }) => message.to)).toEqual([ann]);
    expect(world.handed[0]?.message).toMatchObject({
      touch: { customer: 'c1', id: touch.id },
      speaker: 'North',
      unsubscribeUrl: `https://x.example/u/c1/${touch.id}`,
    });
    expect(await placesOf()).toEqual([touch.id]);
    expect(await claimsOn(emailKey(ann))).toEqual([`c1 ${touch.id}`]);
    expect(world.rates.counted.email.sent).toBe(1);

    expect(await world.send('c1', 'email')).toEqual(nothing);
    expect(world.handed.length).toBe(1);
  });

  test('that is transactional takes no place, and has no link to unsubscribe', async () => {
    const touch = aTouch({ class: 'transactional' });
    await world.plan(touch);
    await world.send('c1', 'email');
    expect(await placesOf()).toEqual([]);
    expect(await claimsOn(emailKey(ann))).toEqual([`c1 ${touch.id}`]);
    expect(world.handed[0]?.message).not.toHaveProperty('unsubscribeUrl');
  });

  test('goes to the address there is now, not to that of the planning', async () => {
    await world.plan(aTouch({ plannedAddress: emailKey('old@example.com') }));
    await world.send('c1', 'email');
    expect(world.handed[0]?.message.to).toBe(ann);
    expect(await claimsOn(emailKey('old@example.com'))).toEqual([]);
  });

  test('of somebody who has been merged goes to whom they were merged into, and takes a place there', async () => {
    await world.putRedirect('c2', 'c1');
    await world.putFile(aFile({ email: ann, aliases: ['c2'] }));
    const touch = aTouch({ customer: 'c2' });
    await world.plan(touch);
    expect(await world.send('c2', 'email')).toEqual({ ...nothing, sent: 1 });
    expect([await placesOf('c1'), await placesOf('c2')]).toEqual([[touch.id], []]);
  });

  test('leaves others that are not due, or not on this channel, as they were', async () => {
    const [later, text] = [aTouch({ occurrence: 'later' }, noon + 1), aTouch({ channel: 'sms' })];
    await world.plan(later, text);
    expect(await world.send('c1', 'email')).toEqual(nothing);
    expect([await world.touch(later), await world.touch(text)]).toEqual([later, text]);
  });
});

describe('a message that does not go out', () => {
  test('is skipped with its reason and all gates', async () => {
    await world.putFile(aFile({ email: ann, consent: false }));
    const touch = aTouch();
    await world.plan(touch);
    expect(await world.send('c1', 'email')).toEqual({ ...nothing, skipped: 1 });
    expect(await world.touch(touch)).toMatchObject({ state: 'skipped', reason: 'consent' });
    expect((await world.touch(touch)).judged?.gates.length).toBe(11);
  });

  test('waits for the morning, and goes out then', async () => {
    world.clock.time = noon + 10 * hour;
    const touch = aTouch({}, world.clock.time);
    await world.plan(touch);
    expect(await world.send('c1', 'email')).toEqual({ ...nothing, deferred: 1 });
    const morning = Date.UTC(2026, 10, 24, 1);
    expect(await world.touch(touch)).toMatchObject({ state: 'planned', reason: 'quiet_hours', dueAt: morning });
    world.clock.time = morning - 1;
    expect(await world.send('c1', 'email')).toEqual(nothing);
    world.clock.time = morning;
    expect(await world.send('c1', 'email')).toEqual({ ...nothing, sent: 1 });
  });

  test('whose customer is gone is skipped', async () => {
    const touch = aTouch({ customer: 'nobody' });
    await world.plan(touch);
    expect(await world.send('nobody', 'email')).toEqual({ ...nothing, skipped: 1 });
    expect(await world.touch(touch)).toMatchObject({ state: 'skipped', reason: 'no_customer' });
  });

  test('that has lost its cause is skipped with the reason of whoever planned it, and with all gates', async () => {
    const touch = aTouch();
    await world.plan(touch);
    const asked = { ...world.deps, calledFor: answering({ type: 'gone', reason: 'stage_left' }) };
    await sendTouches({ customer: 'c1', channel: 'email' }, () => 20_000, asked);
    expect(world.handed).toEqual([]);
    const skipped = await world.touch(touch);
    expect(skipped).toMatchObject({ state: 'skipped', reason: 'stage_left' });
    expect(skipped?.judged?.gates.length).toBeGreaterThan(5);
  });

  test('whose shop was removed fails, names no blank shop, and holds up no other', async () => {
    const [orphan, other] = [aTouch({ shop: 'gone', priority: 90 }), lesser()];
    await world.plan(orphan, other);
    expect(await world.send('c1', 'email', { renderer: liquidRenderer() })).toEqual({ ...nothing, failed: 1, sent: 1 });
    expect(await world.touch(orphan)).toMatchObject({ state: 'failed', reason: 'template' });
    expect(world.failures.length).toBe(1);
  });

  test('for want of pace waits a minute; nothing is claimed', async () => {
    const touch = aTouch();
    await world.plan(touch);
    expect(await world.send('c1', 'email', { pacer: { turn: async () => false } })).toEqual({
      ...nothing,
      deferred: 1,
    });
    expect(await world.touch(touch)).toMatchObject({ state: 'planned', reason: 'pace', dueAt: noon + minute });
    expect([await placesOf(), await claimsOn(emailKey(ann))]).toEqual([[], []]);
  });

  test('because quiet hours began while it waited for its turn waits for the morning', async () => {
    world.clock.time = Date.UTC(2026, 10, 23, 12, 59, 55);
    const touch = aTouch({}, world.clock.time);
    await world.plan(touch);
    const turn = async () => {
      world.clock.time += 10_000;
      return true;
    };
    expect(await world.send('c1', 'email', { pacer: { turn } })).toEqual({ ...nothing, deferred: 1 });
    expect(await world.touch(touch)).toMatchObject({ reason: 'quiet_hours', dueAt: Date.UTC(2026, 10, 24, 1) });
    expect(world.handed).toEqual([]);
  });
});

describe('a provider that refuses', () => {
  test('for the moment is tried again after 1, 2, 4 ... 60 minutes, until the message expires', async () => {
    const touch = aTouch({ class: 'transactional', purpose: 'order', expiresAt: noon + 6 * hour });
    await world.plan(touch);
    const waits: number[] = [];
    for (;;) {
      answers = [refusal(true)];
      const before = world.clock.time;
      await world.send('c1', 'email');
      const { state, dueAt = 0 } = await world.touch(touch);
      if (state !== 'planned') break;
      waits.push((dueAt - before) / minute);
      expect(await claimsOn(emailKey(ann))).toEqual([]);
      world.clock.time = dueAt;
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
    expect(await world.touch(touch)).toMatchObject({ state: 'failed', reason: 'throttling', refusals: 10 });
    expect(await claimsOn(emailKey(ann))).toEqual([]);
  });

  test('for the moment and then takes it sends it once', async () => {
    const touch = aTouch();
    await world.plan(touch);
    answers = [refusal(true)];
    expect(await world.send('c1', 'email')).toEqual({ ...nothing, deferred: 1 });
    expect(await placesOf()).toEqual([]);
    world.clock.time += minute;
    expect(await world.send('c1', 'email')).toEqual({ ...nothing, sent: 1 });
    expect(await world.touch(touch)).toMatchObject({ state: 'sent', refusals: 1, sentAt: noon + minute });
    expect(await placesOf()).toEqual([touch.id]);
  });

  test('for good frees the place at once: the next message takes it', async () => {
    await world.plan(better(), lesser());
    answers = [refusal(false)];
    expect(await world.send('c1', 'email')).toEqual({ ...nothing, failed: 1, sent: 1 });
    expect(await world.touch(better())).toMatchObject({ state: 'failed', reason: 'message_rejected' });
    expect(await placesOf()).toEqual([lesser().id]);
    expect(await claimsOn(emailKey(ann))).toEqual([`c1 ${lesser().id}`]);
  });

  test('the better one for the moment: a lesser one does not take its place meanwhile', async () => {
    await world.plan(better(), lesser(), lesser({ ...campaign('third'), channel: 'sms' }));
    answers = [refusal(true)];
    expect(await world.send('c1', 'email')).toEqual({ ...nothing, deferred: 2 });
    expect(await world.send('c1', 'sms')).toEqual({ ...nothing, deferred: 1 });
    expect(await world.touch(lesser())).toMatchObject({
      state: 'planned',
      reason: 'class_cap',
      dueAt: noon + 15 * minute,
    });
    world.clock.time = noon + minute;
    expect(await world.send('c1', 'email')).toEqual({ ...nothing, sent: 1 });
    expect(world.handed.at(-1)?.message.touch.id).toBe(better().id);
  });

  test('gives the place back though the store is busy for a moment', async () => {
    const touch = aTouch();
    await world.plan(touch);
    answers = [refusal(true)];
    let busy = 3;
    const touches = meddled({
      commit: async (changes) => {
        if (changes.touches?.[0]?.value.state === 'planned' && busy-- > 0) throw new StoreBusyError('throttled');
        return world.touches.commit(changes);
      },
    });
    expect(await world.send('c1', 'email', { touches })).toEqual({ ...nothing, deferred: 1 });
    expect([await placesOf(), await claimsOn(emailKey(ann))]).toEqual([[], []]);
  });
});

describe('a provider that falls silent', () => {
  test('leaves the message unconfirmed: it counts, and is never sent again', async () => {
    const touch = aTouch();
    await world.plan(touch);
    answers = [{ type: 'unknown', reason: 'timeout' }];
    expect(await world.send('c1', 'email')).toEqual({ ...nothing, unconfirmed: 1 });
    expect(await world.touch(touch)).toMatchObject({ state: 'unconfirmed', reason: 'timeout' });
    expect(await placesOf()).toEqual([touch.id]);
    world.clock.time += day;
    expect(await world.sweepAndSend()).toEqual([]);
    expect(world.handed.length).toBe(1);
  });
});

describe('a sender that dies', () => {
  /** Dies having claimed: the message may be out or not. */
  const dies = async (message: OutgoingMessage) => {
    throw new Error(`died over ${message.touch.id}`);
  };
  const senders = { email: { send: dies }, sms: { send: dies }, webhook: { send: dies } };

  test('leaves a claim that is given up once its lease is over, and not before', async () => {
    const touch = aTouch();
    await world.plan(touch);
    await expect(world.send('c1', 'email', { senders })).rejects.toThrow('died');
    expect(await world.touch(touch)).toMatchObject({ state: 'claimed', dueAt: noon + leaseMs });
    world.clock.time = noon + leaseMs - 1;
    expect(await world.send('c1', 'email')).toEqual(nothing);
    world.clock.time = noon + leaseMs;
    expect(await world.sweepAndSend()).toEqual([{ customer: 'c1', channel: 'email' }]);
    expect(await world.touch(touch)).toMatchObject({ state: 'unconfirmed', reason: 'sender_lost' });
    expect(world.handed).toEqual([]);
    expect(await placesOf()).toEqual([touch.id]);
  });

  test('while its claim may still be given back, others wait and are not skipped', async () => {
    const soonOver = { expiresAt: noon + day };
    await world.plan(better(), lesser({ channel: 'sms', ...soonOver }));
    await expect(world.send('c1', 'email', { senders })).rejects.toThrow('died');
    expect(await world.send('c1', 'sms')).toEqual({ ...nothing, deferred: 1 });
    expect(await world.touch(lesser({ channel: 'sms' }))).toMatchObject({ state: 'planned', reason: 'class_cap' });
    world.clock.time = noon + 15 * minute;
    await world.sweepAndSend();
    expect(await world.touch(better())).toMatchObject({ state: 'unconfirmed' });
    await world.sweepAndSend();
    expect(await world.touch(lesser({ channel: 'sms' }))).toMatchObject({ state: 'skipped', reason: 'class_cap' });
  });

  test('having slept over its lease does not send what others have given up', async () => {
    const touch = aTouch();
    await world.plan(touch);
    const touches = meddled({
      commit: async (changes) => {
        await world.touches.commit(changes);
        if (changes.touches?.[0]?.value.state === 'claimed') world.clock.time += leaseMs - 10_000;
      },
    });
    expect(await world.send('c1', 'email', { touches })).toEqual({ ...nothing, deferred: 1 });
    expect(world.handed).toEqual([]);
    expect(await world.touch(touch)).toMatchObject({ state: 'planned', reason: 'too_late', refusals: 1 });
    expect(await placesOf()).toEqual([]);
  });
});

describe('writing down that it is out', () => {
  test('is tried again when the store is busy', async () => {
    const touch = aTouch();
    await world.plan(touch);
    let busy = 3;
    const touches = meddled({
      commit: async (changes) => {
        if (changes.touches?.[0]?.value.state === 'sent' && busy-- > 0) throw new StoreBusyError('throttled');
        return world.touches.commit(changes);
      },
    });
    expect(await world.send('c1', 'email', { touches })).toEqual({ ...nothing, sent: 1 });
    expect(await world.touch(touch)).toMatchObject({ state: 'sent', providerId: 'm0' });
  });

  test('that fails for good is told, and the touch ends unconfirmed', async () => {
    const touch = aTouch();
    await world.plan(touch);
    const touches = meddled({
      commit: async (changes) => {
        if (changes.touches?.[0]?.value.state === 'sent') throw new StoreBusyError('throttled');
        return world.touches.commit(changes);
      },
    });
    await world.send('c1', 'email', { touches });
    expect(world.failures.length).toBe(1);
    world.clock.time += leaseMs;
    await world.send('c1', 'email');
    expect(await world.touch(touch)).toMatchObject({ state: 'unconfirmed' });
    expect(world.handed.length).toBe(1);
  });

  test.each(['delivered', 'bounced', 'rejected', 'sent'] as const)(
    'keeps what the provider told before: %s',
    async (kind) => {
      const touch = aTouch();
      await world.plan(touch);
      const tell = () =>
        takeFeedback(
          {
            type: 'reaction',
            channel: 'email',
            kind,
            at: noon + 1,
            touch: { customer: 'c1', id: touch.id },
            providerId: 'm0',
            addresses: [ann],
            ...(kind === 'bounced' && { blocks: 'bounce' as const }),
          },
          world.deps,
        );
      const send = async (): Promise<Handover> => {
        await tell();
        return { type: 'accepted', providerId: 'm0' };
      };
      const early = await world.send('c1', 'email', { senders: { email: { send }, sms: { send }, webhook: { send } } });
      expect(early.sent).toBe(1);
      const after = await world.touch(touch);
      expect(after.state).toBe(kind === 'rejected' ? 'failed' : 'sent');
      expect(await placesOf()).toEqual(kind === 'bounced' || kind === 'rejected' ? [] : [touch.id]);
      await tell();
      expect(await world.touch(touch)).toEqual(after);
    },
  );
});

describe('one place for several', () => {
  test('the more urgent takes it, the other waits until it is free or is skipped', async () => {
    await world.plan(lesser({ expiresAt: noon + 20 * day }), better());
    expect(await world.send('c1', 'email')).toEqual({ ...nothing, sent: 1, deferred: 1 });
    expect(world.handed[0]?.message.touch.id).toBe(better().id);
    expect(await world.touch(lesser())).toMatchObject({
      state: 'planned',
      reason: 'class_cap',
      dueAt: noon + 14 * day,
    });
    world.clock.time = noon + 14 * day;
    expect(await world.send('c1', 'email')).toEqual({ ...nothing, sent: 1 });
  });

  test('one due on another channel keeps its turn, without losing the lesser its chance', async () => {
    const text = lesser({ channel: 'sms' });
    await world.plan(better(), text);
    expect(await world.send('c1', 'sms')).toEqual({ ...nothing, deferred: 1 });
    expect(await world.touch(text)).toMatchObject({ state: 'planned', reason: 'class_cap', dueAt: noon + 15 * minute });
    answers = [refusal(false)];
    expect(await world.send('c1', 'email')).toEqual({ ...nothing, failed: 1 });
    world.clock.time = noon + 15 * minute;
    expect(await world.send('c1', 'sms')).toEqual({ ...nothing, sent: 1 });
  });

  test('only for that place something waits a little: what is closed to it anyway is told at once', async () => {
    const denied = { identities: ['e:1'], statements: { [consentField('sms', phone)]: { value: false, at: noon } } };
    await world.putFile(withUpdate(aFile({ email: ann, phone }), denied));
    await world.plan(better(), lesser({ channel: 'sms' }));
    expect(await world.send('c1', 'sms')).toEqual({ ...nothing, skipped: 1 });
    expect(await world.touch(lesser({ channel: 'sms' }))).toMatchObject({ state: 'skipped', reason: 'consent' });
  });

  test('one that has to wait for its pace keeps its turn', async () => {
    await world.plan(better(), lesser());
    const turns = [false, true];
    const pacer = { turn: async () => turns.shift() ?? true };
    expect(await world.send('c1', 'email', { pacer })).toEqual({ ...nothing, deferred: 2 });
    world.clock.time = noon + minute;
    expect(await world.send('c1', 'email')).toEqual({ ...nothing, sent: 1 });
    expect(world.handed.map(({ message }) => message.touch.id)).toEqual([better().id]);
  });

  test('what the other channel cannot send does not keep a turn', async () => {
    await world.putFile(
      withUpdate(aFile({ email: ann, phone }), {
        identities: ['e:1'],
        statements: { [consentField('email', ann)]: { value: false, at: noon } },
      }),
    );
    await world.plan(better(), lesser({ channel: 'sms' }));
    expect(await world.send('c1', 'sms')).toEqual({ ...nothing, sent: 1 });
  });

  test('one campaign over two channels is one contact', async () => {
    await world.plan(better(), better({ channel: 'sms' }));
    expect(await world.send('c1', 'email')).toEqual({ ...nothing, sent: 1 });
    expect(await world.send('c1', 'sms')).toEqual({ ...nothing, sent: 1 });
  });
});

describe('what changes between reading and claiming is seen', () => {
  test('STOP', async () => {
    const touch = aTouch({ channel: 'sms', class: 'transactional' });
    await world.plan(touch);
    const stop = { type: 'word', channel: 'sms', address: phone, word: 'stop', at: noon } as const;
    const touches = meanwhile(() => takeFeedback(stop, world.deps));
    expect(await world.send('c1', 'sms', { touches })).toEqual({ ...nothing, skipped: 1 });
    expect(await world.touch(touch)).toMatchObject({ state: 'skipped', reason: 'suppression' });
    expect(await claimsOn(phoneKey(phone))).toEqual([]);
  });

  test('consent taken back', async () => {
    await world.plan(aTouch());
    const touches = meanwhile(() => world.putFile(aFile({ email: ann, consent: false })));
    expect(await world.send('c1', 'email', { touches })).toEqual({ ...nothing, skipped: 1 });
    expect(world.handed).toEqual([]);
  });

  test('a message of somebody who turns out to be the same customer', async () => {
    await world.putFile(aFile({ id: 'c0', email: 'other@example.com' }));
    await world.plan(aTouch(), lesser({ customer: 'c0', class: 'care' }));
    const touches = meanwhile(async () => {
      await world.send('c0', 'email');
      await world.putItems([
        { type: 'redirect', id: 'c1', to: 'c0' },
        { type: 'file', file: aFile({ id: 'c0', email: 'other@example.com', aliases: ['c1'] }) },
      ]);
    });
    expect(await world.send('c1', 'email', { touches })).toEqual({ ...nothing, skipped: 1 });
    expect(await world.touch(aTouch())).toMatchObject({ state: 'skipped', reason: 'class_cap' });
  });

  test('another sender at work on the same', async () => {
    await world.plan(aTouch());
    const touches = meanwhile(() => world.send('c1', 'email'));
    expect(await world.send('c1', 'email', { touches })).toEqual(nothing);
    expect(world.handed.length).toBe(1);
  });
});

describe('one reader', () => {
  test('of two files with one mailbox gets a message once', async () => {
    await world.putFile(aFile({ id: 'c2', email: ann }));
    await world.plan(aTouch(), aTouch({ customer: 'c2' }));
    expect(await world.send('c1', 'email')).toEqual({ ...nothing, sent: 1 });
    expect(await world.send('c2', 'email')).toEqual({ ...nothing, skipped: 1 });
    expect(await world.touch(aTouch({ customer: 'c2' }))).toMatchObject({ state: 'skipped', reason: 'same_address' });
  });

  test('of two files gets it through the second where the first is refused for good', async () => {
    await world.putFile(aFile({ id: 'c2', email: ann }));
    await world.plan(aTouch(), aTouch({ customer: 'c2' }));
    answers = [refusal(false)];
    expect(await world.send('c1', 'email')).toEqual({ ...nothing, failed: 1 });
    expect(await world.send('c2', 'email')).toEqual({ ...nothing, sent: 1 });
  });

  test('who was two customers when it was planned, and had it already, gets it once', async () => {
    await world.putFile(aFile({ id: 'c2', email: 'second@example.com' }));
    await world.plan(aTouch(), aTouch({ customer: 'c2' }));
    expect(await world.send('c2', 'email')).toEqual({ ...nothing, sent: 1 });
    await world.putItems([
      { type: 'redirect', id: 'c2', to: 'c1' },
      { type: 'file', file: aFile({ email: ann, aliases: ['c2'] }) },
    ]);
    world.clock.time += 2 * day;
    expect(await world.send('c1', 'email')).toEqual({ ...nothing, skipped: 1 });
    expect(await world.touch(aTouch())).toMatchObject({ state: 'skipped', reason: 'same_address' });
  });

  test('merged from two is written to as one', async () => {
    await world.putFile(aFile({ id: 'c2', email: 'second@example.com' }));
    await world.plan(lesser({ class: 'news' }), aTouch({ customer: 'c2' }));
    await world.send('c2', 'email');
    await world.putItems([
      { type: 'redirect', id: 'c2', to: 'c1' },
      { type: 'file', file: aFile({ email: ann, aliases: ['c2'] }) },
    ]);
    expect(await world.send('c1', 'email')).toEqual({ ...nothing, deferred: 1 });
    expect(await world.touch(lesser())).toMatchObject({ reason: 'channel_day_cap', dueAt: noon + day });
  });
});

test('a call that comes for nothing asks once', async () => {
  let asked = 0;
  const touches = meddled({
    readOpen: async (customer) => {
      asked++;
      return world.touches.readOpen(customer);
    },
    readLive: () => Promise.reject(new Error('nothing is to be read')),
  });
  await world.plan(deferred(aTouch(), noon + 1, 'quiet_hours'));
  expect(await world.send('c1', 'email', { touches })).toEqual(nothing);
  expect(asked).toBe(1);
});

describe('what whoever planned a message says right before it leaves', () => {
  test('to wait lets it wait, at most until it expires; what is over is over', async () => {
    const touch = aTouch({ expiresAt: noon + hour });
    await world.plan(touch);
    const wait = { calledFor: answering({ type: 'wait', until: noon + 9 * day, reason: 'paused' }) };
    expect(await world.send('c1', 'email', wait)).toEqual({ ...nothing, deferred: 1 });
    expect(await world.touch(touch)).toMatchObject({ state: 'planned', reason: 'paused', dueAt: noon + hour });
    world.clock.time = noon + hour;
    expect(await world.send('c1', 'email', wait)).toEqual({ ...nothing, skipped: 1 });
    expect(await world.touch(touch)).toMatchObject({ state: 'skipped', reason: 'expired' });
  });

  test('to wait holds up no lesser one', async () => {
    await world.plan(better(), lesser());
    const whyNotNow = async ({ origin }: Touch): Promise<NotNow | undefined> =>
      origin.id === 'better' ? { type: 'wait', until: noon + day, reason: 'paused' } : undefined;
    expect(await world.send('c1', 'email', { calledFor: { whyNotNow } })).toEqual({ ...nothing, deferred: 1, sent: 1 });
    expect(world.handed.map(({ message }) => message.touch.id)).toEqual([lesser().id]);
  });

  test('to leave as the winner of a test is what it leaves as', async () => {
    const touch = aTouch({ variant: 'winner' });
    await world.plan(touch);
    const asked: string[] = [];
    const templates = {
      template: async (id: string, channel: Channel, locale: string) => {
        asked.push(id);
        return builtInTemplate('turned-silent', channel, locale);
      },
    };
    const calledFor = answering({ type: 'as', template: 'spring-b', variant: 'b' });
    expect(await world.send('c1', 'email', { calledFor, templates })).toEqual({ ...nothing, sent: 1 });
    expect(asked).toEqual(['spring-b']);
    expect(await world.touch(touch)).toMatchObject({ state: 'sent', template: 'spring-b', variant: 'b' });
  });
});

describe('a message with a coupon', () => {
  const definition: CouponDefinition = {
    id: 'spring',
    kind: 'percent',
    value: '20',
    perCustomer: 1,
    codes: 'generate',
    lowStock: 0,
  };
  const couponText = {
    text: '{{ coupon.value }} {{ coupon.code }}{% if coupon.expires %} {{ coupon.expires }}{% endif %}',
  };
  let asked: Parameters<CouponIssuer['issue']>[0][];
  let issue: CouponIssuer['issue'];
  const sms = { channel: 'sms', coupon: 'spring' } as const;

  beforeEach(() => {
    asked = [];
    issue = async (wanted) => {
      asked.push(wanted);
      const coupon = { ...wanted, code: 'K7QX', expiresAt: Date.UTC(2026, 11, 31, 16) };
      return { type: 'issued', coupon, definition };
    };
  });

  const send = (text: string, changes: Partial<SendDeps> = {}) =>
    world.send('c1', 'sms', {
      renderer: liquidRenderer(),
      templates: textTemplates(text),
      coupons: { issue },
      ...changes,
    });

  test('draws it once all gates are passed, for this contact, and says its code', async () => {
    const touch = aTouch(sms);
    await world.plan(touch);
    expect(await send(couponText.text)).toEqual({ ...nothing, sent: 1 });
    const about = { coupon: 'spring', customer: 'c1', aliases: [], shop: 'north' };
    expect(asked).toEqual([{ ...about, cause: contactOf(touch), at: noon }]);
    expect(world.handed[0]?.message.content.text).toContain('8折 K7QX 2026-12-31');
    expect(await world.touch(touch)).toMatchObject({ state: 'sent', code: 'K7QX' });
  });

  test('draws none where a gate is closed, the pace is missed, or it has lost its cause', async () => {
    await world.putFile(aFile({ phone, consent: false }));
    await world.plan(aTouch(sms));
    expect(await send(couponText.text)).toEqual({ ...nothing, skipped: 1 });
    await world.putFile(aFile({ phone }));
    await world.plan(aTouch({ ...sms, occurrence: 'two' }), aTouch({ ...sms, occurrence: 'three' }));
    await send(couponText.text, { pacer: { turn: async () => false } });
    world.clock.time += 2 * minute;
    await send(couponText.text, { calledFor: answering({ type: 'gone', reason: 'paid' }) });
    expect(asked).toEqual([]);
  });

  test('is the one the ladder has for where the customer stands then, and none where no row fits', async () => {
    const touch = aTouch({ ...sms, coupon: 'ladder' });
    const ladder = [
      { stage: 'silent', coupon: 'small' },
      { stage: 'prospect', coupon: 'welcome' },
    ] as const;
    const settings = { settings: async () => ({ ...defaultSettings, couponLadder: [...ladder] }) };
    await world.plan(touch);
    expect(await send(couponText.text, { settings })).toMatchObject({ sent: 1 });
    expect(asked).toMatchObject([{ coupon: 'welcome', customer: 'c1' }]);
    const later = aTouch({ ...sms, coupon: 'ladder', occurrence: 'another', class: 'transactional' });
    await world.plan(later);
    expect(await send(couponText.text)).toMatchObject({ skipped: 1 });
    const skipped = await world.touches.readTouch(later);
    expect(skipped?.value).toMatchObject({ state: 'skipped', reason: 'coupon_ladder' });
  });

  test('asks again under the same cause after the provider refused', async () => {
    await world.plan(aTouch(sms));
    answers = [refusal(true)];
    await send(couponText.text);
    world.clock.time += minute;
    expect(await send(couponText.text)).toEqual({ ...nothing, sent: 1 });
    expect(new Set(asked.map(({ cause }) => cause)).size).toBe(1);
  });

  test('is skipped with the reason where there is none left, and where nobody issues any', async () => {
    const touch = aTouch(sms);
    await world.plan(touch);
    issue = async () => ({ type: 'refused', reason: 'coupon_stock' });
    expect(await send(couponText.text)).toEqual({ ...nothing, skipped: 1 });
    expect(await world.touch(touch)).toMatchObject({ state: 'skipped', reason: 'coupon_stock' });
    const other = aTouch({ ...sms, occurrence: 'two' });
    await world.plan(other);
    const { coupons: _none, ...rest } = world.deps as SendDeps;
    await sendTouches({ customer: 'c1', channel: 'sms' }, () => 30_000, {
      ...rest,
      templates: textTemplates('{{ coupon.code }}'),
    });
    expect(await world.touch(other)).toMatchObject({ state: 'skipped', reason: 'coupon_gone' });
    expect(world.handed).toEqual([]);
  });

  test('that has a link to claim it by draws none', async () => {
    await world.plan(aTouch(sms));
    expect(await send('{{ claim.url }}')).toEqual({ ...nothing, sent: 1 });
    expect(asked).toEqual([]);
    expect(world.handed[0]?.message.content.text).toContain(`https://x.example/c/${aTouch(sms).id}/spring`);
  });
});

describe('what is written down of a message', () => {
  test('is its parts, its cost by country, and where its links lead', async () => {
    const touch = aTouch({ channel: 'sms' });
    await world.plan(touch);
    const text = '您'.repeat(60);
    const templates = textTemplates(
      `${text}https://tea.example/a https://tea.example/b https://tea.example/a {{ unsubscribe.url }}`,
    );
    await world.send('c1', 'sms', { renderer: liquidRenderer(), templates });
    const sent = await world.touch(touch);
    const said = world.handed[0]?.message.content.text ?? '';
    expect(sent.links).toEqual(['https://tea.example/a', 'https://tea.example/b']);
    expect(said.match(/https:\S+/g)).toEqual([
      `https://x.example/t/${touch.id}/0`,
      `https://x.example/t/${touch.id}/1`,
      `https://x.example/t/${touch.id}/0`,
      `https://x.example/u/c1/${touch.id}`,
    ]);
    expect(sent.parts).toBe(Math.ceil(said.length / 67));
    expect(sent.cost).toBe((sent.parts ?? 0) * 45_000);
  });

  test('is the name its short links carry, where it has some', async () => {
    const links = messageLinks(
      rootKeys('one root secret of sixty-four characters, made for these tests ..'),
      'https://x.example',
    );
    const texts: Record<string, string> = { linked: 'https://tea.example/a {{ preferences.url }}', plain: 'Tea!' };
    for (const [occurrence, text] of Object.entries(texts)) {
      const touch = aTouch({ channel: 'sms', class: 'transactional', purpose: 'other', occurrence });
      await world.plan(touch);
      await world.send('c1', 'sms', {
        renderer: liquidRenderer(),
        templates: textTemplates(text, 'transactional'),
        links,
      });
    }
    const { linkName, links: led } = await world.touch(
      aTouch({ channel: 'sms', class: 'transactional', purpose: 'other', occurrence: 'linked' }),
    );
    expect(led).toEqual(['https://tea.example/a']);
    expect(linkName).toMatch(/^[A-Za-z0-9]{8}$/);
    expect(world.handed[0]?.message.content.text).toContain(`https://x.example/t/${linkName}`);
    const plain = await world.touch(
      aTouch({ channel: 'sms', class: 'transactional', purpose: 'other', occurrence: 'plain' }),
    );
    expect(plain.state).toBe('sent');
    expect(plain).not.toHaveProperty('linkName');
  });

  test('leaves order notices their own links, and counts the parts the provider has counted', async () => {
    const touch = aTouch({ channel: 'sms', class: 'transactional', purpose: 'shipping' });
    await world.plan(touch);
    answers = [{ type: 'accepted', providerId: 'm1', parts: 3 }];
    await world.send('c1', 'sms', {
      renderer: liquidRenderer(),
      templates: textTemplates('到哪了 https://sf.example/1', 'transactional'),
    });
    expect(world.handed[0]?.message.content.text).toBe('【North】到哪了 https://sf.example/1');
    expect(await world.touch(touch)).toMatchObject({ parts: 3, cost: 135_000 });
    expect(await world.touch(touch)).not.toHaveProperty('links');
  });

  test('is told to whoever listens; that they cannot be told undoes nothing', async () => {
    const told: unknown[] = [];
    await world.plan(aTouch(), aTouch({ occurrence: 'two', class: 'transactional' }));
    const events = {
      tell: async (some: readonly unknown[]) => {
        told.push(...some);
        throw new Error('nobody hears');
      },
    };
    expect(await world.send('c1', 'email', { events })).toEqual({ ...nothing, sent: 2 });
    expect(told).toHaveLength(2);
    expect(told).toContainEqual(
      expect.objectContaining({ type: 'touch.sent', occurredAt: noon, id: `touch.sent c1 ${aTouch().id}` }),
    );
    expect(JSON.stringify(told)).not.toContain(ann);
  });
});

describe('recommended products', () => {
  const recommend = vi.fn(async () => [
    {
      shop: 'north',
      product: 'p1',
      reason: 'best_seller' as const,
      catalogued: { id: 'p1', title: 'Tea', price: '9.90' } as Product,
    },
    { shop: 'north', product: 'p2', reason: 'best_seller' as const },
  ]);
  const send = (text: string) =>
    world.send('c1', 'sms', { renderer: liquidRenderer(), templates: textTemplates(text), recommend });

  test('are read where the template names them, and shown as the catalogue has them', async () => {
    await world.plan(aTouch({ channel: 'sms' }), aTouch({ channel: 'sms', occurrence: 'two', class: 'transactional' }));
    await send('{{ products[0].title }} {{ products[0].price }} {{ products.size }}');
    expect(world.handed[0]?.message.content.text).toContain('Tea ¥9.90 1');
    expect(recommend).toHaveBeenCalled();
  });

  test('are not read where it does not', async () => {
    recommend.mockClear();
    await world.plan(aTouch({ channel: 'sms' }));
    await send('Hello');
    expect(recommend).not.toHaveBeenCalled();
  });
});
