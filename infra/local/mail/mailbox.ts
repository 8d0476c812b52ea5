import PostalMime from 'postal-mime';
import type { Clock } from '../clock.ts';
import { headersOf, type MailHeader } from './headers.ts';
import type { SendRequest } from './send-request.ts';

/** A mail as the outbox shows it. */
export interface SentMail {
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string | undefined;
  readonly html: string | undefined;
  /** Names as written in the mail, values unfolded; the last of a name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationSet: string | undefined;
  /** When, by the local clock. */
  readonly at: string;
  readonly messageId: string;
  /** Value of the tag `touchId`, by which senders mark what they send. */
  readonly touchId: string | undefined;
}

/** A mail that was accepted. */
export interface KeptMail {
  readonly messageId: string;
  readonly at: Date;
  readonly request: SendRequest;
  /** Name of the function that sent it. */
  readonly sender: string;
  /** The message as sent, or as the engine composed it. */
  readonly raw: () => Promise<Buffer>;
}

/** The accepted mails. The engine keeps them for its inbox page only: asked each time, it would answer with all. */
export class Mailbox {
  readonly #clock: Clock;
  readonly #engine: string;
  readonly #mails: KeptMail[] = [];
  readonly #byId = new Map<string, KeptMail>();
  readonly #byTouchId = new Map<string, KeptMail>();
  readonly #shown = new Map<string, Promise<SentMail>>();

  constructor(clock: Clock, engine: string) {
    this.#clock = clock;
    this.#engine = engine;
  }

  keep(messageId: string, request: SendRequest, sender: string): KeptMail {
    const { raw } = request;
    const mail: KeptMail = {
      messageId,
      at: this.#clock.now(),
      request,
      sender,
      raw: raw === undefined ? once(() => this.#composed(messageId)) : () => Promise.resolve(raw),
    };
    this.#mails.push(mail);
    this.#byId.set(messageId, mail);
    const { touchId } = request.tags;
    if (touchId !== undefined) this.#byTouchId.set(touchId, mail);
    return mail;
  }

  withId(messageId: string): KeptMail | undefined {
    return this.#byId.get(messageId);
  }

  /** The last mail with that tag `touchId`. */
  withTouchId(touchId: string): KeptMail | undefined {
    return this.#byTouchId.get(touchId);
  }

  /** All of them, oldest first. Each is parsed once, when it is first shown. */
  shown(): Promise<SentMail[]> {
    return Promise.all(this.#mails.map((mail) => this.show(mail)));
  }

  show(mail: KeptMail): Promise<SentMail> {
    const shown = this.#shown.get(mail.messageId) ?? describe(mail);
    this.#shown.set(mail.messageId, shown);
    return shown;
  }

  async #composed(messageId: string): Promise<Buffer> {
    const response = await fetch(`${this.#engine}/get-emlContent?messageId=${encodeURIComponent(messageId)}`);
    if (!response.ok) throw new Error(`The mail engine does not show ${messageId}: ${await response.text()}`);
    const { body } = (await response.json()) as { body: { data: number[] } };
    return Buffer.from(body.data);
  }
}

async function describe({ messageId, at, request, raw }: KeptMail): Promise<SentMail> {
  const source = await raw();
  const { subject, text, html } = await PostalMime.parse(source);
  return {
    to: request.destinations.join(', '),
    from: request.source,
    subject: subject ?? '',
    text,
    html,
    headers: byName(headersOf(source)),
    tags: request.tags,
    configurationSet: request.configurationSet,
    at: at.toISOString(),
    messageId,
    touchId: request.tags.touchId,
  };
}

const byName = (headers: readonly MailHeader[]): Record<string, string> =>
  Object.fromEntries(headers.map(({ name, value }) => [name, value]));

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
