import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DynamoCouponLedger } from '../../../shared/adapters/dynamodb/coupon-store.ts';
import type { Order } from '../../../shared/domain/orders/order.ts';
import type { Given, Giving } from '../../../shared/usecases/coupons/coupon-ports.ts';
import { ConflictError, StoreBusyError } from '../../../shared/usecases/ports.ts';
import { recordMixed } from '../../support/converge.ts';
import { type LocalTables, localClient, startTables } from '../../support/dynamodb-local.ts';
import { erasing } from '../../support/erasure.ts';

let tables: LocalTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const at = Date.UTC(2026, 10, 23, 8);
let named = 0;
const newCoupon = () => `coupon-${named++}`;
const giving = (coupon: string, customer: string, cause: string, limit = 1): Giving => ({
  coupon,
  customer,
  cause,
  at,
  limit,
});

/** A worker with a connection of its own, which loses the answers to some of its writes: they have happened. */
function losingAnswers(lost: readonly boolean[]): { worker: DynamoCouponLedger; stop: () => void } {
  const client = localClient(tables.endpoint);
  let writes = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      const isWrite = context.commandName === 'TransactWriteItemsCommand';
      if (isWrite && lost[writes++ % lost.length]) throw Object.assign(new Error('lost'), { name: 'TimeoutError' });
      return answer;
    },
    { step: 'initialize' },
  );
  return { worker: new DynamoCouponLedger(client, tables.tableNames), stop: () => client.destroy() };
}

function orderBy(prefix: string, id: string, identities: readonly string[]): Order {
  const description = { at, value: { currency: 'CNY', total: 100, items: [] } };
  const base = { shop: 'north', id: `${prefix}-${id}`, milestones: { createdAt: at }, refunds: [], tracking: [] };
  return { ...base, description, identities, statements: {}, statedAt: at };
}

/** As of another function: it has read nothing yet. */
const ledger = (random: () => number = Math.random) => new DynamoCouponLedger(tables.client, tables.tableNames, random);

/** Tries again while others are in the way, as whoever calls does. */
async function insisting<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ConflictError || error instanceof StoreBusyError)) throw error;
    }
  }
}

const codeOf = (given: Given) => (given.type === 'issued' ? given.coupon.code : given.type);

describe('a pool drawn from by many at once', () => {
  test('gives each code once, the same cause the same code, and then none', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          size: fc.integer({ min: 1, max: 24 }),
          wanted: fc.integer({ min: 1, max: 30 }),
          lost: fc.array(fc.boolean(), { minLength: 2, maxLength: 9 }).filter((all) => all.includes(false)),
        }),
        async ({ size, wanted, lost }) => {
          const coupon = newCoupon();
          const codes = Array.from({ length: size }, (_, index) => `${coupon}-${index}`);
          expect(await ledger().addCodes(coupon, codes)).toEqual({ added: size, known: 0, taken: [] });
          const workers = Array.from({ length: 8 }, () => losingAnswers(lost));
          // Every cause is asked for by two workers at once.
          const asked = Array.from({ length: wanted * 2 }, (_, index) => `buyer-${index % wanted}`);
          const given = await Promise.all(
            asked.map(async (customer, index) => {
              const worker = workers[index % 8]?.worker ?? ledger();
              const given = await insisting(() => worker.drawCode(giving(coupon, customer, 'campaign')));
              return [customer, codeOf(given)] as const;
            }),
          );
          for (const { stop } of workers) stop();
          const byCustomer = Map.groupBy(given, ([customer]) => customer);
          const drawn = [...byCustomer.values()].map((answersOf) => {
            const same = new Set(answersOf.map(([, code]) => code));
            expect(same.size).toBe(1);
            return [...same][0] ?? '';
          });
          const handedOut = drawn.filter((code) => code !== 'refused');
          expect(new Set(handedOut).size).toBe(handedOut.length);
          expect(handedOut.every((code) => codes.includes(code))).toBe(true);
          expect(handedOut.length).toBe(Math.min(size, wanted));
          expect(await ledger().readStock(coupon)).toEqual({ loaded: size, drawn: handedOut.length });
          const tallies = await ledger().readTallies(coupon);
          expect(tallies.reduce((sum, { issued }) => sum + issued, 0)).toBe(handedOut.length);
        },
      ),
      { numRuns: Number(process.env.RUNS ?? 12) },
    );
  });

  test('refuses for want of codes, and goes on when more are uploaded', async () => {
    const coupon = newCoupon();
    const one = ledger();
    await one.addCodes(coupon, [`${coupon}-a`]);
    expect(codeOf(await one.drawCode(giving(coupon, 'anna', 'x')))).toBe(`${coupon}-a`);
    expect(await one.drawCode(giving(coupon, 'bert', 'x'))).toEqual({ type: 'refused', reason: 'coupon_stock' });
    // Whoever had the last one still gets it told.
    expect(codeOf(await one.drawCode(giving(coupon, 'anna', 'x')))).toBe(`${coupon}-a`);
    await one.addCodes(coupon, [`${coupon}-b`]);
    expect(codeOf(await one.drawCode(giving(coupon, 'bert', 'x')))).toBe(`${coupon}-b`);
  });
});

