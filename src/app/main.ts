import { runApp } from './run-app.ts';

/** The edge of the demo service: what `node app.mjs` runs, against the real process. */
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());

// A reader of the log that went away is no reason to stop serving.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

process.exitCode = await runApp(process.argv.slice(2), {
  env: process.env,
  now: Date.now,
  random: Math.random,
  readings: {
    startMs: Date.now() - process.uptime() * 1000,
    cpuSeconds: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
    memory: () => {
      const { rss, heapUsed } = process.memoryUsage();
      return { residentBytes: rss, heapBytes: heapUsed };
    },
  },
  log: (line) => process.stdout.write(`${line}\n`),
  error: (line) => process.stderr.write(`${line}\n`),
  signal: ending.signal,
});
