import { advance, type JourneyView } from '../../shared/domain/journeys/advance.ts';
import type { Enrolment } from '../../shared/domain/journeys/enrolment.ts';
import { enrolled } from '../../shared/domain/journeys/enter.ts';
import { type JourneyDefinition, journeySchema } from '../../shared/domain/journeys/journey.ts';
import { journeyPresets } from '../../shared/domain/journeys/presets.ts';
import { compileJourney } from '../../shared/domain/journeys/program.ts';
import { atLeast, information, type Measure } from './measure.ts';
import { median } from './rounds.ts';

const travellers = 20_000;
const rounds = 9;
const start = Date.UTC(2026, 2, 2);
const zones = ['Asia/Shanghai', 'America/New_York', 'Europe/Berlin'];

/** Everything a journey can hold, once. */
const everything = journeySchema.parse({
  id: 'everything',
  name: 'Everything',
  trigger: { on: 'purchase.first' },
  steps: [
    { wait: { hours: 2 } },
    message('first'),
    {
      branch: {
        if: { reacted: 'clicked', step: 'first' },
        yes: [{ tag: { id: 'keen', add: 'keen' } }, { points: { id: 'thanks', amount: 10, reason: 'thanks' } }],
        no: [{ wait: { days: 3, at: '10:00' } }, message('second')],
      },
    },
    { wait: { days: 7 } },
    { coupon: { id: 'gift', coupon: 'ten' } },
    { webhook: { id: 'told', event: 'journey.ended' } },
  ],
});

function message(id: string) {
  return { send: { id, class: 'care', channels: ['email'], template: 'greeting' } };
}

export const journeySteps: Measure = {
  name: 'journey-steps',
  how:
    `advance() over ${travellers.toLocaleString('en')} enrolments, each woken when it is due until it ends, in three time zones, through a journey of ` +
    `every kind of step and the preset \`second-purchase\` in turn; a step is one call, which wakes an enrolment, takes it as far as it goes and ` +
    `says what to do. Facts are answered from memory. By the processor time of the whole process, garbage collection included; median of ${rounds} rounds after one to warm up.`,
  async run() {
    const nurture = journeyPresets.find(({ definition }) => definition.id === 'second-purchase')?.definition;
    if (!nurture) throw new Error('there is no such preset');
    const steps: number[] = [];
    const actions: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const before = process.cpuUsage();
      const done = passThrough([everything, nurture]);
      const { user, system } = process.cpuUsage(before);
      if (round > 0) {
        steps.push(done.steps / ((user + system) / 1e6));
        actions.push(done.actions / ((user + system) / 1e6));
      }
    }
    return [
      atLeast('steps/s, pure reducer, one core', median(steps), 500_000, '', 0),
      information('messages, tags, coupons and so on asked for a second', median(actions), '', 0),
    ];
  },
};

interface Counts {
  steps: number;
  actions: number;
}

/** @throws Error where somebody was lost on the way */
function passThrough(definitions: readonly JourneyDefinition[]): Counts {
  const counts: Counts = { steps: 0, actions: 0 };
  for (let number = 0; number < travellers; number++) {
    const definition = definitions[number % definitions.length] as JourneyDefinition;
    const occurrence = { name: `first shop#${number}`, at: start + number * 60_000 };
    const last = travel(
      definition,
      enrolled(`c${number}`, { id: definition.id, version: 1 }, occurrence),
      number,
      counts,
    );
    if (last.state !== 'done') throw new Error(`ended as ${last.state}`);
  }
  return counts;
}

function travel(definition: JourneyDefinition, from: Enrolment, number: number, counts: Counts): Enrolment {
  const program = compileJourney(definition);
  const view: JourneyView = {
    zone: zones[number % zones.length] ?? 'Asia/Shanghai',
    quietHours: { from: '21:00:00', to: '09:00:00' },
    exit: () => undefined,
    holds: () => true,
    reacted: () => number % 4 < 2,
  };
  let enrolment = from;
  while (enrolment.state === 'active') {
    const next = advance(program, enrolment, { type: 'time', at: enrolment.dueAt ?? enrolment.at }, view);
    counts.steps++;
    counts.actions += next.actions.length;
    enrolment = next.enrolment;
  }
  return enrolment;
}
