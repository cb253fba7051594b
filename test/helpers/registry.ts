import { createHash, randomBytes } from 'node:crypto';
import { loopback } from './loopback.ts';

/**
 * A registry on loopback with one image, whose only layer comes in pieces: one every `everyMs`, and none any more after
 * `stallAfter` pieces. Docker takes registries on loopback without TLS.
 */
export async function slowRegistry(options: { readonly everyMs: number; readonly stallAfter?: number }) {
  const layer = randomBytes(PIECES * PIECE);
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digest(layer)] },
    }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: config.length,
        digest: digest(config),
      },
      layers: [
        { mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: layer.length, digest: digest(layer) },
      ],
    }),
  );
  const server = await loopback(({ method, url }, response) => {
    const whole = (body: Buffer, type: string) => {
      response.writeHead(200, {
        'content-type': type,
        'content-length': body.length,
        'docker-content-digest': digest(body),
      });
      response.end(method === 'HEAD' ? undefined : body);
    };
    if (url === '/v2/') return void response.writeHead(200).end('{}');
    if (url.includes('/manifests/')) return whole(manifest, MANIFEST);
    if (url.endsWith(digest(config))) return whole(config, 'application/octet-stream');
    if (!url.endsWith(digest(layer))) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-length': layer.length });
    let sent = 0;
    const timer = setInterval(() => {
      if (sent >= Math.min(PIECES, options.stallAfter ?? PIECES)) return;
      response.write(layer.subarray(sent * PIECE, ++sent * PIECE));
    }, options.everyMs);
    response.on('close', () => clearInterval(timer));
  });
  return { ...server, image: `127.0.0.1:${server.port}/slow:1` };
}

const PIECES = 20;
const PIECE = 100_000;
const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

function digest(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
