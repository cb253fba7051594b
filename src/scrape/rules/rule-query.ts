import { type InstantSample, isHistogram } from '../../model/query-result.ts';
import type { Engine } from '../../promql/engine/engine.ts';
import { type QueryRows, TemplateCallError, textMap } from './template/values.ts';

/** An expression of a rule cannot be evaluated; the message is Prometheus' own. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
}

/**
 * The rows of an expression at one instant (milliseconds since 1970); a number counts as one row without labels. Throws
 * `RuleError`.
 */
export async function ruleRows(
  engine: Engine,
  query: string,
  ms: number,
  signal?: AbortSignal,
): Promise<readonly InstantSample[]> {
  const result = await engine.instant({ query, ms, ...(signal === undefined ? {} : { signal }) });
  if (result.kind === 'error') throw new RuleError(result.message);
  const { data } = result;
  if (data.kind === 'vector') return data.samples;
  if (data.kind === 'scalar') return [{ labels: {}, ms: data.ms, value: data.value }];
  throw new RuleError('rule result is not a vector or scalar');
}

/** The `query` function of templates, at one instant. */
export function templateQuery(engine: Engine, ms: number): (text: string) => Promise<QueryRows> {
  return async (text) => {
    try {
      const rows = await ruleRows(engine, text, ms);
      return {
        kind: 'rows',
        samples: rows.map(({ labels, value }) => ({
          kind: 'sample',
          labels: textMap(Object.entries(labels)),
          value: isHistogram(value) ? 0 : value,
        })),
      };
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      throw new TemplateCallError(error.message);
    }
  };
}
