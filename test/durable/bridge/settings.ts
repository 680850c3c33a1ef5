/** What the bridge is started with: one argument of JSON. */
export interface BridgeSettings {
  readonly port: number;
  /** `host:port` of Kafka. */
  readonly kafka: string;
  readonly topic: string;
  readonly group: string;
  /** The Trigger's filter: other events are passed over. */
  readonly type: string;
  readonly subscriber: string;
  readonly deadLetterSink: string;
  /** The Trigger's `delivery`. */
  readonly retry: number;
  readonly backoffDelayMs: number;
  readonly timeoutMs: number;
  /** What it does besides, and Knative's does not on purpose: the share of events held back, and that of those sent twice. */
  readonly seed: number;
  readonly heldShare: number;
  readonly doubledShare: number;
}

/** A line of what the bridge prints, each at once: they outlive a kill. */
export type BridgeLine =
  | {
      readonly kind: 'delivery';
      readonly partition: number;
      readonly offset: string;
      readonly retry: number;
      /** Absent where no answer came. */
      readonly status?: number | undefined;
    }
  | { readonly kind: 'dead' | 'lost'; readonly partition: number; readonly offset: string }
  | { readonly kind: 'trouble'; readonly of: 'producer' | 'consumer' | 'commit'; readonly detail: string };

/** Prints a line. */
export function printLine(line: BridgeLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
