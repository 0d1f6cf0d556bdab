import { type Definition, ownOf } from '../draft/definition.ts';
import { type Places, type Size, sizeOf } from './places.ts';

type View = Readonly<{ x: number; y: number; zoom: number }>;

const margin = 64;
const largest = 1;
/** Smaller, texts cannot be read. */
const smallest = 0.5;
const readable = 0.75;

export type Box = Readonly<{ x: number; y: number }> & Size;

/** What of a flow is seen first: all of it in the middle, unless that would be too small to read; then its start. */
export function firstView({ nodes, start }: Definition, places: Places, room: Size): View {
  const boxes = Object.entries(nodes).map(([id, node]) => ({
    ...(ownOf(places, id) ?? { x: 0, y: 0 }),
    ...sizeOf(node),
  }));
  const all = wholeView(boxes, room);
  const begin = start === undefined ? undefined : ownOf(places, start);
  if (all.zoom >= smallest || begin === undefined) return all;
  return { x: margin - begin.x * readable, y: room.height / 2 - (begin.y + 60) * readable, zoom: readable };
}

/** All of it in the middle, no larger than it is. */
export function wholeView(boxes: readonly Box[], room: Size): View {
  if (boxes.length === 0) return { x: margin, y: margin, zoom: largest };
  const left = Math.min(...boxes.map(({ x }) => x));
  const top = Math.min(...boxes.map(({ y }) => y));
  const width = Math.max(...boxes.map((box) => box.x + box.width)) - left;
  const height = Math.max(...boxes.map((box) => box.y + box.height)) - top;
  const fits = Math.min((room.width - 2 * margin) / width, (room.height - 2 * margin) / height);
  const zoom = Math.min(largest, Math.max(0.05, fits));
  return {
    x: (room.width - width * zoom) / 2 - left * zoom,
    y: (room.height - height * zoom) / 2 - top * zoom,
    zoom,
  };
}
