import type { OriginType } from '../../domain/touches/touch.ts';
import type { CalledFor } from '../marketing-ports.ts';

/** Asks whoever planned a message; what was asked for once, by request, stays asked for. */
export function calledForBy(planners: { readonly [Type in OriginType]?: CalledFor }): CalledFor {
  return {
    whyNotNow: async (touch, scene, now) => planners[touch.origin.type]?.whyNotNow(touch, scene, now),
  };
}
