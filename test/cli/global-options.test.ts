import { describe, expect, it } from 'vitest';
import { contextOf, type GlobalOptions } from '../../src/cli/global-options.ts';
import { fakeIo } from '../helpers/fake-io.ts';

type World = { tty?: boolean; env?: Record<string, string>; columns?: number };
type Drawn = { colour?: boolean; ascii?: boolean; accessible?: boolean; width?: number };

describe('how output is drawn', () => {
  const cases: [string, World, GlobalOptions, Drawn][] = [
    ['a terminal has colour', { tty: true }, {}, { colour: true }],
    ['a pipe has none', {}, {}, { colour: false }],
    ['NO_COLOR turns it off', { tty: true, env: { NO_COLOR: '1' } }, {}, { colour: false }],
    ['an empty NO_COLOR does not', { tty: true, env: { NO_COLOR: '' } }, {}, { colour: true }],
    ['a dumb terminal has none', { tty: true, env: { TERM: 'dumb' } }, {}, { colour: false }],
    ['CI has none', { tty: true, env: { CI: 'true' } }, {}, { colour: false }],
    ['FORCE_COLOR wins over NO_COLOR', { env: { NO_COLOR: '1', FORCE_COLOR: '1' } }, {}, { colour: true }],
    ['FORCE_COLOR=0 is off', { tty: true, env: { FORCE_COLOR: '0' } }, {}, { colour: false }],
    ['--color wins over everything', { env: { NO_COLOR: '1' } }, { color: 'always' }, { colour: true }],
    ['--color never', { tty: true }, { color: 'never' }, { colour: false }],
    ['accessible has none, even when forced', { tty: true }, { accessible: true, color: 'always' }, { colour: false }],
    ['ACCESSIBLE=1', { env: { ACCESSIBLE: '1' } }, {}, { accessible: true }],
    ['ACCESSIBLE=0', { env: { ACCESSIBLE: '0' } }, {}, { accessible: false }],
    ['--ascii', { env: { LANG: 'en_US.UTF-8' } }, { ascii: true }, { ascii: true }],
    ['a UTF-8 locale', { tty: true, env: { LANG: 'de_DE.utf8' } }, {}, { ascii: false }],
    ['LC_ALL wins over LANG', { tty: true, env: { LC_ALL: 'C', LANG: 'de_DE.utf8' } }, {}, { ascii: true }],
    ['no locale on a terminal', { tty: true }, {}, { ascii: true }],
    ['unknown width', {}, {}, { width: 80 }],
    ['the width of the terminal', { columns: 120 }, {}, { width: 120 }],
    ['COLUMNS wins', { columns: 120, env: { COLUMNS: '60' } }, {}, { width: 60 }],
    ['a silly COLUMNS does not', { columns: 120, env: { COLUMNS: '0' } }, {}, { width: 120 }],
  ];
  it.each(cases)('%s', (_name, world, options, drawn) => {
    expect(contextOf(fakeIo(world), options).style).toMatchObject(drawn);
  });
});

describe('whether a person can be asked', () => {
  const cases: [string, World, GlobalOptions, boolean][] = [
    ['on a terminal', { tty: true }, {}, true],
    ['in a pipe', {}, {}, false],
    ['with --no-input', { tty: true }, { input: false }, false],
    ['in CI', { tty: true, env: { CI: '1' } }, {}, false],
  ];
  it.each(cases)('%s', (_name, world, options, interactive) => {
    expect(contextOf(fakeIo(world), options).interactive).toBe(interactive);
  });
});
