import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FitTaken } from './bg-nbd-fit-process.ts';
import { atMost, information, type Measure } from './measure.ts';

const customers = 1_000_000;
const script = fileURLToPath(new URL('bg-nbd-fit-process.ts', import.meta.url));

export const bgNbdFit: Measure = {
  name: 'bg-nbd-fit',
  how:
    `fitModel (grouping, the limit without dropout, BG/NBD, Gamma-Gamma, all verdicts) over the sample of ${customers.toLocaleString('en')} customers simulated as the models ` +
    'assume (parameters of CDNOW, first purchases spread over two years), one thread, once, in a process of its own, whose largest resident size counts: sample and runtime included. It must end as fitted. Predictions: all four figures of 20,000 of those customers.',
  async run() {
    const { stdout } = await promisify(execFile)(process.execPath, [script, String(customers)]);
    const taken = JSON.parse(stdout) as FitTaken;
    const { buying, spending } = taken.model;
    if (taken.customers !== customers || buying.type !== 'fitted' || spending.type !== 'fitted')
      throw new Error('the simulated shop was not fitted');
    return [
      atMost('seconds of a fit on 1 million customers', taken.seconds, 10, ' s'),
      atMost('largest resident size of its process', taken.peakMegabytes, 500, ' MB', 0),
      information('groups of equal (x, t_x, T)', taken.groups, '', 0),
      information('r, simulated with 0.243', buying.r, '', 4),
      information('a / (a + b), simulated with 0.246', buying.a / (buying.a + buying.b), '', 4),
      information('predictions/s', taken.predictionsPerSecond, '', 0),
    ];
  },
};
