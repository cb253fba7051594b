import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIALECT_EXCEPTIONS, DIALECT_QUERIES, DIALECTS, type DialectException } from '../helpers/dialect-cases.ts';
import { realSuite } from '../helpers/prometheus.ts';
import { type Ran, startThreeBackends, type ThreeBackends } from '../helpers/three-backends.ts';

/** The same samples in three servers: what the commands say of a query must not depend on which of them answers. */
realSuite('explain, why and lint', ['prometheus', 'promtool', 'victoria-metrics'], () => {
  let backends: ThreeBackends;
  beforeAll(async () => {
    backends = await startThreeBackends();
  });
  afterAll(() => backends?.close());

  describe.each(['why', 'explain', 'lint'] as const)('%s says the same on all three of', (command) => {
    it.each(DIALECT_QUERIES)('%s', async (query) => {
      const embedded = shown(await backends.run('embedded', [command, query]));
      for (const backend of ['prometheus', 'victoria'] as const) {
        const other = shown(await backends.run(backend, [command, query]));
        const exception = DIALECT_EXCEPTIONS.find(
          (each) => each.command === command && each.query === query && each.backend === backend,
        );
        if (exception === undefined) expect(other, backend).toBe(embedded);
        else differs(exception, embedded, other);
      }
    });
  });

  it('has an exception for queries of the table only', () => {
    expect(DIALECT_EXCEPTIONS.filter(({ query }) => !DIALECT_QUERIES.includes(query))).toEqual([]);
  });
});

/** An exception that makes no difference any more has to go. What is in no fixed order may be the same by chance. */
function differs({ same, reason }: DialectException, embedded: string, other: string): void {
  if (reason !== 'order') expect(other, `no exception is needed any more for: ${DIALECTS[reason]}`).not.toBe(embedded);
  if (same === 'words') expect(words(other)).toBe(words(embedded));
}

/** Exit code and both streams; how long the parts took and where the server listens is nobody's fault. */
function shown({ code, out, err }: Ran): string {
  return `exit code ${code}\n${out}\n${err}`.replace(/(?:under )?\d+\s+ms|under\s+\d+\s+ms/g, 'N ms');
}

/** Numbers apart, and what a refusal cites; both may break lines elsewhere. */
function words(text: string): string {
  return text
    .replace(/refused: [\s\S]*?(?=\n│ Calculates)/, 'refused')
    .replace(/-?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?/g, 'N')
    .replace(/\s+/g, ' ');
}
