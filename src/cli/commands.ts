import { type Command, command } from './spec.ts';
import { cookbookSpec } from './specs/cookbook.ts';
import { doctorSpec } from './specs/doctor.ts';
import { homeSpec } from './specs/home.ts';
import { lessonSpec } from './specs/lesson.ts';
import { querySpec } from './specs/query.ts';

/** What `prom-tutor` alone does. */
export const homeCommand: Command = command(homeSpec, async () => (await import('./commands/home.ts')).runHome);

/** Every command, in the order of `--help`. Code is loaded when its command runs, so that `--help` stays instant. */
export const COMMANDS: readonly Command[] = [
  command(lessonSpec, async () => (await import('./commands/lesson.ts')).runLesson),
  command(doctorSpec, async () => (await import('./commands/doctor.ts')).runDoctor),
  command(cookbookSpec, async () => (await import('./commands/cookbook.ts')).runCookbook),
  command(querySpec, async () => (await import('./commands/query.ts')).runQuery),
];
