import type { ErrorType, Provider } from './providers.ts';
import type { Status } from './schema.ts';

/**
 * What the service counts with. A live instance has prom-client behind it, the written past plain arrays: what is
 * counted when is decided in one place, `service.ts`, for both.
 */
export interface Instruments {
  request(provider: Provider, status: Status): void;
  error(provider: Provider, type: ErrorType): void;
  active(provider: Provider, change: 1 | -1): void;
  duration(provider: Provider, seconds: number): void;
  firstToken(provider: Provider, seconds: number, nowMs: number): void;
  breaker(provider: Provider, value: 0 | 1 | 2): void;
}
