// Who this process is among all that share a database, and whether another one of this machine is gone.
import { randomUUID } from "node:crypto"
import { readFileSync, readlinkSync } from "node:fs"
import { hostname } from "node:os"
import type { LeaseIdentity } from "./leases.ts"

/** `boot` tells this start of the machine from others, and from other machines of its name. */
export function leaseIdentity(boot: string = bootId()): LeaseIdentity {
  const machine = `${hostname()}/${boot}/${processSpace()}`
  return {
    id: `${machine}/${process.pid}/${randomUUID().slice(0, 8)}`,
    isGone(holder) {
      const match = /^(.*)\/(\d+)\/[0-9a-f]{8}$/.exec(holder)
      if (!match || match[1] !== machine) return false
      const pid = Number(match[2])
      return pid !== process.pid && !isAlive(pid)
    },
  }
}

/** After a start the numbers of processes come again, and they are the same on machines that share a name. */
function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()
  } catch {
    return "" // no Linux: a lease of before the start may have to end by itself
  }
}

/** Containers count their processes each from one, and may share the name of their machine. */
function processSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid").replaceAll(/\D/g, "")
  } catch {
    return "" // no Linux: one space for all processes of the machine
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH"
  }
}
