import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkName, filledIn, queryStore } from '../../src/explorer/named-queries.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prom-tutor-queries-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const written = (text: string) => {
  writeFileSync(join(folder, 'queries.yaml'), text);
  return queryStore(folder);
};
const text = () => readFileSync(join(folder, 'queries.yaml'), 'utf8');

describe('the store', () => {
  it('is empty without a file', async () => {
    expect(await queryStore(join(folder, 'none')).list()).toEqual([]);
  });

  it.each([
    { name: 'a', query: 'up', variables: {} },
    {
      name: 'a',
      query: 'up{job="x"} # why: so\n  > 0\n\n',
      note: 'hi: #there',
      server: 'prod',
      variables: { a: '0x1' },
    },
    { name: 'true', query: '- {}: &a *b |', note: '', variables: { b: '' } },
    { name: 'a', query: "sum by (le) (x{a='\u0000\t\\u00e9 \u202e'})", variables: {} },
  ])('gives back what was saved: %j', async (query) => {
    const store = queryStore(join(folder, 'new'));
    expect(await store.save(query)).toBe('added');
    expect(await store.list()).toEqual([{ ...query, query: query.query.trim() }]);
    expect(await store.save({ ...query, query: 'up' })).toBe('replaced');
    expect((await store.find(query.name))?.query).toBe('up');
    expect(await store.remove(query.name)).toBe(true);
    expect(await store.remove(query.name)).toBe(false);
    expect(await store.list()).toEqual([]);
    expect(statSync(store.path).mode & 0o077).toBe(0);
  });

  it('keeps what people wrote: comments, order, short forms', async () => {
    const store = written('# mine\nqueries:\n  # first\n  b: up # here\n  a: up == 0\n# last\n');
    await store.save({ name: 'c', query: 'x', variables: {} });
    await store.remove('a');
    expect(text()).toContain('# mine\nqueries:\n  # first\n  b: up # here\n  c:\n    query: |-\n      x\n');
    expect(text()).toContain('# last');
    expect((await store.list()).map(({ name }) => name)).toEqual(['b', 'c']);
  });

  it('writes through a link', async () => {
    mkdirSync(join(folder, 'dotfiles'));
    writeFileSync(join(folder, 'dotfiles', 'q.yaml'), 'queries:\n  a: up\n');
    symlinkSync(join(folder, 'dotfiles', 'q.yaml'), join(folder, 'queries.yaml'));
    await queryStore(folder).save({ name: 'b', query: 'up', variables: {} });
    expect(lstatSync(join(folder, 'queries.yaml')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'dotfiles', 'q.yaml'), 'utf8')).toContain('  b:');
  });

  it.each([
    ['querys:\n  a: up\n', 'queries.yaml:1:1: unknown key "querys"; did you mean "queries"?'],
    ['queries:\n  a: {query: up, nte: x}\n', ':2:18: unknown key "nte" in "queries.a"; did you mean "note"?'],
    ['queries:\n  a: up\n  a: down\n', ':3:3: Map keys must be unique'],
    ['queries:\n  a b: up\n', ':2:8: "a b" cannot be a name'],
    ['queries:\n  a: ""\n', ':2:6: "a" has no query'],
    ['version: 2\nqueries:\n  a: up\n', ':1:10: this file is of version 2'],
    ['queries: [up]\n', '"queries" must be a mapping'],
    ['queries:\n  a:\n    query: up\n    variables:\n      1: x\n', '"1" cannot be a variable'],
  ])('does not read, and never rewrites, %j', async (bad, said) => {
    const store = written(bad);
    await expect(store.list()).rejects.toThrow(said);
    await expect(store.save({ name: 'b', query: 'up', variables: {} })).rejects.toThrow(said);
    await expect(store.remove('a')).rejects.toMatchObject({ hint: expect.stringContaining('queries edit') });
    expect(text()).toBe(bad);
  });

  it.each(['', '1a', 'a b', 'a/b', '@a', 'a.b', 'é', '__proto__', 'a'.repeat(65)])('has no query named %j', (name) => {
    expect(() => checkName(name)).toThrow('cannot be the name of a query');
  });
});

describe('variables', () => {
  const variables = { p: 'openai', window: '5m' };
  it.each<[string, Record<string, string>, string]>([
    ['rate(x{p="$p"}[$window])', {}, 'rate(x{p="openai"}[5m])'],
    ['rate(x{p="\x24{p}2"}[\x24{window}])', { window: '1m' }, 'rate(x{p="openai2"}[1m])'],
    ['x{p="$p"}', { p: 'a"b\\c\n' }, 'x{p="a\\"b\\\\c\\n"}'],
    ["x{p='$p'}", { p: "it's" }, "x{p='it\\'s'}"],
    ['x{p="$p"}', { p: "it's" }, 'x{p="it\'s"}'],
    ['x{p=`$p`}', { p: 'a"b' }, 'x{p=`a"b`}'],
    ['label_replace(x, "a", "$1-$q", "b", "(.+)$")', {}, 'label_replace(x, "a", "$1-$q", "b", "(.+)$")'],
    ['x{p="$p"} # it\'s $p', { p: '"' }, 'x{p="\\""} # it\'s "'],
    ['x{p="$p2"}', {}, 'x{p="$p2"}'],
    ['$p', { p: '$window' }, '$window'],
  ])('%s with %j', (query, values, expected) => {
    expect(filledIn({ name: 'n', query, variables }, values)).toBe(expected);
  });

  it.each<[string, Record<string, string>, string]>([
    ['x', { windw: '1m' }, '@n has no variable "windw"'],
    ['x{p=`$p`}', { p: '`' }, 'backtick'],
  ])('%s refuses %j', (query, values, said) => {
    expect(() => filledIn({ name: 'n', query, variables }, values)).toThrow(said);
  });
});
