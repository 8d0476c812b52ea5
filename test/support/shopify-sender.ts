import { createHmac } from 'node:crypto';

/** Posts a body as Shopify does, under its topic and signed with the secret. @returns the status */
export async function sendShopify(
  { url, shop, secret }: { readonly url: string; readonly shop: string; readonly secret: string },
  topic: string,
  content: unknown,
): Promise<number> {
  const body = JSON.stringify(content);
  const answer = await fetch(`${url}/webhooks/${shop}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-shopify-topic': topic,
      'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
    },
    body,
  });
  await answer.arrayBuffer();
  return answer.status;
}
