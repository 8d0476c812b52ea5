import { beforeEach, describe, expect, it } from 'vitest';
import { messageRequestSchema } from '../../../shared/contracts/http/sending.ts';
import { StateConflictError } from '../../../shared/domain/errors.ts';
import type { MessageTemplate } from '../../../shared/domain/messages/template.ts';
import { sendMessage } from '../../../shared/usecases/messages/send-message.ts';
import { aFile, type Messaging, messaging } from '../../support/touches.ts';

let world: Messaging;
beforeEach(async () => {
  world = messaging();
  await world.putFile(aFile({ phone: '+8613800138000' }));
});

const template = (id: string): MessageTemplate => ({
  id,
  channel: 'sms',
  class: 'transactional',
  locale: 'zh-CN',
  text: '验证码',
});

function send(more: object) {
  const request = { customer: 'c1', channel: 'sms', templateId: 'login-code', shop: 'north', idempotencyKey: 'k1' };
  const templates = { template: async (id: string) => template(id), templates: async () => [] };
  return sendMessage(messageRequestSchema.parse({ ...request, ...more }), { ...world.deps, templates });
}

describe('the key of a message', () => {
  it('plans it once, however its vars are ordered', async () => {
    const first = await send({ vars: { code: '4711', minutes: 5 } });
    const again = await send({ vars: { minutes: 5, code: '4711' } });
    expect([first.repeated, again.repeated, again.touch.id]).toEqual([false, true, first.touch.id]);
  });

  it.each([
    ['other vars', { vars: { code: '4712' } }],
    ['one more', { vars: { code: '4711', minutes: 5 } }],
    ['none', {}],
    ['another template', { templateId: 'reset-code', vars: { code: '4711' } }],
  ])('stands for one message: with %s it is refused, and the first stays', async (_, more) => {
    const { touch } = await send({ vars: { code: '4711' } });
    world.called.length = 0;
    await expect(send(more)).rejects.toThrow(StateConflictError);
    expect(await world.touch(touch)).toMatchObject({ template: 'login-code', vars: { code: '4711' } });
    expect(world.called).toEqual([]);
    expect((await send({ idempotencyKey: 'k2', ...more })).repeated).toBe(false);
  });

  it('needs no vars either time', async () => {
    expect((await send({})).repeated).toBe(false);
    expect((await send({ vars: {} })).repeated).toBe(true);
  });
});
