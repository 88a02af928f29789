/** What a task cost in prompt tokens, from its events: read from the cache, evaluated, and evaluated a second time. */
import type { AgentEvent, PromptPiece } from '../protocol/agent';

/** Tokens as the engine counted them, summed over the turns of a task. */
export interface TokenFigures {
  promptTokens: number;
  cachedTokens: number;
  /** Those that were not in the cache. */
  evaluatedTokens: number;
  /** Of the evaluated ones: those of messages, or of their beginnings, that an earlier prompt of the task held. */
  evaluatedAgainTokens: number;
  writtenTokens: number;
}

/** One request to the model: its prompt, and what the engine told of it. */
interface Turn {
  pieces: readonly PromptPiece[];
  prompt: number;
  cached: number;
  written: number;
}

/**
 * Sums up a task. The engine tells how many tokens of a prompt came from the cache, and these are its first ones; where the
 * cache ends in the text is told by their share of the prompt's characters. Behind that, a message that an earlier prompt
 * held is read again (something before it has changed, or the cache was lost), and so are whole lines that a message begins
 * with as an earlier one did. A phrase that a new message repeats further down is new there.
 */
export function tokenFigures(events: readonly AgentEvent[]): TokenFigures {
  const turns = turnsOf(events);
  const sum = (of: (turn: Turn) => number): number => turns.reduce((total, turn) => total + of(turn), 0);
  const known: PromptPiece[] = [];
  let again = 0;
  for (const { pieces, prompt, cached } of turns) {
    const length = pieces.reduce((total, { text }) => total + text.length, 0);
    const perCharacter = length === 0 ? 0 : prompt / length;
    const cachedTo = perCharacter === 0 ? 0 : cached / perCharacter;
    let start = 0;
    for (const piece of pieces) {
      const end = start + repeatedLength(piece, known);
      again += Math.max(0, end - Math.max(start, cachedTo)) * perCharacter;
      start += piece.text.length;
    }
    known.push(...pieces);
  }
  return {
    promptTokens: sum(({ prompt }) => prompt),
    cachedTokens: sum(({ cached }) => cached),
    evaluatedTokens: sum(({ prompt, cached }) => prompt - cached),
    evaluatedAgainTokens: Math.round(again),
    writtenTokens: sum(({ written }) => written),
  };
}

/** Each prompt with the figures that followed it; one that was sent again after a crash counts once. */
function turnsOf(events: readonly AgentEvent[]): Turn[] {
  const turns: Turn[] = [];
  let pieces: readonly PromptPiece[] = [];
  for (const event of events) {
    if (event.type === 'prompt') ({ pieces } = event);
    else if (event.type === 'usage') {
      const { used, cached, written = 0 } = event.usage;
      turns.push({ pieces, prompt: used - written, cached, written });
    }
  }
  return turns;
}

/** How much of a message an earlier one of its kind begins with: all of it, or whole lines, in UTF-16 units. */
function repeatedLength({ role, text }: PromptPiece, earlier: readonly PromptPiece[]): number {
  // Control tokens are in every prompt.
  if (role === 'layout') return 0;
  let longest = 0;
  for (const other of earlier) {
    if (other.role !== role) continue;
    if (other.text === text) return text.length;
    let common = 0;
    while (common < text.length && text[common] === other.text[common]) common++;
    longest = Math.max(longest, text.lastIndexOf('\n', common - 1) + 1);
  }
  return longest;
}
