import { contextOf } from '../../src/cli/global-options.ts';
import { processIo } from '../../src/cli/io.ts';
import { promptFor } from '../../src/cli/player-start.ts';
import type { CompletionItem } from '../../src/explorer/completion.ts';

/**
 * A program for tests of the line editor in a terminal: asks until somebody leaves, and prints each answer as JSON. The
 * answer `throw` makes it fail a moment later, while the next question is asked; `above` has a line written meanwhile.
 */
const io = processIo();
const prompt = promptFor(contextOf(io, {}));
const WORDS = ['rate(', 'requests_total', 'requests_failed_total'];
const items = WORDS.map(
  (insert): CompletionItem => ({ kind: 'metric', label: insert, insert, help: `It is ${insert}.` }),
);
const history = ['up', 'sum by (job) (up)'];
for (;;) {
  const answer = await prompt.ask({
    label: 'ask> ',
    more: '...> ',
    history,
    keepsLines: true,
    completer: (text, cursor) => {
      const from = text.slice(0, cursor).search(/\w*$/);
      return { now: { from, items: items.filter(({ label }) => label.startsWith(text.slice(from, cursor))) } };
    },
  });
  io.stdout.write(`${JSON.stringify(answer)}\n`);
  if (answer.kind !== 'line' || answer.text === 'quit') break;
  if (answer.text === 'above') setTimeout(() => prompt.above?.('news from elsewhere'), 200);
  if (answer.text === 'throw') {
    setTimeout(() => {
      throw new Error('nobody catches this');
    }, 200);
  }
}
