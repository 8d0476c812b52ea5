import type { Cursors } from '../../../shared/adapters/crypto/cursors.ts';
import { FIRST_KEY } from '../../../shared/adapters/crypto/key-holders.ts';
import { hashOfKey, newApiKey, newKeyId } from '../../../shared/adapters/crypto/tokens.ts';
import type { operationRoutes, ReplayJson } from '../../../shared/contracts/http/operations.ts';
import type { Outcome } from '../../../shared/contracts/platforms/platform.ts';
import { formatInstant, formatInstantOrNull } from '../../../shared/domain/calendar.ts';
import { answerPage } from '../../../shared/runtime/answer-page.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json, noContent } from '../../../shared/runtime/json-answer.ts';
import { conflict, notFound } from '../../../shared/runtime/problem.ts';
import type {
  Actor,
  ApiKey,
  ApiKeyStore,
  AuditEntry,
  AuditLog,
  Clock,
  ParkedEvent,
  ParkedStore,
  Run,
  RunStore,
} from '../../../shared/usecases/ports.ts';

export interface OperationDeps {
  readonly keys: ApiKeyStore;
  readonly audit: AuditLog;
  readonly parked: ParkedStore;
  readonly runs: Pick<RunStore, 'readRun'>;
  /** Tries a parked event again, and takes it off the list once it is recorded; undefined when it is not there. */
  readonly replay: (id: string) => Promise<Outcome | undefined>;
  readonly clock: Clock;
  readonly cursors: Cursors;
}

type Handlers = RouteHandlers<keyof typeof operationRoutes>;

export function operationHandlers(deps: OperationDeps): Handlers {
  return { ...keyHandlers(deps), ...parkedHandlers(deps), ...logHandlers(deps) };
}

function keyHandlers({ keys, clock, cursors }: OperationDeps): Pick<Handlers, 'listKeys' | 'createKey' | 'removeKey'> {
  const change = (actor: Actor, action: string, keyId: string, changed: readonly string[]) => ({
    actor,
    at: clock.now(),
    action,
    target: `key/${keyId}`,
    changed,
  });
  return {
    listKeys: ({ query }) =>
      answerPage(['keys'], query, cursors, (after, limit) => keys.listKeys(after, limit), keyView),
    async createKey({ body, actor }) {
      const text = newApiKey();
      const key: ApiKey = { keyId: newKeyId(), ...body, createdAt: clock.now() };
      await keys.addKey(hashOfKey(text), key, change(actor, 'key.created', key.keyId, ['name', 'role']));
      return json({ ...keyView(key), key: text }, 201);
    },
    async removeKey({ params: { id }, actor }) {
      if (id === FIRST_KEY) throw conflict('The first key is a setting of the deployment; change it there.');
      if (!(await keys.removeKey(id, change(actor, 'key.removed', id, [])))) throw notFound('There is no such key.');
      return noContent;
    },
  };
}

function parkedHandlers(deps: OperationDeps): Pick<Handlers, 'listParked' | 'getParked' | 'replayParked'> {
  const { parked, audit, replay, clock, cursors } = deps;
  const missing = () => notFound('There is no such parked event.');
  return {
    listParked({ query: { shop, reason, ...page } }) {
      const filter = { ...(shop !== undefined && { shop }), ...(reason !== undefined && { reason }) };
      const read = (after: string | undefined, limit: number) => parked.listParked(filter, after, limit);
      return answerPage(['parked', shop, reason], page, cursors, read, parkedView);
    },
    async getParked({ params }) {
      const found = await parked.readParked(params.id);
      if (!found) throw missing();
      const { row, event } = found;
      return json({ ...parkedView(row), body: Buffer.from(event.body, 'base64').toString('utf8') });
    },
    async replayParked({ params, actor }) {
      const outcome = await replay(params.id);
      if (!outcome) throw missing();
      const target = `parked/${params.id}`;
      await audit.record({ actor, at: clock.now(), action: 'parked.replayed', target, changed: [] });
      return json(replayView(outcome));
    },
  };
}

function logHandlers({ audit, runs, cursors }: OperationDeps): Pick<Handlers, 'listAudit' | 'getRun'> {
  return {
    listAudit: ({ query }) =>
      answerPage(['audit'], query, cursors, (after, limit) => audit.listAudit(after, limit), auditView),
    async getRun({ params }) {
      const run = await runs.readRun(params.id);
      if (!run) throw notFound('There is no such run.');
      return json(runView(run));
    },
  };
}

function keyView({ keyId, name, role, createdAt }: ApiKey) {
  return { id: keyId, name, role, createdAt: formatInstant(createdAt) };
}

function auditView({ id, at, actor, action, target, changed }: AuditEntry) {
  const { keyId, name, role, requestId } = actor;
  return { id, at: formatInstant(at), key: { id: keyId, name }, role, action, target, changed, requestId };
}

function parkedView(row: ParkedEvent) {
  return { ...row, firstAt: formatInstant(row.firstAt), lastAt: formatInstant(row.lastAt) };
}

/** What is wrong with it has parked it again. */
function replayView(outcome: Outcome): ReplayJson {
  switch (outcome.type) {
    case 'parked':
      return { outcome: 'parked', reason: outcome.reason };
    case 'invalid':
    case 'not_json':
      return { outcome: 'parked', reason: outcome.type };
    default:
      return { outcome: outcome.type, reason: null };
  }
}

function runView({ asOf, startedAt, finishedAt, ...run }: Run) {
  return {
    ...run,
    asOf: formatInstant(asOf),
    startedAt: formatInstant(startedAt),
    finishedAt: formatInstantOrNull(finishedAt),
  };
}
