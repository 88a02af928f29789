import type { DialectName } from '../types';
import { clineXml, recoveredToolTags } from './cline-xml';
import type { Dialect } from './dialect';
import { codeblockMarkers, continueCodeblock, gemma, toolCodeMarker } from './fenced-forms';
import { invokeMarker, invokeXml } from './invoke-xml';
import { llama3Json, mistral, mistralMarker, pythonTagMarker } from './json-forms';
import { hermes, hermesLenient, qwen35, qwen3Coder } from './tool-call-tags';

/** Every form at once, for models whose family is unknown. */
const auto: Dialect = {
  name: 'auto',
  markers: (names) => [
    ...qwen3Coder.markers(names),
    invokeMarker,
    mistralMarker,
    pythonTagMarker,
    toolCodeMarker,
    ...codeblockMarkers,
    ...recoveredToolTags(names),
  ],
  bareJson: true,
};

const all = [
  qwen3Coder,
  qwen35,
  hermes,
  hermesLenient,
  llama3Json,
  gemma,
  mistral,
  continueCodeblock,
  clineXml,
  invokeXml,
  auto,
];

/** Names of all dialects. */
export const dialectNames: DialectName[] = all.map(({ name }) => name);

const byName = new Map<string, Dialect>(all.map((dialect) => [dialect.name, dialect]));

/** The dialect of a name; an unknown name means `auto`. */
export function dialectOf(name: string): Dialect {
  return byName.get(name) ?? auto;
}
