/** Gives the person a file to keep. */
export function download(name: string, text: string, type = 'application/json'): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it by the next turn, at the latest when it asks where to put it.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** JSON as people read it. */
export const readableJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
