import { describe, expect, it } from 'vitest';
import { type ExploreState, freshState, takeLine } from '../../src/explorer/session.ts';

const FRESH = freshState({ rangeMs: 3_600_000, intervalMs: 5_000 });
const having = (...lines: readonly string[]) => lines.reduce((state, line) => takeLine(state, line).state, FRESH);
const next = (state: ExploreState, line: string) => takeLine(state, line).next;

describe('a session', () => {
  it.each([
    ['\\explain', { kind: 'explain', query: 'up' }],
    ['\\explain sum(up)', { kind: 'explain', query: 'sum(up)' }],
    ['\\why', { kind: 'why', query: 'up' }],
    ['\\lint', { kind: 'lint', query: 'up' }],
    ['\\format', { kind: 'format', query: 'up' }],
    ['\\e', { kind: 'edit', query: 'up' }],
    ['\\graph', { kind: 'draw', query: 'up', rangeMs: 3_600_000 }],
    ['\\graph 15m', { kind: 'draw', query: 'up', rangeMs: 900_000 }],
    ['\\graph 15m down', { kind: 'draw', query: 'down', rangeMs: 900_000 }],
    ['\\graph rate(x[5m])', { kind: 'draw', query: 'rate(x[5m])', rangeMs: 3_600_000 }],
    ['\\watch', { kind: 'watch', query: 'up', intervalMs: 5_000 }],
    ['\\watch 2', { kind: 'watch', query: 'up', intervalMs: 2_000 }],
    ['\\watch 10ms', { kind: 'say', remark: { kind: 'too-often', typed: '10ms' } }],
    ['\\o -', { kind: 'output', path: '', forced: false }],
    ['\\n', { kind: 'named', name: '', query: '', forced: false }],
    ['\\n errors sum by (x) (y)', { kind: 'named', name: 'errors', query: 'sum by (x) (y)', forced: false }],
    ['\\nd', { kind: 'say', remark: { kind: 'wants', usage: '\\nd <name>' } }],
    ['\\T now', { kind: 'time', text: '' }],
    ['\\more', { kind: 'say', remark: { kind: 'no-more' } }],
    ['', { kind: 'wait' }],
  ])('takes %j after a query', (line, expected) => {
    expect(next(having('up'), line)).toEqual(expected);
  });

  it.each(['explain', 'why', 'lint', 'format', 'graph', 'watch'])('asks for a query where \\%s has none', (name) => {
    expect(next(FRESH, `\\${name}`)).toEqual({ kind: 'say', remark: { kind: 'no-query', command: name } });
  });

  it('watches as a drawing what was drawn last, until another query is typed', () => {
    expect(next(having('up', '\\graph 15m'), '\\watch')).toMatchObject({ rangeMs: 900_000 });
    expect(next(having('up', '\\graph 15m', 'up'), '\\watch')).not.toHaveProperty('rangeMs');
  });

  it('goes on with a long answer on Enter, and forgets it with the next query', () => {
    const long = { ...having('up'), more: true };
    expect(next(long, '')).toEqual({ kind: 'more', all: false });
    expect(next(long, 'all')).toEqual({ kind: 'more', all: true });
    expect(takeLine(long, 'up').state.more).toBe(false);
  });

  it('runs an offered fix by its number, shown, and offers it no longer', () => {
    const offered = {
      ...having('up'),
      offers: [
        { text: '', query: 'a' },
        { text: '', query: 'b' },
      ],
    };
    const { state, next: todo } = takeLine(offered, '2');
    expect(todo).toEqual({ kind: 'run', query: 'b', echo: true });
    expect(state).toMatchObject({ query: 'b', offers: [] });
  });

  it.each([
    ['\\x', 'expanded', true],
    ['\\x off', 'expanded', false],
    ['\\timing on', 'timing', true],
  ])('%s switches', (line, what, on) => {
    const { state, next: todo } = takeLine(FRESH, line);
    expect(state).toMatchObject({ [what]: on });
    expect(todo).toEqual({ kind: 'say', remark: { kind: 'switched', what, on } });
  });
});
