import { describe, expect, it } from 'vitest';
import type { Series } from '../../src/model/query-result.ts';
import { type Picture, renderSvg } from '../../src/render/svg.ts';

const GRID = { startMs: 0, endMs: 120_000, stepMs: 60_000 };
const ZONE = { timeZone: 'UTC' };
const EVIL = '<script>alert(1)</script>"&\x1b[2J\u202e]]>';

function series(labels: Series['labels'], ...values: readonly number[]): Series {
  return { labels, samples: values.map((value, at) => ({ ms: at * 60_000, value })) };
}

const PICTURES: Readonly<Record<string, (text: string) => Picture>> = {
  lines: (text) => ({
    kind: 'lines',
    query: text,
    series: [series({ a: text }, 1, Number.NaN, 3)],
    options: { ...GRID, unit: text },
  }),
  bars: (text) => ({
    kind: 'bars',
    query: text,
    samples: [-1, 2, Number.NaN, Number.POSITIVE_INFINITY].map((value, at) => ({
      labels: { a: `${text}${at}` },
      ms: 0,
      value,
    })),
    options: { unit: text },
  }),
  heatmap: (text) => ({
    kind: 'heatmap',
    query: text,
    series: [series({ a: text, le: '1' }, 0, 2, 3), series({ a: text, le: '+Inf' }, 1, 2)],
    options: { ...GRID, unit: text },
  }),
  timeline: (text) => ({
    kind: 'timeline',
    query: text,
    series: [series({ a: text }, 0, 1, 1), series({ a: 'other' }, 1)],
    options: { ...GRID, names: { 0: text, 1: 'up' } },
  }),
};

describe.each(Object.entries(PICTURES))('the picture of %s', (_, picture) => {
  it('is one whole SVG on a light ground that says in words what it shows', () => {
    const svg = renderSvg(picture('my query'), ZONE) ?? '';
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="960" height="\d+"/);
    expect(svg.trimEnd()).toMatch(/<\/svg>$/);
    expect(svg).toContain('fill="#fff"');
    expect(svg).toContain('<title id="title">my query</title>');
    expect(svg).toMatch(/<desc id="desc">[^<]{20,}<\/desc>/);
    expect(svg).not.toMatch(/NaN"|Infinity|undefined/);
  });

  it('holds nothing that could run or be loaded, whatever the texts are', () => {
    const svg = renderSvg(picture(EVIL), ZONE) ?? '';
    expect(svg).not.toMatch(/<script|href|url\((?!#)|<foreignObject|\son\w+=/i);
    expect(svg).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f\u202e]/);
    expect(svg).toContain('&lt;script&gt;');
    const open = [...svg.matchAll(/<([a-z]+)\b[^>]*[^/]>|<([a-z]+)>/g)].length;
    expect([...svg.matchAll(/<\/[a-z]+>/g)].length).toBe(open);
  });
});

describe('what the pictures say', () => {
  it.each<[keyof typeof PICTURES, readonly string[]]>([
    ['lines', ['last 3, min 1, max 3, NaN: 1', '>A</text>']],
    ['bars', ['not a number: no bar', 'plus infinity: no bar']],
    ['heatmap', ['White is zero, hatched is no sample.', '≤ 1<', '&gt; 1<', 'observations per cell']],
    ['timeline', ['up (1)', 'no sample 1m', '>U</text>']],
  ])('%s', (kind, expected) => {
    const svg = renderSvg((PICTURES[kind] as (text: string) => Picture)('down'), ZONE) ?? '';
    for (const text of expected) expect(svg).toContain(text);
  });

  it('is no timeline of measurements', () => {
    expect(renderSvg({ kind: 'timeline', query: 'x', series: [series({}, 0.5)], options: GRID }, ZONE)).toBeUndefined();
  });
});
