import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { readAssembly } from './assembly.ts';
import { AsyncDelivery } from './async-delivery.ts';
import type { Clock } from './clock.ts';
import type { ControlledStack, SmsDeliveryRequest } from './control.ts';
import { Controls } from './controls.ts';
import { deploy } from './deploy.ts';
import { type Engines, prepareEngines } from './engines/engines.ts';
import { EventSources } from './event-sources/event-sources.ts';
import { type Fault, type FaultRequest, Faults } from './faults.ts';
import { FunctionLog, type LogLine } from './function-log.ts';
import { Functions, type IamReport } from './functions/functions.ts';
import { HttpApi } from './http-api.ts';
import { IdleWatch } from './idle.ts';
import { Mailbox } from './mail/mailbox.ts';
import { MailProvider } from './mail/provider.ts';
import { type Model, readModel } from './model.ts';
import { Outbox } from './outbox.ts';
import { ControlProblem, SetupError } from './problem.ts';
import { portOf, type ServiceProxy, startProxy } from './proxy.ts';
import { ScheduleRun, type WorkCounts } from './schedule-run.ts';
import { Schedules } from './schedules.ts';
import { Secrets } from './secrets.ts';
import { ServiceHooks } from './service-hooks.ts';
import { TemplateResolver } from './template.ts';
import { type Usage, UsageMeter } from './usage/meter.ts';

const account = '000000000000';
const graceMs = 3000;

export interface LocalStackOptions {
  /** Directory of the synthesized app (`cdk.out`). */
  readonly assembly: string;
  /** Port of the API; 0 or none takes any free one. */
  readonly port?: number;
  /** Values of the template's parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Keeps tables, queues and secrets in this directory. */
  readonly persist?: string;
  /** Sets the clock at the start. */
  readonly time?: Date;
  readonly region?: string;
  /** Engines that were started ahead, with the same `persist`; this stack stops them. */
  readonly engines?: Engines | Promise<Engines>;
  /**
   * When a failed message or event is tried again. On AWS a message waits for its visibility timeout, minutes as a
   * rule: `aws` waits as long. Else the first wait in seconds, doubled at each further try; 0.5 by default.
   */
  readonly retryAfter?: number | 'aws';
  /** Hears what the stack itself has to say, and every line the functions print. */
  readonly log?: (line: string) => void;
  readonly onFunctionLog?: (line: LogLine) => void;
}

export interface LocalStack extends ControlledStack {
  /** Origin of the API, `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** The table engine itself, past the proxy, for tests that look or seed. */
  readonly dynamoDbEndpoint: string;
  /** Every service at one endpoint, as functions see it; for clients with any credentials. */
  readonly serviceEndpoint: string;
  /** The inbox page of the mail engine. */
  readonly inboxUrl: string;
  readonly outbox: Outbox;
  readonly mail: MailProvider;
  /** Physical name of a table, from its physical name, logical id or construct id. */
  tableName(name: string): string;
  logs(): readonly LogLine[];
  stop(): Promise<void>;
}

/** Runs a synthesized CDK app on this machine. Resolves when it takes requests. */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { region = 'us-east-1', parameters = {}, persist } = options;
  // Functions on AWS run in UTC; threads take the time zone of their process.
  process.env.TZ = 'UTC';
  const assembly = readAssembly(options.assembly);
  const engines = await (options.engines ?? prepareEngines({ region, ...(persist === undefined ? {} : { persist }) }));
  const faults = new Faults();
  let proxy: ServiceProxy | undefined;
  try {
    if (options.time !== undefined) engines.clock.set(options.time);
    proxy = await startProxy(engines.clock, faults, account);
    const resolver = new TemplateResolver(assembly, { account, region, endpoint: proxy.url }, parameters);
    const model = readModel(resolver.resources(), assembly, (resource, name) => resolver.attribute(resource, name));
    await deploy(model, engines, region);
    return await RunningStack.start({ options, model, engines, faults, proxy, region });
  } catch (error) {
    await proxy?.close();
    await engines.stop();
    throw error;
  }
}

interface Parts {
  readonly options: LocalStackOptions;
  readonly model: Model;
  readonly engines: Engines;
  readonly faults: Faults;
  readonly proxy: ServiceProxy;
  readonly region: string;
}

