/** From what the user named to a file that may be loaded. */
import path from 'node:path';
import { findModel, profileFor, unknownModel } from './catalogue';
import { readGgufHeader } from './gguf-header';
import type { ModelProfile } from './profile';
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
 * `spec` is a name of the catalogue, an `hf:` address, or the path of a GGUF file. Rejects with a `UserError`:
 * `model-unknown`, `model-not-installed`, or why the file may not be used. A fetched file is checked in full once and
 * again when it has changed; a file of the user's own gets the header check.
 */
export async function resolveModel(
  spec: string,
  store: Pick<ModelStore, 'ensureVerified'>,
): Promise<ResolvedModel> {
  const entry = findModel(spec);
  if (entry) {
    const modelPath = await store.ensureVerified(entry);
    return { name: entry.name, profile: profileFor(entry.name), modelPath };
  }
  const hubFile = parseHubAddress(spec);
  if (hubFile) {
    const modelPath = await store.ensureVerified(hubFile);
    return { name: hubFile.name, profile: profileFor(await readGgufHeader(modelPath)), modelPath };
  }
  if (!isPath(spec)) throw unknownModel(spec);
  const modelPath = path.resolve(spec);
  const header = await readGgufHeader(modelPath);
  return { name: path.basename(modelPath, path.extname(modelPath)), profile: profileFor(header), modelPath };
}

/** A name without a separator and without the ending is taken for a misspelt catalogue name. */
function isPath(spec: string): boolean {
  return /[\\/]/.test(spec) || spec.toLowerCase().endsWith('.gguf');
}
