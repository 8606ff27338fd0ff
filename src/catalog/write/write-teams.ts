// A team's own fields, and who is in it: the latter is kept with the users, as it is with Port.
import { ok, type Result } from "../api-error.ts"
import { teamRelation } from "../store/relations.ts"
import { changeEntity } from "./change-entity.ts"
import type { UpsertDeps } from "./upsert-entities.ts"

/** `users`: of the blueprint `_user`, on the same working set as the teams. `members`: who is in the team now. */
export async function setMembers(
  users: UpsertDeps,
  team: string,
  { members, wanted }: { members: readonly string[]; wanted: readonly string[] },
): Promise<Result<undefined>> {
  const added = wanted.filter((email) => !members.includes(email))
  const removed = members.filter((email) => !wanted.includes(email))
  await users.set.load("_user", [...added, ...removed])
  for (const email of new Set([...added, ...removed])) {
    const targets = users.set.get("_user", email)?.targets.get(teamRelation) ?? []
    const others = targets.map(({ identifier }) => identifier).filter((name) => name !== team)
    const next = added.includes(email) ? [...others, team] : others
    const changed = await changeEntity(users, email, {
      body: { team: next },
      mode: "merge",
      createMissing: false,
    })
    if (!changed.ok) return changed
  }
  return ok(undefined)
}
