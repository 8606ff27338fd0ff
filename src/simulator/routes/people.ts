// Members and teams.
import type { JsonObject } from "../../common/json.ts"
import { json, jsonText, notFound } from "../answers.ts"
import { type Call, type Endpoint, listText, mapPage, pageAnswer, pageByNumber } from "../endpoint.ts"
import type { Member, Team } from "../model.ts"
import { legacyMember, memberBody, teamMemberBody } from "../payloads/member.ts"
import { teamBody } from "../payloads/team.ts"

export const peopleEndpoints: readonly Endpoint[] = [
  {
    template: "organizations/{org}/members/",
    scopes: ["member:read"],
    answer(call) {
      const page = pageByNumber(call, wantedMembers(call))
      return pageAnswer(
        call,
        mapPage(page, (member) => forServer(call, memberBody(member))),
      )
    },
  },
  {
    template: "organizations/{org}/members/{member}/",
    scopes: ["member:read"],
    answer(call) {
      const member = call.organization.members.get(call.params.member ?? "")
      if (!member) throw notFound()
      const memberships = [...call.organization.teams.values()].flatMap((team) =>
        team.memberships.flatMap(({ memberId, role }) =>
          memberId === member.id ? [{ teamSlug: team.slug, role }] : [],
        ),
      )
      return json({
        ...forServer(call, memberBody(member)),
        teams: memberships.map(({ teamSlug }) => teamSlug),
        teamRoles: memberships,
        invite_link: null,
        isOnlyOwner: false,
        orgRoleList: [],
        teamRoleList: [],
      })
    },
  },
  {
    template: "organizations/{org}/teams/",
    scopes: ["org:read", "team:read"],
    answer(call) {
      const detailed = call.legacy || call.query.get("detailed") !== "0"
      const page = pageByNumber(call, wantedTeams(call))
      return pageAnswer(
        call,
        mapPage(page, (team) => teamBody(call.organization, team, detailed)),
      )
    },
  },
  {
    template: "teams/{org}/{team}/members/",
    scopes: ["team:read"],
    answer(call) {
      const team = call.organization.teamOf(call.params.team ?? "")
      if (!team) throw notFound()
      const rows = teamMemberRows(call, team)
      // The 9 series gives the whole list at once.
      return call.legacy ? jsonText(listText(rows)) : pageAnswer(call, pageByNumber(call, rows))
    },
  },
]

function wantedMembers(call: Call): Member[] {
  const members = [...call.organization.members.values()].sort(
    (left, right) => Number(left.id) - Number(right.id),
  )
  const words = (call.query.get("query") ?? "").split(/\s+/).filter((word) => word !== "")
  return members.filter((member) => words.every((word) => isMeant(member, word.toLowerCase())))
}

function isMeant(member: Member, word: string): boolean {
  if (word === "isinvited:true") return member.user === null
  if (word === "isinvited:false") return member.user !== null
  const text = word.startsWith("email:") ? word.slice(6) : word
  return (
    member.email.toLowerCase().includes(text) || (member.user?.name.toLowerCase().includes(text) ?? false)
  )
}

function wantedTeams(call: Call): Team[] {
  const teams = [...call.organization.teams.values()].sort((left, right) => (left.slug < right.slug ? -1 : 1))
  const words = (call.query.get("query") ?? "").split(/\s+/).filter((word) => word !== "")
  const slugs = words.flatMap((word) => (word.startsWith("slug:") ? word.slice(5).split(",") : []))
  const text = words
    .filter((word) => !word.includes(":"))
    .join(" ")
    .toLowerCase()
  return teams.filter(
    ({ slug, name }) =>
      (slugs.length === 0 || slugs.includes(slug)) &&
      (slug.includes(text) || name.toLowerCase().includes(text)),
  )
}

function teamMemberRows(call: Call, team: Team): JsonObject[] {
  const rows =
    team.memberPayloads ??
    team.memberships.flatMap(({ memberId, role }) => {
      const member = call.organization.members.get(memberId)
      return member ? [teamMemberBody(member, role, team.slug)] : []
    })
  return rows.map((row) => forServer(call, row))
}

function forServer(call: Call, body: JsonObject): JsonObject {
  return call.legacy ? legacyMember(body) : body
}
