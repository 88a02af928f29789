/** What a model file says about itself, and whether llama.cpp may see it: some broken files abort the engine. */
import { open, type FileHandle } from 'node:fs/promises';
import { UserError } from '../base/errors';
import {
  GgufError,
  type GgufHead,
  type GgufStrings,
  type GgufValue,
  parseGgufHead,
  presentStrings,
  stringsAt,
} from './gguf-parse';
import { knownArchitectures } from './gguf-tables';
import type { FillInTheMiddleTokens } from './profile';

export interface GgufHeader {
  /** llama.cpp's name of the architecture, such as `qwen2`. */
  architecture: string;
  /** The model's own name; empty when it has none. */
  name: string;
  /** Tokens of context that it was trained with. */
  contextLength: number;
  vocabularySize: number;
  /** Jinja text; undefined for a base model. */
  chatTemplate: string | undefined;
  fillInTheMiddle: FillInTheMiddleTokens | undefined;
  parameters: number;
  /** Bytes of 16-bit KV cache per token of context, where the head tells enough to know. */
  kvBytesPerToken: number | undefined;
  /** Length of a key in each head; a quantised KV cache needs a multiple of 32. */
  keyLength: number | undefined;
  embeddingLength: number;
  feedForwardLength: number;
  /** Bytes of weights that are held twice on a processor; see `gguf-tables.ts`. */
  repackedBytes: number;
  fileBytes: number;
}

/** Holds the head of most models, so that it is parsed once. */
const firstRead = 1 << 23;
/** No vocabulary is larger: above it the head is taken for broken. */
const largestHead = 1 << 28;
const next = 'Fetch the file again, or choose another model.';

/**
 * Reads and checks the head of a GGUF file: structure, every tensor within the file, an architecture that the
 * engine knows, a vocabulary. Rejects with `model-file-missing`, `-unreadable`, `-foreign`, `-cut`, `-broken`,
 * `model-architecture-unknown`, `model-without-vocabulary`. Reads no more than the head, rounded up.
 */
