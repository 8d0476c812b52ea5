import { beforeEach, describe, expect, test } from 'vitest';
import { tagField } from '../../../shared/domain/customers/tags.ts';
import type { Journey } from '../../../shared/domain/journeys/journey.ts';
import type { SegmentRule } from '../../../shared/domain/segments/rule.ts';
import { enterForCustomers } from '../../../shared/usecases/journeys/enter-journeys.ts';
import {
  type AudienceDeps,
  audienceSegments,
  baselineName,
  lookAtAudience,
} from '../../../shared/usecases/journeys/look-at-audience.ts';
import { planAudiences } from '../../../shared/usecases/journeys/plan-audiences.ts';
import { aBuyer, aJourney, aSend, journeysIn } from '../../support/journeys.ts';
import { day, hour, type Messaging, messaging, noon, type SomeCustomer } from '../../support/touches.ts';

let world: Messaging;
let journeys: ReturnType<typeof journeysIn>;
let rule: SegmentRule;
beforeEach(() => {
  world = messaging();
  journeys = journeysIn(world);
  rule = { field: 'gender', op: 'eq', value: 'female' };
});

const segments = {
  readSegment: async (id: string) =>
    id === 'women' ? { value: { id, name: id, rule, createdAt: 0, updatedAt: 0 }, version: 1 } : undefined,
};
const look = (...customers: string[]) => enterForCustomers(customers, { ...world.deps, segments });

/** As the audience is looked at: the store of journeys is written to. */
function audienceDeps(): AudienceDeps {
  const { deps, memory } = world;
  const store: AudienceDeps['journeys'] = {
    ...deps.journeys,
    readJourney: async (id) => {
      const value = world.journeys.get(id);
      return value && { value, version: 1 };
    },
    listJourneys: async () => [],
    saveJourney: async ({ value }) => void world.journeys.set(value.id, value),
    removeJourney: async () => undefined,
  };
  const scanFiles: AudienceDeps['store']['scanFiles'] = async (segment) => {
    const items = [...memory.files].map(([id, item]) => ({ id, item }));
    return { items: segment === 0 ? items : [] };
  };
  return { ...deps, segments, store: Object.assign(memory, { scanFiles }), journeys: store };
}

const entered = aJourney(
  { trigger: { on: 'segment.entered', segment: 'women' }, steps: [aSend('greet')] },
  { enabledAt: noon - hour, baseline: { parts: audienceSegments, done: [] } },
);

async function everybody(occurrence: string, baseline: boolean): Promise<void> {
  for (let segment = 0; segment < audienceSegments; segment++) {
    const part = {
      type: 'journey.audience',
      journey: 'own',
      occurrence,
      baseline,
      segment,
      segments: audienceSegments,
    } as const;
    await lookAtAudience(part, () => 60_000, audienceDeps());
  }
}
const baseline = () => everybody(baselineName(noon - hour), true);
const she = (some: SomeCustomer = {}) => aBuyer([], { statements: { gender: 'female' }, ...some });
const known = (file = aBuyer([])) => ({ ...file, updates: { x: { identities: [], statements: {} } } });

