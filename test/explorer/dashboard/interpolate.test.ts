// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Grafana writes variables
import { describe, expect, it } from 'vitest';
import {
  interpolate,
  LONGEST_QUERY,
  type VariableValue,
  variablesIn,
} from '../../../src/explorer/dashboard/interpolate.ts';

const one = (value: string): VariableValue => ({ values: [value], many: false });
const many = (...values: string[]): VariableValue => ({ values, many: true });

const VALUES = new Map<string, VariableValue>([
  ['job', one('api')],
  ['quoted', one('a"b\\c')],
  ['host', many('web-1:9100')],
  ['hosts', many('web.1', 'web|2')],
  ['everything', { values: ['.*'], many: true, verbatim: true }],
  ['circle', one('$circle ${job}')],
  ['__from', { values: ['1763800005000'], many: false, verbatim: true }],
]);

describe('variables in a query', () => {
  // What Grafana's Prometheus data source and its format options make of them.
  it.each([
    ['up{job="$job"}', 'up{job="api"}'],
    ['up{job="${job}"}', 'up{job="api"}'],
    ['up{job="[[job]]"}', 'up{job="api"}'],
    ['up{job="$quoted"}', 'up{job="a\\"b\\\\c"}'],
    ['up{instance=~"$host"}', 'up{instance=~"web-1:9100"}'],
    ['up{instance=~"$hosts"}', 'up{instance=~"(web\\\\.1|web\\\\|2)"}'],
    ['up{instance=~"$everything"}', 'up{instance=~".*"}'],
    ['${hosts:regex}', '(web\\.1|web\\|2)'],
    ['${hosts:pipe}', 'web.1|web|2'],
    ['[[hosts:csv]]', 'web.1,web|2'],
    ['${hosts:glob}', '{web.1,web|2}'],
    ['${hosts:json}', '["web.1","web|2"]'],
    ['${hosts:doublequote}', '"web.1","web|2"'],
    ['${hosts:singlequote}', "'web.1','web|2'"],
    ['${hosts:lucene}', '("web.1" OR "web|2")'],
    ['${hosts:percentencode}', '%7Bweb.1%2Cweb%7C2%7D'],
    ['${hosts:text}', 'web.1 + web|2'],
    ['${hosts:join: or }', 'web.1 or web|2'],
    ['${job:raw}', 'api'],
    ['${job.text}', 'api'],
    ['${job:nonsense}', 'api'],
    ['${__from:date:seconds}', '1763800005'],
    ['${__from:date}', '2025-11-22T08:26:45.000Z'],
    // A value is put in once: what looks like a variable in it stays.
    ['$circle', '$circle ${job}'],
    ['5 $', '5 $'],
  ])('%s', (text, expected) => {
    expect(interpolate(text, VALUES, 'query')).toEqual({ text: expected, missing: [] });
  });

  it('lists several values in a title', () => {
    expect(interpolate('CPU of $hosts', VALUES, 'text').text).toBe('CPU of web.1 + web|2');
  });

  it('names what nobody has defined, and leaves it standing', () => {
    expect(interpolate('$a + ${b} + $a', new Map(), 'query')).toEqual({ text: '$a + ${b} + $a', missing: ['a', 'b'] });
    expect(variablesIn('$a ${b:raw} [[c]] $a')).toEqual(['a', 'b', 'c']);
  });

  it('refuses a query that its values make endless', () => {
    const huge = new Map([['x', one('y'.repeat(LONGEST_QUERY / 2))]]);
    expect(() => interpolate('$x $x $x', huge, 'query')).toThrow(/the values of \$x make it longer than 1 million/);
  });
});
