import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { GenerateEvent } from '../../src/model/language-model';
import type { LoadParams } from '../../src/protocol/engine';
import { builtBundle } from './built-bundle';
import type { TinyModelOptions } from './make-tiny-gguf.mjs';

/** The engine's bundle, built first when it is missing or older than its source. */
export function builtEngine(): string {
  return builtBundle('engine.mjs', ['base', 'protocol', 'engine']);
}

/** A folder for model files that is removed at the end of the suite. */
export function modelFolder(): { file(name: string, content: Uint8Array | string): string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'thimble-engine-'));
  return {
    file(name, content) {
      const target = path.join(folder, name);
      writeFileSync(target, content);
      return target;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Bytes of a tiny model; see `make-tiny-gguf.mjs`. */
export async function tinyModel(options?: TinyModelOptions): Promise<Buffer> {
  const { makeTinyGguf } = await import('./make-tiny-gguf.mjs');
  return makeTinyGguf(options);
}

/** Parameters that load a tiny model fast: more threads only wait for each other. */
export function tinyParams(modelPath: string, lanes: LoadParams['lanes'] = { chat: 2048 }): LoadParams {
  return { modelPath, lanes, threads: 1, gpuLayers: 0 };
}

/** All events of a generation, and its text. */
export async function collect(
  events: AsyncIterable<GenerateEvent>,
): Promise<{ events: GenerateEvent[]; text: string; last: GenerateEvent | undefined }> {
  const all: GenerateEvent[] = [];
  for await (const event of events) all.push(event);
  const text = all.map((event) => (event.type === 'text' ? event.text : '')).join('');
  return { events: all, text, last: all.at(-1) };
}
