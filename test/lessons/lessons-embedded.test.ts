import { describe } from 'vitest';
import { storageWithHistory } from '../../src/backends/embedded-stack.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import { proveLessons } from './prove-lessons.ts';

describe('lessons on the embedded Prometheus', () => {
  proveLessons(async (scenario) =>
    embeddedSource({ storage: storageWithHistory(scenario), name: 'embedded', now: () => scenario.t0Ms }),
  );
});
