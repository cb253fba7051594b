import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimScenario } from '../../src/app/scenario-claim.ts';
import { writeHistory } from '../../src/app/write-history.ts';
import { UserError } from '../../src/model/errors.ts';
import { samplesOf, scenario } from './helpers.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'prom-tutor-history-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('writing the past into a folder', () => {
  it('leaves the samples and, last, the scenario they belong to', async () => {
    const target = join(dir, 'new', 'folder');
    expect(await writeHistory(target, scenario(7))).toEqual({ scenario: scenario(7), written: true });
    expect((await readdir(target)).sort()).toEqual(['history.om', 'scenario.json']);
    expect(JSON.parse(await readFile(join(target, 'scenario.json'), 'utf8'))).toEqual(scenario(7));
    const text = await readFile(join(target, 'history.om'), 'utf8');
    expect(text.endsWith('# EOF\n')).toBe(true);
    expect(samplesOf(text, 'openmetrics').size).toBe(2 * 70 + 1 + 3 * 5);
    const [samples, said] = await Promise.all([stat(join(target, 'history.om')), stat(join(target, 'scenario.json'))]);
    expect(said.mtimeMs).toBeGreaterThanOrEqual(samples.mtimeMs);
  });

  it('leaves a complete history alone and tells which one it is', async () => {
    await writeFile(join(dir, 'scenario.json'), JSON.stringify(scenario(7)));
    expect(await writeHistory(dir, scenario(8))).toEqual({ scenario: scenario(7), written: false });
    expect(await readdir(dir)).toEqual(['scenario.json']);
  });

  it('writes again over what was left unfinished', async () => {
    await writeFile(join(dir, 'history.om.unfinished'), 'half a ');
    await writeFile(join(dir, 'history.om'), 'from a run that was killed before the end');
    expect((await writeHistory(dir, scenario(1))).written).toBe(true);
    expect((await readdir(dir)).sort()).toEqual(['history.om', 'scenario.json']);
    expect(await readFile(join(dir, 'history.om'), 'utf8')).toMatch(/^# HELP/);
  });

  it.each(['', 'null', '{"t0Ms":1}', '{"t0Ms":1,"seed":"1","historyMs":2}', '{"t0Ms":1.5,"seed":1,"historyMs":2}'])(
    'does not guess from a damaged scenario: %j',
    async (text) => {
      await writeFile(join(dir, 'scenario.json'), text);
      const failed = await writeHistory(dir, scenario(1)).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(UserError);
      expect((failed as UserError).message).toBe(`${join(dir, 'scenario.json')} is damaged`);
    },
  );

  it('says what is wrong with a folder it cannot write to', async () => {
    await writeFile(join(dir, 'file'), '');
    const failed = await writeHistory(join(dir, 'file', 'in-it'), scenario(1)).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(UserError);
    expect((failed as UserError).message).toMatch(/^cannot write the history to .*: E(NOTDIR|EXIST)$/);
  });
});

describe('claiming the past', () => {
  it('happens once per instance', async () => {
    await writeFile(join(dir, 'scenario.json'), JSON.stringify(scenario(7)));
    const first = { kind: 'continue', scenario: scenario(7) };
    expect(await claimScenario(dir, 'sse-app:8000')).toEqual(first);
    expect(await claimScenario(dir, 'sse-app-2:8000')).toEqual(first);
    const later = { kind: 'fresh', reason: 'the written past was already continued once' };
    expect(await claimScenario(dir, 'sse-app:8000')).toEqual(later);
    expect(await claimScenario(dir, 'sse-app-2:8000')).toEqual(later);
    expect((await readdir(dir)).sort()).toEqual(['consumed-sse-app-2-8000', 'consumed-sse-app-8000', 'scenario.json']);
  });

  it('happens once even when two boots race for it', async () => {
    await writeFile(join(dir, 'scenario.json'), JSON.stringify(scenario(7)));
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimScenario(dir, 'sse-app:8000')));
    expect(claims.filter(({ kind }) => kind === 'continue')).toHaveLength(1);
  });

  it('starts at zero without a folder, a scenario or room for a marker', async () => {
    expect(await claimScenario(undefined, 'sse-app:8000')).toEqual({
      kind: 'fresh',
      reason: 'no scenario folder is set',
    });
    expect(await claimScenario(dir, 'sse-app:8000')).toEqual({ kind: 'fresh', reason: `${dir} holds no scenario` });
    await writeFile(join(dir, 'scenario.json'), JSON.stringify(scenario(7)));
    await mkdir(join(dir, 'consumed-sse-app-8000'));
    expect((await claimScenario(dir, 'sse-app:8000')).kind).toBe('fresh');
  });
});
