import { describe, expect, it } from 'vitest';
import { alertTemplate } from '../../../src/scrape/rules/template/expand.ts';
import { textMap } from '../../../src/scrape/rules/template/values.ts';
import { expandSample, problemOf } from './expand-sample.ts';

/** What a real Prometheus 3.5 makes of these; test/scrape/rules/template.real.test.ts asks it about many more. */
const EXPANSIONS: readonly [template: string, text: string][] = [
  ['plain', 'plain'],
  [
    '{{ $value }} {{ $labels.job }} {{ $externalLabels.region }} {{ $labels.nothing }}.',
    '12345.678 sse-streaming eu .',
  ],
  ['{{ $value | humanize }} {{ humanize 0.00012 }} {{ humanize1024 2048 }}', '12.35k 120u 2ki'],
  ['{{ humanizeDuration 90061.7 }} {{ humanizeDuration 0.0015 }}', '1d 1h 1m 1s 1.5ms'],
  [
    '{{ humanizePercentage 0.123456 }} {{ humanizeTimestamp 1435065584.128 }}',
    '12.35% 2015-06-23 13:19:44.128 +0000 UTC',
  ],
  ['{{ printf "%.1f %5d|%-4s|%q" $value 42 "a" "b" }}', '12345.7    42|a   |"b"'],
  ['{{ printf "%d" $value }}', '%!d(float64=12345.678)'],
  [
    '{{ "sse-app" | title }} {{ toUpper "x" }} {{ reReplaceAll ":.*" "" $labels.instance }}',
    'Sse-App X sse-app.example.org',
  ],
  ['{{ if match "^sse" $labels.job }}yes{{ else }}no{{ end }}', 'yes'],
  [
    '{{ with query "vector(8)" }}{{ . | first | value }}{{ end }}{{ with query "vector(1) > 2" }}x{{ else }}none{{ end }}',
    '8none',
  ],
  ['{{ range $name, $text := $labels }}{{ $name }};{{ end }}', 'instance;job;'],
  [
    '{{ if gt $value 5 }}x{{ end }}',
    failed('gt $value 5', 118, 'error calling gt: incompatible types for comparison: float64 and int'),
  ],
  [
    '{{ query "vector(1) > 2" | first }}',
    failed('first', 139, 'error calling first: first() called on vector with no elements'),
  ],
  [
    '{{ .Nope }}',
    failed(
      '.Nope',
      115,
      `can't evaluate field Nope in type struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }`,
    ),
  ],
];

function failed(place: string, column: number, message: string): string {
  const where = `template: __alert_Sample:1:${column}: executing "__alert_Sample" at <${place}>`;
  return `<error expanding template: error executing template __alert_Sample: ${where}: ${message}>`;
}

describe('a template of an alert', () => {
  it.each(EXPANSIONS)('%s', async (template, text) => {
    expect(await expandSample(template)).toBe(text);
  });

  it('never ends an evaluation, whatever happens in it', async () => {
    const nothing = textMap([]);
    const data = { kind: 'data', labels: nothing, externalLabels: nothing, externalUrl: '', value: 1 } as const;
    const query = () => Promise.reject(new Error('broken'));
    expect(await alertTemplate('{{ query "up" }}', 'A').expand(data, { ms: 0, externalUrl: '', query })).toBe(
      '<error expanding template: panic expanding template __alert_A: broken>',
    );
  });

  it('that cannot be read expands to the reason', async () => {
    expect(await expandSample('{{ foo }}')).toBe(
      '<error expanding template: error parsing template __alert_Sample: template: __alert_Sample:1: function "foo" not defined>',
    );
  });

  it.each([
    ['{{ $labels.x', 'template: __alert_X:1: unclosed action'],
    ['{{ if true }}x', 'template: __alert_X:1: unexpected EOF'],
    ['{{ define "x" }}{{ end }}', 'template: __alert_X:1: prom-tutor does not expand {{define}}'],
    ['{{ toTime 5 }}', 'template: __alert_X:1: prom-tutor does not know the function "toTime"'],
    ['{{ $labels.x }}', undefined],
  ])('%s: %s', (template, problem) => {
    expect(problemOf(template)).toBe(problem);
  });
});
