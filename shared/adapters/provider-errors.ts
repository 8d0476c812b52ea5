import type { Handover } from '../usecases/messages/messaging-ports.ts';

/** Refusals that pass: a rate, a day's quota, a pause, rights or an account that somebody will mend. */
const passing =
  /throttl|limit|quota|toomany|slowdown|paused|accessdenied|authoriz|unrecognizedclient|invalidclienttoken|expiredtoken|signature|optin|notverified|configurationset/i;

/** The connection never came about, or not with whom it should: nothing can have been sent. */
const neverConnected =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_.*|ERR_TLS_.*|UNABLE_TO_.*|.*SELF_SIGNED.*)$/;

/**
 * What is known after a provider's client has thrown. A 4xx is an answer: it was not sent. Anything else, a timeout, a
 * broken connection, a 5xx, may have been sent.
 */
export function handoverOfError(error: unknown): Handover {
  const { name, code, status } = detailsOf(error);
  if (code !== undefined && neverConnected.test(code)) return { type: 'refused', reason: 'unreachable', later: true };
  if (status !== undefined && status >= 400 && status < 500) {
    const later = status === 429 || status === 403 || passing.test(name);
    return { type: 'refused', reason: reasonOf(name), later };
  }
  return { type: 'unknown', reason: reasonOf(name) };
}

function detailsOf(error: unknown): { name: string; code?: string; status?: number } {
  if (!(error instanceof Error)) return { name: 'unknown' };
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  return {
    name: error.name,
    ...(typeof code === 'string' && { code }),
    ...(status !== undefined && { status }),
  };
}

/** The class of error, which holds no address; its message may. */
function reasonOf(name: string): string {
  return (
    name
      .replace(/(Exception|Error)$/, '')
      .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
      .toLowerCase() || 'unknown'
  );
}
