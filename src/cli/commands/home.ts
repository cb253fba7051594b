import { EXIT } from '../../model/errors.ts';
import type { Context } from '../context.ts';

/** Says what there is to do next. */
export async function runHome(context: Context): Promise<number> {
  context.out('prom-tutor: learn Prometheus and PromQL on a live system.\n\n  prom-tutor start');
  return EXIT.ok;
}
