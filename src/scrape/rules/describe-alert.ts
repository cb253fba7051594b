import { compareUtf8, type Labels, labelsOf, METRIC_NAME } from '../../model/labels.ts';
import type { Engine } from '../../promql/engine/engine.ts';
import type { AlertingRule, Templates } from './rule-file.ts';
import { templateQuery } from './rule-query.ts';
import { type TemplateData, textMap } from './template/values.ts';

/** What templates may ask besides the row they are about. */
export type AlertWorld = {
  readonly engine: Engine;
  readonly externalLabels: Labels;
  readonly externalUrl: string;
};

type Row = { readonly labels: Labels; readonly value: number };

/** The labels of the alert that a row of its condition stands for; `ms` is the moment of the evaluation. */
export async function alertLabels(rule: AlertingRule, row: Row, ms: number, world: AlertWorld): Promise<Labels> {
  const labels = new Map(Object.entries(row.labels));
  labels.delete(METRIC_NAME);
  for (const [name, value] of await expanded(rule.templates.labels, row, ms, world)) labels.set(name, value);
  labels.set('alertname', rule.alert);
  return labelsOf([...labels].filter(([, value]) => value !== '').sort(([a], [b]) => compareUtf8(a, b)));
}

/** Its annotations, expanded at the same moment. */
export async function alertAnnotations(rule: AlertingRule, row: Row, ms: number, world: AlertWorld): Promise<Labels> {
  return labelsOf(await expanded(rule.templates.annotations, row, ms, world));
}

async function expanded(
  templates: Templates,
  { labels, value }: Row,
  ms: number,
  { engine, externalLabels, externalUrl }: AlertWorld,
): Promise<readonly (readonly [string, string])[]> {
  const data: TemplateData = {
    kind: 'data',
    labels: textMap(Object.entries(labels)),
    externalLabels: textMap(Object.entries(externalLabels)),
    externalUrl,
    value,
  };
  const outside = { ms, externalUrl, query: templateQuery(engine, ms) };
  const pairs: (readonly [string, string])[] = [];
  for (const [name, template] of templates) pairs.push([name, await template.expand(data, outside)]);
  return pairs;
}
