import { moveWindow, type TimeWindow, type WindowKey } from '../explorer/time-window.ts';
import { EXIT, UserError } from '../model/errors.ts';
import type { QueryData, QueryResult } from '../model/query-result.ts';
import { rangeStep } from '../model/range-step.ts';
import { renderAnnotations } from '../render/annotations.ts';
import { cellsOf } from '../render/cells.ts';
import { EMPTY_FRAME } from '../render/repaint.ts';
import type { Style } from '../render/style.ts';
import { fittedFrame, renderWatch, type WatchFrame } from '../render/watch.ts';
import { askQuery } from './ask-query.ts';
import { InputRegion } from './input-region.ts';
import { type LiveScreen, liveScreen } from './live-events.ts';
import type { OutputFormat, QueryTimes } from './query-plan.ts';
import { nextQuestion, nextScrape, type ScrapeRhythm, scrapeRhythm } from './scrape-rhythm.ts';
import { answerOf, intervalOf, type Watch } from './watch-query.ts';

/**
 * A query on a terminal, drawn again in its place; what stood above stays. q and Ctrl-C leave the last frame, whole. In a
 * drawing over time keys move the time: `+ - [ ] 0`.
 */
export async function watchScreen(watch: Watch, format: OutputFormat): Promise<number> {
  // The first question decides whether there is anything to watch, and its error is told as that of any query.
  const watcher = new Watcher(watch, format);
  await watcher.first();
  const screen = liveScreen(watch.context.io, { altScreen: false });
  try {
    return await watcher.play(screen);
  } finally {
    watcher.leave();
    screen.close();
  }
}

type Answered = { readonly result: QueryResult; readonly times: QueryTimes; readonly askedMs: number };

class Watcher {
  readonly #watch: Watch;
  readonly #format: OutputFormat;
  #region: InputRegion;
  #answer: Answered | undefined;
  #before: QueryData | undefined;
  #failure: WatchFrame['failure'];
  #broken: unknown;
  #rhythm: ScrapeRhythm | undefined;
  #asking: AbortController | undefined;
  /** When the question was asked that has no answer yet, and whether that was told. */
  #open: { readonly askedMs: number; readonly told: boolean } | undefined;
  #window: TimeWindow | undefined;
  #start: TimeWindow | undefined;
  #moved = false;
  #dueMs = 0;

  constructor(watch: Watch, format: OutputFormat) {
    this.#watch = watch;
    this.#format = format;
    this.#region = new InputRegion(watch.context.io.stdout);
  }

  async first(): Promise<void> {
    const { io } = this.#watch.context;
    const times = this.#watch.times();
    if (times.kind === 'range') {
      const { start, end, time } = this.#watch.options;
      const moves = start === undefined && end === undefined && time === undefined;
      const rangeMs = times.endMs - times.startMs;
      this.#start = moves ? { rangeMs } : { rangeMs, endMs: times.endMs };
      this.#window = this.#start;
    }
    const began = io.now();
    this.#answer = { ...(await this.#question(times, io.signal)), askedMs: began };
    this.#rhythm = await scrapeRhythm(this.#watch.connection.source, io.signal);
    this.#dueMs = nextQuestion(began, intervalOf(this.#watch), this.#rhythm);
  }

