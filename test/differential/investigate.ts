import { type Answer, differences } from './compare.ts';
import { type Asked, EXCEPTIONS, type Exception } from './exceptions.ts';
import { type Node, textOf } from './grammar.ts';
import { ask, type Pair } from './pair.ts';
import type { Moment, Question } from './question.ts';

/** What came of a query at one moment. `undecided`: Prometheus itself answers now so, now so (which of equals is largest). */
export type Finding =
  | { readonly kind: 'equal' }
  | { readonly kind: 'undecided'; readonly reason: string }
  | { readonly kind: 'listed'; readonly exceptions: readonly Exception[] }
  | { readonly kind: 'different'; readonly what: readonly string[]; readonly report: string };

/** Asks both servers; a difference nobody has listed comes with a report that a person can start from. */
export async function investigate(pair: Pair, question: Question, moment: Moment): Promise<Finding> {
  const first = await compare(pair, question.query, moment);
  if (first.kind !== 'different' || question.node === undefined) return first;
  const small = await shrunk(pair, question.node, moment);
  const again = await compare(pair, textOf(small), moment);
  return again.kind === 'different' ? { ...first, report: `${first.report}\nshrunk to\n${again.report}` } : first;
}

/** How often Prometheus is asked again before it is taken at its word. */
const ASKED_AGAIN = 12;

async function compare(pair: Pair, query: string, moment: Moment): Promise<Finding> {
  const [ours, theirs] = await Promise.all([ask(pair.ours, query, moment), ask(pair.theirs, query, moment)]);
  const ordered = moment.kind === 'instant' && /^\s*(sort|sort_desc)\s*\(/.test(query);
  const plain = differences(ours, theirs, ordered);
  if (plain.length === 0) return { kind: 'equal' };
  const { what, used } = excused({ query, moment }, ours, theirs, ordered);
  if (what.length === 0) return { kind: 'listed', exceptions: used };
  for (let i = 0; i < ASKED_AGAIN; i++) {
    const again = await ask(pair.theirs, query, moment);
    if (excused({ query, moment }, theirs, again, ordered).what.length > 0)
      return { kind: 'undecided', reason: what[0] ?? '' };
  }
  const report = [
    `query:  ${query}`,
    `moment: ${JSON.stringify(moment)}`,
    ...what.slice(0, 6).map((line) => `  ${line}`),
    `ours:   ${JSON.stringify(ours.body).slice(0, 240)}`,
    `theirs: ${JSON.stringify(theirs.body).slice(0, 240)}`,
  ].join('\n');
  return { kind: 'different', what, report };
}

/** What is left of the differences when each listed one is undone, and which of them there were. */
export function excused(
  asked: Asked,
  ours: Answer,
  theirs: Answer,
  ordered: boolean,
  listed: readonly Exception[] = EXCEPTIONS,
): { readonly what: readonly string[]; readonly used: readonly Exception[] } {
  const used: Exception[] = [];
  let [a, b] = [ours, theirs];
  let what: readonly string[] = differences(a, b, ordered);
  for (const exception of listed) {
    [a, b] = [exception.ours?.(a, asked) ?? a, exception.theirs?.(b, asked) ?? b];
    const left = differences(a, b, ordered);
    const gone = left.length > 0 && exception.excuses?.(asked, left) ? [] : left;
    if (gone.length < what.length || (gone.length > 0 && gone.join() !== what.join())) used.push(exception);
    if (gone.length === 0) return { what: gone, used };
    what = left;
  }
  return { what, used };
}

/** Trials after which a small enough query is small enough. */
const TRIALS = 60;

/** The smallest part of the query, or the query with the smallest parts, about which the servers still differ. */
async function shrunk(pair: Pair, node: Node, moment: Moment): Promise<Node> {
  let best = node;
  let trials = 0;
  for (let found = true; found && trials < TRIALS; ) {
    found = false;
    for (const candidate of smaller(best)) {
      if (++trials > TRIALS) break;
      if ((await compare(pair, textOf(candidate), moment)).kind !== 'different') continue;
      best = candidate;
      found = true;
      break;
    }
  }
  return best;
}

/** The parts first, the smallest at the front; then the whole with one part replaced by something simpler of its type. */
function smaller(node: Node): Node[] {
  const size = textOf(node).length;
  const candidates = [...within(node), ...simplified(node)].filter((candidate) => textOf(candidate).length < size);
  return candidates.sort((a, b) => textOf(a).length - textOf(b).length);
}

function within(node: Node): Node[] {
  return children(node).flatMap((child) => [child, ...within(child)]);
}

function children(node: Node): Node[] {
  return node.parts.filter((part) => typeof part !== 'string');
}

function simplified(node: Node): Node[] {
  return node.parts.flatMap((part, i) => {
    if (typeof part === 'string') return [];
    const simpler = [...within(part).filter(({ type }) => type === part.type), ...simplified(part)];
    return simpler.map((other) => ({ ...node, parts: node.parts.with(i, other) }));
  });
}