export async function readGgufHeader(path: string): Promise<GgufHeader> {
  const file = await open(path).catch((error: unknown) => {
    throw openFailure(path, error);
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw foreign(path, 'it is not a file');
    const { bytes, head } = await readHead(file, stat.size);
    return checked(path, bytes, head, stat.size);
  } catch (error) {
    throw error instanceof GgufError ? formatFailure(path, error) : error;
  } finally {
    await file.close();
  }
}

/** The same for a whole file that is in memory. Throws a `UserError`; `path` only names the file. */
export function describeGguf(path: string, bytes: Uint8Array): GgufHeader {
  try {
    const head = parseGgufHead(bytes, bytes.length);
    if (!head) throw new GgufError('cut', 'its head goes on beyond its end');
    return checked(path, bytes, head, bytes.length);
  } catch (error) {
    throw error instanceof GgufError ? formatFailure(path, error) : error;
  }
}

function checked(path: string, bytes: Uint8Array, head: GgufHead, fileBytes: number): GgufHeader {
  if (head.neededBytes > fileBytes) {
    throw new GgufError('cut', `it has ${fileBytes} bytes and its tensors reach to ${head.neededBytes}`);
  }
  return describe(path, bytes, head, fileBytes);
}

async function readHead(file: FileHandle, fileBytes: number): Promise<{ bytes: Uint8Array; head: GgufHead }> {
  for (let size = firstRead; ; size *= 2) {
    const bytes = Buffer.alloc(Math.min(size, fileBytes));
    let read = 0;
    while (read < bytes.length) {
      const { bytesRead } = await file.read(bytes, read, bytes.length - read, read);
      if (bytesRead === 0) throw new GgufError('cut', 'it became shorter while it was read');
      read += bytesRead;
    }
    const head = parseGgufHead(bytes, fileBytes);
    if (head) return { bytes, head };
    if (size >= largestHead) throw new GgufError('broken', 'its head has no end');
  }
}

function describe(path: string, bytes: Uint8Array, head: GgufHead, fileBytes: number): GgufHeader {
  const { metadata } = head;
  const architecture = metadata.get('general.architecture');
  if (typeof architecture !== 'string') throw new GgufError('broken', 'it names no architecture');
  if (!knownArchitectures.has(architecture)) throw unknownArchitecture(path, architecture);
  const own = (key: string): GgufValue | undefined => metadata.get(`${architecture}.${key}`);
  // llama.cpp divides by these and aborts the process on zero.
  for (const key of ['attention.head_count', 'embedding_length', 'block_count']) {
    const value = own(key);
    if (largest(value) === 0) throw new GgufError('broken', `its ${key} is 0`);
  }
  const tokens = metadata.get('tokenizer.ggml.tokens');
  if (typeof tokens !== 'object' || Array.isArray(tokens) || tokens.count === 0) throw noVocabulary(path);
  if (head.tensorCount === 0) throw new GgufError('broken', 'it holds no weights');
  return {
    architecture,
    name: text(metadata.get('general.name')) ?? text(metadata.get('general.basename')) ?? '',
    contextLength: largest(own('context_length')) ?? 2048,
    vocabularySize: tokens.count,
    chatTemplate: text(metadata.get('tokenizer.chat_template')),
    fillInTheMiddle: fillInTheMiddleOf(bytes, head, tokens),
    parameters: head.elements,
    kvBytesPerToken: kvBytesPerToken(own),
    keyLength: keyLength(own),
    embeddingLength: largest(own('embedding_length')) ?? 0,
    feedForwardLength: largest(own('feed_forward_length')) ?? 0,
    repackedBytes: head.repackedBytes,
    fileBytes,
  };
}

/**
 * How the families spell them; most files name no ids, and llama.cpp too goes by the spelling. The order is the one
 * that all models of the row were trained with; of a model of the first row it is not known whether it knows another.
 */
const fillInTheMiddleSpellings: FillInTheMiddleTokens[] = [
  {
    prefix: '<|fim_prefix|>',
    suffix: '<|fim_suffix|>',
    middle: '<|fim_middle|>',
    order: 'prefix-first',
    repository: '<|repo_name|>',
    fileSeparator: '<|file_sep|>',
  },
  {
    prefix: '<fim_prefix>',
    suffix: '<fim_suffix>',
    middle: '<fim_middle>',
    order: 'suffix-first',
    repository: '<repo_name>',
    fileSeparator: '<file_sep>',
  },
  { prefix: '<fim-prefix>', suffix: '<fim-suffix>', middle: '<fim-middle>', order: 'suffix-first' },
  // DeepSeek's bars are the full-width ones, U+FF5C.
  { prefix: '<｜fim▁begin｜>', suffix: '<｜fim▁hole｜>', middle: '<｜fim▁end｜>', order: 'prefix-first' },
  { prefix: '▁<PRE>', suffix: '▁<SUF>', middle: '▁<MID>', order: 'suffix-first' },
  { prefix: '[PREFIX]', suffix: '[SUFFIX]', middle: '', order: 'suffix-opens' },
];

function fillInTheMiddleOf(
  bytes: Uint8Array,
  head: GgufHead,
  tokens: GgufStrings,
): FillInTheMiddleTokens | undefined {
  return (
    fillInTheMiddleByIds(head.metadata, (ids) => stringsAt(bytes, tokens, ids)) ??
    fillInTheMiddleBySpelling(bytes, tokens)
  );
}

function fillInTheMiddleBySpelling(
  bytes: Uint8Array,
  tokens: GgufStrings,
): FillInTheMiddleTokens | undefined {
  const present = presentStrings(bytes, tokens, fillInTheMiddleSpellings.flatMap(spellingsIn));
  const row = fillInTheMiddleSpellings.find(
    ({ prefix, suffix, middle }) =>
      present.has(prefix) && present.has(suffix) && (middle === '' || present.has(middle)),
  );
  if (!row) return undefined;
  const { prefix, suffix, middle, order, repository, fileSeparator } = row;
  return {
    prefix,
    suffix,
    middle,
    order,
    ...(repository !== undefined && present.has(repository) ? { repository } : {}),
    ...(fileSeparator !== undefined && present.has(fileSeparator) ? { fileSeparator } : {}),
  };
}

function spellingsIn({ prefix, suffix, middle, repository, fileSeparator }: FillInTheMiddleTokens): string[] {
  return [prefix, suffix, middle, repository, fileSeparator].filter(
    (text) => text !== undefined && text !== '',
  ) as string[];
}

/** By llama.cpp's metadata keys: ids of the control tokens, spelled out through the vocabulary. */
function fillInTheMiddleByIds(
  metadata: GgufHead['metadata'],
  lookUp: (ids: number[]) => Map<number, string>,
): FillInTheMiddleTokens | undefined {
  const id = (key: string): number | undefined => {
    const value = metadata.get(`tokenizer.ggml.${key}_token_id`);
    return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
  };
  const ids = {
    prefix: id('fim_pre') ?? id('prefix'),
    suffix: id('fim_suf') ?? id('suffix'),
    middle: id('fim_mid') ?? id('middle'),
    repository: id('fim_rep'),
    fileSeparator: id('fim_sep'),
  };
  const texts = lookUp(Object.values(ids).filter((value) => value !== undefined));
  const spelled = (value: number | undefined): string | undefined =>
    value === undefined ? undefined : texts.get(value);
  const [prefix, suffix, middle] = [spelled(ids.prefix), spelled(ids.suffix), spelled(ids.middle)];
  if (prefix === undefined || suffix === undefined || middle === undefined) return undefined;
  const [repository, fileSeparator] = [spelled(ids.repository), spelled(ids.fileSeparator)];
  return {
    prefix,
    suffix,
    middle,
    order: fillInTheMiddleSpellings.find((row) => row.prefix === prefix)?.order ?? 'prefix-first',
    ...(repository === undefined ? {} : { repository }),
    ...(fileSeparator === undefined ? {} : { fileSeparator }),
  };
}

function keyLength(own: (key: string) => GgufValue | undefined): number | undefined {
  const [heads, width] = ['attention.head_count', 'embedding_length'].map((key) => largest(own(key)));
  return largest(own('attention.key_length')) ?? (heads && width ? width / heads : undefined);
}

function kvBytesPerToken(own: (key: string) => GgufValue | undefined): number | undefined {
  const [layers, heads, width] = ['block_count', 'attention.head_count', 'embedding_length'].map((key) =>
    largest(own(key)),
  );
  if (layers === undefined || heads === undefined || width === undefined) return undefined;
  const kvHeads = largest(own('attention.head_count_kv')) ?? heads;
  const valueLength = largest(own('attention.value_length')) ?? width / heads;
  return layers * kvHeads * ((keyLength(own) ?? 0) + valueLength) * 2;
}

/** A number, or the largest of a per-layer list. */
function largest(value: GgufValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  return Array.isArray(value) && value.length > 0 ? Math.max(...value) : undefined;
}

function text(value: GgufValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function openFailure(path: string, cause: unknown): UserError {
  const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  return missing
    ? new UserError('model-file-missing', `There is no model file at ${path}.`, {
        next: 'Check the path, or fetch a model of the catalogue.',
        cause,
      })
    : new UserError('model-file-unreadable', `The model file ${path} cannot be read.`, {
        next: 'Check the permissions of the file.',
        cause,
      });
}

function formatFailure(path: string, error: GgufError): UserError {
  if (error.kind === 'foreign') return foreign(path, error.message);
  const happened =
    error.kind === 'cut'
      ? `The model file ${path} is cut off: ${error.message}.`
      : `The model file ${path} is damaged: ${error.message}.`;
  return new UserError(`model-file-${error.kind}`, happened, { next, cause: error });
}

function foreign(path: string, why: string): UserError {
  return new UserError('model-file-foreign', `${path} is not a usable GGUF file: ${why}.`, {
    next: 'Choose a GGUF file of a language model, or fetch one from the catalogue.',
  });
}

function unknownArchitecture(path: string, architecture: string): UserError {
  return new UserError(
    'model-architecture-unknown',
    `The engine has no text model of the kind “${architecture.slice(0, 60)}” (${path}).`,
    { next: 'Choose another model, or update Thimble.' },
  );
}

function noVocabulary(path: string): UserError {
  return new UserError('model-without-vocabulary', `The model file ${path} holds no vocabulary.`, {
    next: 'It may be an adapter or a picture projector; choose the file of a language model.',
  });
}
