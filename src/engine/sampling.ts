import type { LlamaGrammar, SequenceEvaluateOptions, Token } from 'node-llama-cpp';
import { UserError } from '../base/errors';
import type { SamplingParams } from '../protocol/engine';
import type { LoadedModel } from './load-model';

/** Tokens of the output that the repeat penalty looks back at, as llama.cpp has it. */
const penaltyWindow = 64;
/** Grammars that are kept; the agent uses a handful. */
const keptGrammars = 16;

/** The library's options for one generation; `generated` is the growing list of tokens so far. */
export async function samplingOptions(
  loaded: LoadedModel,
  sampling: SamplingParams,
  grammar: string | undefined,
  generated: readonly Token[],
): Promise<SequenceEvaluateOptions> {
  const { temperature, topP, topK, minP, repeatPenalty, seed } = sampling;
  return {
    temperature,
    // The library's own defaults would cut the distribution where the caller asked for nothing of the kind.
    topP: topP ?? 1,
    topK: topK ?? 0,
    minP: minP ?? 0,
    ...(seed === undefined ? {} : { seed }),
    ...(repeatPenalty === undefined || repeatPenalty === 1
      ? {}
      : {
          repeatPenalty: {
            punishTokens: () => generated.slice(-penaltyWindow),
            penalty: repeatPenalty,
            maxPunishTokens: penaltyWindow,
          },
        }),
    ...(grammar === undefined
      ? {}
      : {
          grammarEvaluationState: new loaded.library.LlamaGrammarEvaluationState({
            model: loaded.model,
            grammar: await parsedGrammar(loaded, grammar),
          }),
        }),
  };
}

async function parsedGrammar({ llama, grammars }: LoadedModel, text: string): Promise<LlamaGrammar> {
  const known = grammars.get(text);
  if (known) return known;
  const grammar = await llama.createGrammar({ grammar: text }).catch((cause: unknown) => {
    throw new UserError('grammar-invalid', 'The grammar for the answer is not valid.', { cause });
  });
  const oldest = grammars.keys().next().value;
  if (grammars.size >= keptGrammars && oldest !== undefined) grammars.delete(oldest);
  grammars.set(text, grammar);
  return grammar;
}
