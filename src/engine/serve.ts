import { ResponseError, type CancellationToken, type MessageConnection } from 'vscode-jsonrpc';
import { reportOf, UserError, type ErrorReport } from '../base/errors';
import { SerialQueue } from '../base/queue';
import * as protocol from '../protocol/engine';
import { generate } from './generate';
import { loadLibrary, loadModel, type LlamaLibrary, type LoadedModel } from './load-model';
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
  const running = new Map<AbortController, Promise<unknown>>();
  let libraries: Partial<Record<'gpu' | 'cpu', Promise<LlamaLibrary>>> = {};
  let loaded: LoadedModel | undefined;
  let typingUntil = 0;

  const library = (gpu: boolean): Promise<LlamaLibrary> => {
    const kind = gpu ? 'gpu' : 'cpu';
    return (libraries[kind] ??= loadLibrary(gpu).catch((error: unknown) => {
      libraries = {};
      throw error;
    }));
  };
  const unload = async (): Promise<void> => {
    const model = loaded;
    loaded = undefined;
    for (const abort of running.keys()) abort.abort();
    // Freeing a model under a running evaluation ends the process.
    await Promise.allSettled(running.values());
    await model?.dispose();
  };
  const requireModel = (): LoadedModel => {
    if (!loaded) throw new UserError('model-not-loaded', 'No model is loaded.', { next: 'Load a model.' });
    return loaded;
  };

  connection.onRequest(protocol.loadRequest, (params, token) =>
    answered(() =>
      changes.run(async () => {
        await unload();
        const onProgress = throttled((fraction) =>
          connection.sendNotification(protocol.loadProgressNotification, { fraction }),
        );
        loaded = await loadModel(await library(params.gpuLayers !== 0), params, onProgress, signalOf(token));
        return loaded.result;
      }),
    ),
  );
  connection.onRequest(protocol.unloadRequest, () => answered(() => changes.run(unload)));
  connection.onRequest(protocol.generateRequest, (params, token) =>
    answered(async () => {
      const abort = new AbortController();
      if (token.isCancellationRequested) abort.abort();
      const subscription = token.onCancellationRequested(() => abort.abort());
      const work = generate(
        {
          loaded: requireModel(),
          turns,
          isTyping: () => Date.now() < typingUntil,
          onProgress: (progress) =>
            void connection.sendNotification(protocol.promptProgressNotification, progress),
          onTokens: (batch) => void connection.sendNotification(protocol.tokensNotification, batch),
        },
        params,
        abort.signal,
      );
      running.set(abort, work);
      try {
        return await work;
      } finally {
        running.delete(abort);
        subscription.dispose();
      }
    }),
  );
  connection.onRequest(protocol.countTokensRequest, ({ texts }) =>
    answered(() => {
      const { model } = requireModel();
      return Promise.resolve(texts.map((text) => model.tokenize(text).length));
    }),
  );
  connection.onRequest(protocol.statusRequest, () => ({
    loaded: loaded !== undefined,
    residentBytes: process.memoryUsage.rss(),
    active: activeByLane(turns.active()),
    turns: turns.count(),
  }));
  connection.onRequest(protocol.shutdownRequest, () =>
    answered(async () => {
      await changes.run(unload);
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
