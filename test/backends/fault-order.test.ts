import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { orderOf, orderOfWords } from '../../src/backends/fault-order.ts';
import { faultsOff } from '../../src/backends/fault-status.ts';
import { FAULT_TABLE } from '../../src/backends/fault-table.ts';
import { UsageError } from '../../src/model/errors.ts';
import { FAULT_NAMES } from '../../src/model/fault.ts';
import { parse } from '../../src/promql/parse.ts';

describe('the words of a fault', () => {
  it.each([
    ['provider-outage', { provider: 'anthropic', services: ['sse-app', 'sse-app-2'], amount: 0.9 }],
    [
      'fault provider-outage --provider OpenAI --ratio 0.3 --for 2m',
      { provider: 'openai', amount: 0.3, forMs: 120_000 },
    ],
    ['slow-provider --factor=12', { amount: 12 }],
    ['instance-stopped', { services: ['sse-app-2'], amount: undefined, forMs: undefined }],
    ['instance-stopped --instance sse-app:8000', { services: ['sse-app'] }],
    ['  instance-restarted   --instance 1 ', { services: ['sse-app'] }],
    ['both-stopped --for 1m30s', { services: ['sse-app', 'sse-app-2'], forMs: 90_000 }],
    ['scrape-path', { services: ['sse-app-2'] }],
    ['provider-waking', { services: ['sse-app', 'sse-app-2'] }],
  ])('%s', (words, wanted) => {
    expect(orderOfWords(words)).toMatchObject(wanted);
  });

  it('are nothing to set for clear', () => {
    expect(orderOfWords('clear')).toBeUndefined();
    expect(orderOfWords('fault clear')).toBeUndefined();
  });

  it.each([
    ['', 'is no fault'],
    ['outage', 'there is no fault "outage"'],
    ['provider-outage now', 'is no fault'],
    ['provider-outage --speed 3', 'cannot read'],
    ['provider-outage --provider gemini', 'there is no provider "gemini"'],
    ['provider-outage --ratio 2', '--ratio 2 is not a number from 0 to 1'],
    ['provider-outage --ratio= ', 'is not a number from 0 to 1'],
    ['provider-outage --factor 2', 'provider-outage has no --factor'],
    ['provider-waking --provider openai', 'provider-waking has no --provider'],
    ['instance-stopped --instance sse-app-3', 'there is no instance "sse-app-3"'],
    ['both-stopped --instance sse-app', 'both-stopped has no --instance'],
    ['instance-restarted --for 2m', 'it is over at once'],
    ['scrape-path --for soon', '--for soon is not a length of time'],
    ['scrape-path --for 2d', '--for 2d is not a length of time'],
  ])('%j is refused: %s', (words, says) => {
    expect(() => orderOfWords(words)).toThrow(UsageError);
    expect(() => orderOfWords(words)).toThrow(says);
  });

  it.each([
    ['outage', 'provider-outage'],
    ['stop', 'instance-stopped'],
    ['restart', 'instance-restarted'],
    ['slow', 'slow-provider'],
    ['rate-limit', 'rate-limits'],
  ])('%s is answered with %s', (typed, meant) => {
    expect(() => orderOf(typed, {})).toThrow(
      expect.objectContaining({ hint: expect.stringContaining(`Did you mean ${meant}?`) }),
    );
  });
});

describe.each(FAULT_NAMES)('the row of %s', (name) => {
  it('has a query that can be run', () => {
    const query = FAULT_TABLE[name].look({ provider: 'openai', instance: 'sse-app' });
    expect(parse(query).kind).toBe('ok');
  });

  it('describes itself in parts of sentences', () => {
    const { summary, undone } = FAULT_TABLE[name];
    for (const text of [summary, undone]) expect(text).toMatch(/^[a-z/][^.]*$/);
  });
});

it('the README has the same table', () => {
  const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
  const rows = faultsOff().map(({ name, summary, look }) => `| \`${name}\` | ${summary} | \`${look}\` |`);
  expect(readme).toContain(rows.join('\n'));
});
