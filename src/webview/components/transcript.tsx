import type { JSX } from 'preact';
import { memo } from 'preact/compat';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PanelState } from '../../protocol/panel';
import type { TranscriptItem } from '../../protocol/transcript';
import { formatCount, formatDuration } from '../format';
import { windowStart } from '../state';
import { t } from '../strings';
import { IconButton } from './icon';
import { type ItemProps, ItemView } from './items';

/** Items drawn at first, and added each time the user comes to the top. */
const page = 100;
/** The view follows the answer while its end is this close to the lower edge. In CSS pixels. */
const nearEnd = 24;

/** The conversation. Draws the newest items only, and older ones as the user scrolls up to them. */
export function TranscriptView({ panel }: { panel: PanelState }): JSX.Element {
  const { transcript } = panel;
  const scroller = useRef<HTMLDivElement>(null);
  const [count, setCount] = useState(page);
  const start = windowStart(transcript.items.length, count);
  const { atEnd, onScroll, toEnd } = useFollowEnd(scroller);
  const sentinel = useEarlierItems(scroller, start, () => setCount((shown) => shown + page));

  useLayoutEffect(() => {
    setCount(page);
    toEnd();
  }, [panel.chatId]);

  return (
    <div class="scroll-frame">
      <div
        class="transcript"
        role="log"
        aria-live="off"
        aria-label={t('transcript')}
        tabIndex={0}
        ref={scroller}
        onScroll={onScroll}
      >
        {start > 0 ? (
          <button type="button" class="link earlier" ref={sentinel} onClick={() => setCount(count + page)}>
            {t('earlier')}
          </button>
        ) : null}
        {chunksOf(transcript.items, start).map(({ index, items }) => (
          <Chunk
            key={index}
            items={items}
            running={transcript.running}
            model={panel.model}
            models={panel.models}
          />
        ))}
        <Working panel={panel} />
      </div>
      {atEnd ? null : <IconButton icon="arrow-down" label={t('jumpToEnd')} class="to-end" onClick={toEnd} />}
    </div>
  );
}

type ChunkProps = Omit<ItemProps, 'item'> & { items: readonly TranscriptItem[] };

/** Some items of the transcript: while an answer streams into the last one, the others are not even looked at. */
const Chunk = memo(
  function Chunk({ items, ...shared }: ChunkProps): JSX.Element {
    return (
      <>
        {items.map((item) => (
          <ItemView key={item.id} item={item} {...shared} />
        ))}
      </>
    );
  },
  (before, after) =>
    before.running === after.running &&
    before.model === after.model &&
    before.models === after.models &&
    before.items.length === after.items.length &&
    before.items.every((item, index) => item === after.items[index]),
);

/** Items of one chunk. */
const chunkSize = 20;

/** The items from `start` on, cut where an index is a multiple of the size, so that an item stays in its chunk. */
function chunksOf(
  items: readonly TranscriptItem[],
  start: number,
): { index: number; items: TranscriptItem[] }[] {
  const first = Math.floor(start / chunkSize);
  return Array.from({ length: Math.ceil(items.length / chunkSize) - first }, (_, offset) => {
    const index = first + offset;
    const from = Math.max(start, index * chunkSize);
    return { index, items: items.slice(from, (index + 1) * chunkSize) };
  });
}

/** What goes on right now when no row says it: the prompt being read, or the model about to answer. */
function Working({ panel }: { panel: PanelState }): JSX.Element | null {
  const { reading, running, items } = panel.transcript;
  if (!running) return null;
  if (reading && reading.total > 0) {
    const label = t('reading', formatCount(reading.evaluated), formatCount(reading.total));
    return (
      <div class="item reading">
        <div class="row">
          <span class="row-text">{label}</span>
          {reading.msLeft === null ? null : (
            <span class="time">{t('timeLeft', formatDuration(reading.msLeft))}</span>
          )}
        </div>
        <progress value={reading.evaluated} max={reading.total} aria-label={label} />
      </div>
    );
  }
  const last = items.at(-1);
  const shown =
    (last?.kind === 'step' && last.step.state !== 'done') || (last && 'streaming' in last && last.streaming);
  return shown ? null : (
    <div class="item working">
      <span class="dots" aria-hidden="true" />
      <span class="visually-hidden">{t('working')}</span>
    </div>
  );
}

interface Follow {
  atEnd: boolean;
  onScroll: () => void;
  toEnd: () => void;
}

/** Keeps the newest text in sight while the user is at the end, and leaves them alone once they scroll up. */
function useFollowEnd(scroller: { current: HTMLDivElement | null }): Follow {
  const [atEnd, setAtEnd] = useState(true);
  const following = useRef(true);
  const lastTop = useRef(0);
  const toEnd = (): void => {
    following.current = true;
    setAtEnd(true);
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  };
  useLayoutEffect(() => {
    if (following.current && scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  });
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const resized = new ResizeObserver(() => {
      if (following.current) element.scrollTop = element.scrollHeight;
    });
    resized.observe(element);
    return () => resized.disconnect();
  }, []);
  const onScroll = (): void => {
    const element = scroller.current;
    if (!element) return;
    const near = element.scrollHeight - element.scrollTop - element.clientHeight <= nearEnd;
    // Content that grows moves the end away; only a user who scrolls up leaves it.
    if (near) following.current = true;
    else if (element.scrollTop < lastTop.current) following.current = false;
    lastTop.current = element.scrollTop;
    setAtEnd(following.current);
  };
  return { atEnd, onScroll, toEnd };
}

/** Calls `more` when the button at the top comes into sight, and keeps what the user sees where it is. */
function useEarlierItems(
  scroller: { current: HTMLDivElement | null },
  start: number,
  more: () => void,
): { current: HTMLButtonElement | null } {
  const button = useRef<HTMLButtonElement>(null);
  const anchor = useRef<{ element: Element; top: number } | null>(null);
  useEffect(() => {
    if (!button.current || !scroller.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        const element = button.current?.nextElementSibling;
        if (!element || !entries.some((entry) => entry.isIntersecting)) return;
        anchor.current = { element, top: element.getBoundingClientRect().top };
        more();
      },
      { root: scroller.current, rootMargin: '400px 0px 0px 0px' },
    );
    observer.observe(button.current);
    return () => observer.disconnect();
  }, [start]);
  useLayoutEffect(() => {
    if (!anchor.current || !scroller.current) return;
    const { element, top } = anchor.current;
    scroller.current.scrollTop += element.getBoundingClientRect().top - top;
    anchor.current = null;
  });
  return button;
}
