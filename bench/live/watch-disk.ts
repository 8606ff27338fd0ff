// How long this machine's disk takes for a small durable write, looked at while something else is measured.
import { open } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"

const bytes = Buffer.alloc(4_096)
const everyMs = 50

/** `end` answers the milliseconds of each write. */
export function watchDisk(folder: string): { end(): Promise<number[]> } {
  let watching = true
  const watched = watch(join(folder, "disk-probe"), () => watching)
  return {
    end() {
      watching = false
      return watched
    },
  }
}

async function watch(path: string, goesOn: () => boolean): Promise<number[]> {
  await using file = await open(path, "w")
  const taken: number[] = []
  do {
    const began = performance.now()
    await file.write(bytes)
    await file.datasync()
    taken.push(performance.now() - began)
    await sleep(everyMs)
  } while (goesOn())
  return taken
}
