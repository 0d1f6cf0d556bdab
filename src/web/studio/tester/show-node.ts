/** Shows a node on the canvas; null where there is no canvas. */
export type ShowNode = ((id: string) => void) | null;
