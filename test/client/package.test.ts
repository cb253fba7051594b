import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'tsdown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import config from '../../tsdown.config.ts';
import { codeBlocks } from '../helpers/doc-examples.ts';
import { loopback, vectorOf } from '../helpers/loopback.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

/** A project that has the built library installed, with what the library depends on. */
const project = mkdtempSync(join(tmpdir(), 'prom-tutor-consumer-'));
const installed = join(project, 'node_modules', 'prom-tutor');

beforeAll(async () => {
  const library = config.find(({ entry }) => typeof entry === 'object' && 'index' in entry);
  if (library === undefined) throw new Error('tsdown.config.ts builds no library');
  await build({ ...library, config: false, cwd: root, outDir: join(installed, 'dist'), logLevel: 'silent' });
  cpSync(join(root, 'package.json'), join(installed, 'package.json'));
  cpSync(join(root, 'node_modules', 'undici'), join(project, 'node_modules', 'undici'), { recursive: true });
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
}, 120_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe('the built library', () => {
  it('works in a program of plain JavaScript', async () => {
    const server = await loopback((_, response) => vectorOf(response, { job: 'a' }, '42'));
    try {
      writeFileSync(
        join(project, 'program.js'),
        `import { PrometheusClient, UnavailableError } from 'prom-tutor';
         const client = new PrometheusClient();
         try {
           console.log(client.url, client.extractScalarValue(await client.query('up')));
           await new PrometheusClient({ url: 'x.invalid' }).query('up');
         } catch (error) {
           console.log(error instanceof UnavailableError, error.kind);
         } finally {
           await client[Symbol.asyncDispose]();
         }`,
      );
      const { stdout } = await run(process.execPath, ['program.js'], {
        cwd: project,
        env: { ...process.env, PROM_TUTOR_URL: server.url },
      });
      expect(stdout).toBe(`${server.url} 42\ntrue dns\n`);
    } finally {
      await server.close();
    }
  });

  it('has types for a strict program with an older standard library', async () => {
    for (const [index, code] of codeBlocks('docs/library.md').entries()) {
      writeFileSync(join(project, `example-${index}.ts`), code);
    }
    writeFileSync(
      join(project, 'types.ts'),
      `import { type Labels, PrometheusClient, type QueryResult, type Target } from 'prom-tutor';
       const client = new PrometheusClient({ url: 'x', auth: { kind: 'bearer', token: async () => 't' } });
       const result: QueryResult = await client.query('up', { time: new Date(), signal: AbortSignal.timeout(1000) });
       if (result.data.kind === 'vector') for (const { labels, value } of result.data.samples) console.log(labels.job, value);
       const value: number | undefined = client.extractScalarValue(result);
       const series: readonly Labels[] = await client.series('up');
       const targets: readonly Target[] = await client.targets();
       console.log(value, series, targets.map(({ lastScrapeMs }) => lastScrapeMs));
       // @ts-expect-error a step is needed
       await client.queryRange('up', { start: 0, end: 1 });
       // @ts-expect-error the value may be undefined
       const number: number = client.extractScalarValue(result);
       console.log(number);`,
    );
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          target: 'ES2022',
          lib: ['ES2022'],
          module: 'NodeNext',
          strict: true,
          exactOptionalPropertyTypes: true,
          noEmit: true,
          types: ['node'],
          typeRoots: [join(root, 'node_modules', '@types')],
        },
        include: ['*.ts'],
      }),
    );
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const problems = await run(process.execPath, [tsc, '-p', project], { cwd: project }).then(
      () => '',
      (error: { readonly stdout: string }) => error.stdout,
    );
    expect(problems).toBe('');
  }, 120_000);
});
