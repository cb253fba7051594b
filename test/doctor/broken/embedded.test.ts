import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { programFolder } from '../../helpers/programs.ts';
import { ownPorts } from '../../helpers/stack.ts';
import { breakInTurn, newPatient } from './breakages.ts';
import { SERVER_ROWS, type ServerGround } from './server-rows.ts';
import { type EmbeddedGround, STACK_ROWS } from './stack-rows.ts';

/** Nothing listens where a server is looked for that nobody named: somebody on this machine may have one there. */
vi.mock('../../../src/client/server-url.ts', async (original) => {
  const real = await original<typeof import('../../../src/client/server-url.ts')>();
  const DEFAULT_URL = 'http://127.0.0.1:9';
  return {
    ...real,
    DEFAULT_URL,
    serverUrl: (...args: Parameters<typeof real.serverUrl>) => {
      const found = real.serverUrl(...args);
      return found.origin === 'default' ? { ...found, url: DEFAULT_URL } : found;
    },
  };
});

describe.skipIf(process.platform === 'win32')('on a machine with Node alone', () => {
  const patient = newPatient({ PATH: programFolder({}) });
  const ground: EmbeddedGround = { patient };

  beforeAll(async () => {
    patient.ports = await ownPorts();
    const { code, err } = await patient.run(['start', ...patient.ports]);
    expect(`${code}\n${err}`).toMatch(/^0\n/);
  }, 30_000);

  afterAll(() => patient.run(['stop']));

  it('a stack is well', async () => {
    const { fails, warns, code } = await patient.doctor();
    expect({ fails, warns, code }).toEqual({ fails: [], warns: [], code: 0 });
  });

  describe('a server that somebody else runs', () => {
    const visitor: ServerGround = {
      patient: newPatient({ PATH: programFolder({}) }),
      upstream: () => patient.state().urls.prometheus,
      front: undefined,
    };
    breakInTurn(() => visitor, SERVER_ROWS);
  });

  describe('a stack inside the tool', () => {
    breakInTurn(() => ground, STACK_ROWS);
  });
});
