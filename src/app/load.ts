import { createParser } from 'eventsource-parser';
import { Agent, request } from 'undici';
import { demandAt, drawProvider, drawWeighted } from './demand.ts';
import { LoadReport } from './load-report.ts';
import { type LoadTarget, TargetHealth } from './load-target.ts';
import type { Provider } from './providers.ts';
import { exponential, type Random } from './random.ts';

export type LoadOptions = {
  readonly targets: readonly LoadTarget[];
  /** Requests per second on average; the daily life of the users makes it more and less. */
  readonly rate: number;
  /** Whom all of them ask; the providers of an ordinary day when absent. */
  readonly provider?: Provider;
};

export type LoadWorld = {
  /** Milliseconds since 1970. */
  now(): number;
  readonly random: Random;
  log(line: string): void;
};

export type RunningLoad = {
  /** Breaks off what is under way. */
  stop(): Promise<void>;
};

/** More than this at once means that answers do not come; new users then stay away. */
const MOST_AT_ONCE = 200;
const REPORT_EVERY_MS = 60_000;

/** Plays the users of the service: real requests over HTTP whose streams are read to the end. */
export function startLoad(options: LoadOptions, world: LoadWorld): RunningLoad {
  const agent = new Agent({
    connections: 64,
    connect: { timeout: 2_000 },
    headersTimeout: 30_000,
    bodyTimeout: 30_000,
  });
  let isOver = false;
  const health = options.targets.map((target) => new TargetHealth(target, world));
  const report = new LoadReport();
  const running = new Set<Promise<void>>();
  let timer: NodeJS.Timeout;

  const sendOne = () => {
    const target = drawWeighted(
      health.filter((candidate) => candidate.isUsable(world.now())),
      world.random,
    );
    if (target === undefined || running.size >= MOST_AT_ONCE) {
      report.count('nobody to ask');
      return;
    }
    target.trying(world.now());
    const one = ask(agent, target, options.provider ?? drawProvider(world.random), world).then((outcome) => {
      if (outcome === 'unreachable' && !isOver) target.failed(world.now());
      report.count(outcome);
      running.delete(one);
    });
    running.add(one);
  };

  const next = () => {
    const rate = options.rate * demandAt(world.now());
    timer = setTimeout(
      () => {
        sendOne();
        next();
      },
      exponential(world.random, 1000 / rate),
    );
  };
  next();
  const reporter = setInterval(() => world.log(report.take()), REPORT_EVERY_MS);

  return {
    async stop() {
      clearTimeout(timer);
      clearInterval(reporter);
      isOver = true;
      await agent.destroy();
      await Promise.all(running);
    },
  };
}

/** One user: asks and reads to the end. Never rejects; says in a word or two how it ended. */
async function ask(agent: Agent, target: TargetHealth, provider: Provider, world: LoadWorld): Promise<string> {
  try {
    const prompt = PROMPTS[Math.floor(world.random() * PROMPTS.length)];
    const response = await request(`${target.url}/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ provider, prompt }),
      dispatcher: agent,
    });
    target.answered();
    if (response.statusCode !== 200) {
      await response.body.dump();
      return `status ${response.statusCode}`;
    }
    return await readStream(response.body);
  } catch {
    return 'unreachable';
  }
}

async function readStream(body: AsyncIterable<Uint8Array>): Promise<string> {
  let outcome = 'stream cut short';
  const parser = createParser({
    onEvent({ event }) {
      if (event === 'end') outcome = 'answered';
      if (event === 'error') outcome = 'failed in mid-stream';
    },
  });
  const decoder = new TextDecoder();
  for await (const piece of body) parser.feed(decoder.decode(piece, { stream: true }));
  return outcome;
}

const PROMPTS = [
  'Why is my graph empty?',
  'Explain rate() to a five-year-old.',
  'What does p99 mean?',
  'Write an alert for a target that is down.',
  'How many errors are too many?',
  'What is a histogram bucket?',
  'Which of my services is the slowest?',
  'Summarise the last incident in one sentence.',
] as const;
