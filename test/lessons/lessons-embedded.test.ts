import { describe } from 'vitest';
import { storageWithPast } from '../../src/backends/embedded-stack.ts';
import { readStackRules, stackRulesFile } from '../../src/backends/stack-rules.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import { proveLessons } from './prove-lessons.ts';

describe('lessons on the embedded Prometheus', () => {
  proveLessons(async (scenario) => {
    const storage = await storageWithPast(scenario, await readStackRules(stackRulesFile()));
    return embeddedSource({ storage, name: 'embedded', now: () => scenario.t0Ms });
  });
});
