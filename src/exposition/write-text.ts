import type { Labels } from '../model/labels.ts';
import { openMetricsFloat } from './float.ts';
import { seriesText } from './write.ts';

export type TextFamily = {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';
  readonly help: string;
  readonly samples: readonly { readonly name: string; readonly labels: Labels; readonly value: number }[];
};

/** The Prometheus text format 0.0.4, without timestamps. https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function writeText(families: readonly TextFamily[]): string {
  return families
    .map(({ name, type, help, samples }) => {
      const escaped = help.replace(/[\\\n]/g, (character) => (character === '\n' ? '\\n' : '\\\\'));
      const lines = samples.map((sample) => `${seriesText(sample.name, sample.labels)} ${numberText(sample.value)}\n`);
      return `# HELP ${name} ${escaped}\n# TYPE ${name} ${type}\n${lines.join('')}`;
    })
    .join('');
}

function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : openMetricsFloat(value);
}
