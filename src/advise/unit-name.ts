/** What is counted or measured; `noun` says what the things counted are, where all of them are the same. */
export type Unit = {
  readonly base: 'count' | 'seconds' | 'bytes' | 'celsius' | 'ratio' | 'percent';
  readonly perSecond: boolean;
  readonly noun?: string;
};

/** The unit that the name of a metric tells. https://prometheus.io/docs/practices/naming/ */
export function unitOfName(name: string): Unit | undefined {
  const counter = name.endsWith('_total');
  const base = name.replace(/_total$/, '');
  if (/_(bucket|count)$/.test(name)) return { base: 'count', perSecond: false };
  const measured = /_(seconds|bytes|celsius|ratio)(?:_sum)?$/.exec(base)?.[1];
  if (measured !== undefined) return { base: measured as 'seconds' | 'bytes' | 'celsius' | 'ratio', perSecond: false };
  if (!counter) return undefined;
  const noun = /_([a-z]+s)$/.exec(base)?.[1];
  return { base: 'count', perSecond: false, ...(noun === undefined ? {} : { noun }) };
}

/** As it is shown, such as "requests/s"; undefined where there is nothing to say. */
export function unitText(unit: Unit): string | undefined {
  const base = UNIT_TEXTS[unit.base] ?? unit.noun;
  if (!unit.perSecond) return base;
  return base === undefined ? 'per second' : `${base}/s`;
}

export const UNIT_TEXTS: { readonly [K in Unit['base']]: string | undefined } = {
  count: undefined,
  seconds: 'seconds',
  bytes: 'bytes',
  celsius: 'celsius',
  ratio: undefined,
  percent: '%',
};
