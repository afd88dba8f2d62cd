/** A disk of a few hundred MiB in memory, to be filled up. Only where this user may mount one. */
import { execFile } from "node:child_process";
import { mkdtemp, open, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export class SmallDisk {
  /** Null where none can be mounted. */
  static async mount(mib) {
    const disk = new SmallDisk();
    disk.folder = await mkdtemp(join(tmpdir(), "tutti-disk-"));
    try {
      await run("mount", ["-t", "tmpfs", "-o", `size=${mib}m`, "tutti-test", disk.folder]);
    } catch {
      await rm(disk.folder, { recursive: true });
      return null;
    }
    return disk;
  }

  /** Leaves nothing free. */
  async fill() {
    const { bavail, bsize } = await statfs(this.folder);
    const file = await open(join(this.folder, "filler"), "w");
    const chunk = Buffer.alloc(1 << 20, 1);
    for (let left = bavail * bsize; left > 0; left -= chunk.length) {
      await file.write(chunk, 0, Math.min(left, chunk.length));
    }
    await file.close();
  }

  async unmount() {
    await run("umount", ["-l", this.folder]);
    await rm(this.folder, { recursive: true, force: true });
  }
}
