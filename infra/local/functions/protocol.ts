/** What the runner and a function's thread or process say to each other. */
export interface Start {
  /** File of the bundle that the handler is in. */
  readonly module: string;
  /** Name of the exported handler. */
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMegabytes: number;
  readonly logGroup: string;
  /** The clock: shared memory for a thread, the present offset for a process. */
  readonly clock: SharedArrayBuffer | number;
}

export interface Invoke {
  readonly type: 'invoke';
  readonly requestId: string;
  /** JSON text, as on AWS: every invocation parses its own event. */
  readonly event: string;
  readonly timeoutMs: number;
}

export interface ErrorShape {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

export type FromFunction =
  | { readonly type: 'ready' }
  | { readonly type: 'broken'; readonly error: ErrorShape }
  | { readonly type: 'log'; readonly text: string; readonly requestId: string | undefined }
  | { readonly type: 'result'; readonly requestId: string; readonly payload: string }
  | { readonly type: 'failure'; readonly requestId: string; readonly error: ErrorShape };
