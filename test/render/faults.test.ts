import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultsOff } from '../../src/backends/fault-status.ts';
import type { FaultStatus } from '../../src/model/fault.ts';
import { faultsLine, renderFaults, renderNews } from '../../src/render/faults.ts';
import type { Style } from '../../src/render/style.ts';
import { columnsOf } from '../../src/render/text.ts';
import { styleOf } from '../helpers/styles.ts';

const NOW_MS = Date.UTC(2026, 0, 5, 12);
const fixtures = join(import.meta.dirname, '..', 'fixtures', 'faults');

/** Two faults are on: one for ever, one for another minute and a half. */
const FAULTS: readonly FaultStatus[] = faultsOff().map((fault) => {
  if (fault.name === 'provider-outage') {
    return { ...fault, on: [{ where: 'anthropic', sinceMs: NOW_MS - 30_000, untilMs: NOW_MS + 90_000 }] };
  }
  if (fault.name !== 'instance-stopped') return fault;
  return { ...fault, on: [{ where: 'sse-app-2', sinceMs: NOW_MS - 60_000, untilMs: undefined }] };
});

const list = (changes: Partial<Style>) => renderFaults(FAULTS, styleOf(changes), NOW_MS);

describe('the list of faults', () => {
  it.each([
    ['60', { width: 60 }],
    ['100', { width: 100 }],
    ['accessible', { accessible: true }],
  ] as const)('%s', async (form, changes) => {
    await expect(`${list(changes)}\n`).toMatchFileSnapshot(join(fixtures, `list.${form}.txt`));
  });

  it('keeps within every width', () => {
    for (let width = 40; width <= 100; width += 5) {
      for (const changes of [{}, { ascii: true }, { accessible: true }, { colour: true }] as Partial<Style>[]) {
        expect(
          list({ width, ...changes })
            .split('\n')
            // Where it is read aloud a query is there to be copied.
            .filter((line) => columnsOf(line) > width && !(changes.accessible && line.startsWith('Query: '))),
        ).toEqual([]);
      }
    }
  });

  it('says in words what is on', () => {
    const style = styleOf();
    expect(faultsLine(faultsOff(), style, NOW_MS)).toBeUndefined();
    expect(faultsLine(FAULTS, style, NOW_MS)).toBe(
      'Faults on: provider-outage (anthropic, since 11:59:30, ends in 1m30s); instance-stopped (sse-app-2, since 11:59:00). To end them: `prom-tutor fault clear`',
    );
    expect(list({ accessible: true })).toContain('Fault instance-stopped, on: sse-app-2, since 11:59:00.');
    expect(list({ accessible: true })).toContain('Fault scrape-path, off.');
  });

  it('tells where to look at what was set', () => {
    const news = { changed: true, message: 'scrape-path is on: sse-app.', look: 'up{instance="sse-app:8000"}' };
    expect(renderNews(news, styleOf())).toBe(
      `scrape-path is on: sse-app.\nLook: prom-tutor query 'up{instance="sse-app:8000"}'\nIt shows at the next scrape, within 15 s.`,
    );
    expect(renderNews({ changed: true, message: 'Ended.', look: undefined }, styleOf())).toBe('Ended.');
  });
});
