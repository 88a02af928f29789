import { ResponseError, type CancellationToken, type MessageConnection } from 'vscode-jsonrpc';
import { reportOf, type ErrorReport } from '../base/errors';
import { SerialQueue } from '../base/queue';
import * as protocol from '../protocol/engine';
import { generate } from './generate';
import { loadLibrary, type LlamaLibrary } from './load-model';
import { createLoadedModels } from './loaded-models';
import { createTurns, type Rank } from './turns';

/** JSON-RPC's code for an error of the server; the report in `data` says what it is. */
const serverError = -32000;
/** Progress of loading comes per tensor; the panel needs it a hundred times at most. */
const progressStep = 0.01;

/** Answers the requests of `protocol/engine.ts` on a connection, and starts to listen. */
export function serveEngine(connection: MessageConnection): void {
  const turns = createTurns();
  // Loading and unloading go one after the other; generations run beside each other.
  const changes = new SerialQueue();
  const running = new Map<AbortController, { lane: protocol.Lane; work: Promise<unknown> }>();
  let libraries: Partial<Record<'gpu' | 'cpu', Promise<LlamaLibrary>>> = {};
  let typingUntil = 0;

  const library = (gpu: boolean): Promise<LlamaLibrary> => {
    const kind = gpu ? 'gpu' : 'cpu';
    return (libraries[kind] ??= loadLibrary(gpu).catch((error: unknown) => {
      libraries = {};
      throw error;
    }));
  };
  const endRequests = async (lanes: readonly protocol.Lane[]): Promise<void> => {
    const ended = [...running].filter(([, { lane }]) => lanes.includes(lane));
    for (const [abort] of ended) abort.abort();
    await Promise.allSettled(ended.map(([, { work }]) => work));
  };
  const models = createLoadedModels(library, endRequests);

  connection.onRequest(protocol.loadRequest, (params, token) =>
    answered(() =>
      changes.run(() => {
        const onProgress = throttled((fraction) =>
          connection.sendNotification(protocol.loadProgressNotification, { fraction }),
        );
        return models.load(params, onProgress, signalOf(token));
      }),
    ),
  );
  connection.onRequest(protocol.unloadRequest, () => answered(() => changes.run(models.unload)));
  connection.onRequest(protocol.dropCompletionModelRequest, () =>
    answered(() => changes.run(models.dropSecond)),
  );
  connection.onRequest(protocol.generateRequest, (params, token) =>
    answered(async () => {
      const abort = new AbortController();
      if (token.isCancellationRequested) abort.abort();
      const subscription = token.onCancellationRequested(() => abort.abort());
      const work = generate(
        {
          loaded: models.of(params.lane),
          turns,
          isTyping: () => Date.now() < typingUntil,
          onProgress: (progress) =>
            void connection.sendNotification(protocol.promptProgressNotification, progress),
          onTokens: (batch) => void connection.sendNotification(protocol.tokensNotification, batch),
        },
        params,
        abort.signal,
      );
      running.set(abort, { lane: params.lane, work });
      try {
        return await work;
      } finally {
        running.delete(abort);
        subscription.dispose();
      }
    }),
  );
  connection.onRequest(protocol.countTokensRequest, ({ texts, lane }) =>
    answered(() => {
      const { model } = models.of(lane);
      return Promise.resolve(texts.map((text) => model.tokenize(text).length));
    }),
  );
  connection.onRequest(protocol.statusRequest, () => ({
    loaded: models.isLoaded,
    residentBytes: process.memoryUsage.rss(),
    active: activeByLane(turns.active()),
    turns: turns.count(),
  }));
  connection.onRequest(protocol.shutdownRequest, () =>
    answered(async () => {
      await changes.run(models.unload);
      // After the answer is on its way.
      setImmediate(() => process.exit(0));
    }),
  );
  connection.onNotification(protocol.typingNotification, ({ untilMs }) => (typingUntil = untilMs));
  connection.listen();
}

/** What is done ahead of the keys is done for completions. */
function activeByLane({ chat, completion, ahead }: Record<Rank, number>): Record<protocol.Lane, number> {
  return { chat, completion: completion + ahead };
}

/** Errors travel as reports; anything that is no `UserError` gets the code `internal`. */
async function answered<T>(work: () => Promise<T>): Promise<T | ResponseError<ErrorReport>> {
  try {
    return await work();
  } catch (error) {
    const report = reportOf(error);
    return new ResponseError(serverError, report.happened, report);
  }
}

function signalOf(token: CancellationToken): AbortSignal {
  const abort = new AbortController();
  if (token.isCancellationRequested) abort.abort();
  token.onCancellationRequested(() => abort.abort());
  return abort.signal;
}

function throttled(send: (fraction: number) => Promise<void>): (fraction: number) => void {
  let last = -1;
  return (fraction) => {
    if (fraction < last + progressStep && fraction < 1) return;
    last = fraction;
    void send(fraction);
  };
}
