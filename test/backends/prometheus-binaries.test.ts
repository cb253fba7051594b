import { describe, expect, it } from 'vitest';
import { binaryAvailability, findPrometheus } from '../../src/backends/prometheus-binaries.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { programFolder } from '../helpers/programs.ts';

const never = new AbortController().signal;
const says = (name: string, version: string) => `echo '${name}, version ${version} (branch: HEAD, revision: abc)'`;
const both = (version: string) =>
  programFolder({ prometheus: says('prometheus', version), promtool: says('promtool', version) });

async function availability(...folders: readonly string[]) {
  const found = await findPrometheus(fakeIo({ env: { PATH: [...folders, '/usr/bin', '/bin'].join(':') } }), never);
  return { found, said: binaryAvailability(found) };
}

describe.skipIf(process.platform === 'win32')('findPrometheus', () => {
  it('finds both programs', async () => {
    const folder = both('3.5.3');
    const { said } = await availability(folder);
    expect(said).toEqual({ usable: true, detail: `Prometheus 3.5.3 (${folder}/prometheus)` });
  });

  it('passes over one that is too old for a newer one later on PATH', async () => {
    const [old, recent] = [both('2.53.0'), both('3.0.0')];
    const { found, said } = await availability(old, recent);
    expect(said.usable).toBe(true);
    expect(found.pair?.prometheus.path).toBe(`${recent}/prometheus`);
    expect(found.prometheus.map(({ version }) => version)).toEqual(['2.53.0', '3.0.0']);
  });

  it.each([
    ['nothing is there', () => programFolder({}), 'prometheus is not on PATH'],
    ['it is too old', () => both('2.53.0'), /prometheus is version 2\.53\.0, too old: 3\.0 or newer is needed$/],
    [
      'promtool is missing',
      () => programFolder({ prometheus: says('prometheus', '3.5.3') }),
      'promtool is not on PATH',
    ],
    [
      'it is something else',
      () => programFolder({ prometheus: 'echo hello', promtool: says('promtool', '3.5.3') }),
      /prometheus does not tell its version$/,
    ],
    [
      'it cannot run',
      () => programFolder({ prometheus: 'exit 126', promtool: says('promtool', '3.5.3') }),
      /prometheus does not tell its version$/,
    ],
  ])('says so when %s', async (_why, folder, reason) => {
    const { said } = await availability(folder());
    expect(said).toMatchObject({ usable: false, hint: expect.stringContaining('prometheus.io/download') });
    expect(said.usable ? '' : said.reason).toMatch(reason);
  });

  it('does not wait for one that hangs', async () => {
    const began = performance.now();
    const { said } = await availability(programFolder({ prometheus: 'exec sleep 30', promtool: 'exec sleep 30' }));
    expect(said.usable).toBe(false);
    expect(performance.now() - began).toBeLessThan(4_000);
  });
});
