import { describe, expect, it } from 'vitest';
import { isOurs } from '../../src/backends/binary-stop.ts';

describe('isOurs', () => {
  const root = '/home/me/.local/state/prom-tutor/binary';
  it.each([
    [['/usr/bin/node', `${root}/a1/app.mjs`, 'serve'], true],
    [['/usr/bin/node', `${root}/a1/app.mjs`, 'history'], true],
    [['/opt/prometheus', `--config.file=${root}/a1/prometheus.yml`, '--x'], true],
    [['promtool', 'tsdb', 'create-blocks-from', 'openmetrics', '--quiet', `${root}/a1/scenario/history.om`], true],
    [[`/usr/bin/node ${root}/a1/app.mjs load`], true],
    [[`/opt/prometheus --config.file=${root}/a1/prometheus.yml --x`], true],
    [['vim', `${root}/a1/app.mjs`], false],
    [['vim', `${root}/a1/prometheus.yml`], false],
    [['tail', '-f', `${root}/a1/logs/load.log`], false],
    [['/usr/bin/node', '/other/binary/a1/app.mjs', 'serve'], false],
    [['/opt/prometheus', '--config.file=/etc/prometheus/prometheus.yml'], false],
    [[`/usr/bin/tail -f ${root}/a1/logs/load.log`], false],
    [[''], false],
    [[], false],
  ])('%j: %s', (args, ours) => expect(isOurs(root, args)).toBe(ours));
});