describe('coming into a segment', () => {
  test('is seen from when everybody was looked at once; whoever was in does not come in', async () => {
    journeys.only(entered);
    await world.putFile(known(she({ id: 'in' })));
    await world.putFile(known());
    // Nobody comes in before it is known who is in.
    await look('in', 'c1');
    expect(await journeys.enrolments('in')).toEqual([]);
    await baseline();
    expect(world.journeys.get('own')?.baseline?.done).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    await look('in', 'c1');
    await world.putFile(known(she()));
    await look('in', 'c1');
    await look('c1');
    expect(await journeys.enrolments('in')).toEqual([]);
    expect(await journeys.enrolments()).toMatchObject([
      { occurrence: `segment women ${noon}`, at: noon, state: 'done', vars: { segment: 'women' } },
    ]);
  });

  test('once more is another time', async () => {
    journeys.only(entered);
    await world.putFile(known());
    await baseline();
    for (const [index, file] of [she(), aBuyer([]), she(), aBuyer([])].entries()) {
      world.clock.time = noon + index * hour;
      await world.putFile(known(file));
      await look('c1');
    }
    expect((await journeys.enrolments()).map(({ at }) => at)).toEqual([noon, noon + 2 * hour]);
  });

  test('by a merge with somebody who was in is none', async () => {
    journeys.only(entered);
    await world.putFile(known(she({ id: 'c9' })));
    await baseline();
    await world.putItems([
      { type: 'redirect', id: 'c9', to: 'c1' },
      { type: 'file', file: known(she({ aliases: ['c9'] })) },
    ]);
    await look('c1');
    expect(await journeys.enrolments()).toEqual([]);
  });

  test('by time alone is found by a night', async () => {
    rule = { field: 'orders.lastAt', op: 'before', value: '2026-11-24' };
    journeys.only(entered);
    await world.putFile(aBuyer([Date.UTC(2026, 10, 23, 20)], { id: 'c2' }));
    await baseline();
    rule = { field: 'orders.lastAt', op: 'before', value: '2026-11-25' };
    world.clock.time = noon + 2 * day;
    expect(await planAudiences(world.clock.time, world.deps)).toEqual(['own']);
    expect(world.work.splice(0)).toHaveLength(audienceSegments);
    await everybody('night', false);
    expect(await journeys.enrolments('c2')).toHaveLength(1);
  });

  test('is not looked at again for a baseline of another time', async () => {
    journeys.only(entered);
    await world.putFile(known(she()));
    await everybody(baselineName(noon - day), true);
    expect(world.journeys.get('own')?.baseline?.done).toEqual([]);
  });

  test('is a tag that a rule gives, too; one given by hand is seen by itself', async () => {
    const trigger = (tag: string) => ({ on: 'tag.added', tag }) as const;
    const byRule = { ...aJourney({ trigger: trigger('target'), steps: [aSend('greet')] }), baseline: entered.baseline };
    journeys.only({ ...byRule, enabledAt: noon - hour } as Journey);
    await world.putFile(aBuyer([noon - day]));
    await baseline();
    await world.putFile(known());
    await look('c1');
    expect(await journeys.enrolments()).toMatchObject([{ occurrence: `tag target ${noon}`, vars: { tag: 'target' } }]);

    journeys.only(aJourney({ id: 'hand', trigger: trigger('vip'), steps: [aSend('greet')] }));
    await world.putFile(aBuyer([], { id: 'c2', statements: { [tagField('vip')]: true }, statedAt: noon - hour }));
    await look('c2');
    expect(await journeys.enrolments('c2')).toMatchObject([{ journey: 'hand', occurrence: `tag vip ${noon - hour}` }]);
  });
});

describe('a festival', () => {
  /** Spring Festival 2027 is 6 February. */
  const morning = Date.UTC(2027, 1, 6, 2);
  const festival = aJourney({
    trigger: { on: 'festival', festival: 'spring-festival' },
    steps: [aSend('greet', { expiresAfterHours: 11 })],
  });
  const nightBefore = (nights: number) => Date.UTC(2027, 1, 6, 19) - nights * day;

  test('is planned in the two nights before it, and in no other', async () => {
    journeys.only(festival);
    const planned: number[] = [];
    for (let nights = 10; nights >= 0; nights--) {
      if ((await planAudiences(nightBefore(nights), world.deps)).length > 0) planned.push(nights);
    }
    expect(planned).toEqual([2, 1]);
    expect(world.work).toHaveLength(2 * audienceSegments);
    expect(world.work[0]).toMatchObject({ occurrence: 'festival spring-festival 2027', baseline: false });
  });

  test('greets everybody at its hour on their own clock, once', async () => {
    journeys.only(festival);
    await world.putFile(aBuyer([noon]));
    await world.putFile(aBuyer([noon], { id: 'c2', statements: { timezone: 'Europe/Berlin' } }));
    for (const nights of [2, 1]) {
      world.clock.time = nightBefore(nights);
      await everybody('festival spring-festival 2027', false);
    }
    for (let now = nightBefore(1); now <= morning + day; now += hour) await journeys.at(now);
    const sentAt = async (id: string) => (await journeys.touches(id)).map((touch) => touch.sentAt);
    expect(await sentAt('c1')).toEqual([morning]);
    expect(await sentAt('c2')).toEqual([morning + 7 * hour]);
  });

  test('in a journey that is off or paused is none', async () => {
    for (const change of [{ enabled: false }, { pausedAt: noon }]) {
      journeys.only({ ...festival, ...change });
      expect(await planAudiences(nightBefore(1), world.deps)).toEqual([]);
    }
  });
});
