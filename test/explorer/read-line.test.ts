import { describe, expect, it } from 'vitest';
import { EXPLORE_COMMANDS } from '../../src/explorer/explore-commands.ts';
import { readLine, standsAlone } from '../../src/explorer/read-line.ts';

const command = (name: string, rest = '', forced = false) => ({ kind: 'command', name, rest, forced });

describe('readLine', () => {
  it.each([
    ['', { kind: 'nothing' }],
    ['  ', { kind: 'nothing' }],
    [' up ', { kind: 'query', query: 'up' }],
    ['sum(\nup)', { kind: 'query', query: 'sum(\nup)' }],
    ['\\d', command('d')],
    ['\\d  sse req ', command('d', 'sse req')],
    ['\\o! file', command('o', 'file', true)],
    ['\\n! name up', command('n', 'name up', true)],
    ['\\gr 1h', command('graph', '1h')],
    ['\\T', command('T')],
    ['\\t', command('T')],
    ['\\ti', command('timing')],
    ['\\?', command('?')],
    ['\\h', command('?')],
    ['\\quit', command('q')],
    ['\\s', command('history')],
    ['\\c http://x', command('server', 'http://x')],
    ['quit', command('q')],
    ['help', command('?')],
    ['all', command('more', 'all')],
    ['\\w', { kind: 'ambiguous', typed: 'w', names: ['watch', 'why'] }],
    ['\\explan', { kind: 'unknown', typed: 'explan', meant: ['explain'] }],
    ['\\zzzz', { kind: 'unknown', typed: 'zzzz', meant: [] }],
    ['\\d! up', { kind: 'unknown', typed: 'd!', meant: ['d'] }],
    ['\\', { kind: 'unknown', typed: '', meant: [] }],
  ])('reads %j', (line, action) => {
    expect(readLine(line)).toMatchObject(action);
  });

  it('takes a number for a fix only as far as fixes are offered', () => {
    expect(readLine('1')).toEqual({ kind: 'query', query: '1' });
    expect(readLine('2', 2)).toEqual({ kind: 'fix', number: 2 });
    expect(readLine('3', 2)).toEqual({ kind: 'query', query: '3' });
    expect(readLine('1 + up', 2)).toEqual({ kind: 'query', query: '1 + up' });
  });

  it.each(EXPLORE_COMMANDS.map(({ name }) => name))('knows \\%s by its whole name', (name) => {
    expect(readLine(`\\${name}`)).toEqual(command(name));
  });
});

describe('a further line of an open query', () => {
  it.each([
    ['\\d', true],
    ['  \\gr 1h', true],
    ['\\q', true],
    ['quit', true],
    ['help', true],
    ['\\zzzz', false],
    ['all', false],
    ['up', false],
    ['', false],
  ])('%j stands alone: %s', (line, alone) => expect(standsAlone(line)).toBe(alone));
});
