// Asks Prometheus from code, step by step. Run it while the service runs:
//
//   node lessons/17-client.mjs
//   node lessons/17-client.mjs http://localhost:9091      another address
//
// Without an address it asks PROM_TUTOR_URL, else http://localhost:9090.

import { PrometheusClient, QueryError, UnavailableError } from 'prom-tutor';

const HOUR_MS = 60 * 60 * 1000;
const [url] = process.argv.slice(2);

// One client for all questions: it keeps its connection. It is closed at
// the end, whatever happens.
let client;
try {
  client = new PrometheusClient(url === undefined ? {} : { url });
  await askEverything(client);
} catch (error) {
  // Nobody listens, a wrong address, a proxy in between: the hint says
  // what to do. Everything else is a mistake of ours and may be seen.
  if (!(error instanceof UnavailableError)) throw error;
  console.error(`FAILED: ${plain(error.message)}`);
  if (error.hint !== undefined) console.error(plain(error.hint));
  process.exitCode = 1;
} finally {
  await client?.close();
}

async function askEverything(client) {
  console.log(`Asking ${client.url}`);

  console.log('\n1. Which targets are up?');
  const up = await client.query('up');
  for (const [labels, value] of client.extractVectorValues(up)) {
    console.log(`   ${value === 1 ? 'up  ' : 'DOWN'} ${plain(labels)}`);
  }

  console.log('\n2. How many connections are open?');
  // One number: the sum makes one row of many. No row at all is not 0.
  const active = client.extractScalarValue(await client.query('sum(sse_active_connections)'));
  console.log(active === undefined ? '   no data' : `   ${active}`);

  console.log('\n3. Requests per second of each provider');
  const rates = await client.query('sum by (provider) (rate(sse_requests_total[5m]))');
  for (const [labels, value] of client.extractVectorValues(rates)) {
    console.log(`   ${plain(labels)} ${value.toFixed(2)}`);
  }

  console.log('\n4. The last hour, a point every five minutes');
  const end = new Date();
  const start = new Date(end.getTime() - HOUR_MS);
  const hour = await client.queryRange('sum(rate(sse_requests_total[5m]))', { start, end, step: '5m' });
  for (const { samples } of hour.data.series) {
    console.log(`   ${samples.map(({ value }) => value.toFixed(1)).join(' ')}`);
  }

  console.log('\n5. A query with a mistake');
  try {
    await client.query('rate(sse_requests_total)');
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    console.log(`   Prometheus says: ${plain(error.message)}`);
  }
}

/** What a server sent may hold control characters; a terminal must not obey them. */
function plain(text) {
  return text.replace(/\p{Cc}/gu, ' ');
}
