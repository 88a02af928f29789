import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ModelSpec } from '../model/engine-supervisor';
import { profiles } from '../model/profiles';

/** Tokens of the machine's one answer: enough to die in the middle of. */
const words = 200;

/**
 * A model of a few kilobytes that always says the same, made by the checkout's own tool. `dist` holds the built
 * bundles; the file is written below `home`.
 */
export async function tinyKillsModel(
  dist: string,
  home: string,
): Promise<{ spec: ModelSpec; expected: string }> {
  const tool = path.join(dist, '..', 'test', 'support', 'make-tiny-gguf.mjs');
  const { makeTinyGguf } = (await import(pathToFileURL(tool).href)) as {
    makeTinyGguf: (options: object) => Uint8Array;
  };
  const chat = [...Array.from({ length: words }, (_, index) => `w${index} `), '\n```'];
  const modelPath = path.join(home, 'bench', 'kills.gguf');
  await mkdir(path.dirname(modelPath), { recursive: true });
  await writeFile(modelPath, makeTinyGguf({ script: { chat }, whole: true, embd: 128, ff: 256, layers: 2 }));
  return {
    spec: {
      name: 'tiny',
      profile: profiles['qwen2.5-coder'],
      params: { modelPath, lanes: { chat: 4096 }, threads: 1, gpuLayers: 0 },
    },
    expected: chat.join(''),
  };
}
