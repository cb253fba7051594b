import type { StackState } from '../../backends/state.ts';
import { EXIT, UserError } from '../../model/errors.ts';
import { type HomeView, renderHome } from '../../render/lesson-home.ts';
import { safe, safeJson } from '../../render/safe.ts';
import { httpSource } from '../../source/http.ts';
import { loadCourse } from '../../tutor/load-lessons.ts';
import { progressFile } from '../../tutor/progress-file.ts';
import { dueExercises } from '../../tutor/review.ts';
import { type NextThing, nextThing } from '../../tutor/session-next.ts';
import type { Context } from '../context.ts';
import { tellOwnName } from '../own-name.ts';
import { offerPlainText, readable } from '../player-plain-text.ts';
import { promptFor, runCommand } from '../player-start.ts';
import { stackOf, stateFolder } from '../stack-of.ts';

/**
 * Says what is there and what comes next; on a terminal Enter continues there. In a pipe the commands are printed
 * instead, and nothing is asked.
 */
export async function runHome(first: Context): Promise<number> {
  const context = first.interactive && !first.json ? await offerPlainText(first) : readable(first);
  const { io } = context;
  const { progress, notices } = await progressFile(stateFolder(io), io).load();
  for (const notice of notices) context.note(`note: ${safe(notice)}`);
  const stack = await stackOf(context);
  const running = stack !== undefined && (await answers(stack, context));
  const course = loadCourse();
  const next = nextThing(course, progress);
  const due = dueExercises(course.lessons, progress, io.now()).due.reduce((sum, { ids }) => sum + ids.length, 0);
  const view = { ...viewOf(running ? stack : undefined, next, await commandNames()), ...(due === 0 ? {} : { due }) };
  if (context.json) {
    context.out(safeJson(view));
    return EXIT.ok;
  }
  context.out(renderHome(view, context.interactive, context.style));
  if (!context.interactive) return EXIT.ok;
  tellOwnName(context);
  return goOn(context, view);
}

async function goOn(context: Context, view: HomeView): Promise<number> {
  const { style } = context;
  const what = view.stack === undefined ? 'start the stack' : view.next === undefined ? 'leave' : 'go on';
  const label = style.accessible ? `Press Enter to ${what}, q leaves: ` : `Enter to ${what}, q leaves> `;
  const answer = await promptFor(context).ask({ label });
  if (answer.kind === 'interrupt') return EXIT.interrupted;
  const stays = answer.kind === 'line' && /^(y|yes)?$/i.test(answer.text);
  if (!stays) return EXIT.ok;
  if (view.stack === undefined) return runCommand(context, 'start');
  return view.next === undefined ? EXIT.ok : runCommand(context, 'lesson');
}

/** Whether the stack of the state file still answers; it is asked only shortly. */
async function answers(stack: StackState, { io }: Context): Promise<boolean> {
  const source = httpSource({ url: stack.urls.prometheus, connectTimeoutMs: 1_000, timeoutMs: 2_000 });
  try {
    return (await source.ready({ signal: io.signal })).ready;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  } finally {
    await source.close();
  }
}

function viewOf(stack: StackState | undefined, next: NextThing | undefined, commands: readonly string[]): HomeView {
  return {
    ...(stack === undefined ? {} : { stack: { backend: stack.backend, url: stack.urls.prometheus } }),
    ...(next === undefined
      ? {}
      : {
          next: {
            command: `prom-tutor lesson ${next.lesson.number}`,
            number: next.lesson.number,
            slug: next.lesson.slug,
            title: next.lesson.title,
            begun: next.status.state === 'begun',
            exercises: next.status.exercises.length,
            solved: next.status.solved,
            minutesLeft: next.header.minutesLeft,
            ...(next.header.exercise === undefined ? {} : { exercise: next.header.exercise.number }),
          },
        }),
    commands,
  };
}

/** The commands there are: nothing else is recommended. */
async function commandNames(): Promise<readonly string[]> {
  const { COMMANDS } = await import('../commands.ts');
  return COMMANDS.map(({ spec }) => spec.name);
}
