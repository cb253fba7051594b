import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { fakeIo } from '../helpers/fake-io.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'prom-tutor-prototype-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'] as const;

type Row = {
  readonly name: string;
  readonly path: string;
  readonly text: (key: string) => string;
  readonly argv: (path: string) => readonly string[];
};

const json = (value: string) => JSON.stringify(value);

const ROWS: readonly Row[] = [
  {
    name: 'the settings',
    path: 'config/prom-tutor/config.yaml',
    text: (key) =>
      `${key}: { tainted: 1 }\nservers: { ${key}: { url: "http://127.0.0.1:9", ${key}: { tainted: 1 } } }\n`,
    argv: () => ['config', 'check'],
  },
  {
    name: 'named queries',
    path: 'config/prom-tutor/queries.yaml',
    text: (key) => `queries:\n  ${key}: { query: up, ${key}: { tainted: 1 }, variables: { ${key}: x } }\n`,
    argv: () => ['queries', '--json'],
  },
  {
    name: 'progress',
    path: 'other.json',
    text: (key) =>
      `{"version":1,${json(key)}:{"tainted":1},"lessons":{${json(key)}:{"tainted":1,"exercises":{${json(key)}:{"number":1,"attempts":1,"hints":0,"tainted":1}}}}}`,
    argv: (path) => ['progress', 'import', path],
  },
  {
    name: 'a dashboard',
    path: 'board.json',
    text: (key) =>
      `{"title":"x",${json(key)}:{"tainted":1},"panels":[{"id":1,"type":${json(key)},${json(key)}:{"tainted":1},"fieldConfig":{"defaults":{"unit":${json(key)}}},"targets":[{"expr":"up","refId":${json(key)}}]}],"templating":{"list":[{"name":${json(key)},"type":"custom","query":"a"}]}}`,
    argv: (path) => ['dashboard', '--once', '--file', path, '--data', join(dirname(path), 'dump.txt')],
  },
  {
    name: 'rules',
    path: 'rules.yml',
    text: (key) =>
      `groups:\n- name: ${key}\n  ${key}: { tainted: 1 }\n  rules:\n  - record: a\n    expr: up\n    labels: { ${key}: x }\n`,
    argv: (path) => ['lint', path, '--offline', '--json'],
  },
  {
    name: 'the state file',
    path: 'state/prom-tutor/stack.json',
    text: (key) => `{"version":1,${json(key)}:{"tainted":1},"urls":{${json(key)}:{"tainted":1}}}`,
    argv: () => ['status', '--json'],
  },
  {
    name: 'an HTTP configuration',
    path: 'http.yml',
    text: (key) => `${key}: { tainted: 1 }\nhttp_headers: { ${key}: { values: [x] } }\n`,
    argv: (path) => ['query', 'up', '-s', 'http://127.0.0.1:9', '--http.config.file', path],
  },
];

describe.each(KEYS)('the key %s', (key) => {
  it.each(ROWS)('in $name changes no object but its own', async ({ path, text, argv }) => {
    put('dump.txt', 'up 1\n');
    put(path, text(key));
    const { err } = await run(argv(join(home, path)));
    expect(err).not.toContain('internal error');
    expect(({} as Record<string, unknown>).tainted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('as a label is a label like others', async () => {
    put('dump.txt', `up{${key}="here",a="b"} 1\nup{a="c"} 2\n`);
    const { out, code } = await run([
      'query',
      `sum by (${key}) (up)`,
      '-o',
      'promql',
      '--data',
      join(home, 'dump.txt'),
    ]);
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toContain(`${key}="here"`);
    const other = await run(['query', `up{${key}="here"}`, '-o', 'raw', '--data', join(home, 'dump.txt')]);
    expect(other.out).toBe('1\n');
  });
});

function put(path: string, text: string): void {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
}

async function run(argv: readonly string[]) {
  const env = { XDG_STATE_HOME: join(home, 'state'), XDG_CONFIG_HOME: join(home, 'config'), PATH: '/nonexistent' };
  const io = fakeIo({ env, homeDir: home, cwd: home, columns: 80 });
  const code = await main(argv, io);
  return { code, out: io.outText(), err: io.errText() };
}
