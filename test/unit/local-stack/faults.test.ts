import { describe, expect, it } from 'vitest';
import { Faults } from '../../../infra/local/faults.ts';

describe('faults', () => {
  it('hit at the call that is asked for, so often as is asked for', () => {
    const faults = new Faults();
    faults.set({ name: 'lambda.killAfter', function: 'sender', nth: 2, count: 1 });
    const hits = (chance: object) => faults.draw('lambda.killAfter', chance) !== undefined;
    expect(hits({ function: 'app-sender', nth: 1 })).toBe(false);
    expect(hits({ function: 'app-other', nth: 2 })).toBe(false);
    expect(hits({ function: 'app-sender' })).toBe(false);
    expect(hits({ function: 'app-sender', nth: 2 })).toBe(true);
    expect(hits({ function: 'app-sender', nth: 2 })).toBe(false);
  });

  it('of a service do not take those of functions, nor silence, for answers', () => {
    const faults = new Faults();
    faults.set({ name: 'lambda.crash' });
    faults.set({ name: 'ses.silent' });
    expect(faults.drawAnswer('lambda', { operation: 'Invoke' })).toBeUndefined();
    expect(faults.drawAnswer('ses', { operation: 'SendRawEmail' })).toBeUndefined();
    faults.set({ name: 'ses.drop' });
    expect(faults.drawAnswer('ses', { operation: 'SendRawEmail' })?.name).toBe('ses.drop');
    expect(faults.draw('ses.silent', {})?.name).toBe('ses.silent');
  });

  it('name the field that is wrong', () => {
    expect(() => new Faults().set({ name: 'ses.drop', nth: 0 })).toThrow('nth');
  });
});
