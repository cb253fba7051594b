import { EXIT, Interrupted, UserError } from '../model/errors.ts';
import { moreLabel, promptLabel, renderDraft, renderLeave, renderTips } from '../render/lesson-words.ts';
import { safe } from '../render/safe.ts';
import type { Ground } from '../tutor/ground.ts';
import { judge } from '../tutor/judge.ts';
import type { Lesson } from '../tutor/lesson.ts';
import { lessonStatus } from '../tutor/progress.ts';
import type { ProgressFile } from '../tutor/progress-file.ts';
import { openSession, takeLine, takeVerdict, waiting } from '../tutor/session.ts';
import type { Next, Session, Step } from '../tutor/session-types.ts';
import { leavesOpenQuery } from '../tutor/session-words.ts';
import type { Context } from './context.ts';
import { type Keeper, keeperOf } from './player-keep.ts';
import { lessonView } from './player-view.ts';
import type { Answer, Prompt } from './prompt.ts';
import { errorReport } from './report-error.ts';

export type PlayerRoom = {
  readonly context: Context;
  readonly prompt: Prompt;
  readonly lesson: Lesson;
  readonly ground: Ground;
  /** End of the written history, milliseconds since 1970; undefined on a server of one's own. */
  readonly t0Ms: number | undefined;
  readonly progress: ProgressFile;
  /** The command that brings one back here, and the one that goes on after the lesson. */
  readonly returnCommand: string;
  readonly nextCommand: string | undefined;
  /** The lessons before were not taken. */
  readonly recap: boolean;
};

/**
 * Plays a lesson at a prompt: prints, asks, judges, saves after every step. Leaving at any prompt keeps everything,
 * what stands unsent on the line included. Gives the exit code: 0, or 130 after Ctrl-C.
 */
export async function playLesson(room: PlayerRoom): Promise<number> {
  const { context, progress, lesson, ground } = room;
  const keeper = keeperOf(context, progress, lesson, { verdicts: ground.kind === 'scenario' });
  try {
    return await play(room, keeper);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    // The terminal has written ^C where the cursor was.
    context.out('');
    return leave(room, keeper, { kind: 'interrupt', text: '' });
  }
}

async function play(room: PlayerRoom, keeper: Keeper): Promise<number> {
  const { context, prompt, lesson, ground } = room;
  const { io, style } = context;
  const loaded = await room.progress.load();
  for (const notice of loaded.notices) context.note(`note: ${safe(notice)}`);
  const record = loaded.progress.lessons[lesson.slug];
  const status = lessonStatus(loaded.progress, lesson);
  const view = lessonView({
    lesson,
    ground,
    t0Ms: room.t0Ms,
    style,
    now: io.now,
    prefills: prompt.canPrefill,
    next: room.nextCommand,
  });
  const typed = [...(record?.lines ?? [])];
  let draft = record?.draft;
  const names = await metricNames(ground);
  const print = (block: string) => {
    if (block !== '') context.out(`${block}\n`);
  };

  print(await view.title());
  print(renderTips(style));
  const solved = new Set(status.exercises.filter((one) => one.solved).map(({ exercise }) => exercise.id));
  let step = openSession(lesson, { unit: status.resumeAt, solved, recap: room.recap });
  for (;;) {
    await keeper.step(step.keep);
    for (const shown of step.show) {
      if (shown.kind === 'header' && !shown.brief) context.out('');
      print(await attempted(context, () => view.draw(shown)));
    }
    const { session, next } = step;
    switch (next.kind) {
      case 'ask': {
        if (draft !== undefined && next.for === 'query' && !prompt.canPrefill) print(renderDraft(draft, style));
        const answer = await ask(room, next, typed, draft);
        if (answer.kind !== 'line') return leave(room, keeper, answer);
        if (next.for === 'query') draft = answer.unfinished;
        step = takeLine(session, answer.text, names);
        for (const kept of step.keep) if (kept.kind === 'line') typed.push(kept.line);
        break;
      }
      case 'judge':
        step = await judged(room, session, next);
        break;
      case 'run':
        print(await attempted(context, () => view.run(next.query, next.at)));
        step = still(session);
        break;
      case 'leave':
        return session.phase === 'end' ? EXIT.ok : leave(room, keeper, { kind: 'end' });
    }
  }
}

type Ask = Extract<Next, { readonly kind: 'ask' }>;

function ask(room: PlayerRoom, next: Ask, history: readonly string[], draft: string | undefined): Promise<Answer> {
  const { style } = room.context;
  const prefill = next.prefill ?? (next.for === 'query' ? draft : undefined);
  return room.prompt.ask({
    label: promptLabel(next.for, style),
    more: moreLabel(style),
    breaksOff: leavesOpenQuery,
    history,
    ...(prefill === undefined ? {} : { prefill }),
  });
}

async function judged(
  room: PlayerRoom,
  session: Session,
  { exercise, answer }: Extract<Next, { readonly kind: 'judge' }>,
): Promise<Step> {
  try {
    return takeVerdict(session, exercise, answer, await judge(exercise, answer, room.ground));
  } catch (error) {
    room.context.out(`${told(room.context, error)}\n`);
    return still(session);
  }
}

/** The session goes on waiting for what it waited for. */
function still(session: Session): Step {
  return { session, show: [], keep: [], next: waiting(session) };
}

/** What a piece of work prints. A server that went away is told, and the lesson stays where it is. */
async function attempted(context: Context, work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    return told(context, error);
  }
}

/** The person can do something about it: said in words. Anything else is thrown on. */
function told(context: Context, error: unknown): string {
  if (!(error instanceof UserError)) throw error;
  return errorReport(error, context).stderr;
}

async function leave({ context, returnCommand }: PlayerRoom, keeper: Keeper, answer: Answer): Promise<number> {
  const saved = await keeper.draft(answer.kind === 'interrupt' ? answer.text : '');
  context.out(renderLeave(returnCommand, saved, context.style));
  if (answer.kind !== 'interrupt') return EXIT.ok;
  const { reason } = context.io.signal;
  return reason instanceof Interrupted ? reason.exitCode : EXIT.interrupted;
}

/** The metrics there are, so that a word of ours that is one of them is taken as a query. */
async function metricNames(ground: Ground): Promise<ReadonlySet<string>> {
  try {
    const { items } = await ground.source.labelValues(
      '__name__',
      ground.signal === undefined ? {} : { signal: ground.signal },
    );
    return new Set(items);
  } catch (error) {
    if (error instanceof Interrupted || !(error instanceof UserError)) throw error;
    return new Set();
  }
}
