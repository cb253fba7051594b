import type { ProcessReadings } from '../app/vitals.ts';
import { writeText } from '../exposition/write-text.ts';
import type { MemoryStorage } from '../tsdb/memory-storage.ts';

/** What the embedded Prometheus says of itself at /metrics, under Prometheus' own names where it measures the same thing. */
export function selfMetrics(facts: {
  readonly storage: MemoryStorage;
  readonly startedMs: number;
  readonly readings: ProcessReadings;
}): string {
  const { series, samples, bytes } = facts.storage.size;
  const { residentBytes } = facts.readings.memory();
  return writeText([
    gauge('prometheus_tsdb_head_series', 'Series held in memory.', series),
    gauge('prom_tutor_storage_samples', 'Samples held in memory.', samples),
    gauge('prom_tutor_storage_bytes', 'Memory taken by samples.', bytes),
    counter(
      'process_cpu_seconds_total',
      'Processor time of the one process that is this Prometheus, both instances and the load',
      facts.readings.cpuSeconds(),
    ),
    gauge('process_resident_memory_bytes', 'Memory in RAM of that one process', residentBytes),
    gauge('process_start_time_seconds', 'When that process started, in seconds since 1970.', facts.startedMs / 1000),
  ]);
}

function gauge(name: string, help: string, value: number) {
  return { name, type: 'gauge' as const, help, samples: [{ name, labels: {}, value }] };
}

function counter(name: string, help: string, value: number) {
  return { name, type: 'counter' as const, help, samples: [{ name, labels: {}, value }] };
}
