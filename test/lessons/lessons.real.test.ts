import { history } from '../../src/app/history.ts';
import { readStackRules, stackRulesFile, withRecorded } from '../../src/backends/stack-rules.ts';
import { writeOpenMetrics } from '../../src/exposition/write.ts';
import { httpSource } from '../../src/source/http.ts';
import { realSuite, startPrometheus } from '../helpers/prometheus.ts';
import { proveLessons } from './prove-lessons.ts';

realSuite('lessons on a real Prometheus', ['prometheus', 'promtool'], () => {
  proveLessons(async (scenario) => {
    const families = await withRecorded(history(scenario), await readStackRules(stackRulesFile()), scenario);
    const server = await startPrometheus({ openMetrics: [...writeOpenMetrics(families)].join('') });
    const source = httpSource({ url: server.url });
    const close = async () => {
      await source.close();
      await server.close();
    };
    return { ...source, close };
  });
});
