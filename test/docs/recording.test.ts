import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { drawFilm } from '../tools/recording/draw-film.ts';
import { camera } from '../tools/recording/film.ts';

const root = join(import.meta.dirname, '..', '..');
const file = join(root, 'docs', 'recording.svg');
const svg = readFileSync(file, 'utf8');

describe('docs/recording.svg', () => {
  it('is small, loads and runs nothing, and is told to those who do not see it', () => {
    expect(statSync(file).size).toBeLessThan(150_000);
    expect(svg).not.toMatch(/<script|<image|<foreignObject|\bon\w+=|href|url\((?!#c\))|@import/i);
    expect(svg).toMatch(
      /<svg [^>]*role="img" aria-labelledby="title desc">\n<title id="title">[^<]+<\/title>\n<desc id="desc">[^<]+</,
    );
  });

  it('types commands that there are, and no secret of a machine', () => {
    const text = svg.replace(/<style>[\s\S]*?<\/style>|<[^>]+>/g, '');
    const named = /<desc id="desc">[^:]*: ([^.]*)\./.exec(svg)?.[1]?.split('; ') ?? [];
    expect(named.map((command) => command.split(' ')[1])).toEqual(['start', 'lesson', 'query', 'why']);
    expect(named.filter((command) => !text.includes(`$ ${command}\n`))).toEqual([]);
    expect(COMMANDS.map(({ spec }) => spec.name)).toEqual(expect.arrayContaining(['start', 'lesson', 'query', 'why']));
    expect(text).not.toMatch(/internal error|\/root|\/home|\/tmp|\/work/);
  });

  it('stands in the README', () => {
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain('](docs/recording.svg)');
  });
});

describe('a film of a terminal', () => {
  it('keeps every line, when it was there, and how it looked', async () => {
    const { shot, film } = camera(12, 2);
    await shot('\x1b[36m$\x1b[0m a', 100);
    await shot('b\r\n\x1b[1m<one>\x1b[0m', 200);
    await shot('\r\ntwo', 300);
    const { lines, tops, lengthMs } = film();
    expect(lines).toEqual([
      [
        { fromMs: 0, runs: [{ text: '$', colour: 6 }, { text: ' a' }] },
        { fromMs: 100, runs: [{ text: '$', colour: 6 }, { text: ' ab' }] },
      ],
      [{ fromMs: 100, runs: [{ text: '<one>', bold: true }] }],
      [{ fromMs: 300, runs: [{ text: 'two' }] }],
    ]);
    expect(tops).toEqual([
      { fromMs: 0, line: 0 },
      { fromMs: 300, line: 1 },
    ]);
    expect(lengthMs).toBe(600);
    const drawn = drawFilm(film(), 'T & t', 'D');
    expect(drawn).toContain('<title id="title">T &amp; t</title>');
    expect(drawn).toMatch(/<text class="k0-100 g"[^>]*><tspan class="c6">\$<\/tspan> a<\/text>/);
    expect(drawn).toMatch(/<text class="k100"[^>]*><tspan class="b">&lt;one&gt;<\/tspan><\/text>/);
    expect(drawn).toContain('.k0-100{animation:k0-100 600ms step-end infinite}');
    expect(drawn).toContain('#s{transform:translateY(-17px)}');
  });
});
