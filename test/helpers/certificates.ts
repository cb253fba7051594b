import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A key and the certificate for it, as PEM. */
export type Certificate = { readonly cert: string; readonly key: string };

/** An authority made for one test run; nothing on the machine knows it. */
export type Authority = { readonly ca: string; issue(options: IssueOptions): Certificate };

type IssueOptions = {
  readonly commonName: string;
  /** Host names and IPv4 addresses it is for. */
  readonly names?: readonly string[];
  /** Default: from an hour ago until tomorrow. */
  readonly validUntilMs?: number;
};

const HOUR_MS = 3_600_000;

/** Makes X.509 certificates with Node alone, so that the tests need no openssl. https://www.rfc-editor.org/rfc/rfc5280 */
export function testAuthority(): Authority {
  const issuer = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = 'prom-tutor test authority';
  const tomorrowMs = Date.now() + 24 * HOUR_MS;
  const ca = certificate({
    commonName: subject,
    publicKey: issuer.publicKey,
    validUntilMs: tomorrowMs,
    extensions: [BASIC_CA],
  });
  return {
    ca,
    issue({ commonName, names = [], validUntilMs = tomorrowMs }) {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const extensions = names.length === 0 ? [] : [alternativeNames(names)];
      return {
        cert: certificate({ commonName, publicKey: own.publicKey, validUntilMs, extensions }),
        key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };

  function certificate(fields: {
    readonly commonName: string;
    readonly publicKey: KeyObject;
    readonly validUntilMs: number;
    readonly extensions: readonly Buffer[];
  }): string {
    const body = sequence(
      der(0xa0, integer(Buffer.from([2]))),
      integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
      ECDSA_SHA256,
      name(subject),
      sequence(time(fields.validUntilMs - 48 * HOUR_MS), time(fields.validUntilMs)),
      name(fields.commonName),
      fields.publicKey.export({ type: 'spki', format: 'der' }),
      ...(fields.extensions.length === 0 ? [] : [der(0xa3, sequence(...fields.extensions))]),
    );
    const signature = sign('sha256', body, issuer.privateKey);
    const whole = sequence(body, ECDSA_SHA256, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
    const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
  }
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes);
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function name(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))));
}

/** UTCTime: YYMMDDHHMMSSZ. */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [der(0x01, Buffer.from([0xff]))] : []), der(0x04, value));
}

function alternativeNames(names: readonly string[]): Buffer {
  const entries = names.map((each) =>
    isIPv4(each) ? der(0x87, Buffer.from(each.split('.').map(Number))) : der(0x82, Buffer.from(each)),
  );
  return extension('551d11', false, sequence(...entries));
}

const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));
const BASIC_CA = extension('551d13', true, sequence(der(0x01, Buffer.from([0xff]))));
