import { EXPLORE_COMMANDS, usageOf } from '../explorer/explore-commands.ts';
import type { Next } from '../explorer/session.ts';
import { EXIT, UsageError } from '../model/errors.ts';
import { isComplaint, renderEcho, renderExploreHelp, renderRemark } from '../render/explore.ts';
import { formatTime } from '../render/format.ts';
import { highlightQuery } from '../render/highlight.ts';
import { prose } from '../render/prose.ts';
import { counted } from '../render/text.ts';
import { explainIt, formatIt, lintIt, whyIt } from './explore-about.ts';
import { editQuery } from './explore-edit.ts';
import { readFileLines, setOutput } from './explore-files.ts';
import { showLabels, showList, showMetrics } from './explore-look.ts';
import { forgetNamed, useNamed } from './explore-named.ts';
import { queryOptionsOf, runExploreQuery } from './explore-query.ts';
import { type ExploreRoom, screenLines } from './explore-room.ts';
import { useServer } from './explore-server.ts';
import { groundOf } from './query-ground.ts';
import { queryTimes } from './query-plan.ts';
import { timeArgument } from './time-argument.ts';
import { watchQuery } from './watch-query.ts';

/** Does what a line asks for. Throws `UserError` for what the person can mend, and what the room's signal is aborted with. */
export async function act<N extends Next>(room: ExploreRoom, next: N): Promise<void> {
  await (ACTS[next.kind] as (room: ExploreRoom, next: N) => void | Promise<void>)(room, next);
}

const ACTS: {
  readonly [K in Next['kind']]: (room: ExploreRoom, next: Extract<Next, { kind: K }>) => void | Promise<void>;
} = {
  wait: () => undefined,
  leave: () => undefined,
  say(room, { remark }) {
    const { context } = room;
    const complaint = isComplaint(remark);
    if (complaint) room.failed ??= EXIT.usage;
    (complaint ? context.note : context.out)(renderRemark(remark, complaint ? context.errStyle : context.style));
  },
  run: (room, { query, echo }) => {
    if (echo) room.context.out(renderEcho(query, room.context.style));
    return runExploreQuery(room, query);
  },
  draw: (room, { query, rangeMs }) => runExploreQuery(room, query, rangeMs),
  watch,
  explain: (room, { query }) => explainIt(room, query),
  why: (room, { query }) => whyIt(room, query),
  lint: (room, { query }) => lintIt(room, query),
  format: (room, { query }) => formatIt(room, query),
  edit: async (room, { query }) => {
    const edited = await editQuery(room, query);
    if (edited === undefined) return;
    room.context.out(renderEcho(edited, room.context.style));
    await rememberAndRun(room, edited);
  },
  metrics: (room, { text }) => showMetrics(room, text),
  labels: (room, { label }) => showLabels(room, label),
  time: setTime,
  output: (room, { path, forced }) => setOutput(room, path, forced),
  read: (room, { path }) => readFileLines(room, path, act),
  named: (room, next) => useNamed(room, next, (query) => rememberAndRun(room, query)),
  forget: (room, { name }) => forgetNamed(room, name),
  server: (room, { text }) => useServer(room, text),
  history: showHistory,
  more(room, { all }) {
    const { pages, context } = room;
    if (pages === undefined) return;
    context.out(all ? pages.next() : pages.next(screenLines(room)));
    room.state = { ...room.state, more: pages.left() > 0 };
  },
  help({ context }) {
    const rows = EXPLORE_COMMANDS.map((row) => ({ usage: usageOf(row), help: row.help }));
    context.out(renderExploreHelp(rows, context.style));
  },
};

async function rememberAndRun(room: ExploreRoom, query: string): Promise<void> {
  const { rangeMs: _drawn, ...state } = room.state;
  room.state = { ...state, query, offers: [], more: false };
  await runExploreQuery(room, query);
}

async function watch(
  room: ExploreRoom,
  { query, intervalMs, rangeMs }: Extract<Next, { kind: 'watch' }>,
): Promise<void> {
  const { context, connection, state } = room;
  if (!context.interactive) {
    throw new UsageError('\\watch needs a terminal', { hint: "In a script: prom-tutor query '…' --watch 5s" });
  }
  if (connection.nowMs !== undefined) {
    throw new UsageError('there is nothing to wait for: what answers here is recorded and does not change');
  }
  if (state.time !== undefined) {
    throw new UsageError('there is nothing to wait for: queries ask about a moment that is past', {
      hint: 'Ask about now again with \\T, then \\watch.',
    });
  }
  const options = { ...queryOptionsOf(room, rangeMs), watch: intervalMs };
  const format = rangeMs === undefined ? 'table' : 'graph';
  const times = () => queryTimes(options, format, groundOf(context, connection));
  await watchQuery({ context, connection, query, options, times });
}

const DAY_MS = 86_400_000;

async function setTime(room: ExploreRoom, { text }: Extract<Next, { kind: 'time' }>): Promise<void> {
  const { context, connection, state } = room;
  if (text === '') {
    const { time: _time, ...rest } = state;
    room.state = rest;
    context.out(prose('Queries ask about now.', context.style));
    return;
  }
  const ground = groundOf(context, connection);
  const ms = timeArgument(text, '\\T', ground);
  const told = formatTime(ms, context.style);
  // A moment that moves on, such as 1h, is meant as it is now.
  const recent = Math.abs(ground.nowMs - ms) < DAY_MS;
  const clock = formatTime(ms, context.style, 'second');
  const short = recent ? clock : `${formatTime(ms, context.style, 'day')} ${clock}`;
  room.state = { ...state, time: { text: /^[a-z-]+$/i.test(text) ? text : short, ms } };
  context.out(prose(`Queries ask about ${told}; \`\\T\` alone is now again.`, context.style));
}

async function showHistory(room: ExploreRoom, { text }: Extract<Next, { kind: 'history' }>): Promise<void> {
  const found = room.typed.filter((line) => line.toLowerCase().includes(text.toLowerCase()));
  const { context } = room;
  if (found.length === 0)
    context.note(prose(text === '' ? 'Nothing was typed yet.' : 'Nothing typed before holds that.', context.errStyle));
  else {
    const sentence = `${counted(found.length, 'line')}, the newest first`;
    await showList(room, found.reverse(), sentence, 'lines', (lines, style) =>
      lines.map((line) => highlightQuery(line, style)).join('\n'),
    );
  }
}
