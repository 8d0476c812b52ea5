import { setTimeout as pause } from 'node:timers/promises';
import { runCommand } from './run-command.ts';

/** `npm run huitou -- ...`: files in and out of a running product. */
process.exitCode = await runCommand(process.argv.slice(2), process.env, {
  out: process.stdout,
  err: process.stderr,
  pause: (milliseconds) => pause(milliseconds),
});
