import { describe, expect, it } from 'vitest';
import {
  exploreLabel,
  renderEcho,
  renderExploreHelp,
  renderGreeting,
  renderNamed,
  renderNames,
  renderOffers,
  renderRemark,
} from '../../src/render/explore.ts';
import type { Style } from '../../src/render/style.ts';

const PLAIN: Style = { width: 60, colour: false, ascii: false, accessible: false, timeZone: 'UTC' };
const COLOUR = { ...PLAIN, colour: true };
const SPOKEN = { ...PLAIN, accessible: true };

/** Rings, moves the cursor, ends the line and turns the text around. */
const HOSTILE = 'a\x07\x1b[2J\r\u202eb';

describe('texts of the prompt', () => {
  it.each([
    ['the label', () => exploreLabel(HOSTILE, PLAIN)],
    ['the greeting', () => renderGreeting({ server: HOSTILE, example: HOSTILE }, HOSTILE, PLAIN)],
    ['an echo', () => renderEcho(HOSTILE, PLAIN)],
    ['an offer', () => renderOffers([{ text: HOSTILE, query: HOSTILE }], PLAIN)],
    ['a remark', () => renderRemark({ kind: 'unknown-command', typed: HOSTILE, meant: [HOSTILE] }, PLAIN)],
    ['names', () => renderNames([HOSTILE, 'b'], PLAIN)],
    ['named queries', () => renderNamed([{ name: HOSTILE, query: HOSTILE, note: HOSTILE }], PLAIN)],
  ])('keeps control characters out of %s', (_what, draw) => {
    expect(draw()).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f\u202e]/);
    expect(draw()).toContain('\\x1b');
  });

  it('writes no escape byte for screen readers', () => {
    const style = { ...SPOKEN, colour: true };
    const all = [
      exploreLabel('incident', style),
      renderGreeting({ server: 'Prometheus 3', targets: { all: 2, up: 1 }, metrics: 3, example: 'up' }, 'here', style),
      renderOffers([{ text: 'why', query: 'up' }], style),
      renderExploreHelp([{ usage: '\\d', help: 'the metrics' }], style),
      renderNames(['a', 'b'], style),
    ].join('\n');
    expect(all).not.toContain('\x1b');
    expect(all).toContain('Your query, at incident: ');
    expect(all).toContain('Fix 1: up\nwhy');
    expect(all).toContain('Command \\d: the metrics.');
    expect(all).toContain('a\nb');
  });

  it('says how many targets are up, and leaves out what is not known', () => {
    expect(renderGreeting({ targets: { all: 3, up: 2 }, metrics: 1 }, 'http://x', PLAIN)).toMatch(
      /^http:\/\/x\n3 targets, 2 up; 1 metric\.\nEnter runs/,
    );
    expect(renderGreeting({ targets: { all: 3, up: 3 } }, 'http://x', PLAIN)).toContain('3 targets, all up.');
  });

  it('reads names down the columns', () => {
    expect(renderNames(['a', 'bb', 'c', 'd', ''], { ...PLAIN, width: 9 })).toBe('a   d\nbb  ""\nc');
  });

  it.each([40, 60, 80])('keeps help and offers within %i columns', (width) => {
    const style = { ...PLAIN, width };
    const rows = [{ usage: '\\graph [range] [query]', help: 'draw the last query, or this one, over time' }];
    const offers = [{ text: 'Put a window after the selector, which says how far back is looked.', query: 'up' }];
    const lines = [renderExploreHelp(rows, style), renderOffers(offers, style)].join('\n').split('\n');
    expect(lines.filter((line) => line.length > width)).toEqual([]);
  });

  it('paints without changing what is read', () => {
    const offers = [{ text: 'why', query: 'rate(up[5m])' }];
    const painted = renderOffers(offers, COLOUR);
    expect(painted).toContain('\x1b[');
    expect(painted.replaceAll(/\x1b\[\d+m/g, '')).toBe(renderOffers(offers, PLAIN));
  });
});
