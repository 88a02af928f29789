/** From what the user named to a file that may be loaded. */
import path from 'node:path';
import { UserError } from '../base/errors';
import { findModel, findModelBySize, profileFor, unknownModel } from './catalogue';
import { findForeignModels, type ForeignModel, isForeignName, ownPlaces } from './foreign-caches';
import { readGgufHeader } from './gguf-header';
import type { ModelProfile } from './profile';
import { type Scorecards, withScorecard } from './scorecard';
import { parseHubAddress } from './sources/hub-address';
import type { ModelStore } from './store';

export interface ResolvedModel {
  /** The catalogue's name, the hub address, or the file's name without its ending. */
  name: string;
  profile: ModelProfile;
  /** Absolute. */
  modelPath: string;
}

/**
 * `spec` is a name of the catalogue, an `hf:` address, the name of another program's file (`foreign-caches.ts`), or the
 * path of a GGUF file. Rejects with a `UserError`:
 * `model-unknown`, `model-not-installed`, or why the file may not be used. A fetched file is checked in full once and
 * again when it has changed; a file of the user's own gets the header check. What was measured of a file that is none of
 * the catalogue's (`scorecards`) goes before what is assumed of its kind.
 */
export async function resolveModel(
  spec: string,
  store: Pick<ModelStore, 'ensureVerified'>,
  scorecards?: Pick<Scorecards, 'of'>,
  foreign: () => Promise<ForeignModel[]> = () => findForeignModels(ownPlaces()),
): Promise<ResolvedModel> {
  const profileOf = async (file: string): Promise<ModelProfile> => {
    const header = await readGgufHeader(file);
    const profile = profileFor(header);
    return findModelBySize(header.fileBytes) ? profile : withScorecard(profile, await scorecards?.of(file));
  };
  const entry = findModel(spec);
  if (entry) {
    const modelPath = await store.ensureVerified(entry);
    return { name: entry.name, profile: profileFor(entry.name), modelPath };
  }
  const hubFile = parseHubAddress(spec);
  if (hubFile) {
    const modelPath = await store.ensureVerified(hubFile);
    return { name: hubFile.name, profile: await profileOf(modelPath), modelPath };
  }
  if (isForeignName(spec)) {
    const found = (await foreign()).find(({ name }) => name === spec);
    if (!found) throw notFound(spec);
    return { name: spec, profile: await profileOf(found.path), modelPath: found.path };
  }
  if (!isPath(spec)) throw unknownModel(spec);
  const modelPath = path.resolve(spec);
  const name = path.basename(modelPath, path.extname(modelPath));
  return { name, profile: await profileOf(modelPath), modelPath };
}

function notFound(spec: string): UserError {
  return new UserError('model-unknown', `There is no “${spec}” on this computer.`, {
    next: 'thimble models found lists what other programs have fetched.',
  });
}

/** A name without a separator and without the ending is taken for a misspelt catalogue name. */
function isPath(spec: string): boolean {
  return /[\\/]/.test(spec) || spec.toLowerCase().endsWith('.gguf');
}
