const blockBytes = 16_384;
/** Only the stack of WebAssembly is an empty stretch as long as that; what is left on a stack nobody reads. */
const gapBytes = 1024 * 1024;

type Stretch = { from: number; to: number };

/** Where memory holds something, in blocks; short empty stretches count in, since they may be allocated. */
function stretchesOf(memory: Buffer): readonly Stretch[] {
  const empty = Buffer.alloc(blockBytes);
  const found: Stretch[] = [];
  for (let from = 0; from < memory.length; from += blockBytes) {
    const to = Math.min(from + blockBytes, memory.length);
    if (memory.subarray(from, to).equals(empty.subarray(0, to - from))) continue;
    const last = found.at(-1);
    if (last !== undefined && from - last.to < gapBytes) last.to = to;
    else found.push({ from, to });
  }
  return found;
}

/**
 * Takes an image of a program's memory and returns what puts it back, so that nothing of what it did since is left that it
 * could find: where its heap ends is in the image, too, and what lies behind that is cleared by whoever allocates it.
 * While no call into the program is under way, and only as long as its memory has not grown.
 */
export function imageOf(memory: ArrayBuffer): () => void {
  const whole = Buffer.from(memory);
  const kept = stretchesOf(whole).map(({ from, to }) => ({ from, bytes: Buffer.from(whole.subarray(from, to)) }));
  return () => {
    for (const { from, bytes } of kept) whole.set(bytes, from);
  };
}
