import { acrossOrAlong } from './detect/across-or-along.ts';
import {
  bornInWindow,
  fractionalIncrease,
  irateForSlowThings,
  rateOfRecorded,
  rateOfSum,
  rawCounter,
  subtractedByHand,
  wrongTypeForFunction,
} from './detect/counters.ts';
import {
  averagedPercentiles,
  badQuantile,
  boundAsInteger,
  idleQuantile,
  leAggregatedAway,
  quantileAtBound,
} from './detect/histograms.ts';
import { manyToMany, nothingMatches, precedence, ratioOfOne, setOperators } from './detect/matching.ts';
import { refused } from './detect/refused.ts';
import { missingSeries, patterns, staleSeries, unknownNames } from './detect/selectors.ts';
import { clockSkew, defaultInterval, scrapedHtml, targetDown, unboundedLabel } from './detect/targets.ts';
import { comparisons, emptyIsNotZero, poisoned, scalarOfMany, wrongUnit } from './detect/values.ts';
import { graphAndTable, rangeAsResult, subqueryResolution, windowTooShort } from './detect/windows.ts';
import type { AdviceContext, Detector, DetectorId, Found } from './finding.ts';

type Row = Omit<Detector, 'id'>;

/**
 * The mistakes that are known, each with what finds it. Whoever explains a query reads these rows: a lesson, `why`,
 * the linter, the explorer.
 */
const ROWS: { readonly [K in DetectorId]?: Row } = {
  M01: { layer: 'ast', voice: 'first', title: 'The height of a counter instead of its growth', detect: rawCounter },
  M02: { layer: 'ast', voice: 'first', title: 'rate() of a gauge, delta() of a counter', detect: wrongTypeForFunction },
  M03: {
    layer: 'ast',
    voice: 'first',
    title: 'Summed first, rated afterwards',
    detect: either(refused('M03'), rateOfSum, rateOfRecorded),
  },
  M04: { layer: 'syntax', voice: 'first', title: 'The window is missing', detect: refused('M04') },
  M05: {
    layer: 'syntax',
    voice: 'first',
    title: 'A list of samples where one value is wanted',
    detect: either(refused('M05'), rangeAsResult),
  },
  M06: { layer: 'live', voice: 'first', title: 'A window too short for the scrape interval', detect: windowTooShort },
  M07: { layer: 'result', voice: 'asked', title: 'increase() with decimals', detect: fractionalIncrease },
  M08: { layer: 'live', voice: 'asked', title: 'A counter that is born above 0', detect: bornInWindow },
  M09: { layer: 'ast', voice: 'first', title: 'A counter subtracted by hand', detect: subtractedByHand },
  M10: { layer: 'ast', voice: 'first', title: 'irate() for what is slow', detect: irateForSlowThings },
  M11: { layer: 'ast', voice: 'first', title: 'le aggregated away', detect: leAggregatedAway },
  M12: {
    layer: 'ast',
    voice: 'first',
    title: 'A quantile of something else than rated buckets',
    detect: either(refused('M12'), badQuantile),
  },
  M13: { layer: 'result', voice: 'asked', title: 'A percentile that is NaN', detect: idleQuantile },
  M14: { layer: 'result', voice: 'asked', title: 'A percentile at the last bound', detect: quantileAtBound },
  M15: { layer: 'ast', voice: 'first', title: 'Percentiles or ratios averaged', detect: averagedPercentiles },
  M16: { layer: 'live', voice: 'first', title: 'No two rows match', detect: nothingMatches },
  M17: {
    layer: 'syntax',
    voice: 'first',
    title: 'Many rows where one is needed',
    detect: either(manyToMany, refused('M17')),
  },
  M18: { layer: 'result', voice: 'first', title: 'A ratio of a part to itself or to another part', detect: ratioOfOne },
  M19: { layer: 'result', voice: 'first', title: 'Divided by 0', detect: poisoned },
  M20: { layer: 'live', voice: 'first', title: 'Nothing is not 0', detect: emptyIsNotZero },
  M21: { layer: 'live', voice: 'first', title: 'Nothing to alert on', detect: missingSeries },
  M22: { layer: 'live', voice: 'first', title: 'A pattern that does not match the whole value', detect: patterns },
  M23: { layer: 'live', voice: 'first', title: 'A name that does not exist', detect: unknownNames },
  M24: { layer: 'text', voice: 'first', title: 'Written as in another language', detect: refused('M24') },
  M25: { layer: 'ast', voice: 'first', title: 'A comparison is a filter', detect: comparisons },
  M26: { layer: 'live', voice: 'first', title: 'and, or, unless look at labels', detect: setOperators },
  M27: { layer: 'syntax', voice: 'first', title: 'offset in the wrong place', detect: refused('M27') },
  M28: { layer: 'live', voice: 'asked', title: 'Series that have ended', detect: staleSeries },
  M29: { layer: 'ast', voice: 'first', title: 'A graph is not a table', detect: either(refused('M29'), graphAndTable) },
  M30: { layer: 'live', voice: 'asked', title: 'A target is down', detect: targetDown },
  M31: { layer: 'live', voice: 'first', title: 'Clocks that differ', detect: clockSkew },
  M32: {
    layer: 'ast',
    voice: 'first',
    title: 'Across rows or along time',
    detect: either(refused('M32'), acrossOrAlong),
  },
  M33: { layer: 'live', voice: 'first', title: 'scalar() of several rows', detect: scalarOfMany },
  M34: { layer: 'result', voice: 'first', title: 'The wrong unit', detect: wrongUnit },
  M35: { layer: 'live', voice: 'first', title: 'Scraped once a minute', detect: defaultInterval },
  M36: { layer: 'result', voice: 'first', title: 'A label without a bound', detect: unboundedLabel },
  M37: { layer: 'live', voice: 'first', title: 'A bound that is written otherwise', detect: boundAsInteger },
  M38: { layer: 'ast', voice: 'first', title: 'What binds first', detect: precedence },
  M39: {
    layer: 'ast',
    voice: 'first',
    title: 'How often a subquery looks',
    detect: either(refused('M39'), subqueryResolution),
  },
  M40: { layer: 'live', voice: 'asked', title: 'A web page is scraped', detect: scrapedHtml },
};

export const DETECTORS: readonly Detector[] = (Object.entries(ROWS) as [DetectorId, Row][]).map(([id, row]) => ({
  id,
  ...row,
}));

export function isDetectorId(text: string): text is DetectorId {
  return Object.hasOwn(ROWS, text);
}

type Detect = Detector['detect'];

function either(...detects: readonly Detect[]): Detect {
  return async (context: AdviceContext): Promise<Found | undefined> => {
    for (const detect of detects) {
      const found = await detect(context);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}
