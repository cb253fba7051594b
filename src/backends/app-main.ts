import { runApp } from '../app/run-app.ts';

/**
 * What `node app.mjs` runs, against the real process: the demo service, put together with the rules that are evaluated over
 * its history, which the service itself knows nothing of.
 */
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
  addRules: async (file) => {
    // Serving does not wait for what only the history needs.
    const { readStackRules, withRecorded } = await import('./stack-rules.ts');
    const rules = await readStackRules(file);
    return (past, scenario) => withRecorded(past, rules, scenario);
  },
  signal: ending.signal,
});
