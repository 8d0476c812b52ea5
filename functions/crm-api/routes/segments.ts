import type { Cursors } from '../../../shared/adapters/crypto/cursors.ts';
import type { CustomerJson } from '../../../shared/contracts/http/customers.ts';
import type { segmentRoutes } from '../../../shared/contracts/http/segments.ts';
import type { Role } from '../../../shared/domain/access/roles.ts';
import { formatInstant } from '../../../shared/domain/calendar.ts';
import { answerPage } from '../../../shared/runtime/answer-page.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json, noContent } from '../../../shared/runtime/json-answer.ts';
import { customerViews } from '../../../shared/usecases/customers/show-customers.ts';
import type { Segment, Versioned } from '../../../shared/usecases/ports.ts';
import { explainMembership, type MembershipExplanation } from '../../../shared/usecases/segments/explain-membership.ts';
import { listMembers } from '../../../shared/usecases/segments/live-members.ts';
import { type LiveDeps, liveRule } from '../../../shared/usecases/segments/live-rule.ts';
import {
  changeSegment,
  checkAskedRule,
  createSegment,
  doubtsAbout,
  existingSegment,
  removeSegment,
  type SegmentDeps,
} from '../../../shared/usecases/segments/save-segment.ts';
import { explanationView, segmentView } from '../views/segment.ts';

export interface SegmentApiDeps extends SegmentDeps, LiveDeps {
  readonly cursors: Cursors;
}

/** Leaves room for the rest of a request, which ends after 29 seconds. */
const pageMs = 5_000;

type Handlers = RouteHandlers<keyof typeof segmentRoutes>;

export function segmentHandlers(deps: SegmentApiDeps): Handlers {
  return { ...savingHandlers(deps), ...evaluatingHandlers(deps) };
}

type Saving = 'listSegments' | 'createSegment' | 'getSegment' | 'changeSegment' | 'removeSegment';

function savingHandlers(deps: SegmentApiDeps): Pick<Handlers, Saving> {
  const checked = async (segment: Versioned<Segment>, role: Role) => ({
    ...segmentView(segment, role),
    warnings: await doubtsAbout(segment.value.rule, deps),
  });
  return {
    listSegments: ({ query, actor: { role } }) =>
      answerPage(
        ['segments'],
        query,
        deps.cursors,
        (after, limit) => deps.segments.listSegments(after, limit),
        (segment) => segmentView(segment, role),
      ),
    createSegment: async ({ body, actor }) =>
      json(await checked(await createSegment(body, actor, deps), actor.role), 201),
    getSegment: async ({ params, actor }) => json(await checked(await existingSegment(params.id, deps), actor.role)),
    changeSegment: async ({ params, body, actor }) =>
      json(await checked(await changeSegment(params.id, body, actor, deps), actor.role)),
    async removeSegment({ params, actor }) {
      await removeSegment(params.id, actor, deps);
      return noContent;
    },
  };
}

function evaluatingHandlers(deps: SegmentApiDeps): Omit<Handlers, Saving> {
  return {
    async segmentCustomers({ params, query, actor: { role } }) {
      const { value, version } = await existingSegment(params.id, deps);
      const until = deps.clock.now() + pageMs;
      const live = await liveRule(value.rule, deps);
      let views: ReadonlyMap<string, CustomerJson> = new Map();
      const read = async (after: string | undefined, limit: number) => {
        const page = await listMembers(live, after, limit, until, deps);
        views = await customerViews(page.items, role, deps);
        return page;
      };
      return answerPage(['segment', value.id, String(version)], query, deps.cursors, read, ({ id }) => views.get(id));
    },
    async explainSegment({ params, query, actor: { role } }) {
      const { value } = await existingSegment(params.id, deps);
      return json(membershipView(await explainMembership(value.rule, query.customer, deps), role));
    },
    async explainRule({ body: { rule, customer }, actor: { role } }) {
      await checkAskedRule(rule, role, deps);
      return json(membershipView(await explainMembership(rule, customer, deps), role));
    },
  };
}

function membershipView({ customer, asOf, explanation }: MembershipExplanation, role: Role) {
  return {
    customer,
    member: explanation.holds,
    asOf: formatInstant(asOf),
    explanation: explanationView(explanation, role),
  };
}
