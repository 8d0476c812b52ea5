import type { Cursors } from '../../../shared/adapters/crypto/cursors.ts';
import { caseView } from '../../../shared/contracts/http/case-view.ts';
import type { caseRoutes } from '../../../shared/contracts/http/cases.ts';
import { formatInstantOrNull } from '../../../shared/domain/calendar.ts';
import type { ServiceCase } from '../../../shared/domain/cases/case.ts';
import { NotFoundError } from '../../../shared/domain/errors.ts';
import { answerPage, pageOf } from '../../../shared/runtime/answer-page.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json } from '../../../shared/runtime/json-answer.ts';
import {
  caseChange,
  changeCase,
  existingCase,
  type ResolveDeps,
  resolveCase,
} from '../../../shared/usecases/cases/change-case.ts';
import type { AlertReader } from '../../../shared/usecases/cases/look-at-cases.ts';
import { casesOf, openCase } from '../../../shared/usecases/cases/open-case.ts';
import { readCustomer } from '../../../shared/usecases/customers/find-customer.ts';

export interface CaseApiDeps extends ResolveDeps {
  readonly cursors: Cursors;
  readonly newId: () => string;
  readonly caseAlerts: AlertReader;
}

type Handlers = RouteHandlers<keyof typeof caseRoutes>;

export function caseHandlers(deps: CaseApiDeps): Handlers {
  const view = (one: ServiceCase) => caseView(one, deps.clock.now());
  return {
    async listCases({ query }) {
      if (query.customer === undefined) return listed(query, deps);
      const file = await readCustomer(query.customer, deps.store);
      if (!file) throw new NotFoundError('There is no such customer.');
      const { items, next } = pageOf(['cases', file.id], await casesOf(file, deps.cases), query, deps.cursors);
      return json({ items: items.map(view), next });
    },
    async listCaseAlerts() {
      const { asOf, alerts = [] } = (await deps.caseAlerts.read()) ?? {};
      return json({ asOf: formatInstantOrNull(asOf), items: alerts });
    },
    async openCase({ body: { id, ...body }, actor }) {
      const cause = id === undefined ? `request ${deps.newId()}` : `api ${id}`;
      const { value } = await openCase({ ...body, cause }, deps, (one) =>
        caseChange('case.opened', one, actor, one.openedAt, Object.keys(body)),
      );
      return json(view(value), 201);
    },
    getCase: async ({ params }) => json(view((await existingCase(params.id, deps)).value)),
    changeCase: async ({ params, body, actor }) => json(view((await changeCase(params.id, body, actor, deps)).value)),
    async resolveCase({ params, body, actor }) {
      const { value, code = null } = await resolveCase(params.id, body, actor, deps);
      return json({ ...view(value), code });
    },
  };
}

type ListQuery = Parameters<Handlers['listCases']>[0]['query'];

function listed(query: ListQuery, { cases, cursors, clock }: CaseApiDeps) {
  const now = clock.now();
  const isLate = query.overdue === 'true';
  const isOpen = isLate || query.open === 'true';
  const filter = isOpen ? { open: true as const, ...(isLate && { dueBefore: now + 1 }) } : {};
  return answerPage(
    ['cases', String(isOpen), String(isLate)],
    query,
    cursors,
    (after, limit) => cases.listCases(filter, after, limit),
    ({ value }) => caseView(value, now),
  );
}