class RunningStack implements LocalStack {
  readonly outbox: Outbox;
  readonly mail: MailProvider;
  readonly #parts: Parts;
  readonly #clock: Clock;
  readonly #log: FunctionLog;
  readonly #meter: UsageMeter;
  readonly #functions: Functions;
  readonly #asyncDelivery: AsyncDelivery;
  readonly #hooks: ServiceHooks;
  readonly #sources: EventSources;
  readonly #schedules: Schedules;
  readonly #idle: IdleWatch;
  readonly #server: Server;
  #stopped: Promise<void> | undefined;

  static async start(parts: Parts): Promise<RunningStack> {
    const stack = new RunningStack(parts);
    await stack.#listen(parts.options.port ?? 0);
    await stack.#sources.start();
    stack.#schedules.follow();
    return stack;
  }

  private constructor(parts: Parts) {
    const { options, model, engines, faults, proxy, region } = parts;
    const place = { account, region };
    const say = options.log ?? (() => undefined);
    const onError = (error: unknown) => say(`local stack: ${error instanceof Error ? error.stack : String(error)}`);
    this.#parts = parts;
    this.#clock = engines.clock;
    this.#log = new FunctionLog(engines.clock, options.onFunctionLog);
    this.#meter = new UsageMeter(model.tables);
    const mailbox = new Mailbox(engines.clock, engines.mail.endpoint);
    this.outbox = new Outbox(engines.clock, mailbox);
    this.mail = new MailProvider({
      sets: model.configurationSets,
      clock: engines.clock,
      faults,
      mailbox,
      place,
      publish: (TopicArn, Subject, Message, times) => this.#hooks.publish({ TopicArn, Subject, Message }, times),
      track: (work) => this.#asyncDelivery.track(work),
    });
    this.#functions = new Functions({
      model,
      clock: engines.clock,
      faults,
      log: this.#log,
      endpoint: proxy.url,
      ...place,
    });
    const retryAfter = options.retryAfter ?? 0.5;
    const hideSeconds = (tries: number) =>
      retryAfter === 'aws' ? Number.POSITIVE_INFINITY : retryAfter * 2 ** (tries - 1);
    this.#asyncDelivery = new AsyncDelivery({
      invoke: (arn, event) => this.#functions.invoke(arn, event),
      bury: (destination, body, folder) => this.#hooks.send(destination, body, { folder }),
      waitSeconds: (tries) => (retryAfter === 'aws' ? 60 * tries : hideSeconds(tries)),
      onError,
    });
    this.#hooks = new ServiceHooks({
      model,
      engines,
      region,
      functions: this.#functions,
      meter: this.#meter,
      outbox: this.outbox,
      mail: this.mail,
      secrets: new Secrets(model.secrets, options.persist && join(options.persist, 'secrets.json')),
      asyncDelivery: this.#asyncDelivery,
      onTableWrite: (table) => this.#sources.wake(table),
    });
    proxy.attach(this.#hooks);
    this.#sources = new EventSources({
      model,
      engines,
      region,
      functions: this.#functions,
      faults,
      hideSeconds,
      bury: (destination, body, folder) => this.#hooks.send(destination, body, { folder }),
      onError,
    });
    this.#schedules = new Schedules(model.schedules, engines.clock, place, (target, event) =>
      this.#hooks.deliver(target, event),
    );
    this.#idle = new IdleWatch({
      functions: this.#functions,
      sources: this.#sources,
      asyncDelivery: this.#asyncDelivery,
      queueEndpoint: engines.queues.endpoint,
      queues: model.queues,
    });
    if (model.apis.length > 1) {
      throw new SetupError('The template has more than one HTTP API.', 'The local stack serves one, at its port.');
    }
    const apis = model.apis.map(
      (api) =>
        new HttpApi(api, { clock: engines.clock, account, invoke: (arn, event) => this.#functions.invoke(arn, event) }),
    );
    const controls = new Controls(this);
    // 10,240 bytes is what an HTTP API takes of request line and headers.
    this.#server = createServer({ maxHeaderSize: 10_240, keepAliveTimeout: 60_000 }, (request, response) => {
      const serving = request.url?.startsWith('/_local')
        ? controls.serve(request, response)
        : (apis[0]?.serve(request, response) ?? Promise.resolve(void response.writeHead(404).end()));
      serving.catch((error: unknown) => {
        onError(error);
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    });
  }

  async #listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EADDRINUSE') return reject(error);
        reject(
          new SetupError(`Port ${port} is taken.`, 'Stop what listens there, or choose another: PORT=4001 npm start'),
        );
      });
      this.#server.listen(port, '127.0.0.1', resolve);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.#server)}`;
  }

  get dynamoDbEndpoint(): string {
    return this.#parts.engines.tables.endpoint;
  }

  get serviceEndpoint(): string {
    return this.#parts.proxy.url;
  }

  get inboxUrl(): string {
    return this.#parts.engines.mail.endpoint;
  }

  now(): Date {
    return this.#clock.now();
  }

  tableName(name: string): string {
    const wanted = name.toLowerCase();
    const { tables } = this.#parts.model;
    const found =
      tables.find((table) => table.name === name || table.logicalId === name) ??
      tables.find((table) => table.path.toLowerCase().split('/').includes(wanted));
    if (found !== undefined) return found.name;
    throw new Error(`The template has no table ${name}; it has ${tables.map((table) => table.name).join(', ')}.`);
  }

  idle(timeoutMs?: number): Promise<void> {
    return this.#idle.wait(timeoutMs);
  }

  usage(): Usage {
    return this.#meter.read();
  }

  resetUsage(): void {
    this.#meter.reset();
  }

  iam(): Record<string, IamReport> {
    return this.#functions.iam();
  }

  logs(): readonly LogLine[] {
    return this.#log.lines();
  }

  setFault(fault: FaultRequest): Fault {
    return this.#parts.faults.set(fault);
  }

  clearFaults(): void {
    this.#parts.faults.clear();
  }

  faults(): readonly Fault[] {
    return this.#parts.faults.list();
  }

  scheduleNames(): readonly string[] {
    return this.#schedules.names;
  }

  async fireSchedule(name: string, time: Date = this.now()): Promise<WorkCounts> {
    const schedule = this.#schedules.find(name);
    if (schedule === undefined) {
      throw new ControlProblem(404, `There is no schedule ${name}; there are: ${this.#schedules.names.join(', ')}.`, [
        { field: 'name', message: `must be one of: ${this.#schedules.names.join(', ')}` },
      ]);
    }
    const run = await ScheduleRun.begin(this.#counters());
    this.#schedules.fire(schedule, time);
    await this.#idle.wait();
    return run.end();
  }

  #counters() {
    return {
      invocations: () => this.#functions.counts(),
      messages: () => this.#hooks.messages,
      deadLetters: () => this.#idle.deadLetterCount(this.#parts.model),
      usage: () => this.#meter.read(),
      metrics: () => this.#log.metrics(),
    };
  }

  /** Sets the clock once nothing is at work; what waits for a time that is passed over becomes due by it. */
  async setTime(time: Date): Promise<void> {
    await this.#idle.wait(60_000, time > this.now() ? 'due' : 'all');
    this.#schedules.stop();
    this.#clock.set(time);
    await this.#functions.recycle();
    this.#schedules.follow();
  }

  deadLetters() {
    return this.#idle.deadLetters(this.#parts.model);
  }

  replyBySms(from: string, text: string, times = 1): Promise<string> {
    return this.#hooks.publishSmsReply(from, text, times);
  }

  reportSmsDelivery({ status, providerResponse, times = 1, ...which }: SmsDeliveryRequest): string {
    const sms = this.outbox.findSms(which);
    this.#hooks.reportSmsDelivery(sms, { status, providerResponse }, times);
    return sms.messageId;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const { engines, proxy } = this.#parts;
    this.#schedules.stop();
    this.#asyncDelivery.stop();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    // Batches in work may end first, for a while; what does not is delivered again at the next start.
    const sourcesEnd = this.#sources.stop();
    await Promise.race([sourcesEnd, new Promise((resolve) => setTimeout(resolve, graceMs).unref())]);
    await this.#functions.close();
    await sourcesEnd;
    await proxy.close();
    await engines.stop();
  }
}
