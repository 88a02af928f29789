import type { Llama, LlamaGrammarEvaluationState, LlamaModel, Token } from 'node-llama-cpp';

/**
 * A grammar on its way through an answer. Its mask over the whole vocabulary takes up to half of the time that a small
 * model needs for a token, so a token is sampled freely and only that one is checked. One that is refused is sampled
 * again under the mask, which comes to the same distribution (as llama.cpp's own sampling does it), and so are the next
 * ones: the model is off the track, and each refusal costs an evaluation.
 */
export interface GrammarGuide<State = LlamaGrammarEvaluationState> {
  /** The state whose mask holds for the next token; undefined where it is sampled freely. Asked once for each. */
  mask(): State | undefined;
  /**
   * Follows a token that was sampled (undefined for the end of the answer). True if it may not stand here: then it must
   * be sampled again, and the mask holds for it.
   */
  refuses(token: Token | undefined): boolean;
}

/** What follows a grammar by single tokens; the library has it and does not document it. */
export interface TokenCheck<State> {
  /** An undefined token is the end of the answer. */
  allows(state: State, token: Token | undefined): boolean;
  accept(state: State, token: Token): void;
}

/** How many tokens are sampled under the mask once one was refused, that one included. */
export const maskedAfterRefusal = 8;

/** `begin` gives the state as soon as there is one. Without a `check` the mask holds for every token. */
export function createGrammarGuide<State>(
  begin: () => State | undefined,
  check: TokenCheck<State> | undefined,
): GrammarGuide<State> {
  let state: State | undefined;
  let masked = 0;
  return {
    mask() {
      state ??= begin();
      return check && masked === 0 ? undefined : state;
    },
    refuses(token) {
      if (state === undefined || check === undefined) return false;
      // Under the mask the library has accepted the token by itself.
      if (masked > 0) {
        masked--;
        return false;
      }
      if (!check.allows(state, token)) {
        masked = maskedAfterRefusal;
        return true;
      }
      if (token !== undefined) check.accept(state, token);
      return false;
    },
  };
}

/** The library's own check, where this version of it has one and the model has a token for the end. */
export function tokenCheckOf(
  llama: Llama,
  { tokens: { eos, eot } }: LlamaModel,
): TokenCheck<LlamaGrammarEvaluationState> | undefined {
  const { _bindings: bindings } = llama as unknown as {
    _bindings?: { AddonSampler?: Partial<AddonSampler> };
  };
  const { canBeNextTokenForGrammarEvaluationState: allows, acceptGrammarEvaluationStateToken: accept } =
    bindings?.AddonSampler ?? {};
  const end = eot ?? eos;
  if (allows === undefined || accept === undefined || end === null) return undefined;
  const inner = (state: LlamaGrammarEvaluationState): unknown =>
    (state as unknown as { _state: unknown })._state;
  return {
    allows: (state, token = end) => allows(inner(state), token),
    accept: (state, token) => {
      accept(inner(state), token);
    },
  };
}

interface AddonSampler {
  canBeNextTokenForGrammarEvaluationState(state: unknown, token: Token): boolean;
  acceptGrammarEvaluationStateToken(state: unknown, token: Token): void;
}
