/** Pieces are put together when they amount to this many UTF-16 units. */
const pieceLength = 4096;

/**
 * Text that grows by small pieces. A string that is added to becomes a tree with a node for every piece, which takes many
 * times the memory of its characters; this keeps plain strings of a fair size.
 */
export class TextBuffer {
  length = 0;
  private parts: string[] = [];
  private pending: string[] = [];
  private pendingLength = 0;

  add(text: string): void {
    this.length += text.length;
    this.pending.push(text);
    this.pendingLength += text.length;
    if (this.pendingLength >= pieceLength) this.join();
  }

  /** The text between two indices; costs what lies behind `from`, not what lies before. */
  slice(from: number, to = this.length): string {
    this.join();
    const pieces: string[] = [];
    let end = this.length;
    for (let index = this.parts.length - 1; index >= 0 && end > from; index--) {
      const piece = this.parts[index] ?? '';
      const start = end - piece.length;
      if (start < to) pieces.push(piece.slice(Math.max(0, from - start), to - start));
      end = start;
    }
    return pieces.reverse().join('');
  }

  clear(): void {
    this.length = 0;
    this.parts = [];
    this.pending = [];
    this.pendingLength = 0;
  }

  private join(): void {
    if (this.pendingLength === 0) return;
    this.parts.push(this.pending.join(''));
    this.pending = [];
    this.pendingLength = 0;
  }
}
