/**
 * Entry point of the process that `thimble bench engine` compares the engine with: the shortest program that does
 * the same work with node-llama-cpp and nothing of Thimble's, with the same weights and threads.
 */
import process from 'node:process';
import { performance } from 'node:perf_hooks';
import type { LlamaContextSequence, LlamaModel } from 'node-llama-cpp';

/** What to measure. */
export type PlainRequest =
  | { type: 'load'; modelPath: string; contextSize: number; threads: number }
  /** Decode this many tokens after the prompt. */
  | { type: 'decode'; prompt: string; tokens: number }
  | { type: 'prompt'; prompt: string };

/** Tokens that were decoded or read, and the time it took in milliseconds; or what went wrong. */
export type PlainAnswer = { tokens: number; ms: number } | { error: string };

let model: LlamaModel | undefined;
let sequence: LlamaContextSequence | undefined;

async function load({
  modelPath,
  contextSize,
  threads,
}: Extract<PlainRequest, { type: 'load' }>): Promise<PlainAnswer> {
  const { getLlama } = await import('node-llama-cpp');
  const llama = await getLlama({ gpu: false, build: 'never', maxThreads: 0 });
  model = await llama.loadModel({ modelPath, gpuLayers: 0 });
  const context = await model.createContext({ contextSize, batchSize: 512, threads });
  sequence = context.getSequence();
  return { tokens: 0, ms: 0 };
}

async function measure(request: Exclude<PlainRequest, { type: 'load' }>): Promise<PlainAnswer> {
  if (!model || !sequence) return { error: 'Nothing is loaded.' };
  await sequence.clearHistory();
  const tokens = model.tokenize(request.prompt);
  let started = performance.now();
  if (request.type === 'prompt') {
    await sequence.evaluateWithoutGeneratingNewTokens(tokens);
    return { tokens: tokens.length, ms: performance.now() - started };
  }
  let count = 0;
  for await (const token of sequence.evaluate(tokens, { temperature: 0 })) {
    model.detokenize([token]);
    // The first token ends the prompt; decoding is what comes after it.
    if (count === 0) started = performance.now();
    count++;
    if (count >= request.tokens) break;
  }
  return { tokens: count - 1, ms: performance.now() - started };
}

process.on('message', (request: PlainRequest) => {
  const work = request.type === 'load' ? load(request) : measure(request);
  work.then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
