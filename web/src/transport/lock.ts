/**
 * Mutual exclusion between the tabs of one browser.
 *
 * The Web Lock API where there is one; on insecure origins, which have none, a lease in local storage that is won by
 * whoever still owns it after the others had their chance to write.
 */
export type WithLock = <T>(name: string, work: () => Promise<T>) => Promise<T>;

const LEASE_MS = 10_000;
const SETTLE_MS = 40;
const RETRY_MS = 60;

export function lockOf(locks: LockManager | undefined, storage: Storage): WithLock {
  if (locks !== undefined) return (name, work) => locks.request(name, work) as ReturnType<typeof work>;
  return async (name, work) => {
    const key = `${name}.lease`;
    const mine = Math.random().toString(36).slice(2);
    await acquire(storage, key, mine);
    try {
      return await work();
    } finally {
      if (ownerOf(storage, key) === mine) storage.removeItem(key);
    }
  };
}

async function acquire(storage: Storage, key: string, mine: string): Promise<void> {
  for (;;) {
    if (ownerOf(storage, key) === null) {
      storage.setItem(key, `${mine} ${Date.now() + LEASE_MS}`);
      await pause(SETTLE_MS);
      if (ownerOf(storage, key) === mine) return;
    }
    await pause(RETRY_MS);
  }
}

function ownerOf(storage: Storage, key: string): string | null {
  const [owner, until] = storage.getItem(key)?.split(" ") ?? [];
  return owner !== undefined && Number(until) > Date.now() ? owner : null;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
