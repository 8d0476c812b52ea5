import type { Instant } from '../../domain/calendar.ts';
import { forgottenCase } from '../../domain/cases/case-life.ts';
import { everyPage } from '../every-page.ts';
import type { CaseStore } from '../marketing-ports.ts';
import { type Retrying, retried } from '../retried.ts';

export type ForgetDeps = Retrying & { readonly cases: CaseStore };

/** Takes away what was written of somebody erased; their cases stay counted, and open ones end. Can be repeated. */
export async function forgetCases(customers: readonly string[], at: Instant, deps: ForgetDeps): Promise<void> {
  for (const customer of customers) {
    for await (const page of everyPage((after) => deps.cases.listCases({ customer }, after, 100))) {
      for (const { value } of page) await forgetOne(value.id, at, deps);
    }
  }
}

function forgetOne(id: string, at: Instant, deps: ForgetDeps): Promise<void> {
  return retried(async () => {
    const one = await deps.cases.readCase(id);
    const value = one && forgottenCase(one.value, at);
    if (one && value && value !== one.value) await deps.cases.saveCase({ ...one, value });
  }, deps);
}
