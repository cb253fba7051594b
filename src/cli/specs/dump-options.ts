import { nearest } from '../../lib/nearest.ts';
import { UsageError } from '../../model/errors.ts';
import { FEATURE_FLAGS, featuresOf } from '../../promql/features.ts';
import type { OptionSpec } from '../spec.ts';

/** Ask a file instead of a server. */
export const DATA_OPTION = {
  key: 'data',
  flags: '--data <file>',
  help: 'answer from a metrics dump instead of a server: text format or OpenMetrics, also .gz, - for standard input',
} as const satisfies OptionSpec;

/** What of PromQL is switched on where we evaluate it ourselves. */
export const FEATURES_OPTION = {
  key: 'enableFeature',
  flags: '--enable-feature <names>',
  help: "Prometheus' names of experimental parts of PromQL to switch on, separated by commas",
  parse: parseFeatures,
} as const satisfies OptionSpec;

function parseFeatures(text: string): ReturnType<typeof featuresOf>['features'] {
  const names = text.split(',').map((name) => name.trim());
  const { features, unknown } = featuresOf(names.filter((name) => name !== ''));
  const [first] = unknown;
  if (first === undefined) return features;
  const known = Object.keys(FEATURE_FLAGS);
  const [meant] = nearest(first, known);
  throw new UsageError(`"${first}" is no feature that can be switched on here`, {
    hint: meant === undefined ? `Known are ${known.join(', ')}.` : `Did you mean ${meant}?`,
  });
}
