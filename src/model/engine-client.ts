import {
  CancellationTokenSource,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  ResponseError,
  type MessageConnection,
  type RequestType,
} from 'vscode-jsonrpc/node';
import { errorOf, UserError, type ErrorReport } from '../base/errors';
import * as protocol from '../protocol/engine';
import { forkEngine, type EngineExit } from './engine-process';

/** What a running generation tells, in order. */
export type GenerateNews =
  { type: 'progress'; progress: protocol.PromptProgress } | { type: 'text'; batch: protocol.TokenBatch };

/** One engine process and its requests. They reject with a `UserError`: `engine-died` once the process is gone. */
export interface EngineClient {
  readonly pid: number | undefined;
  readonly exited: Promise<EngineExit>;
  load(
    params: protocol.LoadParams,
    onProgress: (fraction: number) => void,
    signal: AbortSignal,
  ): Promise<protocol.LoadResult>;
  generate(
    params: Omit<protocol.GenerateParams, 'id'>,
    onNews: (news: GenerateNews) => void,
    signal: AbortSignal,
  ): Promise<protocol.GenerateResult>;
  /** Counts with the tokenizer of the model that answers that lane. */
  countTokens(texts: string[], lane: protocol.Lane): Promise<number[]>;
  /** Frees the second model; the first completes from then on. */
  dropCompletionModel(): Promise<void>;
  status(): Promise<protocol.EngineStatus>;
  /** Unix time in milliseconds until which the user is taken to be typing; 0 ends it. */
  setTyping(untilMs: number): void;
  kill(): void;
}

export interface EngineClientOptions {
  /** The engine's bundle, `dist/engine.mjs`. */
  enginePath: string;
  /** The Node (or Electron) that runs it; this process's own by default. */
  execPath?: string;
  /** Gets what the engine prints on stderr, by lines. */
  log?: (line: string) => void;
}

/** Starts an engine process and connects to it. */
export function startEngine({ enginePath, execPath, log }: EngineClientOptions): EngineClient {
  const { child, exited } = forkEngine(enginePath, execPath ?? process.execPath, log ?? (() => undefined));
  const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  const listeners = new Map<string, (news: GenerateNews) => void>();
  let loadProgress: (fraction: number) => void = () => undefined;
  let requests = 0;
  let exit: EngineExit | undefined;

  connection.onNotification(protocol.loadProgressNotification, ({ fraction }) => loadProgress(fraction));
  connection.onNotification(protocol.promptProgressNotification, (progress) =>
    listeners.get(progress.id)?.({ type: 'progress', progress }),
  );
  connection.onNotification(protocol.tokensNotification, (batch) =>
    listeners.get(batch.id)?.({ type: 'text', batch }),
  );
  // A write to a channel that has just closed is reported here; the exit says all that matters.
  connection.onError(() => undefined);
  connection.listen();
  const gone = exited.then((ending) => {
    exit = ending;
    connection.dispose();
    throw engineDied(ending);
  });
  gone.catch(() => undefined);

  const ask = async <T>(request: () => Promise<T>): Promise<T> => {
    if (exit) throw engineDied(exit);
    try {
      return await Promise.race([request(), gone]);
    } catch (error) {
      throw await asUserError(error, exited);
    }
  };

  return {
    pid: child.pid,
    exited,
    load(params, onProgress, signal) {
      loadProgress = onProgress;
      return ask(() => cancellable(connection, protocol.loadRequest, params, signal));
    },
    async generate(params, onNews, signal) {
      const id = String(++requests);
      listeners.set(id, onNews);
      try {
        return await ask(() => cancellable(connection, protocol.generateRequest, { ...params, id }, signal));
      } finally {
        listeners.delete(id);
      }
    },
    countTokens: (texts, lane) =>
      ask(() => connection.sendRequest(protocol.countTokensRequest, { texts, lane })),
    dropCompletionModel: () => ask(() => connection.sendRequest(protocol.dropCompletionModelRequest)),
    status: () => ask(() => connection.sendRequest(protocol.statusRequest)),
    setTyping(untilMs) {
      if (!exit) connection.sendNotification(protocol.typingNotification, { untilMs }).catch(() => undefined);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

async function cancellable<P, R>(
  connection: MessageConnection,
  type: RequestType<P, R, ErrorReport>,
  params: P,
  signal: AbortSignal,
): Promise<R> {
  const source = new CancellationTokenSource();
  const cancel = (): void => source.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const answer = connection.sendRequest(type, params, source.token);
    if (signal.aborted) cancel();
    return await answer;
  } finally {
    signal.removeEventListener('abort', cancel);
    source.dispose();
  }
}

/** How long the exit of a process may come after its channel has closed, in milliseconds. */
const exitGraceMs = 2000;

/** A failed request: the engine's own report, or the death of the process that a broken channel is the sign of. */
async function asUserError(error: unknown, exited: Promise<EngineExit>): Promise<UserError> {
  if (error instanceof UserError) return error;
  if (error instanceof ResponseError && isReport(error.data)) return errorOf(error.data);
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, exitGraceMs, undefined).unref());
  const exit = await Promise.race([exited, late]);
  return engineDied(exit ?? { reason: error instanceof Error ? error.message : String(error), log: [] });
}

function isReport(data: unknown): data is ErrorReport {
  return typeof data === 'object' && data !== null && 'code' in data && 'happened' in data;
}

/** The error of every request that a process takes with it. */
export function engineDied({ reason }: EngineExit): UserError {
  return new UserError('engine-died', `The model engine stopped unexpectedly (${reason}).`, {
    kept: 'The chat and all files are as they were.',
    next: 'The engine starts again by itself; send the request again.',
  });
}
