/** A caller of the CRM's own API, as a marketer's program would be. */
export interface ApiClient {
  /** @throws on an answer other than 2xx, with its words */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
}

export function apiClient(url: string, key: string): ApiClient {
  return {
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const answer = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },
  };
}
