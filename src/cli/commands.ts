import { type Command, command } from './spec.ts';
import { cheatsheetSpec } from './specs/cheatsheet.ts';
import { checkSpec } from './specs/check.ts';
import { completionSpec } from './specs/completion.ts';
import { configSpec } from './specs/config.ts';
import { cookbookSpec } from './specs/cookbook.ts';
import { dashboardSpec } from './specs/dashboard.ts';
import { doctorSpec } from './specs/doctor.ts';
import { explainSpec } from './specs/explain.ts';
import { exploreSpec } from './specs/explore.ts';
import { faultSpec } from './specs/fault.ts';
import { formatSpec } from './specs/format.ts';
import { gradeSpec } from './specs/grade.ts';
import { homeSpec } from './specs/home.ts';
import { lessonSpec } from './specs/lesson.ts';
import { lessonsSpec } from './specs/lessons.ts';
import { lintSpec } from './specs/lint.ts';
import { logsSpec } from './specs/logs.ts';
import { metricsSpec } from './specs/metrics.ts';
import { openSpec } from './specs/open.ts';
import { progressSpec } from './specs/progress.ts';
import { queriesSpec } from './specs/queries.ts';
import { querySpec } from './specs/query.ts';
import { reviewSpec } from './specs/review.ts';
import { serveSpec } from './specs/serve.ts';
import { startSpec } from './specs/start.ts';
import { statusSpec } from './specs/status.ts';
import { stopSpec } from './specs/stop.ts';
import { whySpec } from './specs/why.ts';

/** What `prom-tutor` alone does. */
export const homeCommand: Command = command(homeSpec, async () => (await import('./commands/home.ts')).runHome);

/** Every command, in the order of `--help`, where those of a group stand together. Code is loaded when its command runs, so that `--help` stays instant. */
export const COMMANDS: readonly Command[] = [
  command(lessonSpec, async () => (await import('./commands/lesson.ts')).runLesson),
  command(lessonsSpec, async () => (await import('./commands/lessons.ts')).runLessons),
  command(checkSpec, async () => (await import('./commands/check.ts')).runCheck),
  command(progressSpec, async () => (await import('./commands/progress.ts')).runProgress),
  command(reviewSpec, async () => (await import('./commands/review.ts')).runReview),
  command(cheatsheetSpec, async () => (await import('./commands/cheatsheet.ts')).runCheatsheet),
  command(gradeSpec, async () => (await import('./commands/grade.ts')).runGrade),
  command(querySpec, async () => (await import('./commands/query.ts')).runQuery),
  command(whySpec, async () => (await import('./commands/why.ts')).runWhy),
  command(explainSpec, async () => (await import('./commands/explain.ts')).runExplain),
  command(lintSpec, async () => (await import('./commands/lint.ts')).runLint),
  command(exploreSpec, async () => (await import('./commands/explore.ts')).runExplore),
  command(metricsSpec, async () => (await import('./commands/metrics.ts')).runMetrics),
  command(formatSpec, async () => (await import('./commands/format.ts')).runFormat),
  command(cookbookSpec, async () => (await import('./commands/cookbook.ts')).runCookbook),
  command(dashboardSpec, async () => (await import('./commands/dashboard.ts')).runDashboard),
  command(queriesSpec, async () => (await import('./commands/queries.ts')).runQueries),
  command(openSpec, async () => (await import('./commands/open.ts')).runOpen),
  command(serveSpec, async () => (await import('./commands/serve.ts')).runServe),
  command(startSpec, async () => (await import('./commands/start.ts')).runStart),
  command(stopSpec, async () => (await import('./commands/stop.ts')).runStop),
  command(statusSpec, async () => (await import('./commands/status.ts')).runStatus),
  command(logsSpec, async () => (await import('./commands/logs.ts')).runLogs),
  command(faultSpec, async () => (await import('./commands/fault.ts')).runFault),
  command(configSpec, async () => (await import('./commands/config.ts')).runConfig),
  command(completionSpec, async () => (await import('./commands/completion.ts')).runCompletion),
  command(doctorSpec, async () => (await import('./commands/doctor.ts')).runDoctor),
];
