import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyStackFiles, requireStackFiles } from '../../src/backends/stack-files.ts';
import { fakeIo } from '../helpers/fake-io.ts';

const system = fakeIo({ platform: process.platform, env: process.env });

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'prom-tutor-files-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('the stack files', () => {
  const world = (stackFiles: string) => ({ ...system, stateDir: dir, stackFiles, toolVersion: '0' });

  it('say what to do when the service was not built', async () => {
    await expect(requireStackFiles(world(dir))).rejects.toMatchObject({
      message: `the demo service is missing: ${join(dir, 'app.mjs')}`,
      hint: expect.stringContaining('npm run build'),
    });
  });

  it.skipIf(process.platform === 'win32')(
    'are copied so that containers can read them and strangers cannot',
    async () => {
      const source = join(dir, 'source');
      await mkdir(join(source, 'grafana'), { recursive: true, mode: 0o700 });
      for (const name of ['app.mjs', 'compose.yaml', 'prometheus.yml', 'rules.yml', 'grafana/one.json']) {
        await writeFile(join(source, name), name, { mode: 0o600 });
      }
      const target = join(dir, 'target');
      await copyStackFiles(world(source), target);
      const mode = async (name: string) => ((await stat(join(target, name))).mode & 0o777).toString(8);
      expect(await Promise.all(['', 'prometheus.yml', 'grafana', 'grafana/one.json'].map(mode))).toEqual([
        '700',
        '644',
        '755',
        '644',
      ]);
    },
  );
});
