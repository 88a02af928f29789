import { Worker } from 'node:worker_threads';
import * as v from 'valibot';
import { UserError } from '../base/errors';
import { SerialQueue } from '../base/queue';
import type { IndexerRequestName, IndexerRequests, OpenIndexParams } from '../protocol/indexer';
import type { IndexingSyntax } from '../syntax/syntax-service';
import { watchIndexing, type IndexWatch } from './index-watch';

export interface SyntaxWorkerOptions {
  /** The built worker, `dist/indexer.js`. */
  workerPath: string;
  /** Folder of the `.wasm` files, `dist/grammars`. */
  grammarFolder: string;
  /** Milliseconds that one request may take in the worker; loading its grammar counts. */
  timeoutMs: number;
  /** What is indexed in the background for as long as the worker lives; without it, there is no index. */
  index?: () => Promise<OpenIndexParams>;
  log?: (line: string) => void;
}

const response = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('log'), line: v.string() }),
  v.object({ type: v.literal('result'), id: v.number(), result: v.unknown() }),
  v.object({ type: v.literal('error'), id: v.number(), message: v.string() }),
]);
type Response = v.InferOutput<typeof response>;

const startTimeoutMs = 20_000;
/** A file that makes a grammar run wild costs its request, not the host's memory. */
const workerHeapMb = 1024;

/**
 * Syntax answered by one worker thread, which starts with the first request. Requests are sent one after the other;
 * a limit starts when its request is sent. A worker that takes longer (a grammar may loop) is terminated, one that
 * died is replaced at the next request. Rejects: UserError `syntax-timeout`, `syntax-worker-died`, `syntax-failed`;
 * an aborted request rejects at once with its signal's reason.
 */
export function createSyntaxWorker(options: SyntaxWorkerOptions): IndexingSyntax {
  let worker: Promise<Worker> | undefined;
  const queue = new SerialQueue();
  let nextId = 1;
  let disposed = false;
  let watch: IndexWatch | undefined;
  /** Files on which a worker hung: the next one leaves them alone. */
  const hung: string[] = [];

  const stop = (): void => {
    watch?.stop();
    void worker?.then((running) => running.terminate()).catch(() => undefined);
    worker = undefined;
  };
  const leaveOut = (path: string): void => {
    options.log?.(`${path} is left out of the index: its parser did not come to an end.`);
    hung.push(path);
  };
  const openIndex = async (running: Worker): Promise<Worker> => {
    if (!options.index) return running;
    watch?.stop();
    watch = watchIndexing(options.timeoutMs, (path) => {
      leaveOut(path);
      stop();
      if (!disposed) start().catch(() => undefined);
    });
    try {
      const params = { ...(await options.index()), skip: hung, heartbeat: watch.heartbeat };
      const id = nextId++;
      await exchange(running, startTimeoutMs, isAnswerTo(id), { id, name: 'openIndex', params });
    } catch (error) {
      if (error instanceof UserError && error.code !== 'syntax-failed') throw error;
      // Whatever needs no index still works.
      options.log?.(`There is no index: ${error instanceof Error ? error.message : String(error)}`);
    }
    return running;
  };
  const start = (): Promise<Worker> => {
    const starting = startWorker(options).then((running) => openIndex(running));
    worker = starting;
    const forget = (): void => {
      if (worker === starting) worker = undefined;
    };
    starting.then((running) => running.once('exit', forget), forget);
    return starting;
  };

  const serve = async (name: string, params: unknown, signal: AbortSignal | undefined): Promise<unknown> => {
    signal?.throwIfAborted();
    if (disposed) throw died('It was stopped.');
    const running = await (worker ?? start());
    const id = nextId++;
    try {
      const reply = await exchange(running, options.timeoutMs, isAnswerTo(id), { id, name, params });
      if (reply.type === 'error') throw failed(reply.message);
      return reply.type === 'result' ? reply.result : undefined;
    } catch (error) {
      // After a plain `error` message the worker is sound; after a time-out or a death it is not.
      if (!(error instanceof UserError && error.code === 'syntax-failed')) {
        const indexed = watch?.parsing();
        if (indexed !== undefined) leaveOut(indexed);
        stop();
      }
      throw error;
    }
  };

  const request = <K extends IndexerRequestName>(
    name: K,
    params: IndexerRequests[K]['params'],
    signal?: AbortSignal,
  ): Promise<IndexerRequests[K]['result']> => {
    const served = queue.run(() => serve(name, params, signal));
    return orAborted(served, signal) as Promise<IndexerRequests[K]['result']>;
  };
  return {
    request,
    changed: (paths) => {
      if (!worker || !options.index || paths.length === 0) return;
      request('updateIndex', { paths }).catch((error: unknown) => options.log?.(String(error)));
    },
    reopen: () => {
      hung.length = 0;
      // What is asked just now is answered first.
      void queue.run(() => {
        stop();
        return Promise.resolve();
      });
    },
    dispose: () => {
      disposed = true;
      stop();
    },
  };
}

function isAnswerTo(id: number): (message: Response) => boolean {
  return (message) => (message.type === 'result' || message.type === 'error') && message.id === id;
}

async function startWorker({ workerPath, grammarFolder, log }: SyntaxWorkerOptions): Promise<Worker> {
  const worker = new Worker(workerPath, {
    workerData: { grammarFolder },
    resourceLimits: { maxOldGenerationSizeMb: workerHeapMb },
  });
  // An error between two requests has no other listener, and would end the host.
  worker.on('error', () => undefined);
  worker.on('message', (data: unknown) => {
    const message = v.safeParse(response, data);
    if (message.success && message.output.type === 'log') log?.(message.output.line);
  });
  try {
    await exchange(worker, startTimeoutMs, (message) => message.type === 'ready');
    return worker;
  } catch (error) {
    void worker.terminate();
    throw error;
  }
}

/** Sends a message, if there is one, and waits for its reply, the worker's death or the time limit. */
function exchange(
  worker: Worker,
  timeoutMs: number,
  isReply: (message: Response) => boolean,
  message?: unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const onMessage = (data: unknown): void => {
      const parsed = v.safeParse(response, data);
      if (parsed.success && isReply(parsed.output)) {
        settle(() => {
          resolve(parsed.output);
        });
      }
    };
    const onError = (error: unknown): void => {
      const reason = error instanceof Error ? error.message : String(error);
      settle(() => {
        reject(died(reason));
      });
    };
    const onExit = (code: number): void => {
      settle(() => {
        reject(died(`It ended with code ${code}.`));
      });
    };
    const timer = setTimeout(() => {
      settle(() => {
        reject(timedOut(timeoutMs));
      });
    }, timeoutMs);
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      // An idle worker must not keep the process alive.
      worker.unref();
      end();
    };
    worker.ref();
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    if (message !== undefined) worker.postMessage(message);
  });
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}

const unharmed =
  'Files and the conversation are untouched; outline and context are missing for this request.';

function timedOut(timeoutMs: number): UserError {
  return new UserError(
    'syntax-timeout',
    `Parsing took longer than ${timeoutMs / 1000} seconds and was stopped.`,
    {
      kept: unharmed,
      next: 'Nothing needs to be done: the parser starts anew with the next request.',
    },
  );
}

function died(reason: string): UserError {
  return new UserError('syntax-worker-died', `The parser stopped unexpectedly. ${reason}`, {
    kept: unharmed,
    next: 'Nothing needs to be done: the parser starts anew with the next request.',
  });
}

function failed(message: string): UserError {
  return new UserError('syntax-failed', message, {
    kept: unharmed,
    next: 'If this happens again, install Thimble again.',
  });
}
