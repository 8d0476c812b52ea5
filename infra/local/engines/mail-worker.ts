/** The thread of the mail box: an SES endpoint with an inbox page. */
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { sharedOffset, shiftDate } from '../clock.ts';

type Start = (config: { host: string; port: number }) => Promise<Server>;

shiftDate(sharedOffset((workerData as { clock: SharedArrayBuffer }).clock));
/** Built as CommonJS: seen from an ES module, the server is the default of the default. */
const module: unknown = await import('aws-ses-v2-local');
const { default: start } = (module as { default: { default: Start } }).default;
/** Its own ids are nine random digits, which meet one another after some ten thousand mails. */
const { default: ids } = (await import(new URL('./util.js', import.meta.resolve('aws-ses-v2-local')).href)) as {
  default: { getMessageId: () => string };
};
ids.getMessageId = () => `0100${Date.now().toString(16).padStart(12, '0')}-${randomUUID()}-000000`;
const server = await start({ host: '127.0.0.1', port: 0 });
const address = server.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;

parentPort?.on('message', (message: unknown) => {
  if (message !== 'stop') return;
  server.closeAllConnections();
  server.close(() => process.exit(0));
});
parentPort?.postMessage({ endpoint: `http://127.0.0.1:${port}` });
