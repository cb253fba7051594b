import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { helpText } from '../../src/cli/help-text.ts';
import { main } from '../../src/cli/main.ts';
import { quickHelp } from '../../src/cli/quick-help.ts';
import { fakeIo } from '../helpers/fake-io.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prom-tutor-help-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const place = (env: Record<string, string> = {}) => ({
  env,
  platform: 'linux' as const,
  homeDir: folder,
  cwd: folder,
});

describe('help without commander', () => {
  it.each([20, 40, 59, 72, 80, 100, 132])(
    'is what commander writes, for every command at %i columns',
    async (columns) => {
      for (const name of [undefined, ...COMMANDS.map(({ spec }) => spec.name)]) {
        const io = fakeIo({ columns });
        expect(await main([...(name === undefined ? [] : [name]), '--help'], io)).toBe(0);
        expect(helpText(name, columns)).toBe(io.outText());
      }
    },
  );

  it.each([
    [['--help'], undefined],
    [['-h'], undefined],
    [['help'], undefined],
    [['query', '--help'], 'query'],
    [['query', '-h'], 'query'],
    [['help', 'query'], 'query'],
  ])('answers %j', (words, name) => {
    expect(quickHelp(words, place(), 80)).toBe(helpText(name, 80));
  });

  it.each([
    [[]],
    [['query']],
    [['query', 'help']],
    [['nothing', '--help']],
    [['help', 'nothing']],
    [['help', '--help']],
    [['--help', 'query']],
    [['query', 'up', '--help']],
    [['--accessible', '--help']],
  ])('leaves %j to the whole program', (words) => {
    expect(quickHelp(words, place(), 80)).toBeUndefined();
  });

  it('leaves it to the whole program where settings or the environment may want it read aloud', () => {
    expect(quickHelp(['--help'], place({ ACCESSIBLE: '1' }), 80)).toBeUndefined();
    expect(quickHelp(['--help'], place({ PROM_TUTOR_CONFIG: join(folder, 'mine.yaml') }), 80)).toBeDefined();
    mkdirSync(join(folder, '.config', 'prom-tutor'), { recursive: true });
    writeFileSync(join(folder, '.config', 'prom-tutor', 'config.yaml'), 'accessible: true\n');
    expect(quickHelp(['--help'], place(), 80)).toBeUndefined();
  });
});
