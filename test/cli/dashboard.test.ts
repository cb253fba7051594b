// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Grafana writes variables
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoServer } from '../helpers/demo-server.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'dashboards');
const EVERY = join(FIXTURES, 'every-kind.json');
const T0 = ['--time', '1763800005'];

const run = demoServer();
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function saved(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const panel = (expr: string, more: object = {}) => ({
  type: 'stat',
  title: expr,
  datasource: { type: 'prometheus' },
  targets: [{ refId: 'A', expr }],
  ...more,
});

describe('dashboard', () => {
  it("draws the demo service's own, once, in a pipe", async () => {
    const { code, out, err } = await run(['dashboard']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^SSE streaming service +last 1h, /);
    for (const title of [
      '1. Request rate',
      '3. Error percentage',
      '4. P50',
      '6. P99',
      '7. Active',
      '8. Circuit',
      'Memory',
    ])
      expect(out).toContain(title);
    expect(out).not.toMatch(/no data|error:|Not drawn|\x1b/);
    expect(out).toMatch(/closed \(0\)/);
    expect(out).toMatch(/A sse-app-2:8000 [\d.]+ MiB/);
  });

  it('draws every kind of panel, and says what it does not draw', async () => {
    const { code, out } = await run(['dashboard', '--file', EVERY, ...T0], { env: { COLUMNS: '120' } });
    expect(code).toBe(0);
    for (const words of [
      'provider: all (anthropic + mistral + openai)',
      'orange: 5 req/s or more',
      'green: below 10% of the',
      'Open streams of anthropic + mistral + openai',
      'A the slow one 3.91 ms',
      'stacked in Grafana',
      'error: unclosed left parenthesis',
      'error: $nobody in it is no variable',
      'its data comes from loki',
      'panels of type "geomap"',
      'a library panel',
      '── Per provider: mistral',
      'openai now',
      'Closed (closed: 1 panel not asked; --expand draws them)',
    ]) {
      expect(out.replace(/\s+/g, ' ')).toContain(words);
    }
    // Two values with one word are one state.
    expect(out.match(/troubled/g)?.length).toBe(1);
    // As in Grafana's grid: side by side, three times.
    expect(out).toMatch(/Requests ─+ {3}Errors ─+ {3}Open streams/);
  });

  it('draws old dashboards with rows, as the API gives them', async () => {
    const { out } = await run(['dashboard', '--file', join(FIXTURES, 'old-rows.json'), ...T0]);
    expect(out).toContain('── Overview');
    expect(out).toContain('all three');
    expect(out).toContain('Hidden (closed: 1 panel not asked');
  });

  it.each([
    [['--var', 'provider=openai'], 'provider: openai   '],
    [['--var', 'provider=openai', '--var', 'provider=mistral'], 'provider: openai + mistral   '],
    [['--var', 'provider=all'], 'provider: all (anthropic'],
    [['--range', '30m'], '30m, 2025-11-22 07:56 to 08:26'],
    [['--expand'], 'Inside ─'],
  ])('%j', async (argv, words) => {
    const { out } = await run(['dashboard', '--file', EVERY, ...T0, ...argv], { env: { COLUMNS: '120' } });
    expect(out).toContain(words);
  });

  it('gives the data of the panels to programs', async () => {
    const { code, out } = await run(['dashboard', '--json', '--file', EVERY, ...T0]);
    expect(code).toBe(0);
    const { title, from, panels } = JSON.parse(out);
    expect([title, from]).toEqual(['Every kind of panel', '2025-11-22T06:26:45Z']);
    const [stat] = panels;
    expect(stat.queries).toEqual(['sum(rate(sse_requests_total{provider=~"(anthropic|mistral|openai)"}[5m3s]))']);
    expect(stat.series[0].name).toBe('all');
    expect(stat.series[0].values.length).toBeGreaterThan(10);
    expect(Number(stat.values[0].value)).toBeGreaterThan(5);
    expect(panels.filter((each: { notDrawn?: string }) => each.notDrawn !== undefined)).toHaveLength(3);
    expect(panels.find((each: { title: string }) => each.title === 'Broken').errors[0].message).toMatch(/unclosed/);
  });

  it('takes the interval of the panel for the variables of Grafana', async () => {
    const file = saved('intervals.json', {
      panels: [panel('x[$__interval] $__range ${__rate_interval}', { interval: '1m' })],
      time: { from: 'now-1m', to: 'now' },
    });
    const { out } = await run(['dashboard', '--json', '--file', file]);
    expect(JSON.parse(out).panels[0].queries).toEqual(['x[1m] 1m 4m']);
  });

  it('asks all the same where a legend or an interval would become endless', async () => {
    const values = Array.from({ length: 240 }, (_, index) => `v${index}${'x'.repeat(400)}`).join(',');
    const all = {
      name: 'x',
      type: 'custom',
      query: values,
      multi: true,
      includeAll: true,
      current: { value: ['$__all'] },
    };
    const endless = '$x'.repeat(12);
    const file = saved('endless.json', {
      templating: { list: [all] },
      panels: [panel('up', { interval: endless, targets: [{ refId: 'A', expr: 'up', legendFormat: endless }] })],
    });
    const { code, out } = await run(['dashboard', '--json', '--file', file, ...T0]);
    expect(code).toBe(0);
    expect(JSON.parse(out).panels[0].series[0].name).toBe(endless);
  });

  it('ends with 1 when nothing could be asked', async () => {
    const { code, out } = await run(['dashboard', '--file', saved('bad.json', { panels: [panel('sum(')] })]);
    expect(code).toBe(1);
    expect(out).toContain('error: ');
  });

  it.each([
    ['nothing there', undefined, 'there is no such file'],
    ['no JSON', '{"panels": [', 'it is not JSON'],
    ['a list', '[1]', 'it holds a list'],
    ['something else', '{"a": 1}', 'it has neither "panels" nor "rows"'],
    ['the newer form', '{"apiVersion":"dashboard.grafana.app/v2beta1","spec":{"elements":{}}}', 'schema v2'],
    ['a time that is none', '{"panels":[],"time":{"from":"tomorrow","to":"now"}}', 'cannot be read'],
  ])('refuses %s', async (name, content, words) => {
    const file = content === undefined ? join(folder, 'missing') : saved(`${name}.json`, content);
    const { code, err } = await run(['dashboard', '--file', file]);
    expect(err).toContain(words);
    expect(err).toContain('hint: ');
    expect(code).toBeGreaterThan(0);
  });

  it.each([
    [['--var', 'prvider=x'], 'Did you mean provider?'],
    [['--var', 'provider'], 'is not a variable with a value'],
    [['--refresh', '10ms'], 'is too often'],
  ])('refuses %j', async (argv, words) => {
    const { code, err } = await run(['dashboard', '--once', '--file', EVERY, ...argv]);
    expect(err).toContain(words);
    expect(code).toBe(2);
  });

  it('gives variables that need each other up, and draws the rest', async () => {
    const file = saved('circle.json', {
      panels: [panel('count(up)')],
      templating: {
        list: [
          { name: 'a', type: 'query', query: 'label_values(up{x="$b"}, y)' },
          { name: 'b', type: 'query', query: 'label_values(up{x="$a"}, y)' },
        ],
      },
    });
    const { code, out } = await run(['dashboard', '--file', file]);
    expect(code).toBe(0);
    expect(out).toContain('$a and others need each other');
    expect(out).toMatch(/\n3\n/);
  });

  it('is told in words in accessible mode', async () => {
    const { out } = await run(['dashboard', '--file', EVERY, '--accessible', ...T0]);
    expect(out).toContain('Panel 1 of 20: Requests\nall: 8.01 req/s, orange: 5 req/s or more.');
    expect(out).toMatch(/anthropic: closed from 06:26, troubled from [\s\S]*closed from 08:1\d\./);
    expect(out.split('\n').filter((line) => line.length > 72)).toEqual([]);
    expect(out).not.toMatch(/\x1b|─|█/);
  });
});
