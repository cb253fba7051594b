import { expect, it } from 'vitest';
import { firingText } from '../../src/render/firing.ts';

const alert = (alertname: string, state: string, instance = 'a') => ({ labels: { alertname, instance }, state });

const cases: readonly [alerts: readonly ReturnType<typeof alert>[], text: string | undefined][] = [
  [[], undefined],
  [[alert('TargetDown', 'pending')], undefined],
  [[alert('TargetDown', 'firing')], 'Firing: TargetDown. To look closer: prom-tutor query ALERTS'],
  [
    [alert('TargetDown', 'firing'), alert('Breaker', 'firing', 'a'), alert('Breaker', 'firing', 'b')],
    'Firing: Breaker (2 times), TargetDown. To look closer: prom-tutor query ALERTS',
  ],
  [[alert('\u001b[2Jx', 'firing')], 'Firing: \\x1b[2Jx. To look closer: prom-tutor query ALERTS'],
];

it.each(cases)('%j: %s', (alerts, text) => {
  expect(firingText(alerts)).toBe(text);
});
