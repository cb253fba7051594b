import { describe, expect, it } from 'vitest';
import { renderTable } from '../../src/render/table.ts';
import { styleOf } from '../helpers/styles.ts';

const columns = [{ head: 'value', align: 'right' as const }, { head: 'instance' }, { head: 'job' }];
const rows = [
  ['1', 'localhost:9090', 'prometheus'],
  ['12.5', 'sse-app:8000', 'sse-streaming'],
];

describe('renderTable', () => {
  it('aligns columns under a rule', () => {
    expect(renderTable(columns, rows, styleOf())).toBe(
      [
        'value  instance        job',
        '─────  ──────────────  ─────────────',
        '    1  localhost:9090  prometheus',
        ' 12.5  sse-app:8000    sse-streaming',
      ].join('\n'),
    );
  });

  it('draws with ASCII alone', () => {
    expect(renderTable(columns, rows, styleOf({ ascii: true })).split('\n')[1]).toBe(
      '-----  --------------  -------------',
    );
  });

  it('leaves the head out', () => {
    expect(renderTable(columns, rows, styleOf(), { headless: true })).toBe(
      ['   1  localhost:9090  prometheus', '12.5  sse-app:8000    sse-streaming'].join('\n'),
    );
  });

  it('turns rows into blocks below 60 columns', () => {
    expect(renderTable(columns, rows, styleOf({ width: 59 }))).toBe(
      'value: 1\ninstance: localhost:9090\njob: prometheus\n\nvalue: 12.5\ninstance: sse-app:8000\njob: sse-streaming',
    );
  });

  it('wraps the widest column first, and keeps every character', () => {
    const long = `${'word '.repeat(20)}${'x'.repeat(90)}`;
    const text = renderTable([{ head: 'a' }, { head: 'b' }], [['short', long]], styleOf({ width: 60 }));
    expect(text.split('\n').length).toBeGreaterThan(4);
    expect(text.match(/x/g)?.length).toBe(90);
    expect(text.match(/word/g)?.length).toBe(20);
    expect(text).toContain('short');
  });

  it('turns rows into blocks where columns cannot be squeezed any more', () => {
    const many = Array.from({ length: 12 }, (_, index) => `label${index}`);
    const text = renderTable(
      many.map((head) => ({ head })),
      [many.map((name) => `value of ${name}`)],
      styleOf(),
    );
    expect(text.split('\n')[0]).toBe('label0: value of label0');
  });

  it('numbers the rows in accessible mode', () => {
    const text = renderTable(columns, rows, styleOf({ accessible: true }), { rowName: 'Result row', more: 3 });
    expect(text).toBe(
      [
        'Result row 1 of 5: value 1, instance localhost:9090, job prometheus',
        'Result row 2 of 5: value 12.5, instance sse-app:8000, job sse-streaming',
      ].join('\n'),
    );
  });

  it('shows wide characters in line', () => {
    const text = renderTable(
      [{ head: 'a' }, { head: 'b' }],
      [
        ['日本語', 'x'],
        ['abc', 'y'],
      ],
      styleOf(),
    );
    expect(text.split('\n').slice(2)).toEqual(['日本語  x', 'abc     y']);
  });

  it('draws long tables whole and in time', () => {
    const many = Array.from({ length: 3_000 }, (_, index) => [String(index), `instance-${index}`, 'job']);
    const lines = renderTable(columns, many, styleOf()).split('\n');
    expect(lines.length).toBe(3_002);
    expect(lines.at(-1)).toBe(' 2999  instance-2999  job');
    expect(new Set(lines.slice(2).map((line) => line.indexOf('instance'))).size).toBe(1);
  });
});
