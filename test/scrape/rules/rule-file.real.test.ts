import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFolder } from '../../../src/lib/package-folder.ts';
import { readRuleFile, ruleProblemText } from '../../../src/scrape/rules/rule-file.ts';
import { realSuite } from '../../helpers/prometheus.ts';
import { BROKEN_RULE_FILES, GOOD_RULE_FILES } from './rule-files.ts';

realSuite('rule files, beside promtool', ['promtool'], () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'prom-tutor-rules-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const promtool = (...args: readonly string[]) => spawnSync('promtool', args, { cwd: dir, encoding: 'utf8' });

  /** What promtool says of a file, without the repetition of problems that both of its readers find. */
  function saidByPromtool(text: string): readonly string[] {
    writeFileSync(join(dir, 'r.yml'), text);
    const { stderr } = promtool('check', 'rules', '--lint=none', 'r.yml');
    const [, ...entries] = stderr.replace(/^ {2}FAILED:\n/, '').split(/^r\.yml: /m);
    const lines = entries.flatMap((entry) => {
      const [head = '', ...more] = entry.trimEnd().split('\n');
      return head === 'yaml: unmarshal errors:' ? more.map((line) => `${head}\n${line}`) : [entry.trimEnd()];
    });
    return [...new Set(lines.map((line) => line.replace(/Node$/, '')))].sort();
  }

  describe('what is wrong', () => {
    it.each(BROKEN_RULE_FILES)('%s', (text) => {
      const ours = readRuleFile(text).problems.map(ruleProblemText);
      expect([...new Set(ours)].sort()).toEqual(saidByPromtool(text));
    });
  });

  describe('what is right', () => {
    it.each(GOOD_RULE_FILES)('%s', (text) => {
      expect(saidByPromtool(text)).toEqual([]);
      expect(readRuleFile(text).problems).toEqual([]);
    });
  });

  it('has rules in stack/ that promtool accepts and whose tests pass', () => {
    const stack = packageFolder('stack');
    const checked = spawnSync('promtool', ['check', 'rules', join(stack, 'rules.yml')], { encoding: 'utf8' });
    expect(`${checked.status} ${checked.stdout}${checked.stderr}`).toContain('SUCCESS: 12 rules found');
    const tested = spawnSync('promtool', ['test', 'rules', 'rules.test.yml'], { cwd: stack, encoding: 'utf8' });
    expect(`${tested.status} ${tested.stdout}${tested.stderr}`).toMatch(/^0 [\s\S]*SUCCESS/);
  });
});
