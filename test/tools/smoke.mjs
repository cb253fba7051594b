// Runs the built tool with the Node that runs this file, against a loopback server: does every supported Node take it?
// Plain JavaScript, because it has to run without any tool on every version.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = `${root}/bin/prom-tutor.js`;

const server = createServer((request, response) => {
  request.resume();
  response.setHeader('content-type', 'application/json');
  const result = [{ metric: { __name__: 'up', job: 'smoke' }, value: [1_700_000_000, '1'] }];
  response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
const address = server.address();
assert(address !== null && typeof address === 'object');
const url = `http://127.0.0.1:${address.port}`;

try {
  const version = await tool('--version');
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
  assert.match((await tool('--help')).stdout, /start.*lesson.*query|lesson.*query.*start/s);
  assert.match((await tool('query', 'up', '--server', url)).stdout, /smoke/);
  assert.equal((await tool('query', 'up', '--server', url, '-o', 'raw')).stdout, '1\n');
  assert.match(JSON.stringify(JSON.parse((await tool('lessons', '--json')).stdout)), /histogram_quantile/);
  const client = `
    import { PrometheusClient } from ${JSON.stringify(new URL('../../dist/index.mjs', import.meta.url).href)};
    const client = new PrometheusClient({ url: ${JSON.stringify(url)} });
    console.log(client.extractScalarValue(await client.query('up')));
    await client.close();`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', client]);
  assert.equal(stdout, '1\n');
  process.stdout.write(`node ${process.version}: the built tool and the library work\n`);
} finally {
  server.close();
  server.closeAllConnections();
}

/** @param {string[]} args */
function tool(...args) {
  return run(process.execPath, [bin, ...args], { env: { ...process.env, NO_COLOR: '1' } });
}
