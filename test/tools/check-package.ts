import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/**
 * Packs the project as `npm publish` would, installs the tarball in an empty folder and uses it from there: the command
 * line, the lessons and stack files it ships, and the library from TypeScript. Needs the npm registry (or its cache).
 */
/** Installing must not take longer than deciding to try it. */
const MOST_BYTES = 1.5 * 1024 * 1024;

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'prom-tutor-package-'));
try {
  await execa('npm', ['pack', '--pack-destination', folder, '--silent'], { cwd: root });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  assert(tarball !== undefined, 'npm pack made no tarball');
  const bytes = statSync(join(folder, tarball)).size;
  assert(bytes < MOST_BYTES, `the tarball has ${bytes} bytes, more than ${MOST_BYTES}`);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  await execa('npm', ['install', '--prefer-offline', '--ignore-scripts', '--silent', `./${tarball}`], { cwd: folder });
  await useTheCommand();
  await useTheLibrary();
  console.log(`the packed tool works where it is installed (tarball ${(bytes / 1024).toFixed(0)} KiB)`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function useTheCommand(): Promise<void> {
  const bin = join(folder, 'node_modules', 'prom-tutor', 'bin', 'prom-tutor.js');
  const tool = (...args: string[]) =>
    execa(process.execPath, [bin, ...args], {
      cwd: folder,
      reject: false,
      env: { XDG_STATE_HOME: join(folder, 'state') },
    });
  assert.match((await tool('--version')).stdout, /^\d+\.\d+\.\d+$/);
  const lessons = await tool('lessons', '--json');
  assert.equal(lessons.exitCode, 0, lessons.stderr);
  assert.match(lessons.stdout, /histogram_quantile/);
  const nothing = await tool('query', 'up', '--server', 'http://127.0.0.1:9');
  assert.equal(nothing.exitCode, 3, nothing.stderr);
  const history = await execa(
    process.execPath,
    [join(folder, 'node_modules', 'prom-tutor', 'stack', 'app.mjs'), 'history'],
    {
      env: { SSE_OUT: join(folder, 'history'), SSE_SEED: '1' },
      reject: false,
    },
  );
  assert.equal(history.exitCode, 0, history.stderr);
}

async function useTheLibrary(): Promise<void> {
  const program = `
    import { PrometheusClient } from 'prom-tutor';
    const client: PrometheusClient = new PrometheusClient({ url: 'http://127.0.0.1:9' });
    const answer = await client.query('up').catch(() => undefined);
    const value: number | undefined = answer === undefined ? undefined : client.extractScalarValue(answer);
    if (value !== undefined) throw new Error('nobody listens there');
    await client.close();
  `;
  writeFileSync(join(folder, 'use.mts'), program);
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const types = join(root, 'node_modules', '@types');
  const flags = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023,esnext.disposable'];
  await execa(process.execPath, [tsc, ...flags, '--typeRoots', types, '--types', 'node', 'use.mts'], { cwd: folder });
  await execa(process.execPath, ['use.mjs'], { cwd: folder });
  const script = join(folder, 'node_modules', 'prom-tutor', 'lessons', '17-client.mjs');
  const asked = await execa(process.execPath, [script, 'http://127.0.0.1:9'], { cwd: folder, reject: false });
  assert.equal(asked.exitCode, 1, asked.stderr);
  assert.match(asked.stderr, /nothing listens/);
}
