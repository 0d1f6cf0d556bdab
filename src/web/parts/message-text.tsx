import { piecesOf } from './text.ts';

/** A message as it was written: text only, line breaks kept, its own direction, web addresses as links. */
export function MessageText({ text }: { text: string }) {
  return (
    <div class="message-text" dir="auto">
      {piecesOf(text).map(({ text: piece, href }, index) =>
        href === null ? (
          piece
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a text never change places.
          <a key={index} href={href} target="_blank" rel="noopener noreferrer nofollow">
            {piece}
          </a>
        ),
      )}
    </div>
  );
}
