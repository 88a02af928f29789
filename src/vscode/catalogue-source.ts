import { UserError } from '../base/errors';
import { catalogue, defaultModelName, findModel, profileFor } from '../model/catalogue';
import { findForeignModels, type ForeignModel, ownPlaces } from '../model/foreign-caches';
import { memoryNeed, shapeOfEntry } from '../model/memory-need';
import { completesCode } from '../model/profile';
import { parseRemoteSpec } from '../model/remote/address';
import { resolveModel } from '../model/resolve-model';
import { type Scorecard, type Scorecards, scorecardText } from '../model/scorecard';
import type { ModelStore } from '../model/store';
import type { ModelChoice } from '../protocol/panel';
import type { ModelSource } from './model-service';

/** Memory over file size, as it is with the models of the catalogue. */
const foreignNeed = 2;

/**
 * The catalogue, the models folder and the remote server that is set as the panel's source of models. `totalMemory`
 * in bytes.
 */
export function createCatalogueSource(
  store: () => ModelStore,
  totalMemory: number,
  remote: () => { url: string | undefined; model: string | undefined },
  scorecards?: Scorecards,
  foreign: () => Promise<ForeignModel[]> = () => findForeignModels(ownPlaces()),
): ModelSource {
  return {
    defaultName: () => defaultModelName(totalMemory),
    choices: async () => {
      const present = new Map((await store().list()).map((model) => [model.entry.name, model.present]));
      const cards = (await scorecards?.list().catch(() => [])) ?? [];
      const measured = (bytes: number): string | undefined => {
        const card = cards.find((candidate) => candidate.bytes === bytes);
        return card && `measured here: ${scorecardText(card)}`;
      };
      const local = catalogue.map((entry) => ({
        name: entry.name,
        label: entry.label,
        sizeBytes: entry.bytes,
        memoryBytes: memoryNeed(shapeOfEntry(entry), { contextTokens: profileFor(entry.name).contextSize })
          .total,
        installed: present.get(entry.name) ?? false,
        licence: entry.licence.name,
        completes: completesCode(profileFor(entry.name)),
        note: [entry.goodAt, entry.licence.note, measured(entry.bytes)]
          .filter((part) => part !== undefined)
          .join('; '),
      }));
      const others = (await foreign()).map((model) => foreignChoice(model, cards));
      return [...local, ...others, ...remoteChoice(remote())];
    },
    resolve: (spec) => resolveModel(spec, store(), scorecards, foreign),
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

/** A file that another program has fetched; what it needs beside its weights is not known before its head is read. */
function foreignChoice({ name, program, bytes }: ForeignModel, cards: readonly Scorecard[]): ModelChoice {
  const card = cards.find((candidate) => candidate.bytes === bytes);
  const measured = card === undefined ? '' : `; measured here: ${scorecardText(card)}`;
  return {
    name,
    label: name,
    sizeBytes: bytes,
    memoryBytes: Math.round(bytes * foreignNeed),
    installed: true,
    licence: '',
    note: `fetched by ${program}${measured}`,
  };
}

/** The server of the settings as one more model; none where its address is not set or no address. */
function remoteChoice({ url, model }: { url: string | undefined; model: string | undefined }): ModelChoice[] {
  if (url === undefined) return [];
  try {
    const { host, model: named } = parseRemoteSpec('remote:', { url, model });
    const size = { sizeBytes: 0, memoryBytes: 0, installed: true, licence: '' };
    return [{ name: 'remote:', label: named ?? host, remoteHost: host, ...size }];
  } catch {
    return [];
  }
}
