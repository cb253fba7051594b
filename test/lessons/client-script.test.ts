import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LessonStack, startEmbeddedLessonStack } from '../helpers/lesson-stack.ts';

const SCRIPT = fileURLToPath(new URL('../../lessons/17-client.mjs', import.meta.url));

describe('lessons/17-client.mjs, run as the lesson prints it', () => {
  let stack: LessonStack;
  beforeAll(async () => {
    stack = await startEmbeddedLessonStack();
  });
  afterAll(() => stack?.close());

  it('asks everything it announces, of the address it is given', async () => {
    const { code, out, err } = await run([stack.url]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`Asking ${stack.url}`);
    expect(out.match(/^ {3}up {3}up\{/gm)).toHaveLength(3);
    expect(out).toMatch(/2\. How many connections are open\?\n {3}\d+\n/);
    expect(out).toMatch(/^ {3}\{provider="openai"\} \d+\.\d\d$/m);
    expect(line(out, /^4\./)?.trim().split(' ')).toHaveLength(13);
    expect(out).toContain('expected type range vector in call to function "rate", got instant vector');
  });

  it('takes the address from the environment', async () => {
    const { code, out } = await run([], { PROM_TUTOR_URL: stack.url });
    expect([code, out]).toEqual([0, expect.stringContaining(`Asking ${stack.url}`)]);
  });

  it.each([
    ['http://127.0.0.1:9', /FAILED: nothing listens/],
    ['ftp://localhost', /FAILED: /],
  ])('says what is wrong with %s, and ends with 1', async (url, message) => {
    const { code, err } = await run([url]);
    expect([code, err]).toEqual([1, expect.stringMatching(message)]);
    expect(err).not.toContain('    at ');
  });
});

/** The line after the one that fits. */
function line(text: string, heading: RegExp): string | undefined {
  const lines = text.split('\n');
  return lines[lines.findIndex((one) => heading.test(one)) + 1];
}

async function run(argv: readonly string[], env: Record<string, string> = {}) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [SCRIPT, ...argv], { env: { PATH, ...env } });
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    text.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    text.err += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...text };
}
