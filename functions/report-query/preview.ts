import type { RouteInput } from '../../shared/contracts/http/route.ts';
import type { SegmentPreviewJson, segmentPreviewRoutes } from '../../shared/contracts/http/segments.ts';
import type { Role } from '../../shared/domain/access/roles.ts';
import { formatInstant } from '../../shared/domain/calendar.ts';
import { InvalidInputError } from '../../shared/domain/errors.ts';
import type { SegmentRule } from '../../shared/domain/segments/rule.ts';
import { OnlyLiveError } from '../../shared/domain/segments/to-sql.ts';
import type { HttpAnswer } from '../../shared/runtime/http-handler.ts';
import { Problem } from '../../shared/runtime/problem.ts';
import { resolveFiles } from '../../shared/usecases/customers/resolve-files.ts';
import { customerViews } from '../../shared/usecases/customers/show-customers.ts';
import type { LiveDeps } from '../../shared/usecases/segments/live-rule.ts';
import {
  previewSegment,
  type SegmentPreview,
  type SegmentPreviews,
  TooManyCustomersError,
} from '../../shared/usecases/segments/preview-segment.ts';
import { checkAskedRule, doubtsAbout, inRule, type SegmentDeps } from '../../shared/usecases/segments/save-segment.ts';

export interface PreviewDeps extends LiveDeps, Omit<SegmentDeps, 'segments'> {
  /** From the facts of the last night, where there are any. */
  readonly previews: SegmentPreviews;
}

/** Leaves room for the rest of a request, which ends after 29 seconds. */
const previewMs = 20_000;

type Body = RouteInput<(typeof segmentPreviewRoutes)['previewSegment']>['body'];

/** How many a rule holds of, and who for example: by the facts, or live where that is asked or there are none. */
export async function answerPreview({ rule, live }: Body, role: Role, deps: PreviewDeps): Promise<HttpAnswer> {
  const until = deps.clock.now() + previewMs;
  await checkAskedRule(rule, role, deps);
  const preview = await orProblem(previewSegment(rule, live, until, deps), live);
  const body = JSON.stringify(await previewView(preview, rule, role, deps));
  return { status: 200, contentType: 'application/json', body };
}

async function orProblem(preview: Promise<SegmentPreview>, isLive: boolean): Promise<SegmentPreview> {
  try {
    return await preview;
  } catch (error) {
    if (error instanceof OnlyLiveError) throw onlyLive(error);
    if (error instanceof TooManyCustomersError) throw tooMany(isLive);
    throw error;
  }
}

function onlyLive({ fields }: OnlyLiveError): InvalidInputError {
  const wrong = fields.map(({ field, path }) => ({
    field: path === '' ? 'field' : `${path}.field`,
    message: `${field} is not in the facts of the last night: ask with "live": true`,
  }));
  return new InvalidInputError(inRule(wrong));
}

function tooMany(isLive: boolean): Problem {
  const way = isLive
    ? 'ask without "live", by the facts of the last night'
    : 'wait for the first night, which makes facts';
  return new Problem(
    { status: 422, slug: 'too-many-customers', title: 'There are too many customers to go through' },
    `Going through everybody takes longer than a request may: ${way}; or page through the members of a saved segment.`,
  );
}

/** The sample as it stands now: who was erased since is not there, who was merged is shown as who they became. */
async function previewView(
  { source, asOf, count, share, reachable, sample }: SegmentPreview,
  rule: SegmentRule,
  role: Role,
  deps: PreviewDeps,
): Promise<SegmentPreviewJson> {
  const { files } = await resolveFiles(sample, deps.store);
  const views = await customerViews(
    [...files.values()].map(({ value }) => value),
    role,
    deps,
  );
  return {
    count,
    share: share ?? null,
    reachable: { ...reachable },
    sample: [...views.values()],
    asOf: formatInstant(asOf),
    source,
    warnings: await doubtsAbout(rule, deps),
  };
}
