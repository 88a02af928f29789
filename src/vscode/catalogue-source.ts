import { UserError } from '../base/errors';
import { catalogue, defaultModelName, findModel, profileFor } from '../model/catalogue';
import { memoryNeed } from '../model/memory';
import { resolveModel } from '../model/resolve-model';
import type { ModelStore } from '../model/store';
import type { ModelSource } from './model-service';

/** The catalogue and the models folder as the panel's source of models. `totalMemory` in bytes. */
export function createCatalogueSource(store: () => ModelStore, totalMemory: number): ModelSource {
  return {
    defaultName: () => defaultModelName(totalMemory),
    choices: async () => {
      const present = new Map((await store().list()).map((model) => [model.entry.name, model.present]));
      return catalogue.map((entry) => ({
        name: entry.name,
        label: entry.label,
        sizeBytes: entry.bytes,
        memoryBytes: memoryNeed(entry, profileFor(entry.name).contextSize).total,
        installed: present.get(entry.name) ?? false,
        licence: entry.licence.name,
        note: [entry.goodAt, entry.licence.note].filter((part) => part !== undefined).join('; '),
      }));
    },
    resolve: (spec) => resolveModel(spec, store()),
    pull: async (name, onProgress, signal) => {
      const entry = findModel(name);
      if (!entry) {
        throw new UserError('model-unknown', `There is no model “${name}” to download.`, {
          next: 'Choose one of the list.',
        });
      }
      await store().pull(entry, {
        signal,
        onProgress: ({ bytesDone, bytesTotal, bytesPerSecond, msLeft }) =>
          onProgress({
            done: bytesDone,
            total: bytesTotal ?? entry.bytes,
            bytesPerSecond: bytesPerSecond ?? 0,
            msLeft: msLeft ?? null,
          }),
      });
    },
  };
}
