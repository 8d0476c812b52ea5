import { setTimeout as pause } from 'node:timers/promises';
import { runCommand } from '../../shared/cli/run-command.ts';
import type { WholeStack } from './whole-stack.ts';

/** The command line, as a person runs it against a stack. */
export async function huitou(
  { stack, adminKey }: Pick<WholeStack, 'stack' | 'adminKey'>,
  args: readonly string[],
): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const stream = (take: (text: string) => void) => ({ isTTY: false, write: (text: string) => void take(text) });
  const terminal = {
    out: stream((text) => (out += text)) as unknown as NodeJS.WriteStream,
    err: stream((text) => (err += text)) as unknown as NodeJS.WriteStream,
    pause: () => pause(100),
  };
  const code = await runCommand([...args, '--url', stack.url], { HUITOU_KEY: adminKey }, terminal);
  return { code, out, err };
}