describe('uploading', () => {
  test('twice, at once and in parts, puts each code in once', async () => {
    const coupon = newCoupon();
    const codes = Array.from({ length: 400 }, (_, index) => `${coupon}-${index}`);
    const [a, b] = await Promise.all([ledger().addCodes(coupon, codes), ledger().addCodes(coupon, codes.slice(100))]);
    expect(a.added + b.added).toBe(400);
    expect(a.known + b.known).toBe(300);
    expect(await ledger().readStock(coupon)).toEqual({ loaded: 400, drawn: 0 });
    expect(await ledger().addCodes(coupon, codes)).toEqual({ added: 0, known: 400, taken: [] });
    const other = newCoupon();
    expect(await ledger().addCodes(other, [`${coupon}-1`.toUpperCase(), `${other}-1`])).toEqual({
      added: 1,
      known: 0,
      taken: [`${coupon}-1`.toUpperCase()],
    });
  });
});

describe('generated codes', () => {
  test('are given once for their cause, up to the limit of the customer', async () => {
    const coupon = newCoupon();
    const give = (customer: string, cause: string, code: string, limit = 2) =>
      insisting(() => ledger().giveCode(giving(coupon, customer, cause, limit), code));
    const same = await Promise.all([1, 2, 3, 4].map(() => give('anna', 'one', 'AAAA')));
    expect(same.map(codeOf)).toEqual(['AAAA', 'AAAA', 'AAAA', 'AAAA']);
    const many = await Promise.all(['two', 'three', 'four'].map((cause) => give('anna', cause, `A-${cause}`)));
    expect(many.filter(({ type }) => type === 'issued')).toHaveLength(1);
    expect(many.filter(({ type }) => type === 'refused')).toHaveLength(2);
    expect(await give('bert', 'one', 'aaaa ')).toEqual({ type: 'taken' });
    expect(await ledger().readGiven(coupon, ['anna', 'bert'], 'one')).toMatchObject({
      issued: { code: 'AAAA', customer: 'anna' },
      count: 2,
    });
    expect((await ledger().readTallies(coupon)).reduce((sum, { issued }) => sum + issued, 0)).toBe(2);
  });

  test('are taken from a customer who is erased, also what was given under an earlier id', async () => {
    const coupon = newCoupon();
    const { deps, erase, customerOf } = erasing({ couponLedger: ledger() });
    await recordMixed([orderBy(coupon, '1', [`b:${coupon}-1`]), orderBy(coupon, '2', [`b:${coupon}-2`])], deps.store);
    const early = [await customerOf(`b:${coupon}-1`), await customerOf(`b:${coupon}-2`)].map(String);
    await recordMixed(
      [orderBy(coupon, '3', [`b:${coupon}-1`, `p:${coupon}`]), orderBy(coupon, '4', [`b:${coupon}-2`, `p:${coupon}`])],
      deps.store,
    );
    for (const customer of early) await ledger().giveCode(giving(coupon, customer, 'claim'), `${coupon}${customer}`);
    expect(await ledger().issuedTo(early)).toHaveLength(2);
    await erase(String(await customerOf(`b:${coupon}-1`)));
    expect(await ledger().issuedTo(early)).toEqual([]);
  });

  test('are forgotten with their customer, and the code stays known', async () => {
    const coupon = newCoupon();
    await ledger().giveCode(giving(coupon, 'carl', 'claim'), `${coupon}-X`);
    await ledger().forget('carl');
    await ledger().forget('carl');
    expect(await ledger().issuedTo(['carl'])).toEqual([]);
    const { rows } = await ledger().readCodes([`${coupon}-x`], []);
    const [row] = rows.values();
    expect(row?.value).toEqual({ code: `${coupon}-X`, coupon, issuedAt: at, uses: [] });
  });
});
