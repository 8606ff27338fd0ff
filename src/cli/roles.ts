// What a process does of the whole, by its role.
import type { InputProblem } from "../common/errors.ts"
import { mayResync } from "../listeners/choose-listener.ts"
import type { Settings } from "./settings.ts"

export interface Duties {
  /** Starts resyncs, and makes them. */
  resyncs: boolean
  /** Takes Sentry's webhooks. */
  receives: boolean
  /** Works on live events. */
  works: boolean
}

export function dutiesOf(role: Settings["role"]): Duties {
  return {
    resyncs: role === "all" || role === "resync",
    receives: role !== "resync",
    works: role === "all" || role === "live",
  }
}

type RoleSettings = Pick<Settings, "role" | "database" | "eventListener">

/** What a role other than `all` cannot be together with. */
export function roleProblems(
  { role, database, eventListener }: RoleSettings,
  place: (path: string) => string,
): InputProblem[] {
  if (role === "all") return []
  const problems: InputProblem[] = []
  const where = place("role")
  const { resyncs, receives } = dutiesOf(role)
  if (!/^postgres(ql)?:\/\//.test(database.url ?? "")) {
    problems.push({
      where,
      what: `${role} shares the work with other processes, which needs a database that they share`,
      hint: "set OCEAN__DATABASE__URL to postgres://…, or leave the role out: one process does all",
    })
  }
  if (eventListener.type === "ONCE" && !resyncs) {
    problems.push({ where, what: `${role} makes no resync, which is all that a single run (ONCE) is for` })
  }
  if (eventListener.type !== "ONCE" && resyncs && !mayResync(eventListener)) {
    problems.push({
      where,
      what: `${role} would do nothing: by the event listener (${eventListener.type}) nothing starts a resync`,
      hint: 'use {"type":"POLLING"}, or the role live',
    })
  }
  if (receives && eventListener.shouldProcessWebhooks === false) {
    problems.push({
      where,
      what: `${role} is there for webhooks, and shouldProcessWebhooks: false switches them off`,
    })
  }
  return problems
}
