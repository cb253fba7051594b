import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { withLocalTargets } from '../../src/backends/binary-config.ts';
import { packageFolder } from '../../src/lib/package-folder.ts';

describe('withLocalTargets', () => {
  const addresses = new Map([
    ['localhost:9090', '127.0.0.1:9095'],
    ['sse-app:8000', '127.0.0.1:8002'],
    ['sse-app-2:8000', '127.0.0.1:8003'],
  ]);

  it('changes the addresses of the stack configuration and nothing else', async () => {
    const text = await readFile(join(packageFolder('stack'), 'prometheus.yml'), 'utf8');
    const local = withLocalTargets(text, addresses);
    const changed = structuredClone(parse(text));
    const lists = changed.scrape_configs.flatMap(
      (job: { static_configs: { targets: string[] }[] }) => job.static_configs,
    );
    for (const list of lists) list.targets = list.targets.map((target: string) => addresses.get(target));
    expect(parse(local)).toEqual(changed);
    expect(local).toMatch(/^# What Prometheus watches/);
    expect(JSON.stringify(parse(local))).toContain('"instance":"sse-app-2:8000"');
  });

  it('refuses a target it has no address for', () => {
    expect(() => withLocalTargets('a:\n  - targets: [other:1]\n', addresses)).toThrow(
      'no address for the target other:1',
    );
  });
});
