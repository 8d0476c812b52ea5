import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateFacts } from './generate-facts.ts';
import { atMost, information, type Measure, type Say } from './measure.ts';
import { median } from './rounds.ts';

const size = { customers: 1_000_000, purchases: 5_000_000 };

interface Answers {
  readonly times: Readonly<Record<string, number>>;
  readonly peakMegabytes: number;
}

async function askFacts(ask: 'reports' | 'previews', say: Say): Promise<Answers> {
  const folder = mkdtempSync(join(tmpdir(), 'facts-'));
  try {
    await generateFacts(folder, size);
    say('facts written');
    const script = new URL('facts-questions.ts', import.meta.url).pathname;
    const answer = execFileSync(process.execPath, [script, '--folder', folder, '--ask', ask], { encoding: 'utf8' });
    return JSON.parse(answer) as Answers;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const reportsOnFacts: Measure = {
  name: 'reports',
  how:
    'Every report on facts of 1 million customers, 5 million purchases, 5.5 million orders and 1 million messages in Parquet files, one ' +
    'after the other in a process of its own with two threads, loading them included; the peak of its memory.',
  async run(say) {
    const { times, peakMegabytes } = await askFacts('reports', say);
    for (const [name, milliseconds] of Object.entries(times)) say(`${name} ${Math.round(milliseconds)} ms`);
    const seconds = Object.values(times).reduce((sum, one) => sum + one, 0) / 1000;
    return [
      atMost('all reports on 1 million customers and 5 million purchases', seconds, 20, ' s', 1),
      atMost('memory at their peak', peakMegabytes / 1024, 2, ' GB'),
    ];
  },
};

export const segmentPreview: Measure = {
  name: 'segment-preview',
  how:
    'A rule of ten conditions over the same facts, 10 million lines beside them: the first preview, which loads them, and the ' +
    'median of seven more.',
  async run(say) {
    const { times, peakMegabytes } = await askFacts('previews', say);
    const { cold = Number.NaN, ...warm } = times;
    return [
      atMost('preview, warm', median(Object.values(warm)), 350, ' ms', 0),
      atMost('preview, cold', cold / 1000, 3, ' s'),
      information('memory at the peak', peakMegabytes / 1024, ' GB'),
    ];
  },
};
