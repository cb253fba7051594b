/** What a server said: status and JSON body of the HTTP API. */
export type Answer = { readonly status: number; readonly body: Body };

export type Body = {
  readonly status?: string;
  readonly errorType?: string;
  readonly error?: string;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
  readonly data?: { readonly resultType: string; readonly result: unknown };
};

export type Point = readonly [number, string];
export type Row = {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: Point;
  readonly values?: readonly Point[];
};

/** What is different between two answers, one sentence each; nothing when they agree. `ordered` says that the order of a vector has a meaning. */
export function differences(ours: Answer, theirs: Answer, ordered: boolean): string[] {
  return [
    ...different('status', ours.status, theirs.status),
    ...different('errorType', ours.body.errorType, theirs.body.errorType),
    ...different('error', ours.body.error, theirs.body.error),
    ...different('warnings', set(ours.body.warnings), set(theirs.body.warnings)),
    ...different('infos', set(ours.body.infos), set(theirs.body.infos)),
    ...data(ours.body.data, theirs.body.data, ordered),
  ];
}

function different(what: string, ours: unknown, theirs: unknown): string[] {
  const [a, b] = [JSON.stringify(ours), JSON.stringify(theirs)];
  return a === b ? [] : [`${what}: ours ${a ?? 'none'}, theirs ${b ?? 'none'}`];
}

/** Prometheus keeps annotations in a map: their order means nothing, and of more than ten it tells any ten. */
function set(texts: readonly string[] | undefined): readonly string[] | undefined {
  const more = texts?.find((text) => /annotations? omitted$/.test(text));
  return more === undefined ? texts && [...texts].sort() : [String(texts?.length), more];
}

function data(ours: Body['data'], theirs: Body['data'], ordered: boolean): string[] {
  if (ours === undefined || theirs === undefined) return different('data', ours?.resultType, theirs?.resultType);
  if (ours.resultType !== theirs.resultType) return different('resultType', ours.resultType, theirs.resultType);
  if (ours.resultType === 'scalar') return points('scalar', [ours.result as Point], [theirs.result as Point]);
  if (ours.resultType === 'string') return different('string', ours.result, theirs.result);
  if (!isMatrixOrVector(ours) || !isMatrixOrVector(theirs)) return different('result', ours.result, theirs.result);
  const [a, b] = [ours.result, theirs.result];
  return [...rows(a, b), ...(ordered ? order(a, b) : []), ...(ours.resultType === 'matrix' ? sameKeys(a, b) : [])];
}

export function isMatrixOrVector(data: Body['data']): data is { readonly resultType: string; readonly result: Row[] } {
  return data?.resultType === 'matrix' || data?.resultType === 'vector';
}

function rows(ours: readonly Row[], theirs: readonly Row[]): string[] {
  const [a, b] = [byLabels(ours), byLabels(theirs)];
  return [
    ...(a.size === ours.length ? [] : ['ours has the same labels twice']),
    ...[...a.keys()]
      .filter((key) => !b.has(key))
      .map((key) => `only ours has ${key} ${JSON.stringify(a.get(key)).slice(0, 300)}`),
    ...[...b.keys()]
      .filter((key) => !a.has(key))
      .map((key) => `only theirs has ${key} ${JSON.stringify(b.get(key)).slice(0, 300)}`),
    ...[...a].flatMap(([key, row]) => points(key, row, b.get(key) ?? row)),
  ];
}

function byLabels(all: readonly Row[]): Map<string, readonly Point[]> {
  return new Map(all.map((row) => [labelsOf(row), row.values ?? (row.value ? [row.value] : [])]));
}

function labelsOf({ metric }: Row): string {
  return JSON.stringify(Object.fromEntries(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1))));
}

function points(key: string, ours: readonly Point[], theirs: readonly Point[]): string[] {
  if (ours.length !== theirs.length) {
    const [a, b] = [ours, theirs].map((some) => new Set(some.map(([time]) => time)));
    const only = (some: readonly Point[], others: Set<number> | undefined) =>
      JSON.stringify(some.filter(([t]) => !others?.has(t)).slice(0, 3));
    return [
      `${key}: ours has ${ours.length} points, theirs ${theirs.length}; only ours ${only(ours, b)}, only theirs ${only(theirs, a)}`,
    ];
  }
  const wrong = ours.findIndex(([time, value], i) => time !== theirs[i]?.[0] || !close(value, theirs[i]?.[1] ?? ''));
  return wrong < 0 ? [] : [`${key}: ours ${JSON.stringify(ours[wrong])}, theirs ${JSON.stringify(theirs[wrong])}`];
}

const TOLERANCE = 1e-9;

/** Numbers are compared as numbers; anything else, and the notation of special values, exactly. */
function close(ours: string, theirs: string): boolean {
  if (ours === theirs) return true;
  const [a, b] = [Number(ours), Number(theirs)];
  return Number.isFinite(a) && Number.isFinite(b) && Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}

/** Rows of equal value may stand in any order. */
function order(ours: readonly Row[], theirs: readonly Row[]): string[] {
  const wrong = ours.findIndex((row, i) => !close(row.value?.[1] ?? '', theirs[i]?.value?.[1] ?? ''));
  return wrong < 0 || ours.length !== theirs.length
    ? []
    : [`order: row ${wrong} is ${ours[wrong]?.value?.[1]} in ours, ${theirs[wrong]?.value?.[1]} in theirs`];
}

/** The series of a matrix come sorted by their labels, in both. */
function sameKeys(ours: readonly Row[], theirs: readonly Row[]): string[] {
  if (ours.length !== theirs.length) return [];
  const wrong = ours.findIndex((row, i) => labelsOf(row) !== labelsOf(theirs[i] ?? row));
  return wrong < 0
    ? []
    : [`order: row ${wrong} is ${labelsOf(ours[wrong] as Row)} in ours, ${labelsOf(theirs[wrong] as Row)} in theirs`];
}
