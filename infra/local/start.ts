import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareEngines } from './engines/engines.ts';
import { orExplain, preflight } from './preflight.ts';
import { SetupError } from './problem.ts';
import { type LocalStack, startLocalStack } from './stack.ts';

const usage = `npm start                  runs the whole product on this machine, with a demo shop
npm start -- --no-demo     starts empty
npm start -- --persist     keeps data in .local/ between starts
PORT=4000                  port to listen on
HUITOU_ADMIN_KEY=...       first admin key; without it one is made and printed
`;

/** The app's template and bundles, in a directory of their own: `cdk.out` may hold other stages. */
async function synthesize(outdir: string): Promise<string> {
  // CloudFormation's own rules are checked by `cdk synth` and the tests; here they would cost seconds.
  process.env.CDK_VALIDATION = 'false';
  const { createApp } = await import('../app.ts');
  return createApp({ outdir }).synth().directory;
}

async function main(): Promise<void> {
  const options = readFlags();
  if (options.help) {
    process.stdout.write(usage);
    return;
  }
  const persist = options.persist ? join(process.cwd(), '.local') : undefined;
  const kept = persist === undefined ? {} : { persist };
  const { port, adminKey: given } = await preflight(kept);
  const adminKey = given ?? `hk_${randomBytes(32).toString('base64url')}`;
  const scratch = mkdtempSync(join(tmpdir(), 'huitou-'));
  const engines = prepareEngines(kept);
  engines.catch(() => undefined);
  try {
    const assembly = await synthesize(join(scratch, 'cdk.out'));
    const stack = await startLocalStack({
      assembly,
      port,
      engines,
      ...kept,
      parameters: {
        AdminKeyHash: createHash('sha256').update(adminKey).digest('hex'),
        MailFrom: 'service@shop.example',
        PlainHttpWebhooks: 'true',
      },
      log: (line) => process.stderr.write(`${line}\n`),
    });
    stopOnSignal(stack, scratch);
    process.stdout.write(`ready ${stack.url}\n`);
    if (given === undefined) process.stdout.write(`admin key (shown once): ${adminKey}\n`);
    if (!options['no-demo']) {
      const { runDemo } = await import('./demo/run-demo.ts');
      await runDemo(stack, adminKey);
    }
    process.stdout.write(places(stack));
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    await engines.then((started) => started.stop()).catch(() => undefined);
    throw error;
  }
}

function readFlags() {
  try {
    return parseArgs({
      options: { 'no-demo': { type: 'boolean' }, persist: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('.')[0] : String(error);
    throw new SetupError(`${reason}.`, `What there is:\n${usage}`);
  }
}

function stopOnSignal(stack: LocalStack, scratch: string): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await stack.stop();
    rmSync(scratch, { recursive: true, force: true });
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function places(stack: LocalStack): string {
  return `Look at (with the admin key in HUITOU_ADMIN_KEY)
  API page         ${stack.url}/docs
  a report         curl -H "authorization: Bearer $HUITOU_ADMIN_KEY" ${stack.url}/v1/reports/lifecycle
  a customer       curl -H "authorization: Bearer $HUITOU_ADMIN_KEY" "${stack.url}/v1/customers?phone=%2B8619900000001"
  mail inbox       ${stack.inboxUrl}
  local controls   ${stack.url}/_local
Ctrl-C stops it.
`;
}

await orExplain(main);
