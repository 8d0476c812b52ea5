import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { checkNode, javaMajor, preflight, readSettings } from '../../../infra/local/preflight.ts';
import { SetupError } from '../../../infra/local/problem.ts';

describe('what must be there before a start', () => {
  it('reads the settings', () => {
    expect(readSettings({})).toEqual({ port: 4000, adminKey: undefined });
    expect(readSettings({ PORT: '4100', HUITOU_ADMIN_KEY: 'k-1' })).toEqual({ port: 4100, adminKey: 'k-1' });
  });

  it.each([
    [{ PORT: 'http' }, 'PORT'],
    [{ PORT: '0' }, 'PORT'],
    [{ PORT: '70000' }, 'PORT'],
    [{ PORT: '4e3' }, 'PORT'],
    [{ HUITOU_ADMIN_KEY: 'two words' }, 'HUITOU_ADMIN_KEY'],
  ])('says what is wrong with %j', (environment, name) => {
    expect(() => readSettings(environment)).toThrow(name);
  });

  it('knows the versions of Java and Node', () => {
    expect(javaMajor('openjdk version "17.0.15" 2025-04-15')).toBe(17);
    expect(javaMajor('java version "1.8.0_402"')).toBe(8);
    expect(javaMajor('openjdk version "25" 2025-09-16')).toBe(25);
    expect(() => checkNode('20.20.2')).toThrow('Node 20.20.2');
    expect(() => checkNode('24.21.0')).not.toThrow();
  });

  it('names a port that is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const environment = { PORT: String(port), DYNAMODB_ENDPOINT: `http://127.0.0.1:${port}` };
    const problem = await preflight({ environment }).catch((error: unknown) => error);
    server.closeAllConnections();
    server.close();
    expect(problem).toBeInstanceOf(SetupError);
    expect((problem as SetupError).message).toContain(String(port));
  });

  it('names an endpoint that is no URL, and a directory that cannot be written', async () => {
    await expect(preflight({ environment: { PORT: '4999', DYNAMODB_ENDPOINT: 'here' } })).rejects.toThrow(
      'DYNAMODB_ENDPOINT',
    );
    const environment = { PORT: '4999', DYNAMODB_ENDPOINT: 'x' };
    await expect(preflight({ environment, persist: `${import.meta.filename}/kept` })).rejects.toThrow(
      'cannot be written to',
    );
  });
});
