/** Anything that holds a resource. Disposing twice does nothing the second time. */
export interface Disposable {
  dispose(): void;
}

/** Disposes its members together, last added first. A member added after disposal is disposed at once. */
export class DisposableStore implements Disposable {
  private readonly members = new Set<Disposable>();
  private disposed = false;

  add<T extends Disposable>(member: T): T {
    if (this.disposed) member.dispose();
    else this.members.add(member);
    return member;
  }

  dispose(): void {
    this.disposed = true;
    const members = [...this.members].reverse();
    this.members.clear();
    for (const member of members) member.dispose();
  }
}

/** A source of events. A listener that throws does not keep the others from being called. */
export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<(event: T) => void>();

  /** Subscribes; the result unsubscribes. */
  readonly on = (listener: (event: T) => void): Disposable => {
    // A wrapper of its own, so that one function subscribed twice is two subscriptions.
    const entry = (event: T): void => {
      listener(event);
    };
    this.listeners.add(entry);
    return { dispose: () => this.listeners.delete(entry) };
  };

  fire(event: T): void {
    for (const listener of [...this.listeners]) {
      try {
        listener(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  dispose(): void {
    this.listeners.clear();
  }
}
