import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ONE_SERVER_CHECKS, STACK_CHECKS } from '../../src/doctor/doctor.ts';
import { ALL_KINDS } from '../../src/doctor/kinds.ts';
import { docTables } from './doc-tables.ts';

const root = new URL('../../', import.meta.url);
const checks = new Set([...STACK_CHECKS, ...ONE_SERVER_CHECKS].map(({ id }) => id));

describe('docs/doctor.md', () => {
  it('lists every check and every finding, as the tables have them', () => {
    const text = readFileSync(new URL('docs/doctor.md', root), 'utf8');
    const [, tables] = text.split('<!-- tables -->');
    expect(tables?.trim()).toBe(docTables());
  });
});

describe('the kinds of trouble', () => {
  it('belong to checks that exist', () => {
    const stray = [...ALL_KINDS].filter(([, { check }]) => check !== '*' && !checks.has(check));
    expect(stray.map(([kind]) => kind)).toEqual([]);
  });

  it('name lessons that exist', () => {
    const slugs = readdirSync(new URL('lessons/', root)).map((name) => /^\d+-(.+)\.md$/.exec(name)?.[1]);
    const named = [...ALL_KINDS.values()].flatMap(({ lesson }) => (lesson === undefined ? [] : [lesson]));
    expect(named.filter((lesson) => !slugs.includes(lesson))).toEqual([]);
  });

  it('are each found by the code of a check', () => {
    const code = readdirSync(new URL('src/doctor/', root), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && name !== 'kinds.ts')
      .map((name) => readFileSync(new URL(`src/doctor/${name}`, root), 'utf8'))
      .join('\n');
    const unused = [...ALL_KINDS.keys()].filter(
      (kind) => !code.includes(`'${kind}'`) && !/^(daemon|target|is)-/.test(kind),
    );
    expect(unused).toEqual([]);
  });
});
