import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { until } from '../../app/helpers.ts';
import { realSuite, startPrometheus } from '../../helpers/prometheus.ts';
import { expandSample, problemOf } from './expand-sample.ts';
import { BROKEN_TEMPLATES, TEMPLATES } from './templates.ts';

realSuite('templates of alerts, beside a real Prometheus', ['prometheus', 'promtool'], () => {
  it('expands every template to the same text', async () => {
    const said = await expandedByPrometheus();
    const ours = await Promise.all(TEMPLATES.map((template) => expandSample(template)));
    const differing = TEMPLATES.flatMap((template, index) =>
      ours[index] === said[index] ? [] : [{ template, ours: ours[index], prometheus: said[index] }],
    );
    expect(differing).toEqual([]);
    expect(said.every((text) => text !== undefined)).toBe(true);
  });

  it('refuses what cannot be read with the same words', () => {
    const dir = mkdtempSync(join(tmpdir(), 'prom-tutor-templates-'));
    const rules = BROKEN_TEMPLATES.map((template) => ({ alert: 'X', expr: 'up', annotations: { a: template } }));
    writeFileSync(join(dir, 'rules.yml'), JSON.stringify({ groups: [{ name: 'g', rules }] }));
    const { stderr } = spawnSync('promtool', ['check', 'rules', 'rules.yml'], { cwd: dir, encoding: 'utf8' });
    rmSync(dir, { recursive: true, force: true });
    const said = new Map(
      [...stderr.matchAll(/^rules\.yml: group "g", rule (\d+), "X": annotation "a": (.*)$/gm)].map(
        ([, number, words]) => [Number(number), words],
      ),
    );
    const differing = BROKEN_TEMPLATES.flatMap((template, index) => {
      const [ours, prometheus] = [problemOf(template), said.get(index + 1)];
      return ours === prometheus ? [] : [{ template, ours, prometheus }];
    });
    expect(differing).toEqual([]);
  });
});

/** The annotations of one alert per template, as Prometheus shows them. */
async function expandedByPrometheus(): Promise<readonly (string | undefined)[]> {
  const dir = mkdtempSync(join(tmpdir(), 'prom-tutor-templates-'));
  const expr =
    'label_replace(label_replace(vector(12345.678), "instance", "sse-app.example.org:8000", "", ""), "job", "sse-streaming", "", "")';
  const rules = TEMPLATES.map((text, index) => ({
    alert: 'Sample',
    expr,
    labels: { n: `${index}` },
    annotations: { text },
  }));
  writeFileSync(join(dir, 'rules.yml'), JSON.stringify({ groups: [{ name: 'g', interval: '1s', rules }] }));
  const config = `global: {external_labels: {region: eu}}\nrule_files: ["${join(dir, 'rules.yml')}"]\n`;
  const prometheus = await startPrometheus({ config, flags: ['--web.external-url=http://prometheus.example.org'] });
  try {
    type Answer = { data: { alerts: { labels: Record<string, string>; annotations: Record<string, string> }[] } };
    const { data } = await until(
      async () => (await (await fetch(`${prometheus.url}/api/v1/alerts`)).json()) as Answer,
      (answer) => answer.data.alerts.length === TEMPLATES.length,
      10_000,
    );
    return TEMPLATES.map((_, index) => data.alerts.find(({ labels }) => labels.n === `${index}`)?.annotations.text);
  } finally {
    await prometheus.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
