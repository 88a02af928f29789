import type { DialectName } from '../types';
import type { Dialect } from './dialect';
import { hermes, hermesLenient, qwen35, qwen3Coder } from './tool-call-tags';

const dialects = new Map<string, Dialect>(
  [qwen3Coder, qwen35, hermes, hermesLenient].map((dialect) => [dialect.name, dialect]),
);

/** Names of all dialects. */
export const dialectNames = [...dialects.keys()] as DialectName[];

/** The dialect of a name; an unknown name means `auto`. */
export function dialectOf(name: string): Dialect {
  return dialects.get(name) ?? dialects.get('auto') ?? hermes;
}
