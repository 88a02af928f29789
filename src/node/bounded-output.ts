/** Output that may be endless, of which the beginning and the end are kept. Sizes in UTF-16 units. */
export interface BoundedOutput {
  add: (text: string) => void;
  /** What was kept; the cut is marked in the text. */
  result(): { output: string; omitted: number };
}

export function createBoundedOutput(limit: number): BoundedOutput {
  const headLimit = Math.ceil(limit / 2);
  const tailLimit = limit - headLimit;
  let head = '';
  let tail = '';
  let dropped = 0;
  /** Cuts the tail back; called with room to spare, so that a flood of small pieces is not copied each time. */
  const trim = (): void => {
    if (tail.length <= tailLimit) return;
    let cut = tail.length - tailLimit;
    const unit = tail.charCodeAt(cut);
    if (unit >= 0xdc00 && unit <= 0xdfff) cut++;
    dropped += cut;
    tail = tail.slice(cut);
  };
  return {
    add: (text) => {
      const room = headLimit - head.length;
      if (tail === '' && dropped === 0 && room >= text.length) {
        head += text;
        return;
      }
      const fits = tail === '' && dropped === 0 ? wholeLength(text, room) : 0;
      head += text.slice(0, fits);
      tail += text.slice(fits);
      if (tail.length > 4 * tailLimit) trim();
    },
    result: () => {
      trim();
      if (dropped === 0) return { output: head + tail, omitted: 0 };
      return { output: `${head}\n[… ${dropped} characters left out …]\n${tail}`, omitted: dropped };
    },
  };
}

/** At most `length` units that do not end in half of a surrogate pair. */
function wholeLength(text: string, length: number): number {
  const unit = text.charCodeAt(length);
  return length > 0 && unit >= 0xdc00 && unit <= 0xdfff ? length - 1 : Math.max(length, 0);
}
