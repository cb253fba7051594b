import { EXIT, Interrupted, UserError } from '../model/errors.ts';
import type { FaultControl } from '../model/fault.ts';
import { highlightQuery } from '../render/highlight.ts';
import { moreLabel, promptLabel, renderDraft, renderLeave, renderTips } from '../render/lesson-words.ts';
import { safe } from '../render/safe.ts';
import type { Ground } from '../tutor/ground.ts';
import { judge } from '../tutor/judge.ts';
import type { Lesson } from '../tutor/lesson.ts';
import { lessonStatus } from '../tutor/progress.ts';
import type { ProgressFile } from '../tutor/progress-file.ts';
import { openSession, type SessionStart, takeActed, takeLine, takeVerdict, waiting } from '../tutor/session.ts';
import { wordsNow } from '../tutor/session-commands.ts';
import type { ActOutcome, Next, Session, Step } from '../tutor/session-types.ts';
import { leavesOpenQuery } from '../tutor/session-words.ts';
import type { Context } from './context.ts';
import { type Actor, actorOf, type Leaving } from './player-act.ts';
import type { LessonCompletion } from './player-completer.ts';
import { type Keeper, keeperOf } from './player-keep.ts';
import { type LessonView, lessonView } from './player-view.ts';
import type { Answer, Prompt } from './prompt.ts';
import { errorReport } from './report-error.ts';

export type PlayerRoom = {
  readonly context: Context;
  readonly prompt: Prompt;
  /** Offers words and PromQL while an answer is typed. */
  readonly completion?: LessonCompletion;
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
  /** What can be done to the running service; undefined where none runs. */
  readonly faults?: FaultControl | undefined;
  /** Only these exercises are asked. */
  readonly only?: SessionStart['only'];
  /** Without the words about moving around: they were said before. */
  readonly silent?: boolean;
};

/** How a lesson ended. `to`: what was asked for instead of it. `left`: before its end. */
export type Played = { readonly code: number; readonly left: boolean; readonly to?: 'review' };

/**
 * Plays a lesson at a prompt: prints, asks, judges, saves after every step. Leaving at any prompt keeps everything,
 * what stands unsent on the line included, and undoes what was done to the service. The exit code is 0, or 130 after Ctrl-C.
 */
export async function playLesson(room: PlayerRoom): Promise<Played> {
  const { context, progress, lesson, ground } = room;
  const keeper = keeperOf(context, progress, lesson, { verdicts: ground.kind === 'scenario' });
  const actor = actorOf({ ...room, faults: room.faults });
  try {
    return await play(room, keeper, actor);
  } catch (error) {
    if (!(error instanceof Interrupted)) {
      await actor.end();
      throw error;
    }
    // The terminal has written ^C where the cursor was.
    context.out('');
    return leave(room, keeper, actor, { kind: 'interrupt', text: '' });
  }
}

async function play(room: PlayerRoom, keeper: Keeper, actor: Actor): Promise<Played> {
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
  let apart = room.silent !== true;
  const print = (block: string) => {
    if (block === '') return;
    context.out(`${block}\n`);
    apart = true;
  };

  if (room.silent !== true) {
    print(await view.title());
    print(renderTips(style));
  }
  const solved = new Set(status.exercises.filter((one) => one.solved).map(({ exercise }) => exercise.id));
  const { recap, only } = room;
  const acts = lesson.units.some(({ kind }) => kind === 'act') && (await actor.ready());
  const from: SessionStart = { unit: status.resumeAt, solved, recap, acts };
  let step = openSession(lesson, only === undefined ? from : { ...from, only });
  for (;;) {
    await actor.settle(step.session);
    await keeper.step(step.keep);
    for (const shown of step.show) {
      if ((shown.kind === 'header' || shown.kind === 'end') && !apart) context.out('');
      print(await attempted(context, () => view.draw(shown)));
    }
    const { session, next } = step;
    switch (next.kind) {
      case 'ask': {
        if (draft !== undefined && next.for === 'query' && !prompt.canPrefill) print(renderDraft(draft, style));
        const answer = await ask(room, view, { next, session, names }, typed, draft);
        apart = false;
        if (answer.kind !== 'line') return leave(room, keeper, actor, answer);
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
      case 'act': {
        const outcome = await actor.perform(next.unit, session);
        if (isLeaving(outcome)) return leave(room, keeper, actor, outcome);
        step = takeActed(session, next.unit, outcome);
        break;
      }
      case 'leave':
        if (session.phase === 'end' && next.to === undefined) return { code: EXIT.ok, left: false };
        return { ...(await leave(room, keeper, actor, { kind: 'end' })), ...(next.to && { to: next.to }) };
    }
  }
}

function isLeaving(outcome: ActOutcome | Leaving): outcome is Leaving {
  return outcome.kind === 'interrupt' || outcome.kind === 'end';
}

type Asked = {
  readonly next: Extract<Next, { readonly kind: 'ask' }>;
  readonly session: Session;
  /** The metrics there are. */
  readonly names: ReadonlySet<string>;
};

async function ask(
  room: PlayerRoom,
  view: LessonView,
  { next, session, names }: Asked,
  history: readonly string[],
  draft: string | undefined,
): Promise<Answer> {
  const { style } = room.context;
  const solution = next.solutionOf && room.prompt.canPrefill ? await view.solution(next.solutionOf) : undefined;
  const prefill = solution?.answer ?? (next.for === 'query' ? draft : undefined) ?? next.prefill;
  return room.prompt.ask({
    label: promptLabel(next.for, style),
    more: moreLabel(style),
    breaksOff: leavesOpenQuery,
    history,
    highlight: (text) => highlightQuery(text, style),
    ...(room.completion && { completer: room.completion.completer(wordsNow(session), names) }),
    ...(prefill === undefined ? {} : { prefill }),
  });
}

async function judged(
  room: PlayerRoom,
  session: Session,
  { exercise, answer }: Extract<Next, { readonly kind: 'judge' }>,
): Promise<Step> {
  try {
    return takeVerdict(
      session,
      exercise,
      answer,
      await judge(exercise, answer, room.ground, { timeZone: room.context.style.timeZone }),
    );
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

async function leave(
  { context, returnCommand }: PlayerRoom,
  keeper: Keeper,
  actor: Actor,
  answer: Answer,
): Promise<Played> {
  await actor.end();
  const saved = await keeper.draft(answer.kind === 'interrupt' ? answer.text : '');
  context.out(renderLeave(returnCommand, saved, context.style));
  if (answer.kind !== 'interrupt') return { code: EXIT.ok, left: true };
  const { reason } = context.io.signal;
  return { code: reason instanceof Interrupted ? reason.exitCode : EXIT.interrupted, left: true };
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
