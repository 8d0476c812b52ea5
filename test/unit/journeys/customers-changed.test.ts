import type { SQSEvent } from 'aws-lambda';
import { beforeEach, describe, expect, test } from 'vitest';
import { createHandler, type Deps } from '../../../functions/work-run/handler.ts';
import type { DomainEvent } from '../../../shared/domain/events/event.ts';
import type { Touch } from '../../../shared/domain/touches/touch.ts';
import { withFilesRead } from '../../../shared/usecases/customers/files-read.ts';
import { creditTouches } from '../../../shared/usecases/effect/credit-touches.ts';
import type { CustomerStore } from '../../../shared/usecases/ports.ts';
import { aBuyer, aJourney, aSend, journeysIn } from '../../support/journeys.ts';
import { keepingLogger, lambdaContext } from '../../support/lambda.ts';
import { aTouch, day, hour, type Messaging, messaging, noon } from '../../support/touches.ts';

let world: Messaging;
let asked: string[][];
let told: DomainEvent[];
let deps: Messaging['deps'] & {
  readonly products: { readProduct(): Promise<undefined> };
  readonly events: { isHeard(): Promise<boolean>; tell(events: readonly DomainEvent[]): Promise<void> };
};
beforeEach(() => {
  world = messaging();
  asked = [];
  told = [];
  const store = new Proxy(world.deps.store, {
    get: (target, name: keyof CustomerStore) => {
      if (name !== 'readFiles') return target[name].bind(target);
      return (ids: string[]) => {
        asked.push(ids);
        return target.readFiles(ids);
      };
    },
  });
  const events = { isHeard: async () => true, tell: async (some: readonly DomainEvent[]) => void told.push(...some) };
  deps = { ...world.deps, store, products: { readProduct: async () => undefined }, events };
});

/** The work queue's message about customers whose files were written. */
async function changed(...customers: string[]): Promise<void> {
  const handler = createHandler({ ...deps, logger: keepingLogger().logger } as unknown as Deps);
  const body = JSON.stringify({ type: 'customers.changed', customers });
  const event = { Records: [{ messageId: 'm1', body, attributes: { ApproximateReceiveCount: '1' } }] };
  const { batchItemFailures } = await handler(event as unknown as SQSEvent, lambdaContext());
  expect(batchItemFailures).toEqual([]);
}

/** A message that went out an hour before the customer bought something. */
function sentBefore(customer: string): Touch {
  return { ...aTouch({ customer }), state: 'sent', sentAt: noon - 2 * hour, reactions: { delivered: noon - 2 * hour } };
}

describe('customers whose files have changed', () => {
  test('are read once for everything that is looked at, whatever their ids were', async () => {
    journeysIn(world).only(aJourney({ trigger: { on: 'purchase.first' }, steps: [aSend('thank')] }));
    await world.putFile(aBuyer([noon - hour]));
    await world.putFile(aBuyer([noon - hour], { id: 'c2', aliases: ['old'] }));
    await world.putRedirect('old', 'c2');
    await changed('c1', 'old', 'gone');
    expect(asked).toEqual([['c1', 'old', 'gone'], ['c2']]);
    for (const id of ['c1', 'c2']) expect((await world.touches.readOpen(id)).length, id).toBe(1);
    const entered = told.filter(({ type }) => type === 'stage.changed');
    expect(entered.map(({ data }) => data.customer)).toEqual(['c1', 'c2']);
  });

  test('are read again where a message of theirs is credited', async () => {
    await world.putFile(aBuyer([noon - hour]));
    await world.putFile(aBuyer([noon - 40 * day], { id: 'c2' }));
    await world.plan(sentBefore('c1'), sentBefore('c2'));
    await changed('c1', 'c2');
    expect(asked).toEqual([['c1', 'c2'], ['c1']]);
    expect((await world.touch(sentBefore('c1'))).credited).toMatchObject({ orders: 1 });
    await changed('c1', 'c2');
    expect(asked.slice(2)).toEqual([['c1', 'c2']]);
  });
});

test('what is credited is what the customer has bought by now, however long ago the file was read', async () => {
  const touch = sentBefore('c1');
  await world.putFile(aBuyer([noon - hour]));
  await world.plan(touch);
  const files = withFilesRead(deps.store);
  await files.readFiles(['c1']);
  await world.putFile(aBuyer([]));
  expect(await creditTouches(['c1'], deps, files)).toBe(0);
  expect((await world.touch(touch)).credited).toBeUndefined();
  await world.putFile(aBuyer([noon - hour]));
  expect(await creditTouches(['c1'], deps, files)).toBe(1);
  await world.putItems([{ type: 'erased', id: 'c1', at: noon }]);
  expect(await creditTouches(['c1'], deps, withFilesRead(deps.store))).toBe(0);
});
