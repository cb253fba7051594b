import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { history } from '../../src/app/history.ts';
import { writeOpenMetrics } from '../../src/exposition/write.ts';
import type { Scenario } from '../../src/model/scenario.ts';

const SCENARIO: Scenario = { t0Ms: 1_763_800_005_000, seed: 1, historyMs: 3 * 3_600_000 };

/** A folder with the history of the demo service in `demo.om`, the same bytes every time. */
export function demoDump(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'prom-tutor-dump-'));
  writeFileSync(join(folder, 'demo.om'), [...writeOpenMetrics(history(SCENARIO))].join(''));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