  async play(screen: LiveScreen): Promise<number> {
    this.#draw();
    for (;;) {
      // A slow server has its time: the next question waits for the answer to this one.
      const open = this.#open;
      const event = await screen.next(
        open === undefined ? this.#dueMs : open.told ? undefined : open.askedMs + LONG_MS,
      );
      if (this.#broken !== undefined) throw this.#broken;
      if (event.kind === 'due' && open === undefined) this.#ask(screen);
      // An answer may have come since.
      if (event.kind === 'due' && open !== undefined && this.#open === open) this.#open = { ...open, told: true };
      if (event.kind === 'resize') this.#region.resized(this.#style.width, false);
      // The shell has written where the frame was.
      if (event.kind === 'resume') this.#region = new InputRegion(this.#watch.context.io.stdout);
      if (event.kind === 'key') {
        if (event.name === 'q' || event.name === 'Q' || event.name === 'ctrl-d') return EXIT.ok;
        if (event.name === 'ctrl-c') return EXIT.interrupted;
        this.#press(event.name, screen);
      }
      if (event.kind !== 'due' || this.#open?.told === true) this.#draw();
    }
  }

  /** The last frame, with the lines for which there was no room. */
  leave(): void {
    this.#asking?.abort();
    const lines = this.#lines();
    this.#region.above(`${lines.map((line) => `${line}\r\n`).join('')}`, EMPTY_FRAME);
  }

  get #style(): Style {
    const { io, style } = this.#watch.context;
    return { ...style, width: Math.max(20, io.stdout.columns() ?? style.width) };
  }

  #press(name: string, screen: LiveScreen): void {
    const key = WINDOW_KEYS[name];
    if (key === undefined || this.#window === undefined || this.#start === undefined) return;
    const { io } = this.#watch.context;
    this.#window = moveWindow(this.#window, key, this.#start, io.now());
    this.#moved = true;
    this.#ask(screen);
  }

  /** The times of the next question; those of the command line as long as nobody has moved. */
  #times(): QueryTimes {
    const window = this.#window;
    if (window === undefined || window === this.#start) return this.#watch.times();
    const { options, context } = this.#watch;
    const stepMs = Math.max(
      options.step ?? rangeStep(window.rangeMs, Math.max(10, this.#style.width - 8)),
      window.rangeMs / MOST_STEPS,
    );
    const endMs = window.endMs ?? Math.floor(context.io.now() / Math.min(stepMs, 60_000)) * Math.min(stepMs, 60_000);
    return { kind: 'range', startMs: endMs - window.rangeMs, endMs, stepMs };
  }

  async #question(times: QueryTimes, signal: AbortSignal): Promise<{ result: QueryResult; times: QueryTimes }> {
    const context = { ...this.#watch.context, io: { ...this.#watch.context.io, signal } };
    return { result: await askQuery({ ...this.#watch, context, times, format: this.#format }), times };
  }

  #ask(screen: LiveScreen): void {
    const { io } = this.#watch.context;
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const signal = AbortSignal.any([io.signal, asking.signal]);
    const began = io.now();
    this.#open = { askedMs: began, told: false };
    this.#dueMs = nextQuestion(began, intervalOf(this.#watch), this.#rhythm);
    this.#question(this.#times(), signal).then(
      (answer) => {
        if (signal.aborted) return;
        this.#asking = undefined;
        this.#open = undefined;
        // Another time is no change of what is looked at.
        this.#before = this.#moved ? undefined : this.#answer?.result.data;
        this.#moved = false;
        this.#answer = { ...answer, askedMs: began };
        this.#failure = undefined;
        screen.news();
      },
      (error: unknown) => {
        if (signal.aborted) return;
        this.#asking = undefined;
        this.#open = undefined;
        if (error instanceof UserError)
          this.#failure = { sinceMs: this.#failure?.sinceMs ?? began, message: error.message };
        else this.#broken = error;
        screen.news();
      },
    );
  }

  #draw(): void {
    const style = this.#style;
    const rows = Math.max(3, this.#watch.context.io.stdout.rows?.() ?? 24);
    const lines = fittedFrame(this.#lines(), rows - 1, style);
    this.#region.show({ rows: lines.map(cellsOf), cursor: { row: lines.length - 1, column: 0 } });
  }

  #lines(): readonly string[] {
    const answer = this.#answer;
    if (answer === undefined) return [];
    const style = this.#style;
    const { result, times, askedMs } = answer;
    const nextMs = this.#rhythm === undefined ? undefined : nextScrape(this.#rhythm, this.#watch.context.io.now());
    const { query } = this.#watch;
    return renderWatch(
      {
        query,
        intervalMs: intervalOf(this.#watch),
        askedMs,
        scrape:
          this.#rhythm === undefined || nextMs === undefined
            ? undefined
            : { intervalMs: this.#rhythm.intervalMs, nextMs },
        body: answerOf(this.#watch, this.#format, result, times, style, this.#watch.options, this.#before),
        annotations: renderAnnotations(result, query, style),
        data: result.data,
        before: this.#before,
        failure: this.#failure,
        waitingMs: this.#open?.told === true ? this.#open.askedMs : undefined,
        drawing: this.#window !== undefined,
      },
      style,
    );
  }
}

/** After this long without an answer it is told that one is waited for. */
const LONG_MS = 3_000;

/** The most points a series may have. */
const MOST_STEPS = 11_000;

const WINDOW_KEYS: Readonly<Record<string, WindowKey>> = {
  '+': '+',
  '=': '+',
  '-': '-',
  _: '-',
  '[': '[',
  left: '[',
  ']': ']',
  right: ']',
  '0': '0',
};
