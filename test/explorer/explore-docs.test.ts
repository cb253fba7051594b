import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXPLORE_COMMANDS, usageOf } from '../../src/explorer/explore-commands.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'explore.md'), 'utf8');

describe('docs/explore.md', () => {
  it('lists the commands as the prompt does', () => {
    const rows = [...page.matchAll(/^\| `(\\\S.*?)` \| (.*) \|$/gm)].map(([, usage = '', help = '']) => [
      usage.replaceAll('\\|', '|'),
      help.replaceAll('\\|', '|'),
    ]);
    expect(rows).toEqual(EXPLORE_COMMANDS.map((row) => [usageOf(row), row.help]));
  });
});
