import type { DashboardView } from '../explorer/dashboard/types.ts';
import { moveWindow, type WindowKey } from '../explorer/time-window.ts';
import { EXIT, Interrupted } from '../model/errors.ts';
import { renderDashboard } from '../render/dashboard.ts';
import { changesText, dashboardHelp, footer } from '../render/dashboard-frame.ts';
import type { Style } from '../render/style.ts';
import type { Context } from './context.ts';
import type { DashboardTask, LiveDashboard } from './dashboard-state.ts';
import { type LiveScreen, liveScreen } from './live-events.ts';

/**
 * The dashboard on the other page of the terminal, asked again and again, until q (exit code 0) or Ctrl-C (130). Whatever
 * ends it, the terminal is as it was.
 */
export async function liveDashboard(
  context: Context,
  live: LiveDashboard,
  task: DashboardTask,
  nowMs: () => number,
): Promise<number> {
  const { io } = context;
  const screen = liveScreen(io, { altScreen: true });
  const player = new Player(context, live, task, nowMs, screen);
  try {
    return await player.play();
  } catch (error) {
    if (error instanceof Interrupted) return error.exitCode;
    throw error;
  } finally {
    player.stop();
    screen.close();
  }
}

class Player {
  readonly #context: Context;
  readonly #live: LiveDashboard;
  readonly #task: DashboardTask;
  readonly #nowMs: () => number;
  readonly #screen: LiveScreen;
  #asking: AbortController | undefined;
  #failure: unknown;
  #paused = false;
  #open = false;
  #helping = false;
  #top = 0;
  #dueMs: number | undefined = 0;

  constructor(context: Context, live: LiveDashboard, task: DashboardTask, nowMs: () => number, screen: LiveScreen) {
    this.#context = context;
    this.#live = live;
    this.#task = task;
    this.#nowMs = nowMs;
    this.#screen = screen;
  }

  async play(): Promise<number> {
    this.#ask();
    for (;;) {
      this.#draw();
      // A slow server has its time: the next round waits for the answers of this one.
      const event = await this.#screen.next(this.#paused || this.#open ? undefined : this.#dueMs);
      if (this.#failure !== undefined) throw this.#failure;
      if (event.kind === 'due') this.#ask();
      if (event.kind === 'key') {
        const code = this.#press(event.name);
        if (code !== undefined) return code;
      }
    }
  }

  stop(): void {
    this.#asking?.abort();
  }

  get #style(): Style {
    const { io, style } = this.#context;
    return { ...style, width: Math.max(20, io.stdout.columns() ?? style.width) };
  }

  /** A new question takes the place of one that is still open. */
  #ask(): void {
    const { io } = this.#context;
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.#open = true;
    const { refreshMs } = this.#task;
    this.#dueMs = refreshMs === undefined ? undefined : io.now() + refreshMs;
    const signal = AbortSignal.any([io.signal, asking.signal]);
    this.#live
      .ask(this.#nowMs(), this.#style, signal, () => this.#screen.news())
      .then(() => {
        if (signal.aborted) return;
        this.#open = false;
        this.#screen.news();
      })
      .catch((error: unknown) => {
        if (signal.aborted) return;
        this.#failure = error;
        this.#screen.news();
      });
  }

