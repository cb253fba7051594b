/** What of the language is switched on. A stock Prometheus 3.14 has only duration expressions. */
export type ParseOptions = {
  readonly experimentalFunctions?: boolean;
  readonly durationExpressions?: boolean;
  readonly extendedRangeSelectors?: boolean;
  readonly fillModifiers?: boolean;
};

/** Everything `--enable-feature` can change about queries. */
export type Features = ParseOptions & {
  readonly delayedNameRemoval?: boolean;
  readonly useStartTimestamps?: boolean;
};

/** Prometheus' names for `--enable-feature`, and what each switches on here. */
export const FEATURE_FLAGS = {
  'promql-experimental-functions': 'experimentalFunctions',
  'promql-duration-expr': 'durationExpressions',
  'promql-extended-range-selectors': 'extendedRangeSelectors',
  'promql-binop-fill-modifiers': 'fillModifiers',
  'promql-delayed-name-removal': 'delayedNameRemoval',
  'promql-use-start-timestamps': 'useStartTimestamps',
} as const satisfies Readonly<Record<string, keyof Features>>;

export const ALL_FEATURES: Required<Features> = {
  experimentalFunctions: true,
  durationExpressions: true,
  extendedRangeSelectors: true,
  fillModifiers: true,
  delayedNameRemoval: true,
  useStartTimestamps: true,
};

/** Turns the words of `--enable-feature` into features; words that mean nothing here come back as `unknown`. */
export function featuresOf(flags: Iterable<string>): {
  readonly features: Features;
  readonly unknown: readonly string[];
} {
  const features: Record<string, boolean> = {};
  const unknown: string[] = [];
  for (const flag of flags) {
    const feature = (FEATURE_FLAGS as Readonly<Record<string, keyof Features>>)[flag];
    if (feature === undefined) unknown.push(flag);
    else features[feature] = true;
  }
  return { features, unknown };
}

/** The words of `--enable-feature` for what is switched on. */
export function flagsOf(features: Features): readonly string[] {
  return Object.entries(FEATURE_FLAGS).flatMap(([flag, feature]) => (features[feature] === true ? [flag] : []));
}
