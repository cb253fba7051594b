import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { answeredByQuery, type Exercise, exercisesOf, type Lesson } from '../../src/tutor/lesson.ts';
import { loadCourse } from '../../src/tutor/load-lessons.ts';
import { recordAnswer } from '../../src/tutor/progress.ts';
import { progressFile } from '../../src/tutor/progress-file.ts';
import { demoServer } from '../helpers/demo-server.ts';
import { fakeIo } from '../helpers/fake-io.ts';

let home = '';
const demo = demoServer();
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'prom-tutor-queries-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const file = () => join(home, '.config', 'prom-tutor', 'queries.yaml');

async function run(argv: readonly string[], options: Parameters<typeof fakeIo>[0] = {}) {
  const io = fakeIo({ homeDir: home, cwd: home, columns: 100, ...options });
  const code = await main([...argv], io);
  return { code, out: io.outText(), err: io.errText() };
}

describe('queries', () => {
  const SLOW = 'sum(rate(sse_requests_total{provider="$provider"}[$window]))';

  it('saves, lists, shows, runs and removes', async () => {
    expect((await run(['queries'])).out).toContain('No query has a name yet');
    const saved = await run([
      'queries',
      'save',
      'slow',
      SLOW,
      '--set',
      'provider=openai',
      '--set',
      'window=5m',
      '--note',
      'one provider',
    ]);
    expect(saved).toMatchObject({ code: 0, err: '', out: expect.stringContaining('prom-tutor query @slow') });
    expect((await run(['queries'])).out).toContain(`@slow: one provider\n  ${SLOW}\n`);
    expect((await run(['queries', 'show', '@slow'])).out).toBe(`${SLOW}\n`);
    expect((await run(['queries', 'show', 'slow'], { tty: true })).out).toContain('$window is 5m');
    expect(JSON.parse((await run(['queries', '--json'])).out)).toEqual([
      {
        name: 'slow',
        query: SLOW,
        of: 'own',
        note: 'one provider',
        server: null,
        variables: { provider: 'openai', window: '5m' },
      },
    ]);
    const typed = await demo(['query', SLOW.replace('$provider', 'anthropic').replace('$window', '10m'), '-o', 'raw']);
    const named = await demo(['query', '@slow', '--set', 'provider=anthropic', '--set', 'window=10m', '-o', 'raw'], {
      homeDir: home,
    });
    expect(named).toEqual(typed);
    expect(Number(named.out)).toBeGreaterThan(0);
    expect(await demo(['query', '@slow', '-o', 'raw'], { homeDir: home })).not.toEqual(typed);
    expect((await run(['queries', 'save', 'slow', 'up'])).err).toContain('--replace');
    expect((await run(['queries', 'save', 'slow', 'up', '--replace'])).out).toContain('Replaced');
    expect((await run(['queries', 'rm', 'slow'])).out).toContain('It was:\nup\n');
    expect((await run(['queries', 'rm', 'slow'])).code).toBe(2);
  });

  it.each(['explain', 'why', 'format', 'lint', 'open'])('%s takes names as well', async (command) => {
    const flags = command === 'open' ? ['--print'] : command === 'lint' ? ['--offline'] : [];
    const ask = (query: string) =>
      command === 'format' ? run([command, query, ...flags]) : demo([command, query, ...flags], { homeDir: home });
    const byName = await ask('@cookbook/error-percentage');
    const query = (await run(['queries', 'show', 'cookbook/error-percentage'])).out.trim();
    const typed = await ask(query);
    const still = (text: string) => text.replace(/\d+ ms/g, 'ms');
    expect({ ...byName, out: still(byName.out) }).toEqual({ ...typed, out: still(typed.out) });
    expect(byName.out.length).toBeGreaterThan(10);
  });

  it('has what cookbook and lessons ask, and what was answered once it is solved', async () => {
    const names = JSON.parse((await run(['queries', '--all', '--json'])).out).map(({ name }: { name: string }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['cookbook/request-rate', 'cookbook/request-rate-better', 'rate/demo-1']),
    );
    expect(new Set(names).size).toBe(names.length);
    expect((await run(['query', '@rate/2'])).err).toContain('once they are solved');
    const lesson = loadCourse().lessons.find(({ slug }) => slug === 'rate') as Lesson;
    const exercise = exercisesOf(lesson).find(answeredByQuery) as Exercise;
    const state = progressFile(join(home, '.local', 'state', 'prom-tutor'), fakeIo());
    await state.update((progress) => recordAnswer(progress, lesson, exercise, { line: 'mine', solved: true, atMs: 0 }));
    expect((await run(['queries', 'show', `rate/${exercise.number}`])).out).toBe('mine\n');
    expect((await run(['queries', 'rm', 'cookbook/request-rate'])).err).toContain('belongs to the cookbook');
  });

  it('goes to the server the query is for, unless another is named', async () => {
    await run(['queries', 'save', 'far', 'up', '--server', 'http://127.0.0.1:1']);
    const far = await run(['query', '@far']);
    expect(far.code).toBe(3);
    expect(far.err).toContain('127.0.0.1:1');
    expect((await demo(['query', '@far'], { homeDir: home })).code).toBe(0);
  });

  it.each<[readonly string[], string]>([
    [['query', '@slwo'], 'no query is named "slwo"'],
    [['query', '@cookbook/error-rte'], 'Did you mean @cookbook/error-rate?'],
    [['query', '@error-rate'], 'Did you mean @cookbook/error-rate?'],
    [['query', 'up', '--set', 'a=b'], '--set fills in the variables of a named query'],
    [['query', '@cookbook/error-rate', '--set', 'a=b'], 'has no variable "a"'],
    [['query', '@cookbook/error-rate', '--set', 'a'], '--set wants a name'],
    [['queries', 'save', 'a b', 'up'], 'cannot be the name of a query'],
    [['queries', 'save', 'a', 'up', '--set', 'w=5m'], 'there is no $w in the query'],
    [['queries', 'save', 'a', 'up', '-s', 'prod'], 'neither a server of the settings nor an address'],
    [['queries', 'save', 'a'], 'takes a name and a query'],
    [['queries', 'sav', 'a', 'up'], 'Did you mean: prom-tutor queries save'],
    [['queries', 'show'], 'takes one name'],
    [['queries', 'edit'], 'an editor needs a terminal'],
  ])('%j is refused', async (argv, said) => {
    const { code, err, out } = await run(argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(said);
  });

  it('says what Prometheus would refuse, and saves it all the same', async () => {
    const { code, err } = await run(['queries', 'save', 'wrong', 'sum(']);
    expect(code).toBe(0);
    expect(err).toContain('note: Prometheus would refuse it');
  });

  it('shows hostile texts of the file harmlessly', async () => {
    writeFileSync(file(), 'queries:\n  bad: {query: "up # \\e[2J", note: "\\e]0;x\\a"}\n');
    for (const argv of [['queries'], ['queries', '--json'], ['queries', '--accessible']]) {
      const { code, out } = await run(argv);
      expect(code).toBe(0);
      expect(out).not.toMatch(/[\u001b\u0007]/);
    }
  });

  it('opens the file in the editor and looks at it afterwards', async () => {
    rmSync(file(), { force: true });
    const editor = join(home, 'editor');
    writeFileSync(editor, '#!/bin/sh\nprintf "queries:\\n  a: up\\n  b: up\\n" >> "$1"\n');
    chmodSync(editor, 0o755);
    const env = { EDITOR: editor, PATH: '/usr/bin:/bin' };
    const broken = await run(['queries', 'edit'], { tty: true, env });
    expect(readFileSync(file(), 'utf8')).toContain('# Queries with a name');
    expect(broken.code).toBe(1);
    expect(broken.err).toContain('queries.yaml:');
    rmSync(file());
    writeFileSync(file(), '');
    expect(await run(['queries', 'edit'], { tty: true, env })).toMatchObject({
      code: 0,
      out: 'There are 2 named queries.\n',
    });
  });
});
