// Who this process is among all that share a database, and whether another one of this machine is gone.
import { randomUUID } from "node:crypto"
import { readlinkSync } from "node:fs"
import { hostname } from "node:os"
import type { LeaseIdentity } from "./leases.ts"

export function leaseIdentity(): LeaseIdentity {
  const machine = `${hostname()}/${processSpace()}`
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
