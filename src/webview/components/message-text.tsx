import type { JSX } from 'preact';
import { mentionsIn, slashCommandOf } from '../../protocol/panel-composer';

/** A message as it was written, with its command and its mentions marked. */
export function MessageText({ text }: { text: string }): JSX.Element {
  const command = slashCommandOf(text);
  const commandEnd = command ? text.indexOf(command.name) + command.name.length : 0;
  const marks = mentionsIn(text).filter((mention) => mention.kind !== 'file' || mention.certain);
  const places = [
    ...(commandEnd > 0 ? [{ start: commandEnd - (command?.name.length ?? 0) - 1, end: commandEnd }] : []),
    ...marks,
  ];
  const pieces: (JSX.Element | string)[] = [];
  let from = 0;
  for (const { start, end } of places) {
    pieces.push(
      text.slice(from, start),
      <span class="mention" key={start}>
        {text.slice(start, end)}
      </span>,
    );
    from = end;
  }
  return (
    <>
      {pieces}
      {text.slice(from)}
    </>
  );
}