  /** The exit code where the key ends it. */
  #press(name: string): number | undefined {
    if (name === 'ctrl-c') return EXIT.interrupted;
    if (name === 'q' || name === 'Q' || name === 'ctrl-d') return EXIT.ok;
    const helping = this.#helping;
    this.#helping = false;
    const act = Object.hasOwn(ACTS, name) ? ACTS[name] : undefined;
    if (act === undefined) return undefined;
    if (act.kind === 'help') this.#helping = !helping;
    if (act.kind === 'pause') this.#pause();
    if (act.kind === 'ask') {
      this.#live.forget();
      this.#ask();
    }
    if (act.kind === 'window') {
      this.#live.window = moveWindow(this.#live.window, act.key, this.#task.start, this.#nowMs());
      this.#ask();
    }
    if (act.kind === 'scroll') this.#top += act.pages * Math.max(1, this.#room() - 2) + act.lines;
    return undefined;
  }

  #pause(): void {
    this.#paused = !this.#paused;
    if (this.#paused) {
      this.#asking?.abort();
      this.#open = false;
    } else this.#ask();
  }

  #rows(): number {
    return Math.max(4, this.#context.io.stdout.rows?.() ?? 24);
  }

  #head: readonly string[] = [];

  /** Lines between head and foot. */
  #room(): number {
    return Math.max(1, this.#rows() - this.#head.length - 1);
  }

  #draw(): void {
    const style = this.#style;
    const view: DashboardView = this.#live.view(this.#paused);
    const { head, body } = renderDashboard(view, style);
    const rows = this.#rows();
    // In a window of few lines the panels count for more than what stands above them.
    this.#head = head.slice(0, Math.max(1, rows - 4));
    const lines = this.#helping ? dashboardHelp(style) : ['', ...body];
    const room = this.#room();
    this.#top = Math.max(0, Math.min(this.#top, lines.length - room));
    const top = this.#helping ? 0 : this.#top;
    const shown = lines.slice(top, top + room);
    const foot = footer({ from: top + 1, to: top + shown.length, of: lines.length, helping: this.#helping }, style);
    const blank = Array.from({ length: Math.max(0, room - shown.length) }, () => '');
    const all = [...this.#head, ...shown, ...blank, foot];
    this.#context.io.stdout.write(
      `\x1b[?2026h\x1b[H${all.map((line) => `${line}\x1b[K`).join('\r\n')}\x1b[J\x1b[?2026l`,
    );
  }
}

type Act =
  | { readonly kind: 'help' | 'pause' | 'ask' }
  | { readonly kind: 'window'; readonly key: WindowKey }
  | { readonly kind: 'scroll'; readonly lines: number; readonly pages: number };

const scroll = (lines: number, pages = 0): Act => ({ kind: 'scroll', lines, pages });

const ACTS: Readonly<Record<string, Act>> = {
  '?': { kind: 'help' },
  h: { kind: 'help' },
  p: { kind: 'pause' },
  r: { kind: 'ask' },
  '+': { kind: 'window', key: '+' },
  '=': { kind: 'window', key: '+' },
  '-': { kind: 'window', key: '-' },
  _: { kind: 'window', key: '-' },
  '[': { kind: 'window', key: '[' },
  left: { kind: 'window', key: '[' },
  ']': { kind: 'window', key: ']' },
  right: { kind: 'window', key: ']' },
  '0': { kind: 'window', key: '0' },
  j: scroll(1),
  down: scroll(1),
  k: scroll(-1),
  up: scroll(-1),
  ' ': scroll(0, 1),
  'page-down': scroll(0, 1),
  b: scroll(0, -1),
  'page-up': scroll(0, -1),
  g: scroll(0, -100_000),
  home: scroll(0, -100_000),
  G: scroll(0, 100_000),
  end: scroll(0, 100_000),
};

/** For screen readers: the whole once, and after that what has changed, a sentence each. Ends with Ctrl-C. */
export async function appendDashboard(
  context: Context,
  live: LiveDashboard,
  { refreshMs = 60_000 }: DashboardTask,
  nowMs: () => number,
): Promise<number> {
  const { io, style } = context;
  let before: DashboardView | undefined;
  for (;;) {
    const due = io.now() + refreshMs;
    await live.ask(nowMs(), style, io.signal, () => undefined);
    const view = live.view(false);
    if (before === undefined) {
      const { head, body } = renderDashboard(view, style);
      context.out([...head, ...body, '', 'Only what changes is told from here on. Ctrl-C ends.'].join('\n'));
    } else context.out(changesText(before, view, style));
    before = view;
    await io.sleep(Math.max(0, due - io.now()), io.signal);
  }
}
