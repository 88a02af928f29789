/** The profiles by family, and which of them a model file belongs to. */
import type { GgufHeader } from '../gguf-header';
import type { FillInTheMiddleTokens, ModelProfile } from '../profile';
import { codeGemma } from './codegemma';
import { codestral } from './codestral';
import { deepSeekCoder } from './deepseek-coder';
import { devstral } from './devstral';
import { gemma3 } from './gemma3';
import { granite } from './granite';
import { graniteCode } from './granite-code';
import { granite33 } from './granite3.3';
import { llama3 } from './llama3';
import { phi4Mini } from './phi4-mini';
import { qwen25Coder } from './qwen2.5-coder';
import { qwen3 } from './qwen3';
import { qwen35 } from './qwen3.5';
import { qwen3Coder } from './qwen3-coder';
import { smolLm } from './smollm';
import { starCoder2 } from './starcoder2';
import { tinyLlama } from './tinyllama';
import { chatMlOf, unknownProfile } from './unknown';

export const profiles = {
  'qwen2.5-coder': qwen25Coder,
  qwen3,
  'qwen3.5': qwen35,
  'qwen3-coder': qwen3Coder,
  gemma3,
  codegemma: codeGemma,
  codestral,
  'deepseek-coder': deepSeekCoder,
  devstral,
  granite,
  'granite3.3': granite33,
  'granite-code': graniteCode,
  llama3,
  'phi4-mini': phi4Mini,
  smollm: smolLm,
  starcoder2: starCoder2,
  tinyllama: tinyLlama,
} satisfies Record<string, ModelProfile>;

export type Family = keyof typeof profiles;

/** Families by architecture and a word in the model's own name. The first row that fits counts. */
const rows: { architecture: string; name: RegExp; family: Family }[] = [
  { architecture: 'qwen2', name: /coder/i, family: 'qwen2.5-coder' },
  { architecture: 'qwen3', name: /^/, family: 'qwen3' },
  { architecture: 'qwen3moe', name: /coder/i, family: 'qwen3-coder' },
  { architecture: 'qwen3moe', name: /^/, family: 'qwen3' },
  { architecture: 'qwen3next', name: /^/, family: 'qwen3.5' },
  { architecture: 'qwen35', name: /^/, family: 'qwen3.5' },
  { architecture: 'qwen35moe', name: /^/, family: 'qwen3.5' },
  { architecture: 'gemma3', name: /^/, family: 'gemma3' },
  { architecture: 'gemma', name: /codegemma/i, family: 'codegemma' },
  { architecture: 'granite', name: /granite.?3\.3/i, family: 'granite3.3' },
  { architecture: 'granite', name: /granite.?3/i, family: 'granite' },
  { architecture: 'llama', name: /granite.*code/i, family: 'granite-code' },
  { architecture: 'starcoder', name: /granite.*code/i, family: 'granite-code' },
  { architecture: 'llama', name: /deepseek.?coder/i, family: 'deepseek-coder' },
  { architecture: 'deepseek2', name: /deepseek.?coder/i, family: 'deepseek-coder' },
  { architecture: 'llama', name: /codestral/i, family: 'codestral' },
  { architecture: 'llama', name: /devstral/i, family: 'devstral' },
  { architecture: 'mistral3', name: /devstral/i, family: 'devstral' },
  { architecture: 'llama', name: /llama.?3\.[12]/i, family: 'llama3' },
  { architecture: 'llama', name: /tinyllama/i, family: 'tinyllama' },
  { architecture: 'llama', name: /smollm2/i, family: 'smollm' },
  { architecture: 'smollm3', name: /^/, family: 'smollm' },
  { architecture: 'phi3', name: /phi.?4.?mini/i, family: 'phi4-mini' },
  { architecture: 'starcoder2', name: /^/, family: 'starcoder2' },
];

/**
 * The profile for a model file of the user's: its family's, less what this file lacks (a context as long, a chat
 * template, the tokens for fill-in-the-middle), or one made from its metadata.
 */
export function profileOfHeader(header: GgufHeader): ModelProfile {
  const row = rows.find(
    ({ architecture, name }) => architecture === header.architecture && name.test(header.name),
  );
  if (!row) return unknownProfile(header);
  const profile: ModelProfile = profiles[row.family];
  const trained = header.chatTemplate !== undefined;
  const isChatMl = profile.template === 'chatml' || profile.template === 'qwen3';
  return {
    ...profile,
    // One family has models that think, that can be told not to, and that never do.
    ...(isChatMl && header.chatTemplate !== undefined ? { template: chatMlOf(header.chatTemplate) } : {}),
    contextSize: Math.min(profile.contextSize, header.contextLength),
    fillInTheMiddle: profile.fillInTheMiddle && {
      ...profile.fillInTheMiddle,
      ...spellingOf(header.fillInTheMiddle),
    },
    abilities: {
      complete: profile.abilities.complete && header.fillInTheMiddle !== undefined,
      chat: profile.abilities.chat && trained,
      edit: profile.abilities.edit && trained,
    },
  };
}

/** The file's own spelling of the control tokens; how they are put together is the family's. */
function spellingOf(
  tokens: GgufHeader['fillInTheMiddle'],
): Partial<Pick<FillInTheMiddleTokens, 'prefix' | 'suffix' | 'middle'>> {
  if (!tokens) return {};
  const { prefix, suffix, middle } = tokens;
  return { prefix, suffix, middle };
}
