// What may happen to the small organization, as values that a failing history can be shrunk by.
import fc from "fast-check"
import { hour, removeTagValue, type SmallWorld } from "../support/small-world.ts"

const kinds = [
  "event",
  "event without environment",
  "issue",
  "delete",
  "merge",
  "resolve",
  "archive",
  "unresolve",
  "assign",
  "rename",
  "rename slug",
  "remove project",
  "add member",
  "remove member",
  "add team",
  "remove team",
  "expiry",
] as const

/** A project that stays, so that its environment does. */
export const kept = "quiet"

const environments = ["production", "staging", "eu/west 1", "new", ""]

export interface Change {
  what: (typeof kinds)[number]
  /** Which of those there are, counted round. */
  one: number
  other: number
  environment: string
  /** Minutes before the next run. */
  minutes: number
}

export const changes: fc.Arbitrary<Change> = fc.record({
  what: fc.constantFrom(...kinds),
  one: fc.nat(20),
  other: fc.nat(20),
  environment: fc.constantFrom(...environments),
  minutes: fc.integer({ min: 1, max: 31 * 60 }),
})

/** Lets it happen where it can, and says what it was. */
export function happen(world: SmallWorld, change: Change): string {
  const { organization, clock } = world
  const at = clock.now() + hour - change.minutes * 60_000
  const { environment, what } = change
  const issues = [...organization.issues.keys()]
  const projects = [...organization.projects.values()]
  const members = [...organization.members.values()]
  const teams = [...organization.teams.values()]
  const id = pick(issues, change.one) ?? ""
  const other = pick(issues, change.other) ?? ""
  const project = pick(projects, change.one)?.slug ?? ""
  const member = pick(members, change.one)?.email
  const name = `new-${organization.nextId()}`
  const acts: Record<Change["what"], () => unknown> = {
    event: () => organization.addEvent(id, { environment, at }),
    "event without environment": () => organization.addEvent(id, { at }),
    issue: () =>
      organization.addIssue(project, {
        title: name,
        environment,
        at,
        issueCategory: change.other % 3 === 0 ? "outage" : "error",
      }),
    delete: () => organization.deleteIssue(id),
    merge: () => id !== other && organization.mergeIssue(id, other),
    resolve: () => organization.resolve(id),
    archive: () => organization.archive(id),
    unresolve: () => organization.unresolve(id),
    assign: () => member && organization.assign(id, { user: member }),
    rename: () => organization.renameProject(project, { name }),
    "rename slug": () => project !== kept && organization.renameProject(project, { slug: name }),
    "remove project": () => project !== kept && organization.removeProject(project),
    "add member": () => organization.addMember({ email: `${name}@acme.example` }),
    "remove member": () => members.length > 1 && member && organization.removeMember(member),
    "add team": () =>
      organization.addTeam({ slug: name, projects: [project], members: member ? [member] : [] }),
    "remove team": () => teams.length > 1 && organization.removeTeam(pick(teams, change.one)?.slug ?? ""),
    expiry: () => {
      const values = organization.issues.get(id)?.tags.get("environment") ?? []
      if (values.length > 0) removeTagValue(organization, id, pick(values, change.other)?.value ?? "")
    },
  }
  if (issues.length > 3 || !["delete", "merge", "remove project"].includes(what)) acts[what]()
  return what
}

function pick<T>(list: readonly T[], index: number): T | undefined {
  return list[index % list.length]
}
