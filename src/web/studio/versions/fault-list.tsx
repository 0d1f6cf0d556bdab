import type { Fault } from '../api/ask.ts';

/** What keeps something from being published, each with its place. */
export const FaultList = ({ faults }: { faults: readonly Fault[] }) => (
  <ul class="fault-list">
    {faults.map(({ path, message }) => (
      <li key={`${path} ${message}`}>
        {path !== '' && <code>{path}</code>} {message}
      </li>
    ))}
  </ul>
);
