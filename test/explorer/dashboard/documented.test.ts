import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PANEL_KINDS } from '../../../src/explorer/dashboard/read-panel.ts';

it('docs/dashboard.md says of every type of panel that is drawn what becomes of it', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'dashboard.md'), 'utf8');
  const [, table = ''] = /^\| Grafana \| here \|\n\|---\|---\|\n((?:\|.*\n)+)/m.exec(page) ?? [];
  const types = table.split('\n').flatMap((row) => (row.split('|')[1] ?? '').split(',').map((type) => type.trim()));
  expect(types.filter((type) => type !== '').toSorted()).toEqual(Object.keys(PANEL_KINDS).toSorted());
});
