// A team: with its projects, or (detailed=0) without.
import type { JsonObject } from "../../common/json.ts"
import type { Team } from "../model.ts"
import type { OrganizationData } from "../organization.ts"
import { letterAvatar, readAccess } from "./organization.ts"
import { projectBody } from "./project.ts"
import { isoTime } from "./time.ts"

export function teamBody(organization: OrganizationData, team: Team, detailed: boolean): JsonObject {
  const base: JsonObject = team.payload ? { ...team.payload } : teamCore(organization, team)
  if (!detailed) {
    delete base.externalTeams
    delete base.projects
    return base
  }
  if (base.projects !== undefined) return base
  const projects = team.projectIds.flatMap((id) => organization.projects.get(id) ?? [])
  return {
    ...base,
    externalTeams: base.externalTeams ?? team.externalTeams,
    projects: projects.map(projectBody),
  }
}

function teamCore(organization: OrganizationData, team: Team): JsonObject {
  const own = team.memberships.find(({ memberId }) => memberId === organization.callerId)
  return {
    id: team.id,
    slug: team.slug,
    name: team.name,
    dateCreated: isoTime(team.dateCreated),
    isMember: own !== undefined,
    teamRole: own ? (own.role ?? "contributor") : null,
    flags: { "idp:provisioned": team.provisioned },
    access: readAccess,
    hasAccess: true,
    isPending: false,
    // Approved members only; an open invitation is in the list of members and not in the number.
    memberCount: team.memberships.filter(({ memberId }) => organization.members.get(memberId)?.user).length,
    avatar: letterAvatar,
  }
}
