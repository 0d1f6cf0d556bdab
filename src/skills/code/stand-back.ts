import { getPriority, platform, setPriority } from 'node:os';

/**
 * As far as it goes: the weight is a seventieth of the other threads'. Where there are cores for all it changes nothing;
 * where there are not, what people say to each other goes before what somebody's code computes.
 */
export const standBackBy = 19;

/**
 * Lets the calling thread stand back, and it alone; threads that it starts later would inherit it. Linux only: elsewhere the
 * same call is about the whole process.
 */
export function standBack(): void {
  if (platform() !== 'linux') return;
  try {
    setPriority(Math.min(19, getPriority() + standBackBy));
  } catch {
    // Whoever confines the server may forbid it; code runs all the same.
  }
}
