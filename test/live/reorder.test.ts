// Order, doubles and gaps: whatever way the events of an issue come, the catalog ends as Sentry is.
import { expect, it } from "vitest"
import type { LiveWorld } from "../support/live.ts"
import { issueBody, useLiveEvents } from "../support/live.ts"
import {
  everything,
  filledWorld,
  issueWhere,
  mappingOf,
  resources,
  type SmallWorld,
} from "../support/small-world.ts"

const actions = ["created", "resolved", "archived", "unresolved", "deleted"]

/** Sentry's truth at the end, however one came to it. */
const ends: Record<string, (world: SmallWorld, id: string) => void> = {
  unresolved: ({ organization }, id) => void organization.unresolve(id),
  resolved: ({ organization }, id) => void organization.resolve(id),
  archived: ({ organization }, id) => void organization.archive(id),
  deleted: ({ organization }, id) => organization.deleteIssue(id),
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((first, at) => permutations(items.toSpliced(at, 1)).map((rest) => [first, ...rest]))
}

async function sendAll(live: LiveWorld, orders: ReadonlyMap<string, readonly string[]>): Promise<void> {
  // The first of all issues, then the second of all …: the events of one issue come apart, and in their order.
  for (let at = 0; at < actions.length; at++) {
    const sent = [...orders].map(([id, order]) => live.deliver("issue", issueBody(order[at] ?? "", id)))
    for (const { status } of await Promise.all(sent)) expect(status).toBe(200)
  }
}

it.each(Object.keys(ends))(
  "every order of created, resolved, archived, unresolved and deleted ends in Sentry's truth: %s",
  async (end) => {
    // Archived issues leave the catalog here, so that each end state looks different.
    const world = await filledWorld({
      mapping: mappingOf([
        ...Object.values(resources).filter(({ kind }) => kind !== "issue" && kind !== "issue-tag"),
        issueWhere({ includeArchived: false }),
        { ...resources.issueEnvironment, selector: { query: "true", includeArchived: false } },
      ]),
    })
    const before = await everything(world)
    const orders = new Map<string, string[]>()
    for (const order of permutations(actions)) {
      const { id } = world.organization.addIssue("api", { title: order.join(" "), environment: "production" })
      orders.set(id, order)
    }
    expect(orders.size).toBe(120)
    await world.refresh([...orders.keys()])
    expect(await world.names("issue")).toEqual(expect.arrayContaining([...orders.keys()]))
    for (const id of orders.keys()) ends[end]?.(world, id)

    const live = await useLiveEvents(world)
    await sendAll(live, orders)
    await live.settled()
    const issues = await world.entities("issue")
    const found = [...orders.keys()].map((id) => issues[id]?.properties.status ?? "gone")
    const expected = { unresolved: "unresolved", resolved: "resolved" }[end] ?? "gone"
    expect(new Set(found)).toEqual(new Set([expected]))
    const rest = Object.keys(issues).filter((id) => !orders.has(id))
    expect(rest.sort(), "nothing else was touched").toEqual(before.issue)
    const events = await live.log.list({ limit: 1_000 })
    expect(events).toHaveLength(600)
    expect(events.every(({ state }) => state === "done")).toBe(true)
  },
)
