import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Step } from '../../protocol/agent';
import type { Transcript } from '../../protocol/transcript';
import { announcements, type Heard } from '../state';
import { t } from '../strings';
import { stateNames } from './step';

const longestAnswer = 500;

const say: Heard = {
  waiting: (step) => t('announceWaiting', nameOf(step)),
  step: (step) => t('announceStep', nameOf(step), step.result ?? t(stateNames[step.state])),
  answer: (text) => t('announceAnswer', text.slice(0, longestAnswer)),
  outcome: (item) => item.summary,
};

function nameOf(step: Step): string {
  return `${step.verb} ${step.object}`;
}

/** A region that a screen reader reads out: steps and finished answers, politely, never single tokens. */
export function Announcer({ chatId, transcript }: { chatId: string; transcript: Transcript }): JSX.Element {
  const [text, setText] = useState('');
  const before = useRef({ chatId, transcript });
  useEffect(() => {
    const spoken =
      before.current.chatId === chatId ? announcements(before.current.transcript, transcript, say) : [];
    before.current = { chatId, transcript };
    if (spoken.length > 0) setText(spoken.join('. '));
  }, [chatId, transcript]);
  return (
    <div class="visually-hidden" aria-live="polite">
      {text}
    </div>
  );
}
