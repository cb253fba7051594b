import { parseArgs } from 'node:util';
import { LONGEST_SECONDS } from '../app/faults.ts';
import { PROVIDERS, type Provider } from '../app/providers.ts';
import { durationMs } from '../model/duration.ts';
import { UsageError } from '../model/errors.ts';
import { FAULT_NAMES, type FaultId } from '../model/fault.ts';
import { INSTANCE_SERVICES, type InstanceService } from './backend.ts';
import { amountOf, FAULT_TABLE, type FaultRow } from './fault-table.ts';

/** What a person asks for, with what they left out filled in. */
export type FaultOrder = {
  readonly name: FaultId;
  readonly row: FaultRow;
  readonly provider: Provider;
  /** The instances it is for. */
  readonly services: readonly InstanceService[];
  readonly amount: number | undefined;
  readonly forMs: number | undefined;
};

/** The options as they were typed. */
export type FaultWords = { readonly [K in (typeof OPTIONS)[number]]?: string };

const OPTIONS = ['provider', 'instance', 'ratio', 'factor', 'for'] as const;

const DEFAULTS = { provider: 'anthropic', instance: 'sse-app-2' } as const;

/** Reads "instance-stopped --instance sse-app-2"; `clear` is undefined. Throws `UsageError` that names what is there. */
export function orderOfWords(words: string): FaultOrder | undefined {
  const args = words
    .trim()
    .split(/\s+/)
    .filter((word, index) => !(index === 0 && word === 'fault'));
  const options = Object.fromEntries(OPTIONS.map((name) => [name, { type: 'string' as const }]));
  let read: { positionals: string[]; values: FaultWords };
  try {
    read = parseArgs({ args, options, allowPositionals: true }) as typeof read;
  } catch (error) {
    throw new UsageError(`cannot read "${words}": ${(error as Error).message}`, { hint: LIST_HINT });
  }
  const [name, ...more] = read.positionals;
  if (name === undefined || more.length > 0) throw new UsageError(`"${words}" is no fault`, { hint: LIST_HINT });
  return name === 'clear' ? undefined : orderOf(name, read.values);
}

/** Fills in what was left out. Throws `UsageError` for names that are not there and options that do not go together. */
export function orderOf(name: string, words: FaultWords): FaultOrder {
  const id = FAULT_NAMES.find((known) => known === name);
  if (id === undefined) throw new UsageError(`there is no fault "${name}"`, { hint: unknownHint(name) });
  const row = FAULT_TABLE[id];
  const amount = amountOf(row);
  const refused = (['provider', 'instance', 'ratio', 'factor'] as const).find(
    (key) => words[key] !== undefined && row[key as 'provider'] === undefined && amount?.field !== key,
  );
  if (refused !== undefined) throw new UsageError(`${id} has no --${refused}`, { hint: LIST_HINT });
  const instance = words.instance === undefined ? DEFAULTS.instance : instanceOf(words.instance);
  return {
    name: id,
    row,
    provider: words.provider === undefined ? DEFAULTS.provider : providerOf(words.provider),
    services: row.how.on === 'both' ? INSTANCE_SERVICES : [instance],
    amount: amount === undefined ? undefined : amountIn(words[amount.field], amount),
    forMs: words.for === undefined ? undefined : lengthOf(words.for, id, row),
  };
}

const LIST_HINT = 'See what there is: prom-tutor fault list';

/** The fault whose name has most of the typed words in it. */
function unknownHint(name: string): string {
  const words = name
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word.length > 2);
  const score = (id: string) => words.filter((word) => id.includes(word.replace(/(s|ed|ing)$/, ''))).length;
  const [best] = [...FAULT_NAMES].sort((a, b) => score(b) - score(a));
  return best !== undefined && score(best) > 0
    ? `Did you mean ${best}? All of them: prom-tutor fault list`
    : `Faults: ${FAULT_NAMES.join(', ')}`;
}

function providerOf(text: string): Provider {
  const found = PROVIDERS.find((name) => name === text.toLowerCase());
  if (found !== undefined) return found;
  throw new UsageError(`there is no provider "${text}"`, { hint: `Providers: ${PROVIDERS.join(', ')}` });
}

/** `sse-app-2`, `sse-app-2:8000` as in the label, or 2. */
function instanceOf(text: string): InstanceService {
  const found = INSTANCE_SERVICES.find((name, index) => [name, `${name}:8000`, String(index + 1)].includes(text));
  if (found !== undefined) return found;
  throw new UsageError(`there is no instance "${text}"`, { hint: `Instances: ${INSTANCE_SERVICES.join(', ')}` });
}

function amountIn(
  text: string | undefined,
  { field, least, most, default: usual }: NonNullable<ReturnType<typeof amountOf>>,
): number {
  const value = text === undefined ? usual : Number(text);
  if (text?.trim() !== '' && value >= least && value <= most) return value;
  throw new UsageError(`--${field} ${text} is not a number from ${least} to ${most}`);
}

function lengthOf(text: string, id: FaultId, row: FaultRow): number {
  if (!row.mayEnd) throw new UsageError(`${id} has no --for: it is over at once`);
  const ms = durationMs(text);
  if (ms !== undefined && ms >= 1_000 && ms <= LONGEST_SECONDS * 1000) return ms;
  throw new UsageError(`--for ${text} is not a length of time from 1s to 1d`, { hint: 'Write it like: --for 2m' });
}
