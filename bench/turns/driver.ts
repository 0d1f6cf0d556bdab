import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import type { Order, Report } from './orders.ts';

/** End users in a process of their own, which does one thing after the other. */
export class Driver {
  readonly #child: ChildProcess = fork(join(import.meta.dirname, 'driver-process.ts'), [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });

  /** @throws Error when the order could not be carried out. */
  do<Result = void>(order: Order): Promise<Result> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.#child.off('message', hear);
        this.#child.off('exit', gone);
      };
      const gone = (): void => {
        settle();
        reject(new Error(`The driver ended over ${order.kind}.`));
      };
      const hear = (report: Report): void => {
        settle();
        if (report.kind === 'failed') reject(new Error(`${order.kind}: ${report.error}`));
        else resolve(report.result as Result);
      };
      this.#child.on('message', hear);
      this.#child.on('exit', gone);
      this.#child.send(order);
    });
  }

  /** Gives way to all others: it stands for people on machines of their own. */
  giveWay(): void {
    if (this.#child.pid !== undefined) setPriority(this.#child.pid, 10);
  }

  end(): void {
    this.#child.kill();
  }
}
