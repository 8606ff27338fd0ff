// Teams, their members, and the members of the organization.
import type { RawObject } from "../../resync/kind.ts"
import type { Answer } from "../answers.ts"
import type { Calls, Query } from "../calls.ts"
import { routes } from "../routes.ts"

export interface PeopleApi {
  members(signal: AbortSignal): AsyncIterable<Answer<RawObject[]>>
  teams(signal: AbortSignal): AsyncIterable<Answer<RawObject[]>>
  teamMembers(slug: string, signal: AbortSignal): Promise<Answer<RawObject[]>>
}

const byHundred: Query = [["per_page", "100"]]

export function peopleApi(calls: Calls, org: string): PeopleApi {
  return {
    members: (signal) => calls.pages(routes.members({ org }), byHundred, signal),
    teams: (signal) => calls.pages(routes.teams({ org }), byHundred, signal),
    teamMembers: (slug, signal) => calls.all(routes.teamMembers({ org, team: slug }), byHundred, signal),
  }
}
