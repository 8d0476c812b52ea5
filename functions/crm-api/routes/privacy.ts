import type { ErasureJson, privacyRoutes } from '../../../shared/contracts/http/privacy.ts';
import { formatInstant } from '../../../shared/domain/calendar.ts';
import { membershipAt } from '../../../shared/domain/value/membership.ts';
import type { ApiRequest, RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json } from '../../../shared/runtime/json-answer.ts';
import { notFound } from '../../../shared/runtime/problem.ts';
import { type CustomerViewDeps, customerViews } from '../../../shared/usecases/customers/show-customers.ts';
import type { AuditLog, ErasedFile, WorkQueue } from '../../../shared/usecases/ports.ts';
import { erasureOf } from '../../../shared/usecases/privacy/clear-erased.ts';
import { type EraseDeps, eraseCustomer } from '../../../shared/usecases/privacy/erase-customer.ts';
import { type ExportCustomerDeps, exportCustomer } from '../../../shared/usecases/privacy/export-customer.ts';
import { customerExportView } from '../views/customer-export.ts';

export interface PrivacyDeps extends CustomerViewDeps, ExportCustomerDeps, EraseDeps {
  readonly audit: Pick<AuditLog, 'record'>;
  readonly workQueue: WorkQueue;
}

type Id = keyof typeof privacyRoutes;

export function privacyHandlers(deps: PrivacyDeps): RouteHandlers<Id> {
  const missing = () => notFound('There is no such customer.');
  const audit = (action: string, customer: string, { actor }: Pick<ApiRequest<Id>, 'actor'>) =>
    deps.audit.record({ actor, at: deps.clock.now(), action, target: `customer/${customer}`, changed: [] });
  return {
    async exportCustomer({ params, actor }) {
      const dossier = await exportCustomer(params.id, deps);
      if (!dossier) throw missing();
      const { file } = dossier;
      const now = deps.clock.now();
      const settings = await deps.settings.settings(now);
      const { points } = membershipAt(file, settings, now);
      const view = (await customerViews([file], actor.role, deps)).get(file.id);
      if (!view) throw missing();
      await audit('customer.exported', file.id, { actor });
      return json(
        customerExportView(dossier, view, points, { now, role: actor.role, currency: settings.baseCurrency }),
      );
    },
    async eraseCustomer({ params, actor }) {
      const settings = await deps.settings.settings(deps.clock.now());
      const erased = await eraseCustomer(params.id, settings, deps);
      if (!erased) throw missing();
      await audit('customer.erased', erased.id, { actor });
      // Again for one that is not done: what was to do it may have been lost with the answer.
      if (erased.left) await deps.workQueue.send({ type: 'customer.erase', customer: erased.id });
      return json(erasureView(erased), 202);
    },
    async customerErasure({ params }) {
      const erased = await erasureOf(params.id, deps.store);
      if (!erased) throw notFound('No such customer was erased.');
      return json(erasureView(erased));
    },
  };
}

function erasureView({ id, at, left }: ErasedFile): ErasureJson {
  return { customer: id, erasedAt: formatInstant(at), done: !left, left: left?.orders.length ?? 0 };
}
