/** Models that other programs have fetched: where Ollama, LM Studio, llama.cpp and the hub's client keep their files. */
import { readdir, readFile, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as v from 'valibot';

/** A model file that is used where it lies; nothing of it is copied or changed. */
export interface ForeignModel {
  /** Such as `ollama:qwen2.5-coder:1.5b` or `lmstudio:owner/model/file`. */
  name: string;
  /** The program whose file it is. */
  program: 'Ollama' | 'LM Studio' | 'llama.cpp' | 'Hugging Face';
  path: string;
  bytes: number;
}

export interface CachePlaces {
  env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  home: string;
  platform: NodeJS.Platform;
}

/** This user's, on this computer. */
export function ownPlaces(): CachePlaces {
  return { env: process.env, home: os.homedir(), platform: process.platform };
}

/** True for a name that {@link findForeignModels} may give. */
export function isForeignName(name: string): boolean {
  return /^(ollama|lmstudio|llama\.cpp|hf-cache):/.test(name);
}

/** Folders deep that a cache is looked through, and files at most. */
const mostDepth = 6;
const mostFiles = 500;

/** Every model that is found, by name. Never rejects: a cache that cannot be read has none. */
export async function findForeignModels(places: CachePlaces): Promise<ForeignModel[]> {
  const { env, home, platform } = places;
  const cache = cacheFolder(places);
  const ollama = env['OLLAMA_MODELS'] ?? path.join(home, '.ollama', 'models');
  const llama = env['LLAMA_CACHE'] ?? path.join(cache, 'llama.cpp');
  const hub =
    env['HF_HUB_CACHE'] ?? path.join(env['HF_HOME'] ?? path.join(home, '.cache', 'huggingface'), 'hub');
  const studios = [path.join(home, '.lmstudio', 'models'), path.join(home, '.cache', 'lm-studio', 'models')];
  const found = await Promise.all([
    ollamaModels(ollama),
    ...(platform === 'linux' ? [ollamaModels('/usr/share/ollama/.ollama/models')] : []),
    ...studios.map((folder) => ggufFiles(folder, 'LM Studio', 'lmstudio')),
    ggufFiles(llama, 'llama.cpp', 'llama.cpp'),
    ggufFiles(hub, 'Hugging Face', 'hf-cache'),
  ]);
  const byName = new Map(found.flat().map((model) => [model.name, model]));
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function cacheFolder({ env, home, platform }: CachePlaces): string {
  if (platform === 'win32') return env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local');
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches');
  return env['XDG_CACHE_HOME'] ?? path.join(home, '.cache');
}

const manifestSchema = v.object({
  layers: v.array(
    v.object({ mediaType: v.string(), digest: v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/)) }),
  ),
});

/** Ollama keeps models as blobs under their hash, and names them in manifests: `HOST/OWNER/NAME/TAG`. */
async function ollamaModels(folder: string): Promise<ForeignModel[]> {
  const manifests = path.join(folder, 'manifests');
  const models: ForeignModel[] = [];
  for (const file of await filesUnder(manifests)) {
    const parts = path.relative(manifests, file).split(path.sep);
    const [tag, name, owner] = parts.toReversed();
    const digest = await modelDigest(file);
    if (digest === undefined || tag === undefined || name === undefined) continue;
    const blob = path.join(folder, 'blobs', digest.replace(':', '-'));
    const bytes = await sizeOf(blob);
    if (bytes === undefined) continue;
    const full = owner === undefined || owner === 'library' ? name : `${owner}/${name}`;
    models.push({ name: `ollama:${full}:${tag}`, program: 'Ollama', path: blob, bytes });
  }
  return models;
}

async function modelDigest(manifest: string): Promise<string | undefined> {
  try {
    const parsed = v.safeParse(manifestSchema, JSON.parse(await readFile(manifest, 'utf8')));
    if (!parsed.success) return undefined;
    return parsed.output.layers.find(({ mediaType }) => mediaType.endsWith('.image.model'))?.digest;
  } catch {
    return undefined;
  }
}

async function ggufFiles(
  folder: string,
  program: ForeignModel['program'],
  prefix: string,
): Promise<ForeignModel[]> {
  const files = (await filesUnder(folder)).filter((file) => /\.gguf$/i.test(file) && !/mmproj/i.test(file));
  const models: ForeignModel[] = [];
  for (const file of files) {
    const bytes = await sizeOf(file);
    if (bytes === undefined) continue;
    const shown = path
      .relative(folder, file)
      .split(path.sep)
      .join('/')
      .replace(/\.gguf$/i, '');
    models.push({ name: `${prefix}:${shown}`, program, path: file, bytes });
  }
  return models;
}

async function filesUnder(folder: string, depth = mostDepth): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files: string[] = [];
  for (const entry of entries) {
    const full = path.join(folder, entry.name);
    // A link may lead back up; the hub's files are links and its folders are none.
    if (entry.isDirectory()) {
      if (depth > 0) files.push(...(await filesUnder(full, depth - 1)));
    } else files.push(full);
    if (files.length >= mostFiles) break;
  }
  return files.slice(0, mostFiles);
}

async function sizeOf(file: string): Promise<number | undefined> {
  const info = await stat(file).catch(() => undefined);
  return info?.isFile() ? info.size : undefined;
}
