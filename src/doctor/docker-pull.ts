/** Why an image cannot be had from its registry. */
export type PullTrouble = { readonly sentence: string; readonly advice: string };

/** Says in plain words what the docker client tells of a registry; undefined for a text that says nothing certain. */
export function explainPullError(text: string): PullTrouble | undefined {
  const row = ROWS.find(({ pattern }) => pattern.test(text));
  return row === undefined ? undefined : { sentence: row.sentence, advice: row.advice };
}

const ROWS: readonly (PullTrouble & { readonly pattern: RegExp })[] = [
  {
    // https://docs.docker.com/docker-hub/usage/pulls/
    pattern: /toomanyrequests|rate limit/i,
    sentence: 'Docker Hub has counted too many pulls from this address.',
    advice: 'Wait some hours, or log in: docker login',
  },
  {
    pattern: /unauthorized|authentication required|denied: requested access/i,
    sentence: 'The registry wants to know who asks.',
    advice: 'Log in with docker login; a credential store that is broken is told in ~/.docker/config.json.',
  },
  {
    pattern: /no such manifest|manifest unknown|not found: manifest/i,
    sentence: 'The registry does not have the image.',
    advice:
      'Check the variables that name other images (PROM_TUTOR_PROMETHEUS_IMAGE, PROM_TUTOR_NODE_IMAGE), or the mirror of Docker.',
  },
  {
    pattern: /x509:|certificate signed by unknown authority|tls: /i,
    sentence: 'The certificate of the registry is not trusted: something in between answers in its place.',
    advice: 'Give Docker the authority of your company: https://docs.docker.com/engine/security/certificates/',
  },
  {
    pattern: /proxyconnect/i,
    sentence: "Docker's proxy does not let the registry through.",
    advice: 'Check the proxy of the daemon: https://docs.docker.com/engine/daemon/proxy/',
  },
  {
    pattern: /no such host|server misbehaving|Temporary failure in name resolution/i,
    sentence: 'The name of the registry is not known here.',
    advice: 'Check the network; behind a proxy Docker needs to be told of it.',
  },
  {
    pattern:
      /i\/o timeout|context deadline exceeded|TLS handshake timeout|connection refused|network is unreachable|no route to host/i,
    sentence: 'The registry cannot be reached.',
    advice: 'Check the network; behind a proxy Docker needs to be told of it.',
  },
];
