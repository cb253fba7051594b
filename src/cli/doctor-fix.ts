import type { Report } from '../doctor/finding.ts';
import { type FixNews, type FixOutcome, fixAll } from '../doctor/fix-all.ts';
import type { Step } from '../doctor/fix-steps.ts';
import type { World } from '../doctor/world.ts';
import { EXIT, Interrupted } from '../model/errors.ts';
import { safe } from '../render/safe.ts';
import { paint, type Style } from '../render/style.ts';
import type { Context } from './context.ts';
import { promptFor } from './player-start.ts';

/**
 * Mends what the doctor found, telling on stderr what it does, and examines again. Commands of ours run as if typed, and
 * what they print goes to stderr too: stdout is for the findings.
 */
export async function fixStack(
  context: Context,
  world: World,
  options: { readonly yes: boolean; examine(): Promise<Report> },
): Promise<FixOutcome> {
  const { io } = context;
  return fixAll({
    system: world,
    stateDir: world.stateDir,
    exec: world.exec,
    signal: io.signal,
    examine: options.examine,
    tutor: (words) => typed(context, words),
    agree: async (step) => (options.yes ? 'yes' : agreed(context, step)),
    tell: (news) => tell(context, news),
  });
}

/** Loaded late: `main` knows every command, this one too. */
async function typed(context: Context, words: readonly string[]): Promise<number> {
  const { main } = await import('./main.ts');
  const { io, style } = context;
  const looks = [...(style.accessible ? ['--accessible'] : []), ...(style.ascii ? ['--ascii'] : [])];
  return main([...words, '--no-input', ...looks], { ...io, stdout: io.stderr });
}

async function agreed(context: Context, { command, sentence }: Step): Promise<'yes' | 'no' | 'unasked'> {
  if (!context.interactive || context.json) return 'unasked';
  context.note(`${safe(sentence)}\n  ${paint(context.errStyle, 'query', safe(command))}`);
  const label = context.style.accessible ? 'Type y to run it, Enter leaves it: ' : 'y runs it, Enter leaves it> ';
  const answer = await promptFor(context).ask({ label });
  if (answer.kind === 'interrupt') throw new Interrupted(EXIT.interrupted);
  return answer.kind === 'line' && /^y(es)?$/i.test(answer.text.trim()) ? 'yes' : 'no';
}

function tell(context: Context, news: FixNews): void {
  const text = newsText(context.errStyle, news);
  if (text !== undefined) context.note(text);
}

function newsText(style: Style, news: FixNews): string | undefined {
  switch (news.kind) {
    case 'begins':
      return `${paint(style, 'dim', 'running:')} ${paint(style, 'query', safe(news.step.command))}`;
    case 'ended':
      return news.fixed.why === undefined
        ? undefined
        : `${paint(style, 'wrong', 'that failed:')} ${safe(news.fixed.why)}`;
    case 'waits':
      return 'Looking again until the next scrape has told ...';
  }
}
