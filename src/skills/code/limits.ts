/** What an author's code may use and say. Beyond it the run fails; nothing is cut. */

/** UTF-16 units of the code itself. */
export const maxCodeLength = 65_536;
/** What QuickJS may have allocated at once. */
export const maxMemoryBytes = 16 * 1024 * 1024;
/** All of the sandbox: QuickJS counts what is in use, and fragments stand beside that. */
export const maxSandboxBytes = 64 * 1024 * 1024;
/** About 1,400 calls deep. */
export const maxStackBytes = 256 * 1024;
/**
 * One byte of QuickJS's own stack takes several of the thread's. At Node's 4 MB sixty thousand open brackets reached the end
 * of the thread's stack first, which costs the whole instance; at 16 MB QuickJS notices.
 */
export const threadStackMb = 16;
export const threadHeapMb = 64;
/** Parameters that one run may change. */
export const maxAssignments = 100;
export const maxMessages = 20;
/** Characters of all names, values and messages together; a list's elements count one more each. */
export const maxOutputLength = 262_144;

/** How long code runs unless its node says otherwise. */
export const defaultTimeoutMs = 1_000;
/** How long after its time code that does not notice is left alone before its thread is killed. */
export const graceMs = 500;
/** Runs that wait for a thread, and for how long. */
export const maxWaiting = 1_000;
export const maxWaitMs = 4_000;
/** When a thread with nothing to do ends. */
export const threadIdleMs = 60_000;
