import type { HttpAnswer } from '../../../shared/runtime/http-handler.ts';
import { pagePolicy } from '../pages/page-frame.ts';

/** A page, under the policy that lets nothing but its own style in. */
export function htmlAnswer(status: number, body: string): HttpAnswer {
  return {
    status,
    contentType: 'text/html; charset=utf-8',
    headers: { 'content-security-policy': pagePolicy, 'x-robots-tag': 'noindex' },
    body,
  };
}
