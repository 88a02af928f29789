import type { Llama, LlamaGrammarEvaluationState, LlamaModel, Token } from 'node-llama-cpp';

/**
 * A grammar on its way through an answer. Its mask over the whole vocabulary takes about a seventh of a small model's
 * time, so where the grammar takes almost any token, as inside a string, the next one is sampled freely and only that
 * one is checked. A token that is refused is sampled again under the mask, which comes to the same distribution.
 */
export interface GrammarGuide {
  /** The state whose mask holds for the next token; undefined where it is sampled freely. Asked once for each. */
  mask(): LlamaGrammarEvaluationState | undefined;
  /**
   * Follows a token that was sampled (undefined for the end of the answer). True if it may not stand here: then it must
   * be sampled again, and the mask holds for it.
   */
  refuses(token: Token | undefined): boolean;
}

/** What follows a grammar by single tokens; the library has it and does not document it. */
export interface TokenCheck<State> {
  allows(state: State, token: Token): boolean;
  accept(state: State, token: Token): void;
}

/** `begin` gives the state as soon as there is one; `probes` are tokens that only free text takes all of. */
export function createGrammarGuide<State>(
  begin: () => State | undefined,
  check: TokenCheck<State> | undefined,
  probes: readonly Token[],
): { mask(): State | undefined; refuses(token: Token | undefined): boolean } {
  let state: State | undefined;
  let isFree = false;
  let isRefused = false;
  return {
    mask() {
      const current = (state ??= begin());
      isFree =
        current !== undefined &&
        check !== undefined &&
        !isRefused &&
        probes.length > 0 &&
        probes.every((probe) => check.allows(current, probe));
      isRefused = false;
      return isFree ? undefined : current;
    },
    refuses(token) {
      // Under the mask the library has accepted the token by itself.
      if (!isFree || state === undefined || check === undefined) return false;
      isRefused = token === undefined || !check.allows(state, token);
      if (token !== undefined && !isRefused) check.accept(state, token);
      return isRefused;
    },
  };
}

/** The library's own check, where this version of it has one. */
export function tokenCheckOf(llama: Llama): TokenCheck<LlamaGrammarEvaluationState> | undefined {
  const { _bindings: bindings } = llama as unknown as {
    _bindings?: { AddonSampler?: Partial<AddonSampler> };
  };
  const { canBeNextTokenForGrammarEvaluationState: allows, acceptGrammarEvaluationStateToken: accept } =
    bindings?.AddonSampler ?? {};
  if (allows === undefined || accept === undefined) return undefined;
  const inner = (state: LlamaGrammarEvaluationState): unknown =>
    (state as unknown as { _state: unknown })._state;
  return {
    allows: (state, token) => allows(inner(state), token),
    accept: (state, token) => {
      accept(inner(state), token);
    },
  };
}

interface AddonSampler {
  canBeNextTokenForGrammarEvaluationState(state: unknown, token: Token): boolean;
  acceptGrammarEvaluationStateToken(state: unknown, token: Token): void;
}

/** Characters that no frame of a call takes all of in one place, and free text does. */
const probeTexts = ['a', '~', ' ', '%'];

/** The tokens of the probes; none if the model has no token for one of them. */
export function probesOf(model: LlamaModel): Token[] {
  const tokens = probeTexts.map((text) => model.tokenize(text, false, 'trimLeadingSpace'));
  return tokens.every(({ length }) => length === 1) ? tokens.flat() : [];
}
