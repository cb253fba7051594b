import { Engine } from '../../../src/promql/engine/engine.ts';
import { templateQuery } from '../../../src/scrape/rules/rule-query.ts';
import { alertTemplate } from '../../../src/scrape/rules/template/expand.ts';
import { textMap } from '../../../src/scrape/rules/template/values.ts';
import { MemoryStorage } from '../../../src/tsdb/memory-storage.ts';

const URL = 'http://prometheus.example.org';

/** Expands a template as an annotation of the alert "Sample", with the data that test/scrape/rules/templates.ts tells. */
export function expandSample(template: string): Promise<string> {
  const engine = new Engine(new MemoryStorage());
  const labels = textMap([
    ['instance', 'sse-app.example.org:8000'],
    ['job', 'sse-streaming'],
  ]);
  const externalLabels = textMap([['region', 'eu']]);
  return alertTemplate(template, 'Sample').expand(
    { kind: 'data', labels, externalLabels, externalUrl: URL, value: 12345.678 },
    { ms: Date.UTC(2026, 0, 15, 12), externalUrl: URL, query: templateQuery(engine, Date.UTC(2026, 0, 15, 12)) },
  );
}

/** Why a template of the alert "X" cannot be read. */
export function problemOf(template: string): string | undefined {
  return alertTemplate(template, 'X').problem;
}
