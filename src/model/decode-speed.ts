import type { GenerateStats } from '../protocol/engine';

/** Tokens a second between the first token of an answer and its end; 0 where there was no second one. */
export function decodeSpeed({
  totalMs,
  firstTokenMs,
  generatedTokens,
}: Pick<GenerateStats, 'totalMs' | 'firstTokenMs' | 'generatedTokens'>): number {
  const decodeMs = totalMs - (firstTokenMs ?? totalMs);
  return decodeMs > 0 ? (Math.max(0, generatedTokens - 1) * 1000) / decodeMs : 0;
}
